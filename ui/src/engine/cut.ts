/**
 * What is left of ink that an eraser went through.
 *
 * Pure, in one coordinate system. Works on the drawn middle line and not on the
 * samples, so a cut is where the eraser was at any zoom, however far apart the
 * samples are. Promises: no ink that is left touches the eraser's way; what the
 * eraser did not come near looks as before, with its width; the parts are in the
 * stroke's order. Must not know shapes, the board or the wire.
 */
import { clamp, expand, intersects, rectBetween, type Point } from "./geometry";
import { pressureFor, SAMPLE_MS, spineOf, thin, type InkPoint, type SpinePoint } from "./outline";

/** What is left and shorter than this part of the width is a crumb, and goes too. */
const CRUMB = 0.25;
/** Less than this part of the width between a cut and a sample is no reason for another sample. */
const CLOSE = 0.05;

/** A step drawn with more vertices than this between its samples is bent so much that it matters. */
const BENT = 2;

/** A piece of a line, as parts of it; empty when `to` is not above `from`. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const NOTHING: Span = { from: Infinity, to: -Infinity };

/**
 * The parts of a stroke of `width` through `samples` that are left when a round
 * eraser of `radius` went along `path`. Null when it did not touch the ink, an
 * empty list when nothing is left. Each part's samples carry times if the
 * stroke's did, and always pressures, which keep the width it had.
 */
export function cutInk(samples: readonly InkPoint[], width: number, path: readonly Point[], radius: number): InkPoint[][] | null {
  return spansLeft(samples, width, path, radius)?.left.map((span) => span.ink()) ?? null;
}

/** The parts that go when `cutInk` leaves the others: between them they are the stroke. */
export function inkTaken(samples: readonly InkPoint[], width: number, path: readonly Point[], radius: number): InkPoint[][] {
  return spansLeft(samples, width, path, radius)?.taken.map((span) => span.ink()) ?? [];
}

function spansLeft(samples: readonly InkPoint[], width: number, path: readonly Point[], radius: number) {
  const kept = thin(samples, width);
  const spine = spineOf(kept, width);
  const erased = erasedSpans(spine, path, radius);
  if (erased.length === 0) return null;
  const end = Math.max(0, spine.length - 1);
  const left = gaps(erased, end).filter((span) => lengthOf(spine, span) >= width * CRUMB);
  const inked = (span: Span) => ({ ...span, ink: () => samplesOf(kept, spine, span, width) });
  return { left: left.map(inked), taken: gaps(left, end).map(inked) };
}

/** Where along the spine the eraser was: vertex k to vertex k + 1 is from k to k + 1. In order, apart from each other. */
function erasedSpans(spine: readonly SpinePoint[], path: readonly Point[], radius: number): Span[] {
  const spans: Span[] = [];
  const only = spine.length === 1 ? spine[0] : undefined;
  if (only) return touches(only, path, radius) ? [{ from: 0, to: 0 }] : [];
  for (let k = 0; k + 1 < spine.length; k++) {
    const [a, b] = [spine[k], spine[k + 1]];
    if (!a || !b) continue;
    const reach = radius + Math.max(a.radius, b.radius);
    const near = expand(rectBetween(a, b), reach);
    steps(path).forEach(([from, to]) => {
      if (!intersects(near, rectBetween(from, to))) return;
      const span = within(a, b, from, to, reach);
      if (span.to >= span.from) spans.push({ from: k + span.from, to: k + span.to });
    });
  }
  return merged(spans);
}

/** The straight ways that a path is made of; one that stands still is one of no length. */
function steps(path: readonly Point[]): (readonly [Point, Point])[] {
  return path.length === 1 ? path.map((point) => [point, point] as const) : path.slice(1).map((to, i) => [path[i] ?? to, to] as const);
}

function touches(dot: SpinePoint, path: readonly Point[], radius: number): boolean {
  return steps(path).some(([from, to]) => {
    const span = within(dot, dot, from, to, radius + dot.radius);
    return span.to >= span.from;
  });
}

/** The part of p–q that is within `reach` of the segment a–b: one piece, because that region is convex. */
function within(p: Point, q: Point, a: Point, b: Point, reach: number): Span {
  return hull(hull(inDisc(p, q, a, reach), inDisc(p, q, b, reach)), inSlab(p, q, a, b, reach));
}

function hull(one: Span, other: Span): Span {
  return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
}

function inDisc(p: Point, q: Point, middle: Point, radius: number): Span {
  const [dx, dy] = [q.x - p.x, q.y - p.y];
  const [ex, ey] = [p.x - middle.x, p.y - middle.y];
  const square = dx * dx + dy * dy;
  const outside = ex * ex + ey * ey - radius * radius;
  if (square === 0) return outside <= 0 ? { from: 0, to: 1 } : NOTHING;
  const half = (ex * dx + ey * dy) / square;
  const root = half * half - outside / square;
  if (root < 0) return NOTHING;
  return clipped({ from: -half - Math.sqrt(root), to: -half + Math.sqrt(root) });
}

/** The part of p–q beside a–b: between its ends, and not farther than `reach` to either side. */
function inSlab(p: Point, q: Point, a: Point, b: Point, reach: number): Span {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length === 0) return NOTHING;
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const along = (point: Point): number => (point.x - a.x) * ux + (point.y - a.y) * uy;
  const aside = (point: Point): number => (point.y - a.y) * ux - (point.x - a.x) * uy;
  const one = between(along(p), along(q), 0, length);
  const other = between(aside(p), aside(q), -reach, reach);
  return clipped({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) });
}

/** Where something that goes evenly from `start` to `end` is between `low` and `high`. */
function between(start: number, end: number, low: number, high: number): Span {
  if (start === end) return start >= low && start <= high ? { from: 0, to: 1 } : NOTHING;
  const [one, other] = [(low - start) / (end - start), (high - start) / (end - start)];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

function clipped({ from, to }: Span): Span {
  const span = { from: Math.max(0, from), to: Math.min(1, to) };
  return span.to >= span.from ? span : NOTHING;
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && span.from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else result.push(span);
  }
  return result;
}

/** What of 0 to `end` is in none of the spans. */
function gaps(spans: readonly Span[], end: number): Span[] {
  const starts = [0, ...spans.map(({ to }) => to)];
  const ends = [...spans.map(({ from }) => from), end];
  return starts.flatMap((from, i) => {
    const to = ends[i] ?? end;
    return to > from ? [{ from, to }] : [];
  });
}

function vertexAt(spine: readonly SpinePoint[], place: number): SpinePoint {
  const k = Math.min(Math.floor(place), spine.length - 1);
  const a = spine[k] ?? { x: 0, y: 0, radius: 0, at: 0 };
  const b = spine[k + 1];
  const t = place - k;
  if (!b || t === 0) return a;
  const mix = (from: number, to: number): number => from + (to - from) * t;
  return { x: mix(a.x, b.x), y: mix(a.y, b.y), radius: mix(a.radius, b.radius), at: mix(a.at, b.at) };
}

/** The vertices of a span, with its two ends. */
function verticesOf(spine: readonly SpinePoint[], { from, to }: Span): SpinePoint[] {
  const inner = spine.slice(Math.floor(from) + 1, Math.ceil(to));
  return [vertexAt(spine, from), ...inner, vertexAt(spine, to)];
}

function lengthOf(spine: readonly SpinePoint[], span: Span): number {
  const vertices = verticesOf(spine, span);
  return vertices.reduce((sum, vertex, i) => {
    const before = vertices[i - 1] ?? vertex;
    return sum + Math.hypot(vertex.x - before.x, vertex.y - before.y);
  }, 0);
}

/**
 * Samples that draw the part `span`: the stroke's own, and towards a cut the line
 * as it was drawn, up to the first step that is nearly straight. How a step bends
 * depends on its neighbours' lengths, so a bent one beside a cut would not stay as it is.
 */
function samplesOf(samples: readonly InkPoint[], spine: readonly SpinePoint[], span: Span, width: number): InkPoint[] {
  const vertices = verticesOf(spine, span);
  const [first, last] = [vertices[0], vertices.at(-1)];
  if (!first || !last) return [];
  const bends = innerVertices(vertices);
  let from = Math.ceil(first.at);
  while ((bends.get(from) ?? 0) > BENT) from += 1;
  let to = Math.floor(last.at);
  while ((bends.get(to - 1) ?? 0) > BENT) to -= 1;
  const part: InkPoint[] = [];
  for (const vertex of vertices) {
    const isSample = Number.isInteger(vertex.at);
    const isOnCut = vertex.at < from || vertex.at > to || vertex === first || vertex === last;
    if (!isSample && !isOnCut) continue;
    const point = isSample ? { ...vertex, ...place(samples[vertex.at], vertex) } : vertex;
    const before = part.at(-1);
    const close = before && Math.hypot(before.x - point.x, before.y - point.y) < width * CLOSE;
    if (close && vertex !== last) continue;
    part.push(sampleAt(samples, point, width));
  }
  return part;
}

/** How many vertices are drawn within each step from a sample to the next. */
function innerVertices(vertices: readonly SpinePoint[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { at } of vertices) {
    if (!Number.isInteger(at)) counts.set(Math.floor(at), (counts.get(Math.floor(at)) ?? 0) + 1);
  }
  return counts;
}

function place(sample: InkPoint | undefined, otherwise: Point): Point {
  return { x: sample?.x ?? otherwise.x, y: sample?.y ?? otherwise.y };
}

function sampleAt(samples: readonly InkPoint[], { x, y, radius, at }: SpinePoint, width: number): InkPoint {
  const [a, b] = [samples[Math.floor(at)], samples[Math.ceil(at)]];
  const t = at - Math.floor(at);
  const mix = (from: number, to: number): number => from + (to - from) * t;
  // Pressures are averages of neighbours when they are drawn: those that were given stay.
  const pressed = a?.pressure !== undefined && b?.pressure !== undefined;
  const pressure = pressed ? mix(a.pressure, b.pressure) : pressureFor(radius, width);
  const timed = a?.timeMs !== undefined && b?.timeMs !== undefined;
  const timeMs = timed ? mix(a.timeMs, b.timeMs) : at * SAMPLE_MS;
  return { x, y, pressure: clamp(pressure, 0, 1), timeMs };
}
