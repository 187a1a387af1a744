/**
 * What is under the pointer, in a box, or across the eraser's way.
 *
 * Works on the ink itself, not on its box. All lengths in board units; the caller
 * turns a tolerance in screen pixels into board units by the zoom.
 */
import type { ShapeId } from "../protocol/generated/messages";
import {
  containsPoint,
  containsRect,
  expand,
  intersects,
  rectBetween,
  segmentDistanceSquared,
  segmentMeetsRect,
  segmentsDistance,
  translate,
  type Point,
  type Rect,
} from "./geometry";
import { samplesFor, type StrokeBody } from "./ink";
import type { Placed, Scene } from "./scene";

/** Whether `test` holds for a segment of the stroke, in its own coordinates; a dot is a segment of no length. */
function someSegment(body: StrokeBody, test: (a: Point, b: Point) => boolean): boolean {
  const samples = samplesFor(body);
  const first = samples[0];
  if (!first) return false;
  let last = first;
  if (samples.length === 1) return test(first, first);
  return samples.some((sample, i) => {
    const from = last;
    last = sample;
    return i > 0 && test(from, sample);
  });
}

/** Whether `placed` is within `tolerance` of `point`. A label is hit anywhere in its box. */
export function hits({ shape, bounds }: Placed, point: Point, tolerance: number): boolean {
  if (!containsPoint(expand(bounds, tolerance), point)) return false;
  const body = shape.body;
  if (body.kind === "text") return true;
  const reach = (body.width / 2 + tolerance) ** 2;
  const at = { x: point.x - shape.x, y: point.y - shape.y };
  return someSegment(body, (a, b) => segmentDistanceSquared(at, a, b) <= reach);
}

/** The topmost shape within `tolerance` of `point`. */
export function topmostAt(scene: Scene, point: Point, tolerance: number): Placed | null {
  const near = scene.query(expand(rectBetween(point, point), tolerance));
  return near.findLast((placed) => hits(placed, point, tolerance)) ?? null;
}

function isCrossed({ shape, bounds }: Placed, from: Point, to: Point, radius: number): boolean {
  const body = shape.body;
  if (body.kind === "text") return segmentMeetsRect(from, to, expand(bounds, radius));
  const a = { x: from.x - shape.x, y: from.y - shape.y };
  const b = { x: to.x - shape.x, y: to.y - shape.y };
  const reach = radius + body.width / 2;
  return someSegment(body, (c, d) => segmentsDistance(a, b, c, d) <= reach);
}

/** The shapes that something of `radius` touches on its way from `from` to `to`. */
export function crossedBy(scene: Scene, from: Point, to: Point, radius: number): ShapeId[] {
  const near = scene.query(expand(rectBetween(from, to), radius));
  return near.filter((placed) => isCrossed(placed, from, to, radius)).map((placed) => placed.shape.id);
}

function meets({ shape, bounds }: Placed, box: Rect): boolean {
  if (!intersects(bounds, box)) return false;
  const body = shape.body;
  if (body.kind === "text" || containsRect(box, bounds)) return true;
  const own = expand(translate(box, -shape.x, -shape.y), body.width / 2);
  return someSegment(body, (a, b) => segmentMeetsRect(a, b, own));
}

/** The shapes that have ink or text in `box`, lowest first. */
export function insideBox(scene: Scene, box: Rect): ShapeId[] {
  return scene
    .query(box)
    .filter((placed) => meets(placed, box))
    .map((placed) => placed.shape.id);
}
