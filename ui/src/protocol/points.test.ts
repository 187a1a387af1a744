import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DamagedPoints, countPoints, packPoints, precisionFor, reachOf, unpackPoints, type Point } from "./points";

interface Row {
  name: string;
  packed: string;
  precision: number;
  points: [number, number, number | null, number | null][];
}

const FIXTURES = new URL("../../../src-tauri/crates/lanvas-protocol/fixtures/", import.meta.url);
const rows = JSON.parse(readFileSync(new URL("points.json", FIXTURES), "utf8")) as Row[];

function listed([x, y, pressure, timeMs]: Row["points"][number]): Point {
  return { x, y, ...(pressure === null ? {} : { pressure }), ...(timeMs === null ? {} : { timeMs }) };
}

describe("the bytes are those of the Rust side", () => {
  test.each(rows)("$name", ({ packed, points, precision }) => {
    const bytes = new Uint8Array(Buffer.from(packed, "hex"));
    const list = points.map(listed);
    const unpacked = unpackPoints(bytes);
    expect(unpacked.length).toBe(list.length);
    unpacked.forEach((point, index) => {
      expect({ ...point, pressure: undefined }).toEqual({ ...list[index], pressure: undefined });
      if (point.pressure !== undefined) expect(point.pressure).toBeCloseTo(list[index]?.pressure ?? NaN, 6);
    });
    expect(Buffer.from(packPoints(list, precision)).toString("hex")).toBe(packed);
    expect(countPoints(bytes)).toBe(list.length);
  });
});

test("any bytes are refused or unpack to as many points as they say", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(unpackPoints(bytes).length).toBe(countPoints(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedPoints);
      }
    }),
  );
});

test("how far points reach is what unpacking them says", () => {
  const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const near = fc.double({ min: -40, max: 40, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.record({ x: fc.oneof(coordinate, near), y: fc.oneof(coordinate, near) }), { maxLength: 60 }), fc.integer({ min: 0, max: 10 }), (list, precision) => {
      const packed = packPoints(list, precision);
      const points = unpackPoints(packed);
      const reach = reachOf(packed);
      if (!reach) {
        expect(points).toEqual([]);
        return;
      }
      const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
      expect([reach.minX, reach.maxX, reach.minY, reach.maxY]).toEqual([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]);
      const longest = Math.max(0, ...points.slice(1).map((point, i) => Math.hypot(point.x - (xs[i] ?? 0), point.y - (ys[i] ?? 0))));
      expect(reach.longest).toBeCloseTo(longest, 5);
    }),
  );
});

test("how far damaged points reach is refused where unpacking them is", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        reachOf(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedPoints);
        expect(() => unpackPoints(bytes)).toThrow(DamagedPoints);
      }
    }),
  );
});

test("packing keeps the points to its precision", () => {
  const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const points = fc.array(fc.record({ x: coordinate, y: coordinate, pressure: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(points, fc.integer({ min: 0, max: 10 }), (list, precision) => {
      const made = list.map((point, index) => ({ ...point, pressure: point.pressure / 255, timeMs: index * 7 }));
      const got = unpackPoints(packPoints(made, precision));
      const half = 0.5 / 2 ** precision + 1e-9;
      got.forEach((point, index) => {
        expect(Math.abs(point.x - (made[index]?.x ?? NaN))).toBeLessThanOrEqual(half);
        expect(Math.abs(point.y - (made[index]?.y ?? NaN))).toBeLessThanOrEqual(half);
        expect([point.pressure, point.timeMs]).toEqual([made[index]?.pressure, made[index]?.timeMs]);
      });
    }),
  );
});

test("a pen cannot make a stroke that the hub refuses", () => {
  const wild = [{ x: Infinity, y: 2e6, timeMs: 5 }, { x: -2e6, y: NaN, timeMs: 3 }];
  expect(unpackPoints(packPoints(wild, 4))).toEqual([{ x: 0, y: 1e6, timeMs: 5 }, { x: -1e6, y: 0, timeMs: 5 }]);
  const long = Array.from({ length: 10_500 }, (_, x) => ({ x, y: 0 }));
  expect(countPoints(packPoints(long, 0))).toBe(10_000);
});

test("the closer one looks, the finer the points", () => {
  expect([0.01, 0.5, 1, 2, 64, 1e6, 0, NaN].map(precisionFor)).toEqual([0, 2, 3, 4, 9, 10, 6, 6]);
});
