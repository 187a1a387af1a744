/**
 * How much of a browser's guess where the pen goes next is shown.
 *
 * A guess is right while the pen goes on as it did and overshoots where it turns or
 * stops. So it is shown no farther than the pen just came, and not at all where it
 * turns. Pure. Must not know who guesses.
 */
import type { Point } from "./geometry";
import type { InkPoint } from "./outline";

/** Steps back that tell how the pen goes. */
const LOOK_BACK = 3;
/** Between the last two stretches, as the cosine of their turn. */
const STEADY_COS = 0.8;

/** What of `places` (board units) to show after `points`; as samples that go on from the last one. */
export function guessesAfter(points: readonly InkPoint[], places: readonly Point[]): InkPoint[] {
  const last = points.at(-1);
  const before = points.at(-1 - LOOK_BACK);
  const earlier = points.at(-1 - 2 * LOOK_BACK);
  if (!last || !before || !earlier || !isSteady(earlier, before, last)) return [];
  const reach = Math.hypot(last.x - before.x, last.y - before.y) / LOOK_BACK;
  const step = ((last.timeMs ?? 0) - (before.timeMs ?? 0)) / LOOK_BACK;
  return places
    .filter((place) => Math.hypot(place.x - last.x, place.y - last.y) <= reach * 1.5 && isSteady(before, last, place))
    .map((place, i) => ({ ...last, x: place.x, y: place.y, ...(last.timeMs !== undefined && { timeMs: last.timeMs + step * (i + 1) }) }));
}

function isSteady(a: Point, b: Point, c: Point): boolean {
  const [ux, uy, vx, vy] = [b.x - a.x, b.y - a.y, c.x - b.x, c.y - b.y];
  const lengths = Math.sqrt((ux * ux + uy * uy) * (vx * vx + vy * vy));
  return lengths > 0 && (ux * vx + uy * vy) / lengths >= STEADY_COS;
}
