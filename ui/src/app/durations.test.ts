import { expect, test } from "vitest";
import { clock } from "./durations";

test.each([
  [0, "0:00"],
  [-500, "0:00"],
  [42_900, "0:42"],
  [725_000, "12:05"],
  [3_729_000, "1:02:09"],
])("%i ms reads %s", (span, text) => {
  expect(clock(span)).toBe(text);
});
