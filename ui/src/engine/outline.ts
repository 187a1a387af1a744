/**
 * From where the pen was to the edge of its ink.
 *
 * Pure: the same committed points and width give the same outline on every
 * screen and after every reload. Three steps: `thin` drops samples that say
 * nothing, `spineOf` smooths them and gives each a radius (pressure where there
 * is any, else speed), `traceOutline` walks round the result.
 *
 * Our own, because of what it is drawn from. Guests on plain http have no
 * coalesced events, so a quick stroke has 60 samples a second, 20 and more pixels
 * apart: the spline goes through the samples where curves between their middles
 * would cut the corners. And a vertex depends on `CONTEXT` neighbours at most, so
 * the wet layer draws only what is new and long strokes are split unseen; a filter
 * that runs from the stroke's start would have all of it drawn anew each frame.
 *
 * Must not know the camera, colours or where points came from.
 */
import { clamp, type Point } from "./geometry";

/** A sample of the pen in board units. `pressure` 0 to 1 and `timeMs` since the stroke began, where known. */
export interface InkPoint extends Point {
  readonly pressure?: number;
  readonly timeMs?: number;
}

/** A vertex of the smoothed middle line with half the ink's width there. */
export interface SpinePoint extends Point {
  readonly radius: number;
  /** Between which samples: 2.5 is midway from the third to the fourth. */
  readonly at: number;
}

/** What an outline is traced into: a `Path2D`, a 2D context, or a test's list. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(controlX: number, controlY: number, x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number, anticlockwise?: boolean): void;
  closePath(): void;
}

/** No ink is wider than this many times its nominal width: bounds rely on it. */
export const WIDTH_FACTOR_MAX = 1.3;
/** A spine vertex depends on no thinned sample farther along than this. */
export const CONTEXT = 8;

/** Samples nearer than this part of the width to the last kept one are dropped. */
const THIN = 0.12;
/** Smoothing may move a sample by this part of the width: jitter goes, corners stay. */
const SMOOTH_REACH = 0.3;
const SMOOTH_PASSES = 2;
/** Samples on each side that speed and pressure are averaged over. */
const SPEED_WINDOW = 4;
const PRESSURE_WINDOW = 1;
/** Speed, in widths per millisecond, at which a pen without pressure is halfway to its thinnest. */
const SPEED_HALF = 0.14;
/** Width over nominal width at no pressure, and how it grows from there. */
const PRESSED_MIN = 0.25;
const PRESSURE_CURVE = 0.8;
/** Assumed between samples that have no time: 60 a second. */
export const SAMPLE_MS = 16;
/** Turns sharper than this stay corners. */
const CORNER_COS = -0.2;
/** Samples this many widths apart are not jitter: they are not smoothed at all. */
const SMOOTH_APART = 2.5;
/** The drawn polygon leaves the spline by at most about this part of the width. */
const FLATNESS = 0.02;
const STEPS_MAX = 64;
/** Bends by more than some 25° are drawn through their vertex: a curve beside it would cut them. */
const CURVED_COS = 0.9;
/** Between points of a round join, in radians. */
const JOIN_STEP = 0.35;

/** `Math.hypot` takes ten times as long, for numbers larger than a board has. */
function distance(a: Point, b: Point): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy);
}

/** Whether a sample at `next` adds to a stroke of `width` whose last kept sample is `last`. */
export function addsTo(last: Point, next: Point, width: number): boolean {
  return distance(last, next) >= width * THIN;
}

/** The samples worth drawing; the first and the last are always among them. */
export function thin(points: readonly InkPoint[], width: number): InkPoint[] {
  const kept: InkPoint[] = [];
  let last: InkPoint | undefined;
  for (const point of points) {
    if (last && !addsTo(last, point, width)) continue;
    kept.push(point);
    last = point;
  }
  const end = points.at(-1);
  // The last sample replaces a near neighbour, so that the ink ends where the pen did.
  if (end && last && end !== last) {
    if (kept.length > 1) kept.pop();
    kept.push(end);
  }
  return kept;
}

function smoothOnce(points: readonly Point[], originals: readonly Point[], width: number): Point[] {
  return points.map((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    const original = originals[i];
    if (!before || !after || !original) return point;
    const apart = (distance(before, point) + distance(point, after)) / (2 * width);
    const weight = Math.max(0, 1 - apart / SMOOTH_APART) / 4;
    const dx = point.x + (before.x - 2 * point.x + after.x) * weight - original.x;
    const dy = point.y + (before.y - 2 * point.y + after.y) * weight - original.y;
    const length = Math.sqrt(dx * dx + dy * dy);
    const reach = width * SMOOTH_REACH;
    const scale = length > reach ? reach / length : 1;
    return { x: original.x + dx * scale, y: original.y + dy * scale };
  });
}

function smooth(points: readonly Point[], width: number): readonly Point[] {
  let result = points;
  for (let pass = 0; pass < SMOOTH_PASSES; pass++) result = smoothOnce(result, points, width);
  return result;
}

/** Ink's width at sample `i` over its nominal width, from how fast the pen went. */
function speedFactor(points: readonly InkPoint[], i: number, width: number): number {
  const from = Math.max(0, i - SPEED_WINDOW);
  const to = Math.min(points.length - 1, i + SPEED_WINDOW);
  let length = 0;
  let time = 0;
  for (let k = from; k < to; k++) {
    const a = points[k];
    const b = points[k + 1];
    if (!a || !b) continue;
    length += distance(a, b);
    time += a.timeMs !== undefined && b.timeMs !== undefined ? b.timeMs - a.timeMs : SAMPLE_MS;
  }
  const speed = length / Math.max(time, 1) / width;
  return 1.1 - 0.55 * (speed / (speed + SPEED_HALF));
}

function pressureFactor(points: readonly InkPoint[], i: number): number {
  let sum = 0;
  let count = 0;
  for (let k = i - PRESSURE_WINDOW; k <= i + PRESSURE_WINDOW; k++) {
    const pressure = points[k]?.pressure;
    if (pressure === undefined) continue;
    sum += pressure;
    count += 1;
  }
  const pressure = clamp(count === 0 ? 0.5 : sum / count, 0, 1);
  return PRESSED_MIN + (WIDTH_FACTOR_MAX - PRESSED_MIN) * pressure ** PRESSURE_CURVE;
}

function radiusAt(points: readonly InkPoint[], i: number, width: number): number {
  const factor = points[i]?.pressure === undefined ? speedFactor(points, i, width) : pressureFactor(points, i);
  return (width / 2) * factor;
}

/** The pressure at which ink of `width` has `radius`: the other way round of what a spine does with it. */
export function pressureFor(radius: number, width: number): number {
  const factor = clamp((radius * 2) / width, PRESSED_MIN, WIDTH_FACTOR_MAX);
  return ((factor - PRESSED_MIN) / (WIDTH_FACTOR_MAX - PRESSED_MIN)) ** (1 / PRESSURE_CURVE);
}

function turnsSharply(before: Point, at: Point, after: Point): boolean {
  const lengths = distance(before, at) * distance(at, after);
  if (lengths === 0) return true;
  const dot = (at.x - before.x) * (after.x - at.x) + (at.y - before.y) * (after.y - at.y);
  return dot / lengths < CORNER_COS;
}

/** Bézier handle at `at` towards `to`, of the centripetal Catmull-Rom spline; none at ends and corners. */
function handle(from: Point | undefined, at: Point, to: Point): Point {
  if (!from || turnsSharply(from, at, to)) return at;
  const a = Math.sqrt(distance(from, at));
  const b = Math.sqrt(distance(at, to));
  const scale = 1 / (3 * a * (a + b));
  const own = 2 * a * a + 3 * a * b + b * b;
  return {
    x: (a * a * to.x - b * b * from.x + own * at.x) * scale,
    y: (a * a * to.y - b * b * from.y + own * at.y) * scale,
  };
}

function turn(a: Point, b: Point, c: Point): number {
  const ux = b.x - a.x;
  const uy = b.y - a.y;
  const vx = c.x - b.x;
  const vy = c.y - b.y;
  return Math.abs(Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy));
}

interface Piece {
  readonly from: SpinePoint;
  readonly to: SpinePoint;
  readonly h1: Point;
  readonly h2: Point;
}

/** Appends the piece's vertices after its first one. */
function subdivide(piece: Piece, tolerance: number, spine: SpinePoint[]): void {
  const { from, to, h1, h2 } = piece;
  const span = to.at - from.at;
  const turned = turn(from, h1, h2) + turn(h1, h2, to);
  // An arc of this length and turn is off its chord by length * turn / 8; n steps make that n² times less.
  const bulge = (distance(from, to) * turned) / 8;
  const steps = clamp(Math.ceil(Math.sqrt(bulge / tolerance)), 1, STEPS_MAX);
  for (let step = 1; step < steps; step++) {
    const t = step / steps;
    const s = 1 - t;
    const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    spine.push({
      x: a * from.x + b * h1.x + c * h2.x + d * to.x,
      y: a * from.y + b * h1.y + c * h2.y + d * to.y,
      radius: s * from.radius + t * to.radius,
      at: from.at + t * span,
    });
  }
  spine.push(to);
}

/**
 * The smoothed middle line of a stroke whose samples were thinned, from sample
 * `first` to sample `last` of `samples`, both among the vertices. A part is exactly
 * that part of the whole, as long as `samples` has `CONTEXT` more on either side.
 */
export function spineOf(
  samples: readonly InkPoint[],
  width: number,
  first = 0,
  last = samples.length - 1,
): SpinePoint[] {
  const low = Math.max(0, first - CONTEXT);
  const near = samples.slice(low, last + 1 + CONTEXT);
  const placed = smooth(near, width).map((point, i) => ({
    x: point.x,
    y: point.y,
    radius: radiusAt(near, i, width),
    at: low + i,
  }));
  const start = placed[first - low];
  if (!start) return [];
  const spine: SpinePoint[] = [start];
  for (let i = first - low; i < last - low; i++) {
    const from = placed[i];
    const to = placed[i + 1];
    if (!from || !to || distance(from, to) === 0) continue;
    const piece = { from, to, h1: handle(placed[i - 1], from, to), h2: handle(placed[i + 2], to, from) };
    subdivide(piece, width * FLATNESS, spine);
  }
  return spine;
}

interface EdgePoint extends Point {
  /** The edge goes through it; otherwise it bends there, on a curve between the middles. */
  readonly sharp: boolean;
}

function unit(a: Point, b: Point): Point {
  const length = distance(a, b);
  return { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
}

/** Points on the circle about `at` from direction angle `from` by `sweep`. */
function roundJoin(at: SpinePoint, from: number, sweep: number): EdgePoint[] {
  const steps = Math.max(1, Math.ceil(Math.abs(sweep) / JOIN_STEP));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = from + (sweep * i) / steps;
    return { x: at.x + Math.cos(angle) * at.radius, y: at.y + Math.sin(angle) * at.radius, sharp: i === 0 || i === steps };
  });
}

/** The edge past a vertex that the stroke bends gently at: one point on each side. */
function bend(at: SpinePoint, into: Point, out: Point, dot: number): [EdgePoint[], EdgePoint[]] {
  // Normals of both directions, averaged, and stretched so that the width stays.
  const scale = at.radius / (1 + dot);
  const nx = -(into.y + out.y) * scale;
  const ny = (into.x + out.x) * scale;
  const sharp = dot < CURVED_COS;
  return [[{ x: at.x + nx, y: at.y + ny, sharp }], [{ x: at.x - nx, y: at.y - ny, sharp }]];
}

/**
 * The edge round a tight turn: an arc outside; inside it goes by way of the vertex
 * itself, which keeps every part of the outline wound the same way round, so a
 * non-zero fill has no holes however tight the turn.
 */
function corner(at: SpinePoint, into: Point, out: Point, cross: number, dot: number): [EdgePoint[], EdgePoint[]] {
  const inner = cross > 0 ? 1 : -1;
  const normal = (direction: Point, side: number): EdgePoint => ({
    x: at.x - direction.y * at.radius * side,
    y: at.y + direction.x * at.radius * side,
    sharp: true,
  });
  const pivot = [normal(into, inner), { x: at.x, y: at.y, sharp: true }, normal(out, inner)];
  const from = Math.atan2(into.x * -inner, -into.y * -inner);
  const arc = roundJoin(at, from, inner * Math.abs(Math.atan2(cross, dot)));
  return inner === 1 ? [pivot, arc] : [arc, pivot];
}

/** Both edges of the spine, in its direction. */
function edges(spine: readonly SpinePoint[]): [EdgePoint[], EdgePoint[]] {
  const sides: [EdgePoint[], EdgePoint[]] = [[], []];
  spine.forEach((at, i) => {
    const before = spine[i - 1];
    const after = spine[i + 1];
    const into = before && unit(before, at);
    const out = after && unit(at, after);
    const [a, b] = join(at, into ?? out, out ?? into, before, after);
    for (const point of a) sides[0].push(point);
    for (const point of b) sides[1].push(point);
  });
  return sides;
}

function join(
  at: SpinePoint,
  into: Point | undefined,
  out: Point | undefined,
  before: SpinePoint | undefined,
  after: SpinePoint | undefined,
): [EdgePoint[], EdgePoint[]] {
  if (!into || !out) return [[], []];
  const dot = into.x * out.x + into.y * out.y;
  const cross = into.x * out.y - into.y * out.x;
  if (!before || !after) {
    const [[a], [b]] = bend(at, into, out, dot) as [[EdgePoint], [EdgePoint]];
    return [[{ ...a, sharp: true }], [{ ...b, sharp: true }]];
  }
  const half = Math.sqrt(Math.max(0, 1 - dot) / Math.max(1e-9, 1 + dot));
  const room = Math.min(distance(before, at), distance(at, after));
  return dot > 0.5 && at.radius * half < room ? bend(at, into, out, dot) : corner(at, into, out, cross, dot);
}

function traceEdge(sink: PathSink, edge: readonly EdgePoint[]): void {
  edge.forEach((point, i) => {
    const next = edge[i + 1];
    if (point.sharp || !next) sink.lineTo(point.x, point.y);
    else sink.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
  });
}

/** Traces the closed outline of the ink along `spine`, round at both ends. Fill it non-zero. */
export function traceOutline(sink: PathSink, spine: readonly SpinePoint[]): void {
  const start = spine[0];
  const end = spine.at(-1);
  if (!start || !end) return;
  const second = spine[1];
  const lastButOne = spine.at(-2);
  if (!second || !lastButOne) {
    sink.moveTo(start.x + start.radius, start.y);
    sink.arc(start.x, start.y, start.radius, 0, 2 * Math.PI);
    sink.closePath();
    return;
  }
  const [left, right] = edges(spine);
  const first = left[0] ?? start;
  const ahead = Math.atan2(end.y - lastButOne.y, end.x - lastButOne.x);
  const back = Math.atan2(start.y - second.y, start.x - second.x);
  sink.moveTo(first.x, first.y);
  traceEdge(sink, left);
  sink.arc(end.x, end.y, end.radius, ahead + Math.PI / 2, ahead - Math.PI / 2, true);
  traceEdge(sink, right.reverse());
  sink.arc(start.x, start.y, start.radius, back + Math.PI / 2, back - Math.PI / 2, true);
  sink.closePath();
}
