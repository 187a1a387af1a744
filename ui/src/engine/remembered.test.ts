import { expect, test } from "vitest";
import { Remembered } from "./remembered";

test("keeps what was used lately, up to its weight", () => {
  const kept = new Remembered<string, number>(10);
  kept.set("a", 1, 4);
  kept.set("b", 2, 4);
  expect(kept.get("a")).toBe(1);
  kept.set("c", 3, 4);
  expect([kept.get("a"), kept.get("b"), kept.get("c")]).toEqual([1, undefined, 3]);
  expect(kept.weight).toBe(8);
  kept.set("huge", 4, 11);
  expect([kept.get("huge"), kept.get("a")]).toEqual([undefined, 1]);
  kept.set("a", 5, 1);
  expect([kept.get("a"), kept.weight]).toEqual([5, 5]);
});

test("says what it lets go of, each once", () => {
  const gone: number[] = [];
  const kept = new Remembered<string, number>(10, (value) => gone.push(value));
  kept.set("a", 1, 6);
  kept.set("b", 2, 6);
  kept.set("b", 3, 6);
  kept.set("huge", 4, 11);
  expect(gone).toEqual([1, 2, 4]);
  kept.delete("b");
  expect(gone).toEqual([1, 2, 4, 3]);
});
