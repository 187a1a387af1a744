import { expect, test } from "vitest";
import { Pace } from "./pace";

/** Runs frames that are as late as their work makes them; returns the last allowance. */
function learn(msPerPoint: number, frames: number): number {
  const pace = new Pace();
  let now = 0;
  let points = 0;
  for (let i = 0; i < frames; i++) {
    points = pace.allowance(now, true);
    pace.spent(points);
    now += Math.max(16.7, points * msPerPoint);
  }
  return points;
}

test("learns how much this machine can do in a frame", () => {
  expect(learn(0.01, 60)).toBeLessThan(2_400);
  expect(learn(0.0001, 60)).toBeGreaterThan(90_000);
});

test("allows more when nobody's hand moves, and learns nothing from pauses", () => {
  const pace = new Pace();
  const busy = pace.allowance(0, true);
  pace.spent(busy);
  expect(pace.allowance(60_000, true)).toBe(busy);
  expect(pace.allowance(60_016, false)).toBeGreaterThan(busy);
});
