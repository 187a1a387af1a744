/**
 * A wet stroke, kept ready to draw while it grows.
 *
 * What can no longer change is frozen into paths of some samples each; only the
 * end is computed anew. Promises: what it shows equals what the committed stroke
 * will show; a growth costs its new points, however long the stroke is.
 */
import type { Color, Dash, Nib } from "../../protocol/generated/messages";
import { EMPTY_RECT, translate, union, type Point, type Rect } from "../geometry";
import { inkBounds } from "../ink";
import { addsTo, CONTEXT, spineOf, traceOutline, type InkPoint } from "../outline";
import { brushSpine } from "../kinds/stroke";
import type { WetInk } from "../picture";
import type { Drawing } from "./surface";

const CHUNK_SAMPLES = 64;
/** Samples at the end that may still change what comes before them. */
const UNSETTLED = CONTEXT + 2;

/** A piece of ink; `bounds` on the board. */
export interface Piece {
  readonly path: Path2D;
  readonly bounds: Rect;
}

export class InkTrack {
  readonly color: Color;
  readonly width: number;
  readonly nib: Nib;
  readonly dash: Dash;
  readonly opacity: number;
  readonly #drawing: Drawing;
  /** Paths are relative to it, so that they stay sharp far from the board's origin. */
  readonly origin: Point;
  readonly #kept: InkPoint[] = [];
  readonly #frozen: Piece[] = [];
  #end: Piece | null = null;
  #last: InkPoint | null = null;
  #read = 0;
  /** Whether the end shown goes farther than the pen did. */
  #guesses = false;
  #frozenTo = 0;

  constructor(drawing: Drawing, ink: WetInk) {
    this.#drawing = drawing;
    this.color = ink.color;
    this.width = ink.width;
    this.nib = ink.nib ?? "pen";
    this.dash = ink.dash ?? "solid";
    this.opacity = ink.opacity ?? 1;
    this.origin = ink.points[0] ?? { x: 0, y: 0 };
  }

  /** Around all of it, on the board. */
  get bounds(): Rect {
    return this.pieces().reduce((bounds, piece) => union(bounds, piece.bounds), EMPTY_RECT);
  }

  /** All so far, relative to the origin. */
  samples(): readonly InkPoint[] {
    return this.#last ? this.#samples(this.#last) : this.#kept;
  }

  pieces(): readonly Piece[] {
    return this.#end ? [...this.#frozen, this.#end] : this.#frozen;
  }

  /**
   * Takes the points that are new. `ahead` is where the pen is expected next: shown
   * until the next call and never kept. Returns what of the board looks different now.
   */
  extend(points: readonly InkPoint[], ahead: readonly InkPoint[] = []): Rect {
    const before = this.#end?.bounds ?? EMPTY_RECT;
    if (points.length === this.#read && ahead.length === 0 && !this.#guesses) return EMPTY_RECT;
    for (const point of points.slice(this.#read)) this.#keep(this.#own(point));
    this.#read = points.length;
    this.#guesses = ahead.length > 0;
    let changed = before;
    while (this.#kept.length - this.#frozenTo > CHUNK_SAMPLES + UNSETTLED) changed = union(changed, this.#freeze());
    const last = points.at(-1);
    this.#last = last ? this.#own(last) : null;
    this.#end = this.#last && this.#piece(this.#withGuesses(this.#samples(this.#last), ahead), this.#frozenTo);
    return union(changed, this.#end?.bounds ?? EMPTY_RECT);
  }

  #withGuesses(samples: readonly InkPoint[], ahead: readonly InkPoint[]): readonly InkPoint[] {
    return ahead.length === 0 ? samples : [...samples, ...ahead.map((point) => this.#own(point))];
  }

  #own(point: InkPoint): InkPoint {
    return { ...point, x: point.x - this.origin.x, y: point.y - this.origin.y };
  }

  #keep(point: InkPoint): void {
    const last = this.#kept.at(-1);
    if (!last || addsTo(last, point, this.width)) this.#kept.push(point);
  }

  /** As `thin` would have them if the stroke ended at `end`. */
  #samples(end: InkPoint): readonly InkPoint[] {
    const last = this.#kept.at(-1);
    if (!last || (last.x === end.x && last.y === end.y)) return this.#kept;
    return [...(this.#kept.length > 1 ? this.#kept.slice(0, -1) : this.#kept), end];
  }

  #freeze(): Rect {
    const to = this.#frozenTo + CHUNK_SAMPLES;
    const piece = this.#piece(this.#kept, this.#frozenTo, to);
    this.#frozen.push(piece);
    this.#frozenTo = to;
    return piece.bounds;
  }

  #piece(samples: readonly InkPoint[], from: number, to = samples.length - 1): Piece {
    const path = this.#drawing.path();
    const spine = spineOf(samples, this.width, from, to);
    traceOutline(path, this.nib === "brush" ? brushSpine(spine, this.width, samples.length - 1) : spine);
    const bounds = inkBounds(samples.slice(from, to + 1), this.width);
    return { path, bounds: translate(bounds, this.origin.x, this.origin.y) };
  }
}
