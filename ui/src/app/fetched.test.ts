import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetched, partMissing, PAUSES_MS } from "./fetched";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Fails so many times, then gives "part". */
function dropped(times: number): () => Promise<string> {
  let left = times;
  return () => (left-- > 0 ? Promise.reject(new TypeError("Failed to fetch")) : Promise.resolve("part"));
}

test("a part that was dropped comes by a later try", async () => {
  const part = fetched(dropped(PAUSES_MS.length));
  await vi.runAllTimersAsync();
  expect(await part).toBe("part");
  expect(partMissing.now).toBe(false);
});

test("a part that never comes is told to who waits and to the page, until one does", async () => {
  const part = fetched(dropped(Infinity)).catch((error: unknown) => String(error));
  await vi.runAllTimersAsync();
  expect(await part).toContain("Failed to fetch");
  expect(partMissing.now).toBe(true);
  await fetched(dropped(0));
  expect(partMissing.now).toBe(false);
});
