import fc from "fast-check";
import { expect, test } from "vitest";
import { containsPoint, expand, type Point } from "./geometry";
import { inkBounds } from "./ink";
import { CONTEXT, spineOf, thin, traceOutline, WIDTH_FACTOR_MAX, type InkPoint, type PathSink } from "./outline";

/** Flattens a path, to ask what is inside. */
class Polygon implements PathSink {
  readonly points: Point[] = [];
  moveTo(x: number, y: number): void {
    this.points.push({ x, y });
  }
  lineTo(x: number, y: number): void {
    this.points.push({ x, y });
  }
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    const from = this.points.at(-1) ?? { x, y };
    for (let i = 1; i <= 6; i++) {
      const t = i / 6;
      const s = 1 - t;
      this.points.push({ x: s * s * from.x + 2 * s * t * cx + t * t * x, y: s * s * from.y + 2 * s * t * cy + t * t * y });
    }
  }
  arc(x: number, y: number, radius: number, from: number, to: number, anticlockwise = false): void {
    let sweep = to - from;
    if (anticlockwise && sweep > 0) sweep -= 2 * Math.PI;
    if (!anticlockwise && sweep < 0) sweep += 2 * Math.PI;
    for (let i = 0; i <= 24; i++) {
      const angle = from + (sweep * i) / 24;
      this.points.push({ x: x + Math.cos(angle) * radius, y: y + Math.sin(angle) * radius });
    }
  }
  closePath(): void {}

  /** How often the outline goes round `p`: what a non-zero fill looks at. */
  winding(p: Point): number {
    let count = 0;
    this.points.forEach((a, i) => {
      const b = this.points[(i + 1) % this.points.length] ?? a;
      const side = (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y);
      if (a.y <= p.y && b.y > p.y && side > 0) count += 1;
      if (a.y > p.y && b.y <= p.y && side < 0) count -= 1;
    });
    return count;
  }
}

function outlineOf(points: readonly InkPoint[], width: number): Polygon {
  const polygon = new Polygon();
  traceOutline(polygon, spineOf(thin(points, width), width));
  return polygon;
}

const coordinate = fc.integer({ min: -400, max: 400 });
const samples = fc.array(
  fc.record({ x: coordinate, y: coordinate, step: fc.nat(40) }),
  { minLength: 1, maxLength: 40 },
).map((list) => {
  let timeMs = 0;
  return list.map(({ x, y, step }): InkPoint => ({ x: x / 4, y: y / 4, timeMs: (timeMs += step) }));
});
const width = fc.constantFrom(1, 2, 4, 16, 60);

test("the pen's way lies inside its ink, however it turns, and is filled without holes", () => {
  fc.assert(
    fc.property(samples, width, (points, w) => {
      const spine = spineOf(thin(points, w), w);
      const polygon = new Polygon();
      traceOutline(polygon, spine);
      // A hair beside the vertex: on an edge "inside" has no answer.
      for (const { x, y } of spine) expect(polygon.winding({ x: x + 1.3e-4, y: y + 1.7e-4 })).not.toBe(0);
    }),
    { numRuns: 100 },
  );
});

test("all ink is inside its bounds and none is wider than promised", () => {
  fc.assert(
    fc.property(samples, width, (points, w) => {
      const bounds = expand(inkBounds(points, w), 1e-6);
      // One expectation for all points: one for each took most of the test's time.
      const finite = (point: { x: number; y: number }) => Number.isFinite(point.x) && Number.isFinite(point.y);
      expect(outlineOf(points, w).points.filter((point) => !finite(point) || !containsPoint(bounds, point))).toEqual([]);
      const widest = (w / 2) * WIDTH_FACTOR_MAX + 1e-9;
      expect(spineOf(thin(points, w), w).filter(({ radius }) => radius > widest)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("a part drawn alone is that part of the whole", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 40, maxLength: 80 }), fc.nat(20), (points, first) => {
      const last = first + 12;
      const drawn = (...of: Parameters<typeof spineOf>) => spineOf(...of).map(({ x, y, radius }) => ({ x, y, radius }));
      const whole = drawn(points, 4);
      const part = drawn(points, 4, first, last);
      const near = points.slice(Math.max(0, first - CONTEXT), last + 1 + CONTEXT);
      expect(drawn(near, 4, Math.min(first, CONTEXT), Math.min(first, CONTEXT) + 12)).toEqual(part);
      // Samples in one place make one vertex: the part may begin with another of them than the whole has.
      const start = spineOf(points, 4).findLastIndex(({ at }) => at <= first);
      expect([whole[start]?.x, whole[start]?.y]).toEqual([part[0]?.x, part[0]?.y]);
      expect(whole.slice(start + 1, start + part.length)).toEqual(part.slice(1));
    }),
  );
});

test("a tap is a dot of the pen's width", () => {
  const polygon = outlineOf([{ x: 10, y: 10 }], 8);
  const reach = Math.max(...polygon.points.map((point) => Math.hypot(point.x - 10, point.y - 10)));
  expect(reach).toBeGreaterThan(3);
  expect(reach).toBeLessThan(8 * WIDTH_FACTOR_MAX);
});

test("a wide pen that turns back on itself leaves no hole", () => {
  const polygon = outlineOf([{ x: 0, y: 0 }, { x: 30, y: 0 }, { x: 0, y: 0.5 }, { x: 30, y: 1 }], 20);
  for (let x = 0; x <= 30; x += 1.5) expect(polygon.winding({ x: x + 0.01, y: 0.317 })).not.toBe(0);
});

test("sparse samples of a circle stay a circle: the spline goes through them, not inside them", () => {
  const circle = Array.from({ length: 13 }, (_, i) => ({
    x: 100 * Math.cos((i / 12) * 2 * Math.PI),
    y: 100 * Math.sin((i / 12) * 2 * Math.PI),
    timeMs: i * 16,
  }));
  const inner = spineOf(thin(circle, 4), 4).slice(12, -12);
  for (const point of inner) expect(Math.abs(Math.hypot(point.x, point.y) - 100)).toBeLessThan(1.2);
});

test("a corner stays a corner", () => {
  const spine = spineOf([{ x: 0, y: 0 }, { x: 0, y: 50 }, { x: 0, y: 100 }, { x: 20, y: 50 }, { x: 40, y: 0 }], 4);
  expect(spine.some((point) => Math.hypot(point.x, point.y - 100) < 0.5)).toBe(true);
});

test("jitter of a slow mouse is smoothed", () => {
  const stairs = Array.from({ length: 60 }, (_, i) => ({ x: i, y: Math.round(i / 3), timeMs: i * 16 }));
  const spine = spineOf(thin(stairs, 4), 4).slice(6, -6);
  for (const point of spine) expect(Math.abs(point.y - point.x / 3)).toBeLessThan(0.42);
});

test("quick is thin, slow is full; pressure decides where there is any", () => {
  const straight = (step: number, pressure?: number) =>
    Array.from({ length: 20 }, (_, i): InkPoint => ({ x: i * step, y: 0, timeMs: i * 16, ...(pressure === undefined ? {} : { pressure }) }));
  const radius = (points: InkPoint[]) => spineOf(points, 4)[10]?.radius ?? 0;
  expect(radius(straight(40))).toBeLessThan(radius(straight(2)) * 0.75);
  expect(radius(straight(40, 1))).toBe(radius(straight(2, 1)));
  expect(radius(straight(10, 0.1))).toBeLessThan(radius(straight(10, 0.9)) * 0.6);
});

test("thinning keeps both ends and drops what is too near", () => {
  const kept = thin([{ x: 0, y: 0 }, { x: 0.1, y: 0 }, { x: 5, y: 0 }, { x: 5.2, y: 0 }, { x: 10, y: 0 }, { x: 10.1, y: 0 }], 4);
  expect(kept.map((point) => point.x)).toEqual([0, 5, 10.1]);
  expect(thin([], 4)).toEqual([]);
});
