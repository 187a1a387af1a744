/**
 * The box that a shape's properties mean: what is turned, resized, aligned and
 * bound to. Ink has one only by its points, a connector by its ends.
 */
import type { Shape, ShapeBody } from "../protocol/generated/messages";
import { cornersOf, outlineOf } from "./forms";
import type { Point } from "./geometry";
import { TEXT_LINE_HEIGHT } from "./text";
import { wordBlock } from "./words";

export interface Box {
  readonly w: number;
  readonly h: number;
}

/** Between a note's edge and its words, in sizes of its font. */
export const NOTE_PADDING = 0.8;
/** A label that is empty is this many sizes wide, so that it can be found. */
const LABEL_LEAST = 1;

/** Of its own coordinates, from (0, 0); null for what lies in none. */
export function boxOf(shape: Shape): Box | null {
  const { body } = shape;
  switch (body.kind) {
    case "text": {
      const block = wordBlock(body, shape, body.text, body.size, body.w ?? 0);
      return { w: body.w !== undefined && body.w > 0 ? body.w : Math.max(block.width, body.size * LABEL_LEAST), h: Math.max(block.height, body.size * TEXT_LINE_HEIGHT) };
    }
    case "note":
      return { w: body.w, h: Math.max(body.h, noteHeight(shape, body)) };
    case "geo":
    case "image":
    case "frame":
      return { w: body.w, h: body.h };
    default:
      return null;
  }
}

/** What its words and its author's name need. */
function noteHeight(shape: Shape, body: Extract<ShapeBody, { kind: "note" }>): number {
  const block = wordBlock(body, shape, body.text, body.size, noteRoom(body));
  return block.height + body.size * (2 * NOTE_PADDING + TEXT_LINE_HEIGHT);
}

export function noteRoom({ w, size }: { readonly w: number; readonly size: number }): number {
  return Math.max(w - 2 * NOTE_PADDING * size, size);
}

/** What it is turned and mirrored about, in its own coordinates. */
export function pivotOf(shape: Shape): Point {
  const box = shape.rotation === undefined && shape.mirrored === undefined ? null : boxOf(shape);
  return box ? { x: box.w / 2, y: box.h / 2 } : { x: 0, y: 0 };
}

/** Of forms that were asked for: one that is moved keeps its body, and whatever is bound to it asks again. */
const edges = new WeakMap<ShapeBody, readonly Point[]>();

/** The edge of what has a box, in its own coordinates. */
export function edgeOf(shape: Shape): readonly Point[] {
  const { body } = shape;
  if (body.kind !== "geo") {
    const box = boxOf(shape);
    return box ? cornersOf(outlineOf("rectangle", box.w, box.h)) : [];
  }
  const known = edges.get(body);
  if (known) return known;
  const edge = cornersOf(outlineOf(body.form, body.w, body.h));
  edges.set(body, edge);
  return edge;
}
