/**
 * Strokes as the engine wants them: samples in the stroke's own coordinates
 * (relative to the shape's x, y), unpacked when first needed and kept while
 * there is room.
 *
 * Promises: a stroke whose bytes are damaged counts as one of no points, so that
 * one bad shape costs nobody the picture.
 */
import type { PackedPoints, ShapeBody } from "../protocol/generated/messages";
import { DamagedPoints, unpackPoints } from "../protocol/points";
import { EMPTY_RECT, expand, type Rect } from "./geometry";
import { thin, WIDTH_FACTOR_MAX, type InkPoint } from "./outline";
import { Remembered } from "./remembered";

export type StrokeBody = Extract<ShapeBody, { kind: "stroke" }>;
export type TextBody = Extract<ShapeBody, { kind: "text" }>;

/** All samples of a stroke; none if its bytes are damaged. */
export function samplesOf(points: PackedPoints): InkPoint[] {
  try {
    return unpackPoints(points);
  } catch (error) {
    if (error instanceof DamagedPoints) return [];
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

/** Around all the ink, relative to the shape. The spline may leave the samples' box by a little: a quarter width covers it. */
export function inkBounds(points: readonly InkPoint[], width: number): Rect {
  const bounds = pointBounds(points);
  const bulge = Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY, 0) * 0.05;
  return expand(bounds, (width / 2) * WIDTH_FACTOR_MAX + width / 4 + bulge);
}
