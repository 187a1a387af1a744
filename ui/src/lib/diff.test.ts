import fc from "fast-check";
import { expect, test } from "vitest";
import { diff, type Replacement } from "./diff";

function patched(text: string, replacements: readonly Replacement[]): string {
  let result = text;
  for (const { from, to, insert } of [...replacements].reverse()) result = result.slice(0, from) + insert + result.slice(to);
  return result;
}

test("two lines changed far apart are two replacements, and what is between is left alone", () => {
  const before = "title\none\ntwo\nthree\nend";
  const after = "Title\none\ntwo\nthree!\nend";
  expect(diff(before, after)).toEqual([
    { from: 0, to: 1, insert: "T" },
    { from: 19, to: 19, insert: "!" },
  ]);
});

test("half a character is never replaced", () => {
  expect(diff("a👋b", "a👍b")).toEqual([{ from: 1, to: 3, insert: "👍" }]);
});

test("any two texts: the difference leads from one to the other", () => {
  const text = fc.array(fc.constantFrom("a", "b", "é", "👋", "👍", "\n", "\n", "word"), { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const found = diff(before, after);
      expect(patched(before, found)).toBe(after);
      for (let index = 1; index < found.length; index += 1) {
        expect(found[index]?.from).toBeGreaterThanOrEqual(found[index - 1]?.to ?? 0);
      }
    }),
    { numRuns: 1000 },
  );
});

test("texts with nothing in common do not take long", () => {
  const before = Array.from({ length: 20_000 }, (_, line) => `a${line}\n`).join("");
  const after = Array.from({ length: 20_000 }, (_, line) => `b${line}\n`).join("");
  const start = performance.now();
  expect(patched(before, diff(before, after))).toBe(after);
  expect(performance.now() - start).toBeLessThan(20_000);
});

test("what was put in at several places of one line is found at each of them", () => {
  expect(diff("one two three", "one! two, three.")).toEqual([
    { from: 3, to: 3, insert: "!" },
    { from: 7, to: 7, insert: "," },
    { from: 13, to: 13, insert: "." },
  ]);
});
