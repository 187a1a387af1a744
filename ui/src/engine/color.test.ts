import fc from "fast-check";
import { expect, test } from "vitest";
import { contrast, PAPER, shownInk } from "./color";
import type { Scheme } from "./picture";

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

test.each<[Scheme, number]>([["light", 1.2], ["dark", 3]])("any ink can be told from %s paper", (scheme, least) => {
  fc.assert(fc.property(color, (ink) => contrast(shownInk(ink, scheme), PAPER[scheme]) >= least));
});

test("ink that reads well is shown as chosen; black and white change places", () => {
  expect(shownInk("#e03131", "dark")).toBe("#e03131");
  expect(shownInk("#1e1f22", "light")).toBe("#1e1f22");
  expect(contrast(shownInk("#000000", "dark"), PAPER.dark)).toBeGreaterThan(12);
  expect(contrast(shownInk("#ffffff", "light"), PAPER.light)).toBeGreaterThan(12);
});
