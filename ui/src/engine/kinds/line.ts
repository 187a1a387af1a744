/** Lines of forms and connectors: their dash, and whether they are hit. */
import type { Dash } from "../../protocol/generated/messages";
import { segmentDistanceSquared, segmentMeetsRect, segmentsDistance, type Point, type Rect } from "../geometry";
import type { Pen } from "../layers/surface";

/** Gaps of a dashed line, in board units. */
export function gapsOf(dash: Dash | undefined, width: number): number[] {
  if (dash === "dashed") return [width * 3 + 4, width * 2 + 4];
  // Round caps make a dot of no length as wide as the line.
  return dash === "dotted" ? [0, width * 2 + 2] : [];
}

export function prepareLine(pen: Pen, width: number, dash: Dash | undefined): void {
  pen.lineWidth = width;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.setLineDash(gapsOf(dash, width));
}

/** Leaves the pen as those expect it who do not dash. */
export function finishLine(pen: Pen): void {
  pen.setLineDash([]);
}

/** Whether `test` holds for a piece of the way through `points`. */
export function somePiece(points: readonly Point[], closed: boolean, test: (a: Point, b: Point) => boolean): boolean {
  let last = closed ? points.at(-1) : undefined;
  for (const point of points) {
    if (last && test(last, point)) return true;
    last = point;
  }
  return false;
}

export function isNear(points: readonly Point[], closed: boolean, at: Point, reach: number): boolean {
  return somePiece(points, closed, (a, b) => segmentDistanceSquared(at, a, b) <= reach * reach);
}

export function isCrossedBy(points: readonly Point[], closed: boolean, from: Point, to: Point, reach: number): boolean {
  return somePiece(points, closed, (a, b) => segmentsDistance(from, to, a, b) <= reach);
}

export function meetsBox(points: readonly Point[], closed: boolean, box: Rect): boolean {
  return somePiece(points, closed, (a, b) => segmentMeetsRect(a, b, box));
}
