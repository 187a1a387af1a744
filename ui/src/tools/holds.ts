/** What an end of a connector is bound to when it is let go at a place. */
import { boxOf } from "../engine/boxes";
import { canHold } from "../engine/connectors";
import { containsPoint, expand, rectBetween, type Point } from "../engine/geometry";
import { toOwn } from "../engine/placement";
import type { ShapeId } from "../protocol/generated/messages";
import type { ToolView } from "./tool";

/** Parts of the box this near to the middle are the middle. */
const MIDDLE = 0.22;
const REACH_PX = 8;

export interface Hold {
  readonly id: ShapeId;
  /** Parts of its box. */
  readonly x: number;
  readonly y: number;
}

/** The topmost shape at a place that can be bound to. A frame holds only when nothing else does. */
export function holdAt(view: ToolView, at: Point, but: ReadonlySet<ShapeId>): Hold | null {
  const reach = REACH_PX / view.camera.zoom;
  const near = view.scene.query(expand(rectBetween(at, at), reach));
  const able = near.filter(({ drawn }) => canHold(drawn) && drawn.body.kind !== "frame" && !but.has(drawn.id));
  const placed = able.findLast(({ drawn }) => {
    const box = boxOf(drawn);
    return box !== null && containsPoint(expand({ minX: 0, minY: 0, maxX: box.w, maxY: box.h }, reach), toOwn(drawn, at));
  });
  if (!placed) return null;
  const box = boxOf(placed.drawn) ?? { w: 1, h: 1 };
  const own = toOwn(placed.drawn, at);
  return { id: placed.shape.id, x: part(own.x / box.w), y: part(own.y / box.h) };
}

function part(value: number): number {
  if (Math.abs(value - 0.5) < MIDDLE) return 0.5;
  return Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
}
