/**
 * What dragging a handle of the selection makes of the shapes: resized from a
 * corner or a side, turned by the knob, an end of a connector put elsewhere.
 */
import { boxOf } from "../engine/boxes";
import type { ConnectorBody } from "../engine/connectors";
import { EMPTY_RECT, union, type Point } from "../engine/geometry";
import { gripPlace, type Grip, type GripName, type Handles } from "../engine/handles";
import { toScreen, type Camera } from "../engine/camera";
import { fromOwn, toOwn } from "../engine/placement";
import type { Placed } from "../engine/scene";
import type { Shape, ShapeChange } from "../protocol/generated/messages";
import { TURN_STEP, turnedTogether, turnOf } from "./arrange";
import { holdAt } from "./holds";
import type { Modifiers, ToolView } from "./tool";
import { scaledBy, SIDE_LEAST } from "./transform";

/** Within this of a right angle it is one. */
const TURN_SNAP = 0.05;

/** The handle within `reach` CSS pixels of a place on the board. */
export function gripAt(handles: Handles | null, at: Point, reach: number, camera: Camera): Grip | null {
  if (!handles) return null;
  const pointer = toScreen(camera, at);
  let best: Grip | null = null;
  // For a finger 44 px across, less for what is more exact.
  let nearest = reach * 1.4 + 2.4;
  for (const grip of handles.grips) {
    const place = gripPlace(toScreen(camera, grip.at), grip);
    const distance = Math.hypot(place.x - pointer.x, place.y - pointer.y);
    if (distance < nearest) [best, nearest] = [grip, distance];
  }
  return best;
}

/** −1, 0 or 1 on each axis: which sides a grip moves. */
export function sidesOf(name: GripName): { readonly x: number; readonly y: number } {
  return { x: name.includes("e") ? 1 : name.includes("w") ? -1 : 0, y: name.includes("s") ? 1 : name.includes("n") ? -1 : 0 };
}

/** What the selection becomes when `grip` was dragged from `from` to `to`. */
export function dragged(grip: Grip, handles: Handles, shapes: readonly Placed[], from: Point, to: Point, modifiers: Modifiers, view: ToolView): ShapeChange[] {
  const [only] = shapes;
  if (!only) return [];
  if (grip.name === "turn") return turned(shapes, from, to, modifiers);
  if (handles.connector !== null) return only.shape.body.kind === "connector" ? [endMoved(grip.name, only, only.shape.body, to, modifiers, view)] : [];
  const delta = { x: to.x - from.x, y: to.y - from.y };
  return shapes.length === 1 && boxOf(only.drawn) ? [resizedAlone(grip.name, only.drawn, delta, modifiers)] : resizedTogether(grip.name, shapes, delta, modifiers);
}

function turned(shapes: readonly Placed[], from: Point, to: Point, { shift }: Modifiers): ShapeChange[] {
  const box = shapes.reduce((rect, { bounds }) => union(rect, bounds), EMPTY_RECT);
  const pivot = { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 };
  const angle = Math.atan2(to.y - pivot.y, to.x - pivot.x) - Math.atan2(from.y - pivot.y, from.x - pivot.x);
  const before = turnOf(shapes);
  return turnedTogether(shapes, straightened(before + angle, shift) - before);
}

/** In steps; else as it is, but for what is all but a right angle. */
function straightened(angle: number, inSteps: boolean): number {
  if (inSteps) return Math.round(angle / TURN_STEP) * TURN_STEP;
  const right = Math.round(angle / (Math.PI / 2)) * (Math.PI / 2);
  return Math.abs(angle - right) < TURN_SNAP ? right : angle;
}

export function keepsRatio(shape: Shape, { shift }: Modifiers, isCorner: boolean): boolean {
  const byItself = shape.body.kind === "image" || shape.body.kind === "text";
  return isCorner && byItself !== shift;
}

/** In the shape's own, turned axes. */
function resizedAlone(name: GripName, shape: Shape, delta: Point, modifiers: Modifiers): ShapeChange {
  const upright: Shape = { ...shape, mirrored: false };
  const box = boxOf(shape) ?? { w: 1, h: 1 };
  const side = sidesOf(name);
  const zero = toOwn(upright, { x: 0, y: 0 });
  const moved = toOwn(upright, delta);
  const [dx, dy] = [moved.x - zero.x, moved.y - zero.y];
  // From the middle while Alt is down.
  const both = modifiers.alt ? 2 : 1;
  let w = Math.max(box.w + dx * side.x * both, SIDE_LEAST);
  let h = Math.max(box.h + dy * side.y * both, SIDE_LEAST);
  if (keepsRatio(shape, modifiers, side.x !== 0 && side.y !== 0)) {
    const by = Math.max(w / box.w, h / box.h);
    [w, h] = [box.w * by, box.h * by];
  }
  const { id, body } = shape;
  if (body.kind === "text") return textResized(shape, body, box, side, { w, h });
  const still = (part: number, before: number, now: number): number => (modifiers.alt ? before / 2 : part > 0 ? now / 2 : part < 0 ? before - now / 2 : before / 2);
  const middle = fromOwn(upright, { x: still(side.x, box.w, w), y: still(side.y, box.h, h) });
  return { id, x: middle.x - w / 2, y: middle.y - h / 2, w, h };
}

/** Corners make the letters larger, sides the room for the lines. */
function textResized(shape: Shape, body: { size: number; w?: number }, box: { w: number; h: number }, side: Point, to: { w: number; h: number }): ShapeChange {
  const { id } = shape;
  if (side.y === 0) return { id, w: Math.max(to.w, body.size), x: side.x < 0 ? shape.x + box.w - to.w : shape.x };
  const by = to.h / box.h;
  const size = Math.fround(Math.min(Math.max(body.size * by, 2), 2_000));
  const real = size / body.size;
  const x = side.x < 0 ? shape.x + box.w * (1 - real) : shape.x;
  const y = side.y < 0 ? shape.y + box.h * (1 - real) : shape.y;
  return { id, size, x, y, ...(body.w !== undefined && body.w > 0 ? { w: body.w * real } : {}) };
}

function resizedTogether(name: GripName, shapes: readonly Placed[], delta: Point, modifiers: Modifiers): ShapeChange[] {
  const box = shapes.reduce((rect, { bounds }) => union(rect, bounds), EMPTY_RECT);
  const side = sidesOf(name);
  const [wide, high] = [Math.max(box.maxX - box.minX, 1), Math.max(box.maxY - box.minY, 1)];
  let sx = side.x === 0 ? 1 : Math.max((wide + delta.x * side.x) / wide, 0.02);
  let sy = side.y === 0 ? 1 : Math.max((high + delta.y * side.y) / high, 0.02);
  if (side.x !== 0 && side.y !== 0 && !modifiers.shift) sx = sy = Math.max(sx, sy);
  const anchor = modifiers.alt
    ? { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 }
    : { x: side.x >= 0 ? box.minX : box.maxX, y: side.y >= 0 ? box.minY : box.maxY };
  return shapes.map(({ shape }) => scaledBy(shape, anchor, sx, sy));
}

/** An end put elsewhere, bound to what is there; or the middle pulled aside. */
function endMoved(name: GripName, { drawn, shape }: Placed, body: ConnectorBody, to: Point, modifiers: Modifiers, view: ToolView): ShapeChange {
  const { id } = shape;
  const seen = drawn.body.kind === "connector" ? drawn.body : body;
  const start = { x: drawn.x, y: drawn.y };
  const end = { x: drawn.x + seen.w, y: drawn.y + seen.h };
  if (name === "bend") {
    const [dx, dy] = [end.x - start.x, end.y - start.y];
    const length = Math.max(dx * dx + dy * dy, 1);
    const bend = ((to.x - (start.x + end.x) / 2) * -dy + (to.y - (start.y + end.y) / 2) * dx) / length;
    const small = Math.abs(bend) < 0.03;
    return { id, route: small ? "straight" : "curved", bend: small ? 0 : Math.min(2, Math.max(-2, bend)) };
  }
  const hold = modifiers.command ? null : holdAt(view, to, new Set([id]));
  if (name === "start") {
    const held = hold ? { from: hold.id, from_x: hold.x, from_y: hold.y } : { from: "" };
    return { id, ...held, x: to.x, y: to.y, w: end.x - to.x, h: end.y - to.y };
  }
  const held = hold ? { to: hold.id, to_x: hold.x, to_y: hold.y } : { to: "" };
  // What is seen is what is written, so that a later unbinding moves nothing.
  return { id, ...held, x: start.x, y: start.y, w: to.x - start.x, h: to.y - start.y };
}
