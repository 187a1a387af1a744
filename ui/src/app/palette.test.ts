import { expect, test } from "vitest";
import { contrast, PAPER, shownInk } from "../engine/color";
import { asColor, INKS } from "./palette";

test.each(INKS)("$name is seen on light and on dark paper", ({ color }) => {
  for (const scheme of ["light", "dark"] as const) {
    expect(contrast(shownInk(color, scheme), PAPER[scheme])).toBeGreaterThanOrEqual(3);
  }
});

test("only the wire's form of a colour passes", () => {
  expect(asColor("#AABBCC")).toBe("#aabbcc");
  for (const text of ["red", "#abc", "#aabbcc;position:fixed", "", "#gggggg"]) expect(asColor(text)).toBeNull();
});
