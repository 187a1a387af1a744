import fc from "fast-check";
import { expect, test } from "vitest";
import { clampCamera, fit, HOME, panBy, pinch, toBoard, toScreen, visibleRect, wheel, ZOOM_MAX, ZOOM_MIN, zoomAt, zoomStep, type Camera } from "./camera";
import { containsRect, EMPTY_RECT, expand } from "./geometry";

const size = { width: 1280, height: 800 };
const at = { x: 300, y: 200 };
const camera = fc.record<Camera>({
  x: fc.double({ min: -5e5, max: 5e5, noNaN: true }),
  y: fc.double({ min: -5e5, max: 5e5, noNaN: true }),
  zoom: fc.double({ min: ZOOM_MIN, max: ZOOM_MAX, noNaN: true }),
});
const screen = fc.record({ x: fc.integer({ min: 0, max: 1280 }), y: fc.integer({ min: 0, max: 800 }) });

test("screen and board are each other's way back", () => {
  fc.assert(
    fc.property(camera, screen, (from, point) => {
      const back = toScreen(from, toBoard(from, point));
      expect(back.x).toBeCloseTo(point.x, 2);
      expect(back.y).toBeCloseTo(point.y, 2);
    }),
  );
});

test("what is under the pointer stays there while zooming", () => {
  fc.assert(
    fc.property(camera, screen, fc.double({ min: 0.001, max: 1000, noNaN: true }), (from, point, factor) => {
      const board = toBoard(from, point);
      const after = toScreen(zoomAt(from, from.zoom * factor, point, size), board);
      expect(after.x).toBeCloseTo(point.x, 1);
      expect(after.y).toBeCloseTo(point.y, 1);
    }),
  );
});

test("no turn of the wheel leads off the board or out of the zoom's range", () => {
  const delta = fc.double({ noNaN: false, min: -1e7, max: 1e7 });
  fc.assert(
    fc.property(fc.array(fc.record({ deltaX: delta, deltaY: delta, deltaMode: fc.nat(2), shift: fc.boolean(), command: fc.boolean() })), (turns) => {
      let now = HOME;
      for (const turn of turns) now = wheel(now, turn, at, size);
      expect(now.zoom).toBeGreaterThanOrEqual(ZOOM_MIN);
      expect(now.zoom).toBeLessThanOrEqual(ZOOM_MAX);
      expect(Math.abs(now.x + size.width / now.zoom / 2)).toBeLessThanOrEqual(1_000_000.01);
    }),
  );
});

test.each([
  ["down", { deltaX: 0, deltaY: 100, shift: false, command: false }, { x: 0, y: 100, zoom: 1 }],
  ["sideways with shift", { deltaX: 0, deltaY: 100, shift: true, command: false }, { x: 100, y: 0, zoom: 1 }],
  ["sideways where the system turned it", { deltaX: 100, deltaY: 0, shift: true, command: false }, { x: 100, y: 0, zoom: 1 }],
])("the wheel pans %s", (_, turn, expected) => {
  expect(wheel(HOME, { ...turn, deltaMode: 0 }, at, size)).toEqual(expected);
});

test("Ctrl and the wheel zoom at the pointer, and back", () => {
  const turn = { deltaX: 0, deltaY: -100, deltaMode: 0, shift: false, command: true };
  const nearer = wheel(HOME, turn, at, size);
  expect(nearer.zoom).toBeCloseTo(1.22, 2);
  const back = wheel(nearer, { ...turn, deltaY: 100 }, at, size);
  expect(back.zoom).toBeCloseTo(1);
  expect(back.x).toBeCloseTo(0);
});

test("the board follows both fingers", () => {
  const before = [{ x: 100, y: 100 }, { x: 300, y: 100 }] as const;
  const after = [{ x: 120, y: 150 }, { x: 520, y: 150 }] as const;
  const to = pinch(HOME, before, after, size);
  expect(to.zoom).toBeCloseTo(2);
  for (const [i, finger] of after.entries()) {
    const point = toBoard(HOME, before[i] ?? finger);
    expect(toScreen(to, point).x).toBeCloseTo(finger.x);
    expect(toScreen(to, point).y).toBeCloseTo(finger.y);
  }
});

test("fitting shows all of it and does not enlarge", () => {
  const side = fc.double({ min: 1, max: 20_000, noNaN: true });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const rect = { minX: 50, minY: -70, maxX: 50 + width, maxY: -70 + height };
      const to = fit(rect, size);
      expect(containsRect(expand(visibleRect(to, size), 1e-6), rect)).toBe(true);
      expect(to.zoom).toBeLessThanOrEqual(1);
    }),
  );
  expect(fit(EMPTY_RECT, size)).toEqual({ x: -640, y: -400, zoom: 1 });
});

test("steps of zoom pass through 100 % in both directions and end at the ends", () => {
  expect(zoomStep({ x: 0, y: 0, zoom: 0.93 }, 1, size).zoom).toBe(1);
  expect(zoomStep({ x: 0, y: 0, zoom: 1.2 }, -1, size).zoom).toBe(1);
  expect(zoomStep({ x: 0, y: 0, zoom: ZOOM_MAX }, 1, size).zoom).toBe(ZOOM_MAX);
  expect(zoomStep({ x: 0, y: 0, zoom: ZOOM_MIN }, -1, size).zoom).toBe(ZOOM_MIN);
});

test("a camera that is no number is home", () => {
  expect(clampCamera({ x: NaN, y: Infinity, zoom: NaN }, size)).toEqual(HOME);
  expect(panBy(HOME, 10, -20, size)).toEqual({ x: -10, y: 20, zoom: 1 });
});
