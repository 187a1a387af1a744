/** What a line drawn round things takes: those that lie in it, not those it only touches. */
import { isInside } from "../engine/forms";
import { EMPTY_RECT, rectBetween, union, type Point } from "../engine/geometry";
import { samplesFor } from "../engine/ink";
import type { Placed, Scene } from "../engine/scene";
import type { ShapeId } from "../protocol/generated/messages";

/** Of a stroke's points, this part must lie inside. */
const MOST = 0.6;

export function insideLasso(scene: Scene, way: readonly Point[]): ShapeId[] {
  const box = way.reduce((rect, point) => union(rect, rectBetween(point, point)), EMPTY_RECT);
  return scene.query(box).filter((placed) => liesIn(placed, way)).map(({ shape }) => shape.id);
}

function liesIn({ drawn, bounds }: Placed, way: readonly Point[]): boolean {
  const { body, x, y } = drawn;
  if (body.kind !== "stroke") return isInside(way, { x: (bounds.minX + bounds.maxX) / 2, y: (bounds.minY + bounds.maxY) / 2 });
  const samples = samplesFor(body);
  const inside = samples.filter((sample) => isInside(way, { x: sample.x + x, y: sample.y + y }));
  return samples.length > 0 && inside.length >= samples.length * MOST;
}
