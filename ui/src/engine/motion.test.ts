import { expect, test } from "vitest";
import { toBoard } from "./camera";
import { Cursors } from "./cursors";
import { GLIDE_MS, glideAt } from "./glide";

const size = { width: 1000, height: 500 };
const ada = { key: 1, name: "Ada", color: "#e03131" };

test("a pointer appears where it is, glides to where it goes, and comes to rest", () => {
  const cursors = new Cursors();
  cursors.report([{ ...ada, at: { x: 0, y: 0 } }]);
  expect(cursors.step(0, 1)).toBe(false);
  cursors.report([{ ...ada, at: { x: 100, y: 0 } }]);
  expect(cursors.step(16, 1)).toBe(true);
  const x = cursors.shown()[0]?.at.x ?? 0;
  expect(x).toBeGreaterThan(5);
  expect(x).toBeLessThan(60);
  let now = 16;
  while (cursors.step((now += 16), 1)) expect(now).toBeLessThan(1_000);
  expect(cursors.shown()[0]?.at).toEqual({ x: 100, y: 0 });
});

test("with reduced motion it is there at once", () => {
  const cursors = new Cursors();
  cursors.reducedMotion = true;
  cursors.report([{ ...ada, at: { x: 0, y: 0 } }]);
  cursors.step(0, 1);
  cursors.report([{ ...ada, at: { x: 100, y: 0 } }]);
  expect(cursors.step(16, 1)).toBe(false);
  expect(cursors.shown()[0]?.at.x).toBe(100);
});

test("a glide begins and ends where it should, and what both views share stays put", () => {
  // Zooming out from the middle: the point that is fixed for both cameras must not wander on the way.
  const from = { x: 0, y: 0, zoom: 1 };
  const to = { x: -500, y: -250, zoom: 0.5 };
  const glide = { from, to, since: 1_000 };
  expect(glideAt(glide, 1_000, size).camera).toEqual(from);
  expect(glideAt(glide, 1_000 + GLIDE_MS, size)).toEqual({ camera: to, done: true });
  const half = glideAt(glide, 1_000 + GLIDE_MS / 2, size).camera;
  expect(half.zoom).toBeLessThan(1);
  const middle = toBoard(half, { x: 500, y: 250 });
  expect(middle.x).toBeCloseTo(500);
  expect(middle.y).toBeCloseTo(250);
});
