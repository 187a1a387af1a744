/**
 * Where the pen was, packed: the twin of `points.rs`, held to the same fixtures.
 *
 * Plain data in, plain data out, so every layer may use it. Bytes that come from
 * the hub were checked there; what is damaged all the same throws `DamagedPoints`,
 * and whoever draws leaves that one shape out.
 */
import { COORDINATE_MAX, STROKE_POINTS_MAX } from "./generated/limits";
import type { PackedPoints } from "./generated/messages";

/** One sample of the pen. All points of a run have the same parts. */
export interface Point {
  /** Board units. */
  x: number;
  /** Board units. */
  y: number;
  /** 0 to 1, if the device knows. */
  pressure?: number;
  /** Milliseconds since the first point, never running backwards; if known. */
  timeMs?: number;
}

/** The finest precision: 2^-10 board units. */
export const PRECISION_MAX = 10;
const PRECISION_JSON = 6;
const HAS_PRESSURE = 1 << 4;
const HAS_TIME = 1 << 5;
const VERSION_MASK = 0b1100_0000;
const PRECISION_MASK = 0b0000_1111;
const VARINT_BYTES_MAX = 5;

/** Bytes that are no packed points. */
export class DamagedPoints extends Error {
  override readonly name = "DamagedPoints";
}

/** The precision that keeps an eighth of a screen pixel at `zoom` (screen pixels per board unit). */
export function precisionFor(zoom: number): number {
  const exponent = Math.ceil(Math.log2(zoom)) + 3;
  return Number.isFinite(exponent) ? Math.min(PRECISION_MAX, Math.max(0, exponent)) : PRECISION_JSON;
}

/**
 * Packs `points` in units of 2^-`precision` board units.
 *
 * A point off the board is put on its edge, a time that runs backwards stands
 * still, and what is past `STROKE_POINTS_MAX` is left off: a pen must never be
 * able to make a stroke that the hub refuses.
 */
export function packPoints(points: readonly Point[], precision: number): PackedPoints {
  const count = Math.min(points.length, STROKE_POINTS_MAX);
  const kept = count === points.length ? points : points.slice(0, count);
  const first = kept[0];
  const exponent = Math.min(precision, PRECISION_MAX);
  const pressed = first?.pressure !== undefined;
  const timed = first?.timeMs !== undefined;
  const out: number[] = [exponent | (pressed ? HAS_PRESSURE : 0) | (timed ? HAS_TIME : 0)];
  writeVarint(out, count);
  writeAxis(out, kept, "x", exponent);
  writeAxis(out, kept, "y", exponent);
  if (pressed) for (const point of kept) out.push(pressureByte(point.pressure ?? 0));
  if (timed) writeTimes(out, kept);
  return Uint8Array.from(out);
}

/**
 * Where points are, as columns: for who looks at many strokes and keeps none of
 * them. One may be read into again and again; what it held before is gone then.
 */
export class PointColumns {
  count = 0;
  /** Board units; only the first `count` are those of the points. */
  xs = new Float64Array(64);
  ys = new Float64Array(64);

  /** Throws `DamagedPoints`; pressures and times are not looked at. */
  read(packed: PackedPoints): void {
    this.count = 0;
    const reader = new Reader(packed);
    if (reader.count > this.xs.length) {
      this.xs = new Float64Array(reader.count * 2);
      this.ys = new Float64Array(reader.count * 2);
    }
    reader.axis(this.xs);
    reader.axis(this.ys);
    this.count = reader.count;
  }
}

/** The box of points, and the longest way between two that follow each other; all in board units. */
export interface PointReach {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly longest: number;
}

let steps = new Float64Array(256);

/**
 * How far points reach, without unpacking any: a board is put in its places by this.
 * Null when there is no point. Throws `DamagedPoints`; pressures and times are not looked at.
 */
export function reachOf(packed: PackedPoints): PointReach | null {
  const reader = new Reader(packed);
  if (reader.count === 0) return null;
  if (reader.count > steps.length) steps = new Float64Array(reader.count * 2);
  const [minX, maxX] = reader.span(steps, false);
  const [minY, maxY] = reader.span(steps, true);
  let square = 0;
  // The first step is the one from the origin.
  for (let i = 1; i < reader.count; i += 1) square = Math.max(square, steps[i] ?? 0);
  const { unit } = reader;
  return { minX: minX * unit, minY: minY * unit, maxX: maxX * unit, maxY: maxY * unit, longest: Math.sqrt(square) * unit };
}

/** The precision that points were packed with. */
export function precisionOf(packed: PackedPoints): number {
  return Math.min((packed[0] ?? 0) & PRECISION_MASK, PRECISION_MAX);
}

/** The points as a list. Throws `DamagedPoints`. */
export function unpackPoints(packed: PackedPoints): Point[] {
  const reader = new Reader(packed);
  const xs = reader.axis(new Float64Array(reader.count));
  const ys = reader.axis(new Float64Array(reader.count));
  const pressures = reader.pressures();
  const times = reader.times();
  if (!reader.isDone) throw new DamagedPoints("bytes after the end");
  return Array.from(xs, (x, index) => {
    const point: Point = { x, y: ys[index] ?? 0 };
    if (pressures !== null) point.pressure = pressures[index] ?? 0;
    if (times !== null) point.timeMs = times[index] ?? 0;
    return point;
  });
}

/** How many points there are, without unpacking them. */
export function countPoints(packed: PackedPoints): number {
  return new Reader(packed).count;
}

function pressureByte(pressure: number): number {
  return Math.round(Math.fround(Math.fround(Math.min(1, Math.max(0, pressure))) * 255));
}

function writeAxis(out: number[], points: readonly Point[], axis: "x" | "y", precision: number): void {
  const scale = 2 ** precision;
  let last = 0;
  for (const point of points) {
    const now = roundAwayFromZero(onBoard(point[axis]) * scale);
    const difference = now - last;
    writeVarint(out, difference < 0 ? -2 * difference - 1 : 2 * difference);
    last = now;
  }
}

/** As Rust rounds: `Math.round` would take -2.5 to -2. */
function roundAwayFromZero(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function onBoard(value: number): number {
  return Number.isFinite(value) ? Math.min(COORDINATE_MAX, Math.max(-COORDINATE_MAX, value)) : 0;
}

function writeTimes(out: number[], points: readonly Point[]): void {
  let last = 0;
  for (const point of points) {
    const now = Math.max(last, Math.round(point.timeMs ?? last));
    writeVarint(out, now - last);
    last = now;
  }
}

/** LEB128, up to 35 bits: past what bit operators can, so by division. */
function writeVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #flags: number;
  readonly count: number;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#flags = this.#byte();
    if ((this.#flags & VERSION_MASK) !== 0 || (this.#flags & PRECISION_MASK) > PRECISION_MAX) {
      throw new DamagedPoints("another version");
    }
    this.count = this.#varint();
    // Two bytes a point is the least there can be: no allocation before this is known.
    if (this.count > STROKE_POINTS_MAX || bytes.length - this.#at < this.count * 2) {
      throw new DamagedPoints("too many points");
    }
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Reads one coordinate of all points into `values`. */
  axis(values: Float64Array): Float64Array {
    const scale = 2 ** (this.#flags & PRECISION_MASK);
    const most = COORDINATE_MAX * scale;
    const bytes = this.#bytes;
    let at = this.#at;
    let last = 0;
    for (let index = 0; index < this.count; index += 1) {
      // Nearly all differences take a byte or two: those are read here, without a call for each.
      let zigzag = bytes[at] ?? 0x80;
      const next = bytes[at + 1] ?? 0x80;
      if (zigzag < 0x80) at += 1;
      else if (next < 0x80) {
        zigzag += (next << 7) - 0x80;
        at += 2;
      } else {
        this.#at = at;
        zigzag = this.#varint();
        at = this.#at;
      }
      last += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      if (last > most || last < -most) throw new DamagedPoints("off the board");
      values[index] = last / scale;
    }
    this.#at = at;
    return values;
  }

  /** Board units of a step of one. */
  get unit(): number {
    return 2 ** -(this.#flags & PRECISION_MASK);
  }

  /** Least and most of one coordinate, in units. Its steps go, squared, to `squares`: added to what is there, or instead. */
  span(squares: Float64Array, adds: boolean): readonly [number, number] {
    const most = COORDINATE_MAX * 2 ** (this.#flags & PRECISION_MASK);
    const bytes = this.#bytes;
    let [at, last, least, greatest] = [this.#at, 0, Infinity, -Infinity];
    for (let index = 0; index < this.count; index += 1) {
      let zigzag = bytes[at] ?? 0x80;
      const next = bytes[at + 1] ?? 0x80;
      if (zigzag < 0x80) at += 1;
      else if (next < 0x80) {
        zigzag += (next << 7) - 0x80;
        at += 2;
      } else {
        this.#at = at;
        zigzag = this.#varint();
        at = this.#at;
      }
      const step = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      last += step;
      if (last < least) least = last;
      if (last > greatest) greatest = last;
      squares[index] = (adds ? (squares[index] ?? 0) : 0) + step * step;
    }
    if (greatest > most || least < -most) throw new DamagedPoints("off the board");
    this.#at = at;
    return [least, greatest];
  }

  pressures(): number[] | null {
    if ((this.#flags & HAS_PRESSURE) === 0) return null;
    return Array.from({ length: this.count }, () => this.#byte() / 255);
  }

  times(): number[] | null {
    if ((this.#flags & HAS_TIME) === 0) return null;
    let now = 0;
    return Array.from({ length: this.count }, () => (now += this.#varint()));
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new DamagedPoints("the bytes end early");
    this.#at += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    let unit = 1;
    for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
      const byte = this.#byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
    throw new DamagedPoints("a number is too long");
  }
}
