import fc from "fast-check";
import { expect, test } from "vitest";
import { cutInk, inkTaken } from "./cut";
import { segmentDistanceSquared, type Point } from "./geometry";
import { spineOf, thin, type InkPoint, type SpinePoint } from "./outline";

const straight: InkPoint[] = Array.from({ length: 21 }, (_, i) => ({ x: i * 10, y: 0, timeMs: i * 16 }));

/** Distance from `p` to a line of straight pieces. */
function away(p: Point, path: readonly Point[]): number {
  if (path.length === 1) return Math.hypot(p.x - (path[0]?.x ?? 0), p.y - (path[0]?.y ?? 0));
  return Math.sqrt(Math.min(...path.slice(1).map((to, i) => segmentDistanceSquared(p, path[i] ?? to, to))));
}

function drawn(points: readonly InkPoint[], width: number): SpinePoint[] {
  return spineOf(thin(points, width), width);
}

/** The spine with no step longer than `step`. */
function dense(spine: readonly SpinePoint[], step: number): SpinePoint[] {
  return spine.flatMap((to, i) => {
    const from = spine[i - 1] ?? to;
    const count = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / step));
    return Array.from({ length: count }, (_, k) => {
      const t = (k + 1) / count;
      return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t, radius: from.radius + (to.radius - from.radius) * t, at: 0 };
    });
  });
}

test("an eraser across a line leaves two, each ending a radius and half the ink's width away", () => {
  const [left, right] = cutInk(straight, 4, [{ x: 103, y: -50 }, { x: 103, y: 50 }], 10) ?? [];
  const radius = drawn(straight, 4)[10]?.radius ?? 0;
  expect(left?.at(-1)?.x).toBeCloseTo(103 - 10 - radius, 1);
  expect(right?.[0]?.x).toBeCloseTo(103 + 10 + radius, 1);
  expect(left?.[0]).toMatchObject({ x: 0, timeMs: 0 });
  expect(right?.at(-1)).toMatchObject({ x: 200, timeMs: 320 });
});

test("what goes fits between what stays", () => {
  const path = [{ x: 103, y: -50 }, { x: 103, y: 50 }];
  const [left, right] = cutInk(straight, 4, path, 10) ?? [];
  const [taken, ...more] = inkTaken(straight, 4, path, 10);
  expect(more).toEqual([]);
  expect(taken?.[0]?.x).toBeCloseTo(left?.at(-1)?.x ?? 0, 6);
  expect(taken?.at(-1)?.x).toBeCloseTo(right?.[0]?.x ?? 0, 6);
  expect(inkTaken(straight, 4, [{ x: 0, y: 30 }], 10)).toEqual([]);
});

test("the cut is as exact on a large zoom as on a small one", () => {
  const parts = cutInk(straight, 4, [{ x: 100.25, y: 0 }], 0.125) ?? [];
  expect(parts).toHaveLength(2);
  const gap = (parts[1]?.[0]?.x ?? 0) - (parts[0]?.at(-1)?.x ?? 0);
  expect(gap).toBeGreaterThan(0.25);
  expect(gap).toBeLessThan(0.25 + 4 * 1.3);
});

test("an eraser beside the ink cuts nothing", () => {
  expect(cutInk(straight, 4, [{ x: 0, y: 30 }, { x: 200, y: 30 }], 10)).toBeNull();
  expect(cutInk([], 4, [{ x: 0, y: 0 }], 10)).toBeNull();
});

test("an eraser along the ink leaves nothing", () => {
  expect(cutInk(straight, 4, [{ x: -5, y: 1 }, { x: 205, y: -1 }], 10)).toEqual([]);
  expect(cutInk([{ x: 5, y: 5 }], 4, [{ x: 6, y: 5 }], 1)).toEqual([]);
});

test("both ends can go, and the middle stays", () => {
  const parts = cutInk(straight, 4, [{ x: 0, y: 0 }, { x: 0, y: 99 }, { x: 200, y: 99 }, { x: 200, y: 0 }], 10) ?? [];
  expect(parts).toHaveLength(1);
  expect(parts[0]?.[0]?.x).toBeGreaterThan(10);
  expect(parts[0]?.at(-1)?.x).toBeLessThan(190);
});

const coordinate = fc.integer({ min: 0, max: 1_200 }).map((value) => value / 4);
const place = fc.record({ x: coordinate, y: coordinate });
const ink = fc
  .array(fc.record({ dx: fc.integer({ min: -60, max: 60 }), dy: fc.integer({ min: -60, max: 60 }), step: fc.nat(40) }), { minLength: 1, maxLength: 40 })
  .map((list) => {
    let [x, y, timeMs] = [150, 150, 0];
    return list.map(({ dx, dy, step }): InkPoint => ({ x: (x += dx / 2), y: (y += dy / 2), timeMs: (timeMs += step) }));
  });
const eraser = fc.array(place, { minLength: 1, maxLength: 6 });
const width = fc.integer({ min: 1, max: 24 });
const radius = fc.integer({ min: 1, max: 30 });

test("what is left does not touch the eraser's way", () => {
  fc.assert(
    fc.property(ink, width, eraser, radius, (points, wide, path, reach) => {
      for (const part of cutInk(points, wide, path, reach) ?? []) {
        for (const vertex of dense(drawn(part, wide), 1)) {
          // A part's line may swing a little otherwise than the whole's beside a cut.
          expect(away(vertex, path)).toBeGreaterThan(reach + vertex.radius - wide * 0.3 - 0.6);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("what the eraser did not come near is left, as wide as it was", () => {
  fc.assert(
    fc.property(ink, width, eraser, radius, (points, wide, path, reach) => {
      const parts = cutInk(points, wide, path, reach);
      if (!parts) return;
      const left = parts.map((part) => drawn(part, wide));
      for (const vertex of dense(drawn(points, wide), 1)) {
        if (away(vertex, path) < reach + wide * 1.5 + 2) continue;
        const beside = left.filter((spine) => away(vertex, spine) <= wide * 0.4 + 1);
        expect(beside.length).toBeGreaterThan(0);
        const widths = beside.flatMap((spine) => dense(spine, 1).filter((other) => Math.hypot(other.x - vertex.x, other.y - vertex.y) <= wide * 0.4 + 2).map((other) => other.radius));
        expect(Math.min(...widths.map((other) => Math.abs(other - vertex.radius)))).toBeLessThan(wide * 0.12 + 0.05);
      }
    }),
    { numRuns: 300 },
  );
});

test("parts keep their order and time, and cutting again at the same place takes next to nothing", () => {
  fc.assert(
    fc.property(ink, width, eraser, radius, (points, wide, path, reach) => {
      const parts = cutInk(points, wide, path, reach) ?? [];
      const times = parts.flatMap((part) => part.map((point) => point.timeMs ?? -1));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      for (const part of parts) {
        const again = cutInk(part, wide, path, Math.max(0, reach - wide * 0.3 - 0.6));
        expect(again?.length ?? 1).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});
