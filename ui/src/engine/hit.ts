/**
 * What is under the pointer, in a box, or across the eraser's way.
 *
 * Asks the kinds (`kinds/`), so it works on what can be seen of a shape and not on
 * its box. All lengths in board units; the caller turns a tolerance in screen
 * pixels into board units by the zoom.
 */
import { isFixed } from "../document/shape";
import type { ShapeId } from "../protocol/generated/messages";
import { isStamp } from "./forms";
import { containsPoint, containsRect, expand, intersects, rectBetween, type Point, type Rect } from "./geometry";
import { kindOf } from "./kinds/registry";
import { boxToOwn, toOwn } from "./placement";
import type { Placed, Scene } from "./scene";

/** Whether `placed` is within `tolerance` of `point`. */
export function hits({ drawn, bounds, extent }: Placed, point: Point, tolerance: number): boolean {
  if (!containsPoint(expand(bounds, tolerance), point)) return false;
  return kindOf(drawn).isHit(drawn, toOwn(drawn, point), tolerance, extent);
}

/** The topmost shape within `tolerance` of `point`. */
export function topmostAt(scene: Scene, point: Point, tolerance: number): Placed | null {
  const near = scene.query(expand(rectBetween(point, point), tolerance));
  return near.findLast((placed) => hits(placed, point, tolerance)) ?? null;
}

/**
 * What words at `point` are for: the topmost shape there, an empty form too, by its
 * inside. What lies within an empty form is seen through it and comes first.
 */
export function wordsAt(scene: Scene, point: Point, tolerance: number): Placed | null {
  let around: Placed | null = null;
  for (const placed of scene.query(expand(rectBetween(point, point), tolerance)).reverse()) {
    if (around && !containsRect(around.bounds, placed.bounds)) continue;
    if (hits(placed, point, tolerance)) return placed;
    if (isAround(placed, point)) around = placed;
  }
  return around;
}

function isAround({ drawn, extent }: Placed, point: Point): boolean {
  if (drawn.body.kind !== "geo" || isStamp(drawn.body.form) || isFixed(drawn)) return false;
  return kindOf(drawn).isHit({ ...drawn, fill: "#ffffff" }, toOwn(drawn, point), 0, extent);
}

/** Whether something of `radius` touches `placed` on its way from `from` to `to`. */
export function isCrossed({ drawn, extent }: Placed, from: Point, to: Point, radius: number): boolean {
  return kindOf(drawn).isCrossed(drawn, toOwn(drawn, from), toOwn(drawn, to), radius, extent);
}

/** The shapes that something of `radius` touches on its way from `from` to `to`. */
export function crossedBy(scene: Scene, from: Point, to: Point, radius: number): ShapeId[] {
  const near = scene.query(expand(rectBetween(from, to), radius));
  return near.filter((placed) => isCrossed(placed, from, to, radius)).map((placed) => placed.shape.id);
}

function meets({ drawn, bounds, extent }: Placed, box: Rect): boolean {
  if (!intersects(bounds, box)) return false;
  return containsRect(box, bounds) || kindOf(drawn).meets(drawn, boxToOwn(drawn, box), extent);
}

/** The shapes of which something can be seen in `box`, lowest first. */
export function insideBox(scene: Scene, box: Rect): ShapeId[] {
  return scene
    .query(box)
    .filter((placed) => meets(placed, box))
    .map((placed) => placed.shape.id);
}
