/**
 * What somebody meant to draw: a line, an arrow, or a plain form, from a stroke
 * that was held still at its end.
 *
 * Pure. Each candidate is laid over the stroke where it fits best, and the one
 * that is nearest to the ink on average wins, if it is near enough. Promises: the
 * same at any size and place; null rather than a guess. Must not know tools,
 * shapes or the wire.
 */
import { segmentDistanceSquared, type Point } from "./geometry";

/** A closed form in its box; `rotation` in radians clockwise about the box's middle. */
export interface RecognisedForm {
  readonly type: "rectangle" | "ellipse" | "diamond" | "triangle";
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly rotation: number;
}

export interface RecognisedLine {
  readonly type: "line" | "arrow";
  readonly from: Point;
  readonly to: Point;
}

export type Recognised = RecognisedForm | RecognisedLine;

/** Points that the stroke is looked at with. */
const RESAMPLED = 64;
/** Ends nearer than this part of the way drawn are meant to meet. */
const CLOSED = 0.16;
/** A form farther from the ink than this part of its size, on average, is not meant. */
const FORM_MISS = 0.032;
/** No point of the ink may be farther from it than this part. */
const FORM_MISS_MOST = 0.13;
/** The same for lines, of their length. */
const LINE_MISS = 0.05;
/** A line's way may be longer than its ends are apart by this factor. */
const LINE_DETOUR = 1.12;
/** An arrow's head is at most this part of its shaft. */
const HEAD_MOST = 0.5;
const HEAD_LEAST = 0.06;
/** Turned by less than this, it was meant straight. In radians. */
const STRAIGHTEN = 0.2;
const ANGLE_STEP = Math.PI / 120;

/** What the stroke through `points` is, if it is anything plain. */
export function recognise(points: readonly Point[]): Recognised | null {
  const way = resample(points);
  const length = lengthOf(way);
  const [first, last] = [way[0], way.at(-1)];
  if (!first || !last || length === 0) return null;
  if (apart(first, last) <= length * CLOSED) return closedForm(way);
  return lineFrom(way, first, last, length) ?? arrowFrom(way, first);
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function lengthOf(points: readonly Point[]): number {
  return points.reduce((sum, point, i) => sum + apart(point, points[i - 1] ?? point), 0);
}

/** As many points at even distances. */
function resample(points: readonly Point[]): Point[] {
  const length = lengthOf(points);
  const start = points[0];
  if (!start || length === 0) return [];
  const step = length / (RESAMPLED - 1);
  const result: Point[] = [start];
  let gone = 0;
  points.forEach((to, i) => {
    const from = points[i - 1] ?? to;
    const way = apart(from, to);
    while (way > 0 && result.length < RESAMPLED && result.length * step <= gone + way + length * 1e-9) {
      const t = (result.length * step - gone) / way;
      result.push({ x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t });
    }
    gone += way;
  });
  return result;
}

// --- Lines and arrows ---

/** The farthest of `points` from the straight way a–b. */
function missOfLine(points: readonly Point[], a: Point, b: Point): number {
  return Math.sqrt(Math.max(...points.map((point) => segmentDistanceSquared(point, a, b))));
}

function lineFrom(way: readonly Point[], from: Point, to: Point, length: number): RecognisedLine | null {
  const straight = apart(from, to);
  const isLine = length <= straight * LINE_DETOUR && missOfLine(way, from, to) <= straight * LINE_MISS;
  return isLine ? { type: "line", from, to } : null;
}

/** A shaft to its tip, then a head: back to one side at least, and not far. */
function arrowFrom(way: readonly Point[], from: Point): RecognisedLine | null {
  const tipAt = way.reduce((best, point, i) => (apart(point, from) > apart(way[best] ?? from, from) ? i : best), 0);
  const tip = way[tipAt] ?? from;
  const [shaft, head] = [way.slice(0, tipAt + 1), way.slice(tipAt)];
  const long = apart(from, tip);
  if (long === 0 || missOfLine(shaft, from, tip) > long * LINE_MISS || lengthOf(shaft) > long * LINE_DETOUR) return null;
  const reaches = head.map((point) => apart(point, tip));
  const far = Math.max(...reaches);
  if (far < long * HEAD_LEAST || far > long * HEAD_MOST) return null;
  // How far back along the shaft the head goes, and how far aside of it.
  const [ux, uy] = [(tip.x - from.x) / long, (tip.y - from.y) / long];
  const back = Math.max(...head.map((point) => (tip.x - point.x) * ux + (tip.y - point.y) * uy));
  const aside = Math.max(...head.map((point) => Math.abs((point.x - tip.x) * uy - (point.y - tip.y) * ux)));
  const isHead = back >= far * 0.4 && aside >= far * 0.25;
  return isHead ? { type: "arrow", from, to: tip } : null;
}

// --- Closed forms ---

interface Candidate {
  readonly form: RecognisedForm;
  /** Its outline as a polygon, closed by whoever reads it. */
  readonly outline: readonly Point[];
}

function closedForm(way: readonly Point[]): RecognisedForm | null {
  const size = apart({ x: span(way, "x"), y: span(way, "y") }, { x: 0, y: 0 });
  let best: RecognisedForm | null = null;
  let least = size * FORM_MISS;
  for (const { form, outline } of [...boxed(way), triangle(way)]) {
    const misses = way.map((point) => distanceToOutline(point, outline));
    const mean = misses.reduce((sum, miss) => sum + miss, 0) / misses.length;
    if (mean > least || Math.max(...misses) > size * FORM_MISS_MOST || !covers(way, outline, size)) continue;
    [best, least] = [form, mean];
  }
  return best;
}

/** Whether the ink goes all round the outline: a C is no circle. */
function covers(way: readonly Point[], outline: readonly Point[], size: number): boolean {
  return outline.every((corner) => way.some((point) => apart(point, corner) <= size * 0.2));
}

function span(points: readonly Point[], axis: "x" | "y"): number {
  const values = points.map((point) => point[axis]);
  return Math.max(...values) - Math.min(...values);
}

function distanceToOutline(point: Point, outline: readonly Point[]): number {
  return Math.sqrt(Math.min(...outline.map((a, i) => segmentDistanceSquared(point, a, outline[(i + 1) % outline.length] ?? a))));
}

function turned({ x, y }: Point, by: number): Point {
  const [cos, sin] = [Math.cos(by), Math.sin(by)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}

interface Box {
  readonly middle: Point;
  readonly w: number;
  readonly h: number;
  readonly rotation: number;
}

/** The box around `points` whose sides are turned by `rotation`. */
function boxAt(points: readonly Point[], rotation: number): Box {
  const own = points.map((point) => turned(point, -rotation));
  const [xs, ys] = [own.map(({ x }) => x), own.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return { middle: turned({ x: (left + right) / 2, y: (top + bottom) / 2 }, rotation), w: right - left, h: bottom - top, rotation };
}

/** The tightest box around `points`, turned by less than an eighth of a turn either way. */
function tightestBox(points: readonly Point[]): Box {
  let best = boxAt(points, 0);
  for (let angle = -Math.PI / 4; angle < Math.PI / 4; angle += ANGLE_STEP) {
    const box = boxAt(points, angle);
    if (box.w * box.h < best.w * best.h) best = box;
  }
  return Math.abs(best.rotation) < STRAIGHTEN ? boxAt(points, 0) : best;
}

/** The box along the ink's longest reach: an ellipse's, which its tightest box is not. */
function longestBox(points: readonly Point[]): Box {
  const mean = { x: average(points, "x"), y: average(points, "y") };
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - mean.x) ** 2;
    xy += (x - mean.x) * (y - mean.y);
    yy += (y - mean.y) ** 2;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const isRound = Math.hypot(xx - yy, 2 * xy) < (xx + yy) * 0.2;
  return boxAt(points, isRound || Math.abs(Math.sin(2 * angle)) < Math.sin(2 * STRAIGHTEN) ? 0 : angle);
}

function average(points: readonly Point[], axis: "x" | "y"): number {
  return points.reduce((sum, point) => sum + point[axis], 0) / points.length;
}

/** Outlines in a box of half a side 1 about the middle. */
const RECTANGLE: readonly Point[] = [{ x: -1, y: -1 }, { x: 1, y: -1 }, { x: 1, y: 1 }, { x: -1, y: 1 }];
const DIAMOND: readonly Point[] = [{ x: 0, y: -1 }, { x: 1, y: 0 }, { x: 0, y: 1 }, { x: -1, y: 0 }];
const ELLIPSE: readonly Point[] = Array.from({ length: 48 }, (_, i) => turned({ x: 1, y: 0 }, (i * Math.PI) / 24));
const TRIANGLE: readonly Point[] = [{ x: 0, y: -1 }, { x: 1, y: 1 }, { x: -1, y: 1 }];

function candidate(type: RecognisedForm["type"], unit: readonly Point[], { middle, w, h, rotation }: Box): Candidate {
  const outline = unit.map(({ x, y }) => {
    const own = turned({ x: (x * w) / 2, y: (y * h) / 2 }, rotation);
    return { x: own.x + middle.x, y: own.y + middle.y };
  });
  return { form: { type, x: middle.x - w / 2, y: middle.y - h / 2, w, h, rotation }, outline };
}

function boxed(way: readonly Point[]): Candidate[] {
  return [
    candidate("rectangle", RECTANGLE, tightestBox(way)),
    candidate("ellipse", ELLIPSE, longestBox(way)),
    candidate("diamond", DIAMOND, boxAt(way, 0)),
  ];
}

/** An upright triangle, one on its tip, or one that leans: whichever of its three sides as a base fits best. */
function triangle(way: readonly Point[]): Candidate {
  const options = [0, Math.PI, Math.PI / 2, -Math.PI / 2].map((turn) => candidate("triangle", TRIANGLE, boxAt(way, turn)));
  const corners = widestTriangle(way);
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % 3] ?? a;
    const tip = corners[(i + 2) % 3] ?? a;
    const angle = Math.atan2(b.y - a.y, b.x - a.x);
    const isAbove = turned({ x: tip.x - a.x, y: tip.y - a.y }, -angle).y < 0;
    options.push(candidate("triangle", TRIANGLE, boxAt(way, isAbove ? angle : angle + Math.PI)));
  });
  const misses = ({ outline }: Candidate): number => way.reduce((sum, point) => sum + distanceToOutline(point, outline), 0);
  // An upright one is meant unless another is clearly nearer.
  return options.reduce((best, option) => (misses(option) < misses(best) * 0.7 ? option : best));
}

/** The corners of the largest triangle between points of the way. */
function widestTriangle(way: readonly Point[]): Point[] {
  let best: Point[] = [];
  let most = -1;
  for (let i = 0; i < way.length; i += 2) {
    for (let j = i + 2; j < way.length; j += 2) {
      for (let k = j + 2; k < way.length; k += 2) {
        const [a, b, c] = [way[i], way[j], way[k]];
        if (!a || !b || !c) continue;
        const area = Math.abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y));
        if (area > most) [best, most] = [[a, b, c], area];
      }
    }
  }
  return best;
}
