/** The order in which the things on the board are walked through and read. Pure. */
import type { Placed, Scene } from "../engine/scene";
import type { ShapeId } from "../protocol/generated/messages";
import type { Frame } from "../tools/frames";

/** Rows from above to below, each from left to right: things that overlap in height share a row. */
export function readingOrder(all: readonly Placed[]): Placed[] {
  const sorted = [...all].sort((a, b) => a.bounds.minY - b.bounds.minY || a.bounds.minX - b.bounds.minX);
  const rows: { readonly bottom: number; readonly items: Placed[] }[] = [];
  for (const placed of sorted) {
    const row = rows.at(-1);
    const middle = (placed.bounds.minY + placed.bounds.maxY) / 2;
    if (row && middle < row.bottom) row.items.push(placed);
    else rows.push({ bottom: placed.bounds.maxY, items: [placed] });
  }
  return rows.flatMap(({ items }) => items.sort((a, b) => a.bounds.minX - b.bounds.minX || a.bounds.minY - b.bounds.minY));
}

/** More than these are walked through by place alone. */
const ORDERED_MAX = 20_000;

/** What comes after (or before) what is selected, null past the end; drawings only where there is nothing else. */
export function nextShape(scene: Scene, selected: readonly ShapeId[], step: 1 | -1): Placed | null {
  const all = [...scene.all()].slice(0, ORDERED_MAX);
  const telling = all.filter(({ shape }) => shape.body.kind !== "stroke");
  const order = readingOrder(telling.length > 0 ? telling : all);
  if (order.length === 0) return null;
  const at = order.findIndex(({ shape }) => shape.id === selected[0]);
  const next = at === -1 && step === -1 ? order.length - 1 : at + step;
  return order[next] ?? null;
}

/** Frames in the order of pages. */
export function pageOrder(scene: Scene): Frame[] {
  return [...scene.all()].map(({ shape }) => shape).filter((shape) => shape.body.kind === "frame").map((shape) => shape as Frame).sort((a, b) => (a.body.order ?? 0) - (b.body.order ?? 0) || (a.id < b.id ? -1 : 1));
}
