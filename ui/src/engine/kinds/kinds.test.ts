/** What every kind of shape promises the engine. A new kind adds bodies to the table. */
import { expect, test } from "vitest";
import { RecordedSurface, RecordedDrawing } from "../../testing/recorded_drawing";
import { label, stroke } from "../../testing/ink";
import { someShape } from "../../testing/some_shapes";
import type { Shape } from "../../protocol/generated/messages";
import { expand, type Point } from "../geometry";
import { contrast, PAPER } from "../color";
import { Painter } from "../layers/painter";
import { boundsOnBoard } from "../placement";
import { hits, isCrossed } from "../hit";
import { VectorPen, vectorDrawing, type Line, type VectorSink } from "../vector/vector_pen";
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
  {
    name: "a kind from a newer hub that has a box",
    shape: someShape("f", { kind: "hologram", w: 60, h: 40 } as unknown as Shape["body"], { x: 10, y: 10 }),
    on: [{ x: 40, y: 30 }],
    off: [{ x: 90, y: 30 }],
  },
  {
    name: "an empty ellipse",
    shape: someShape("g", { kind: "geo", form: "ellipse", w: 100, h: 60, width: 2, text: "", size: 20 }),
    on: [{ x: 50, y: 0 }, { x: 100, y: 30 }],
    off: [{ x: 50, y: 30 }, { x: 4, y: 4 }],
  },
  {
    name: "a filled rectangle, turned by a right angle",
    shape: someShape("h", { kind: "geo", form: "rectangle", w: 100, h: 20, width: 2, text: "", size: 20 }, { rotation: Math.PI / 2, fill: "#ffec99" }),
    on: [{ x: 50, y: 10 }, { x: 50, y: -35 }],
    off: [{ x: 10, y: 10 }],
  },
  {
    name: "a note with many words",
    shape: someShape("i", { kind: "note", w: 100, h: 100, text: "many words ".repeat(20), size: 20, by: "Ann" }),
    on: [{ x: 50, y: 50 }, { x: 50, y: 180 }],
    off: [{ x: 130, y: 50 }],
  },
  {
    name: "a picture, mirrored",
    shape: someShape("j", { kind: "image", w: 80, h: 40, blob: "a5".repeat(32) }, { mirrored: true }),
    on: [{ x: 40, y: 20 }],
    off: [{ x: 90, y: 20 }],
  },
  {
    name: "a frame: its edge, not what is in it",
    shape: someShape("k", { kind: "frame", w: 300, h: 200, text: "Page" }),
    on: [{ x: 0, y: 100 }, { x: 4, y: -8 }],
    off: [{ x: 150, y: 100 }],
  },
  {
    name: "a curved arrow",
    shape: someShape("l", { kind: "connector", w: 100, h: 0, width: 4, route: "curved", bend: 0.5, head_start: "dot", head_end: "triangle", size: 20 }),
    on: [{ x: 50, y: 50 }, { x: 0, y: 0 }],
    off: [{ x: 50, y: 0 }],
  },
  {
    name: "an elbow with words",
    shape: someShape("m", { kind: "connector", w: 100, h: 80, width: 4, route: "elbow", head_start: "bar", head_end: "arrow", text: "so", size: 10 }),
    on: [{ x: 20, y: 0 }, { x: 50, y: 40 }, { x: 90, y: 80 }],
    off: [{ x: 20, y: 60 }],
  },
  {
    name: "a marker's stroke",
    shape: someShape("n", { ...stroke("n", [{ x: 0, y: 0 }, { x: 60, y: 0 }]).body, nib: "marker", width: 20 } as Shape["body"]),
    on: [{ x: 30, y: 8 }],
    off: [{ x: 30, y: 30 }],
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
      let matrix = [1, 0, 0, 1, 0, 0] as number[];
      for (const { name: method, args } of surface.calls) {
        if (method === "setTransform") matrix = args as number[];
        if (method !== "lineTo" && method !== "moveTo") continue;
        const [ownX, ownY] = args as [number, number];
        const [a, b, c, d, e, f] = matrix as [number, number, number, number, number, number];
        const [x, y] = [a * ownX + c * ownY + e, b * ownX + d * ownY + f];
        expect(x).toBeGreaterThanOrEqual(box.minX * scale);
        expect(x).toBeLessThanOrEqual(box.maxX * scale);
        expect(y).toBeGreaterThanOrEqual(box.minY * scale);
        expect(y).toBeLessThanOrEqual(box.maxY * scale);
      }
      expect(pen.globalAlpha).toBe(1);
    }
  });
}

test.each(["light", "dark"] as const)("a highlighter of any ink can be told from %s paper, and lets through what is below", (scheme) => {
  const lines: Line[] = [];
  const nothing = (): void => undefined;
  const sink: VectorSink = { fill: nothing, words: nothing, picture: nothing, stroke: (_path, _matrix, line) => void lines.push(line) };
  const colors = ["#22252a", "#ffffff", "#ffd60a"];
  for (const color of colors) {
    const shape: Shape = { ...stroke("m", [{ x: 0, y: 0 }, { x: 60, y: 0 }]), color };
    const marked: Shape = { ...shape, body: { ...shape.body, nib: "marker" } as Shape["body"] };
    const extent = kindOf(marked).extent(marked, measure);
    const painter = new Painter(vectorDrawing, { get: () => null });
    painter.paint({ pen: new VectorPen(sink).pen, scale: 1, offsetX: 0, offsetY: 0, scheme }, { shape: marked, drawn: marked, extent, bounds: boundsOnBoard(marked, extent) });
    painter.flush();
  }
  expect(lines).toHaveLength(colors.length);
  for (const { color, alpha } of lines) {
    expect(contrast(color, PAPER[scheme])).toBeGreaterThan(1.25);
    expect(alpha).toBe(0.5);
  }
  expect(lines[2]?.color).toBe("#ffd60a");
});
