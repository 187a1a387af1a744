/**
 * Strokes as the engine wants them: samples in the stroke's own coordinates
 * (relative to the shape's x, y), unpacked when first needed and kept while
 * there is room.
 *
 * Promises: a stroke whose bytes are damaged counts as one of no points, so that
 * one bad shape costs nobody the picture.
 */
import type { PackedPoints, ShapeBody } from "../protocol/generated/messages";
import { DamagedPoints, PointColumns, reachOf, unpackPoints } from "../protocol/points";
import { EMPTY_RECT, expand, type Rect } from "./geometry";
import { thin, WIDTH_FACTOR_MAX, type InkPoint } from "./outline";
import { Remembered } from "./remembered";

export type StrokeBody = Extract<ShapeBody, { kind: "stroke" }>;

/** All samples of a stroke; none if its bytes are damaged. */
export function samplesOf(points: PackedPoints): InkPoint[] {
  try {
    return unpackPoints(points);
  } catch (error) {
    if (error instanceof DamagedPoints) return [];
    throw error;
  }
}

const columns = new PointColumns();

/** Where the pen was, without pressures and times, until the next call; none if the bytes are damaged. */
export function placesOf(points: PackedPoints): PointColumns {
  try {
    columns.read(points);
  } catch (error) {
    if (!(error instanceof DamagedPoints)) throw error;
  }
  return columns;
}

/** Around all the ink of a stroke; null if its bytes are damaged. Unpacks nothing. */
export function strokeBounds({ points, width }: StrokeBody): Rect | null {
  try {
    const reach = reachOf(points);
    if (!reach) return null;
    const { minX, minY, maxX, maxY, longest } = reach;
    return expand({ minX, minY, maxX, maxY }, margin(width, longest));
  } catch (error) {
    if (error instanceof DamagedPoints) return null;
    throw error;
  }
}

/** Samples kept unpacked; a few megabytes. */
const SAMPLES_MAX = 200_000;

const unpacked = new Remembered<StrokeBody, readonly InkPoint[]>(SAMPLES_MAX);

/** The samples worth drawing of a stroke, relative to its shape; kept for the next who asks. */
export function samplesFor(body: StrokeBody): readonly InkPoint[] {
  let samples = unpacked.get(body);
  if (!samples) {
    samples = thin(samplesOf(body.points), body.width);
    unpacked.set(body, samples, samples.length + 1);
  }
  return samples;
}

/** Around the samples, without the ink's width. */
export function pointBounds(points: readonly InkPoint[]): Rect {
  let { minX, minY, maxX, maxY } = EMPTY_RECT;
  for (const { x, y } of points) {
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return { minX, minY, maxX, maxY };
}

/** The spline leaves the box of its samples by at most this part of the way between two of them. */
const BULGE = 0.15;

/** Around all the ink of these samples. */
export function inkBounds(points: readonly InkPoint[], width: number): Rect {
  let longest = 0;
  let last = points[0];
  for (const point of points) {
    if (last) longest = Math.max(longest, Math.hypot(point.x - last.x, point.y - last.y));
    last = point;
  }
  return expand(pointBounds(points), margin(width, longest));
}

/** How far ink reaches beyond its samples, `longest` being the longest way between two. */
function margin(width: number, longest: number): number {
  // Thinning and smoothing move samples by less than half a width.
  return (width / 2) * WIDTH_FACTOR_MAX + width / 2 + longest * BULGE;
}
