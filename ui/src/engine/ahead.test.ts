import { expect, test } from "vitest";
import { guessesAfter } from "./ahead";
import type { InkPoint } from "./outline";

const going: InkPoint[] = Array.from({ length: 8 }, (_, i) => ({ x: i * 10, y: 0, timeMs: i * 8, pressure: 0.4 }));

test("a pen that goes straight on is followed as far as it came in a step", () => {
  expect(guessesAfter(going, [{ x: 78, y: 1 }, { x: 84, y: 2 }, { x: 140, y: 9 }])).toEqual([
    { x: 78, y: 1, timeMs: 64, pressure: 0.4 },
    { x: 84, y: 2, timeMs: 72, pressure: 0.4 },
  ]);
});

test("nothing is guessed where the pen turns, stands or has only begun", () => {
  const turning = [...going.slice(0, 5), { x: 40, y: 10 }, { x: 40, y: 20 }, { x: 40, y: 30 }];
  expect(guessesAfter(turning, [{ x: 40, y: 38 }])).toEqual([]);
  expect(guessesAfter(going, [{ x: 60, y: 0 }])).toEqual([]);
  expect(guessesAfter(going.slice(0, 4), [{ x: 38, y: 0 }])).toEqual([]);
  expect(guessesAfter(going.map((point) => ({ ...point, x: 3 })), [{ x: 3, y: 0 }])).toEqual([]);
});
