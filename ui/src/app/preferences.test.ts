import { expect, test } from "vitest";
import { PLAIN_STYLE } from "../tools/style";
import { readStyle } from "./preferences";

test("a style that was kept comes back", () => {
  const style = { ...PLAIN_STYLE, color: "#e5484d", width: 18, markColor: "#2f9e44", markWidth: 40, dash: "dashed", fill: "#ffec99", keepTool: true } as const;
  expect(readStyle(JSON.parse(JSON.stringify(style)))).toEqual(style);
});

test.each([null, 7, "x", [], { color: "red", width: 1e9, dash: "wavy", fill: "url(x)", opacity: 0 }, { color: 3, width: Number.NaN }])("of %o comes the usual one", (stored) => {
  expect(readStyle(stored)).toEqual(PLAIN_STYLE);
});
