/** A shape of every kind and a change of every property, for simulations and tables. */
import type { Shape, ShapeBody, ShapeChange } from "../protocol/generated/messages";

/** One point. */
const points = Uint8Array.of(4, 1, 0, 0);

export const SOME_BODIES: readonly ShapeBody[] = [
  { kind: "stroke", width: 2, points },
  { kind: "stroke", width: 20, points, nib: "marker" },
  { kind: "text", text: "label", size: 20 },
  { kind: "text", text: "wraps", size: 20, w: 90 },
  { kind: "geo", form: "star", w: 90, h: 60, width: 2, text: "in it", size: 20 },
  { kind: "connector", w: 80, h: -40, width: 2, route: "straight", head_start: "none", head_end: "arrow", size: 20 },
  { kind: "connector", w: 80, h: 40, width: 2, route: "curved", bend: 0.25, head_start: "dot", head_end: "bar", from: "s1", from_x: 0, to: "s2", text: "so", size: 20 },
  { kind: "note", w: 200, h: 200, text: "remember", size: 20 },
  { kind: "image", w: 320, h: 200, blob: "a5".repeat(32) },
  { kind: "image", w: 320, h: 200, blob: "b6".repeat(32), crop_left: 0.25, crop_bottom: 0.5 },
  { kind: "frame", w: 640, h: 360, text: "Page", order: 2 },
];

/** Every property, at its default and at another value; which shape has it does not matter. */
export function someChanges(value: number): Omit<ShapeChange, "id">[] {
  const [even, part] = [value % 2 === 0, (value % 5) / 4];
  return [
    { x: value }, { y: value, x: -value }, { z: value % 7 }, { color: "#00ff00" }, { opacity: part },
    { rotation: even ? 0 : value / 100 }, { mirrored: even }, { locked: even }, { group: even ? "" : "g1/g2" },
    { link: even ? "" : "https://a.example/" }, { name: even ? "" : "A thing" }, { fill: even ? "none" : "#ffec99" },
    { dash: even ? "solid" : "dashed" }, { font: even ? "sans" : "mono" }, { align: even ? "auto" : "right" },
    { bold: even }, { italic: even }, { width: 1 + (value % 9) / 10 }, { points: Uint8Array.of(4, 1, value % 9, 0) },
    { nib: even ? "pen" : "brush" }, { text: even ? "" : `text ${value}` }, { size: 10 + (value % 9) / 10 },
    { form: even ? "rectangle" : "cloud" }, { w: 300 - value }, { h: 300 - value }, { route: even ? "straight" : "elbow" },
    { bend: even ? 0 : 0.5 }, { head_start: even ? "none" : "dot" }, { head_end: even ? "none" : "triangle" },
    { from: even ? "" : "s3", from_x: part, from_y: 0.5 }, { to: even ? "" : "s4", to_x: 0.5, to_y: part }, { order: even ? 0 : 1.5 },
    { crop_left: (value % 4) / 8, crop_top: even ? 0 : 0.125 }, { crop_right: even ? 0 : 0.25, crop_bottom: (value % 4) / 8 },
  ];
}

export function someShape(id: string, body: ShapeBody, part: Partial<Shape> = {}): Shape {
  return { id, author: 0, x: 0, y: 0, z: 0, color: "#1e1e1e", body, ...part };
}
