import { expect, test } from "vitest";
import { GrowingText } from "./growing_text";

test("a text is what was added, however much it was", async () => {
  const text = new GrowingText();
  expect(text.isEmpty).toBe(true);
  const pieces = Array.from({ length: 300 }, (_, i) => `${i}:${"ä".repeat(5_000)}\n`);
  for (const piece of pieces) text.add(piece);
  expect(text.isEmpty).toBe(false);
  const file = text.file("text/plain", "[", "]");
  expect(file.type).toBe("text/plain");
  expect(await file.text()).toBe(`[${pieces.join("")}]`);
});
