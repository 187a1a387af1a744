import { expect, test } from "vitest";
import { DEFAULT_INK, DEFAULT_WIDTH } from "./palette";
import { readInk } from "./preferences";

test("an ink that was kept comes back", () => {
  expect(readInk({ color: "#E5484D", width: 18 })).toEqual({ color: "#e5484d", width: 18 });
});

test.each([null, 7, "x", [], { color: "red", width: 1e9 }, { color: 3, width: Number.NaN }])("of %o comes the usual ink", (stored) => {
  expect(readInk(stored)).toEqual({ color: DEFAULT_INK, width: DEFAULT_WIDTH });
});
