/**
 * Ink. Where it is thin on the screen it is painted as a plain line, many strokes
 * in one call: at that size it looks the same and costs a tenth. Outlines are kept
 * by the body, so a stroke that is carried about is not worked out each frame.
 */
import type { Color } from "../../protocol/generated/messages";
import { segmentDistanceSquared, segmentMeetsRect, segmentsDistance, expand, type Point } from "../geometry";
import { placesOf, samplesFor, samplesOf, strokeBounds, type StrokeBody } from "../ink";
import type { Drawing, Pen } from "../layers/surface";
import type { PointColumns } from "../../protocol/points";
import { spineOf, thin, traceOutline, WIDTH_FACTOR_MAX, type PathSink, type SpinePoint } from "../outline";
import { Remembered } from "../remembered";
import { shownFill } from "../color";
import type { Brushwork, Cost, Kind, ShapeOf } from "./kind";
import { finishLine, prepareLine } from "./line";

/** Spine vertices whose outlines are kept; a path takes some 80 bytes for each. */
const PATH_VERTICES_MAX = 120_000;
/** Ink below this many device pixels of width is a line. */
const LINE_WIDTH_MAX = 2.2;
/** A line is no thinner than this, or it fades away. */
const LINE_WIDTH_MIN = 0.8;
/** Mean of what pressure and speed make of the nominal width. */
const MEAN_FACTOR = 0.85;
/** Steps of a line on the screen, in device pixels. */
const LINE_STEP = 1.2;

/** About as many bytes of packed points make one. */
const POINT_BYTES = 3;

/** By what made them: a file's paths are of no use on a screen. */
const paths = new WeakMap<Drawing, Remembered<StrokeBody, Path2D>>();

function keptPaths(drawing: Drawing): Remembered<StrokeBody, Path2D> {
  const kept = paths.get(drawing) ?? new Remembered<StrokeBody, Path2D>(PATH_VERTICES_MAX);
  paths.set(drawing, kept);
  return kept;
}

export const strokeKind: Kind<StrokeBody> = {
  // Damaged ink has no extent: a speck at its place keeps every rectangle finite.
  extent: ({ body }) => strokeBounds(body) ?? { minX: 0, minY: 0, maxX: 0, maxY: 0 },
  paint: (work, shape) => {
    const { body, color, dash = "solid", fill = "none" } = shape;
    if (dash !== "solid" || fill !== "none" || body.nib === "marker") return paintSpecial(work, shape);
    const width = body.width * work.scale;
    const line = width < (work.drawing.linesTo ?? LINE_WIDTH_MAX) ? work.line(work.ink(color), Math.max(width * MEAN_FACTOR, LINE_WIDTH_MIN)) : null;
    return line ? traceScaledLine(line.pen, placesOf(body.points), work.scale, line.x, line.y) : paintOutline(work, body, color);
  },
  isHit: ({ body }, at, reach) => {
    const square = (body.width / 2 + reach) ** 2;
    return someSegment(body, (a, b) => segmentDistanceSquared(at, a, b) <= square);
  },
  isCrossed: ({ body }, from, to, reach) => {
    const near = reach + body.width / 2;
    return someSegment(body, (a, b) => segmentsDistance(from, to, a, b) <= near);
  },
  meets: ({ body }, box) => {
    const wide = expand(box, body.width / 2);
    return someSegment(body, (a, b) => segmentMeetsRect(a, b, wide));
  },
};

/** Whether `test` holds for a segment of the stroke; a dot is a segment of no length. */
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

/** A marker's ink lets through what is below; both papers keep it bright. */
export const MARKER_ALPHA = 0.5;
export const MARKER_BLEND = { light: "multiply", dark: "screen" } as const;

/** What few strokes are: filled, dashed, a marker's. */
function paintSpecial(work: Brushwork, { body, color, dash, fill = "none" }: ShapeOf<StrokeBody>): Cost {
  const middle = spineOf(samplesFor(body), body.width);
  const pen = work.own();
  const alpha = pen.globalAlpha;
  if (fill !== "none") {
    pen.beginPath();
    traceMiddle(pen, middle);
    pen.closePath();
    pen.fillStyle = shownFill(fill, work.scheme);
    pen.fill();
  }
  const isMarker = body.nib === "marker";
  if (!isMarker && (dash ?? "solid") === "solid") return 4 + paintOutline(work, body, color);
  pen.strokeStyle = work.ink(color);
  if (isMarker) {
    pen.globalAlpha = alpha * MARKER_ALPHA;
    pen.globalCompositeOperation = MARKER_BLEND[work.scheme];
  }
  prepareLine(pen, body.width, dash);
  pen.beginPath();
  traceMiddle(pen, middle);
  pen.stroke();
  finishLine(pen);
  pen.globalCompositeOperation = "source-over";
  pen.globalAlpha = alpha;
  return 8 + middle.length;
}

/** The way of the pen along its spine, of one width. */
export function traceMiddle(sink: Pick<PathSink, "moveTo" | "lineTo" | "quadraticCurveTo">, spine: readonly Point[]): void {
  spine.forEach((at, i) => {
    const next = spine[i + 1];
    if (i === 0) sink.moveTo(at.x, at.y);
    if (!next) sink.lineTo(at.x + (i === 0 ? 0.01 : 0), at.y);
    else if (i > 0) sink.quadraticCurveTo(at.x, at.y, (at.x + next.x) / 2, (at.y + next.y) / 2);
  });
}

/** Samples over which a brush comes to its width, and goes. */
const TAPER_SAMPLES = 8;

/**
 * A brush's: thinner where a pen is thin, and pointed at both ends. `spine` may be
 * a part of one whose last sample is number `last`.
 */
export function brushSpine(spine: readonly SpinePoint[], width: number, last: number): SpinePoint[] {
  const half = width / 2;
  const taper = Math.max(Math.min(TAPER_SAMPLES, last / 3), 0.5);
  return spine.map((vertex) => {
    const end = last < 2 ? 1 : Math.min(1, (Math.min(vertex.at, last - vertex.at) + 0.5) / taper);
    return { ...vertex, radius: Math.max(half * Math.min((vertex.radius / half) ** 2, WIDTH_FACTOR_MAX) * end, half * 0.06) };
  });
}

function paintOutline(work: Brushwork, body: StrokeBody, color: Color): Cost {
  const pen = work.own();
  pen.fillStyle = work.ink(color);
  if (work.drawing.forgetsPaths) {
    pen.beginPath();
    traceOutline(pen, inkSpine(body));
    pen.fill();
  } else pen.fill(pathOf(body, work.drawing));
  return 4 + body.points.length / POINT_BYTES;
}

function inkSpine(body: StrokeBody): readonly SpinePoint[] {
  // Not kept as samples: the path is, and only a hit test would look at them.
  const samples = thin(samplesOf(body.points), body.width);
  const middle = spineOf(samples, body.width);
  return body.nib === "brush" ? brushSpine(middle, body.width, samples.length - 1) : middle;
}

function pathOf(body: StrokeBody, drawing: Drawing): Path2D {
  const kept = keptPaths(drawing);
  let path = kept.get(body);
  if (!path) {
    const spine = inkSpine(body);
    path = drawing.path();
    traceOutline(path, spine);
    kept.set(body, path, spine.length + 1);
  }
  return path;
}

/** Adds the samples as a line in device pixels, leaving out what cannot be seen. Returns the work. */
function traceScaledLine(pen: Pen, { count, xs, ys }: PointColumns, scale: number, x: number, y: number): Cost {
  let lastX = NaN;
  let lastY = NaN;
  let drawn = 2;
  for (let i = 0; i < count; i++) {
    const atX = (xs[i] ?? 0) * scale + x;
    const atY = (ys[i] ?? 0) * scale + y;
    if (i === 0) pen.moveTo(atX, atY);
    else if (i === count - 1 || Math.abs(atX - lastX) + Math.abs(atY - lastY) >= LINE_STEP) pen.lineTo(atX, atY);
    else continue;
    lastX = atX;
    lastY = atY;
    drawn += 1;
  }
  // A line of no length shows nothing in some engines, round caps or not.
  if (count === 1) pen.lineTo(lastX + 0.01, lastY);
  return drawn + count / 4;
}
