/**
 * Moving, resizing, turning and mirroring shapes: each says which change makes it
 * of a shape. Pure. What has a box keeps its middle where the transform puts it;
 * ink is changed point by point.
 */
import { boxOf } from "../engine/boxes";
import { samplesOf } from "../engine/ink";
import type { Point } from "../engine/geometry";
import type { PackedPoints, Shape, ShapeChange } from "../protocol/generated/messages";
import { packPoints, precisionOf } from "../protocol/points";

/** Sides do not get shorter than this, board units. */
export const SIDE_LEAST = 2;

type Move = (point: Point) => Point;

export function movedBy({ id, x, y }: Shape, dx: number, dy: number): ShapeChange {
  return { id, x: x + dx, y: y + dy };
}

/** Every point of ink through `move`, which takes board coordinates. */
function inkThrough(shape: Shape, points: PackedPoints, move: Move): ShapeChange {
  const samples = samplesOf(points);
  const first = samples[0];
  if (!first) return { id: shape.id };
  const placed = samples.map((sample) => ({ ...sample, ...move({ x: sample.x + shape.x, y: sample.y + shape.y }) }));
  const precision = precisionOf(points);
  const unit = 2 ** precision;
  const origin = placed[0] ?? first;
  const x = Math.round(origin.x * unit) / unit;
  const y = Math.round(origin.y * unit) / unit;
  return { id: shape.id, x, y, points: packPoints(placed.map((point) => ({ ...point, x: point.x - x, y: point.y - y })), precision) };
}

function connectorThrough(shape: Shape, w: number, h: number, move: Move): ShapeChange {
  const from = move({ x: shape.x, y: shape.y });
  const to = move({ x: shape.x + w, y: shape.y + h });
  return { id: shape.id, x: from.x, y: from.y, w: to.x - from.x, h: to.y - from.y };
}

/** Puts the middle of a shape's box through `move`; its sides become `w`, `h`. */
function boxThrough(shape: Shape, move: Move, w: number, h: number): { x: number; y: number } {
  const box = boxOf(shape) ?? { w: 0, h: 0 };
  const middle = move({ x: shape.x + box.w / 2, y: shape.y + box.h / 2 });
  return { x: middle.x - w / 2, y: middle.y - h / 2 };
}

/** Larger by `sx`, `sy` as seen from `anchor`. */
export function scaledBy(shape: Shape, anchor: Point, sx: number, sy: number): ShapeChange {
  const { body, id } = shape;
  const move: Move = ({ x, y }) => ({ x: anchor.x + (x - anchor.x) * sx, y: anchor.y + (y - anchor.y) * sy });
  if (body.kind === "stroke") return inkThrough(shape, body.points, move);
  if (body.kind === "connector") return connectorThrough(shape, body.w, body.h, move);
  const box = boxOf(shape);
  if (!box) return { id };
  // What lies on its side is as high as the board is wide.
  const lies = Math.abs(Math.sin(shape.rotation ?? 0)) > Math.SQRT1_2;
  const [wide, high] = lies ? [sy, sx] : [sx, sy];
  if (body.kind === "text") return { id, ...textScaled(shape, body, box, move, Math.min(wide, high)) };
  const w = Math.max(box.w * wide, SIDE_LEAST);
  const h = Math.max(box.h * high, SIDE_LEAST);
  return { id, ...boxThrough(shape, move, w, h), w, h };
}

function textScaled(shape: Shape, body: { size: number; w?: number }, box: { w: number; h: number }, move: Move, by: number) {
  const size = Math.fround(Math.min(Math.max(body.size * by, 1), 2_000));
  const real = size / body.size;
  return { ...boxThrough(shape, move, box.w * real, box.h * real), size, ...(body.w !== undefined && body.w > 0 ? { w: body.w * real } : {}) };
}

/** Turned clockwise by `angle` about `pivot`. */
export function turnedBy(shape: Shape, pivot: Point, angle: number): ShapeChange {
  const { body, id } = shape;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const move: Move = ({ x, y }) => ({
    x: pivot.x + (x - pivot.x) * cos - (y - pivot.y) * sin,
    y: pivot.y + (x - pivot.x) * sin + (y - pivot.y) * cos,
  });
  if (body.kind === "stroke") return inkThrough(shape, body.points, move);
  if (body.kind === "connector") return connectorThrough(shape, body.w, body.h, move);
  const box = boxOf(shape);
  if (!box) return { id };
  return { id, ...boxThrough(shape, move, box.w, box.h), rotation: normalAngle((shape.rotation ?? 0) + angle) };
}

/** The same direction between −π and π, with what is all but upright made so. */
export function normalAngle(angle: number): number {
  const turn = 2 * Math.PI;
  const within = angle - turn * Math.round(angle / turn);
  return Math.abs(within) < 1e-6 ? 0 : within;
}

/** Right and left (`x`) or above and below (`y`) exchanged about a line at `at`. */
export function flippedOver(shape: Shape, axis: "x" | "y", at: number): ShapeChange {
  const { body, id } = shape;
  const move: Move = axis === "x" ? ({ x, y }) => ({ x: 2 * at - x, y }) : ({ x, y }) => ({ x, y: 2 * at - y });
  if (body.kind === "stroke") return inkThrough(shape, body.points, move);
  if (body.kind === "connector") return { ...connectorThrough(shape, body.w, body.h, move), bend: -(body.bend ?? 0) };
  const box = boxOf(shape);
  if (!box) return { id };
  const place = boxThrough(shape, move, box.w, box.h);
  const rotation = shape.rotation ?? 0;
  // Words stay readable: a label, a note and a frame only change their place.
  if (body.kind !== "geo" && body.kind !== "image") return { id, ...place, rotation: normalAngle(-rotation) };
  const turned = axis === "x" ? -rotation : Math.PI - rotation;
  return { id, ...place, rotation: normalAngle(turned), mirrored: shape.mirrored !== true };
}
