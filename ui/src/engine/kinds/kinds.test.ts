/** What every kind of shape promises the engine. A new kind adds bodies to the table. */
import { expect, test } from "vitest";
import { RecordedSurface, RecordedDrawing } from "../../testing/recorded_drawing";
import { label, stroke } from "../../testing/ink";
import type { Shape } from "../../protocol/generated/messages";
import { expand, type Point } from "../geometry";
import { Painter } from "../layers/painter";
import { boundsOnBoard } from "../placement";
import { hits, isCrossed } from "../hit";
import { kindOf } from "./registry";

interface Row {
  readonly name: string;
  readonly shape: Shape;
  /** Points of the board where it is, and where it is not though its box may be. */
  readonly on: readonly Point[];
  readonly off: readonly Point[];
}

const ROWS: readonly Row[] = [
  {
    name: "a stroke",
    shape: stroke("a", [{ x: 100, y: 100 }, { x: 140, y: 100 }, { x: 140, y: 160 }]),
    on: [{ x: 120, y: 101 }, { x: 139, y: 150 }],
    off: [{ x: 110, y: 150 }],
  },
  { name: "a dot", shape: stroke("b", [{ x: 10, y: 10 }], { width: 8 }), on: [{ x: 12, y: 10 }], off: [{ x: 30, y: 10 }] },
  {
    name: "a label",
    shape: label("c", 50, 60, "two\nlines", 20),
    on: [{ x: 60, y: 70 }, { x: 55, y: 100 }],
    off: [{ x: 60, y: 130 }],
  },
  {
    name: "damaged ink",
    shape: { ...stroke("d", []), body: { kind: "stroke", width: 3, points: Uint8Array.of(4, 200, 1, 1) } },
    on: [],
    off: [{ x: 40, y: 40 }],
  },
  {
    name: "a kind from a newer hub",
    shape: { ...stroke("e", []), body: { kind: "hologram" } as unknown as Shape["body"] },
    on: [],
    off: [{ x: 0, y: 0 }],
  },
];

const measure = (line: string): number => line.length * 50;

for (const { name, shape, on, off } of ROWS) {
  const extent = kindOf(shape).extent(shape, measure);
  const placed = { shape, drawn: shape, extent, bounds: boundsOnBoard(shape, extent) };

  test(`${name} has a finite extent`, () => {
    expect(Object.values(extent).every(Number.isFinite)).toBe(true);
  });

  test(`${name} is hit and crossed where it is`, () => {
    for (const at of on) {
      expect(hits(placed, at, 1)).toBe(true);
      expect(isCrossed(placed, at, { x: at.x + 1, y: at.y + 1 }, 1)).toBe(true);
    }
    for (const at of off) expect(hits(placed, at, 1)).toBe(false);
  });

  test(`${name} paints inside its extent, at every size`, () => {
    for (const scale of [0.05, 1, 12]) {
      const surface = new RecordedSurface(4_000, 4_000);
      const painter = new Painter(new RecordedDrawing());
      const pen = surface.pen;
      painter.paint({ pen, scale, offsetX: 0, offsetY: 0, scheme: "light" }, placed);
      painter.flush();
      const box = expand(placed.bounds, 2 / scale);
      for (const call of surface.calls.filter(({ name: method }) => method === "lineTo" || method === "moveTo")) {
        const [x, y] = call.args as [number, number];
        expect(x).toBeGreaterThanOrEqual(box.minX * scale);
        expect(x).toBeLessThanOrEqual(box.maxX * scale);
        expect(y).toBeGreaterThanOrEqual(box.minY * scale);
        expect(y).toBeLessThanOrEqual(box.maxY * scale);
      }
      expect(pen.globalAlpha).toBe(1);
    }
  });
}
