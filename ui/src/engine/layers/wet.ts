/**
 * The wet layer: ink while it is drawn, one's own and the others', and shapes that
 * are being dragged.
 *
 * Has a surface of its own so that a growing stroke repaints a few pixels of one
 * layer. Promises: wet ink stays until the dry layer shows the committed stroke,
 * so nothing blinks between the two. Must not know how ink arrives.
 */
import type { ShapeId } from "../../protocol/generated/messages";
import { shownInk } from "../color";
import { finishLine, prepareLine } from "../kinds/line";
import { MARKER_ALPHA, traceMiddle } from "../kinds/stroke";
import { EMPTY_RECT, intersection, intersects, isEmpty, translate, union, type Rect } from "../geometry";
import type { Scheme, WetInk } from "../picture";
import { spineOf, type InkPoint } from "../outline";
import type { Placed } from "../scene";
import type { Painter } from "./painter";
import type { Raft } from "./raft";
import type { Drawing, Pen, Surface } from "./surface";
import { InkTrack } from "./track";
import { sameView, shownRect, toPixelRect, type View } from "./view";

/** Shapes shown here instead of on the dry layer, moved by (dx, dy) board units. */
export interface Lifted {
  readonly shapes: readonly Placed[];
  /** Shapes shown here as they would be, not moved. */
  readonly still: readonly Placed[];
  readonly dx: number;
  readonly dy: number;
  /** Many more shapes, as a picture. */
  readonly raft?: Raft | null;
}

const NOTHING_LIFTED: Lifted = { shapes: [], still: [], dx: 0, dy: 0 };

export class WetLayer {
  readonly surface: Surface;
  readonly #drawing: Drawing;
  readonly #painter: Painter;
  readonly #tracks = new Map<ShapeId, InkTrack>();
  #lifted: Lifted = NOTHING_LIFTED;
  #changed: Rect = EMPTY_RECT;
  #redraw = false;
  #drawnFor: View | null = null;
  #drawnScheme: Scheme = "light";

  constructor(drawing: Drawing, painter: Painter) {
    this.#drawing = drawing;
    this.#painter = painter;
    this.surface = drawing.surface(1, 1);
  }

  get isEmpty(): boolean {
    return this.#tracks.size === 0 && this.#lifted.shapes.length + this.#lifted.still.length === 0 && !this.#lifted.raft;
  }

  get lifted(): Lifted {
    return this.#lifted;
  }

  /** Begins or goes on showing `ink`; `ahead` is where its pen is expected next. */
  show(ink: WetInk, ahead: readonly InkPoint[] = []): void {
    if (ink.points.length === 0) return;
    let track = this.#tracks.get(ink.stroke);
    if (!track) {
      track = new InkTrack(this.#drawing, ink);
      this.#tracks.set(ink.stroke, track);
    }
    this.#changed = union(this.#changed, track.extend(ink.points, ahead));
  }

  /** Drops every stroke for which `isOver` holds. `bounds` is where it lies on the board. */
  dropWhere(isOver: (stroke: ShapeId, bounds: Rect) => boolean): void {
    for (const [stroke, track] of this.#tracks) {
      const bounds = track.bounds;
      if (!isOver(stroke, bounds)) continue;
      this.#tracks.delete(stroke);
      this.#changed = union(this.#changed, bounds);
    }
  }

  lift(lifted: Lifted | null): void {
    this.#lifted = lifted ?? NOTHING_LIFTED;
    this.#redraw = true;
  }

  /** Brings the surface up to date. Returns whether it had to be touched. */
  draw(view: View, scheme: Scheme): boolean {
    const whole = this.#redraw || !this.#drawnFor || !sameView(this.#drawnFor, view) || scheme !== this.#drawnScheme;
    if (!whole && isEmpty(this.#changed)) return false;
    const all = { minX: 0, minY: 0, maxX: view.width, maxY: view.height };
    const pixels = whole ? all : intersection(all, toPixelRect(view, this.#changed));
    const fitted = this.#fit(view);
    this.#changed = EMPTY_RECT;
    this.#redraw = false;
    this.#drawnFor = view;
    this.#drawnScheme = scheme;
    if (isEmpty(pixels) && !fitted) return false;
    this.#paint(view, scheme, fitted ? all : pixels);
    return true;
  }

  #fit(view: View): boolean {
    if (this.surface.width === view.width && this.surface.height === view.height) return false;
    this.surface.resize(view.width, view.height);
    return true;
  }

  #paint(view: View, scheme: Scheme, pixels: Rect): void {
    const { pen } = this.surface;
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.beginPath();
    pen.rect(pixels.minX, pixels.minY, pixels.maxX - pixels.minX, pixels.maxY - pixels.minY);
    pen.clip();
    pen.clearRect(pixels.minX, pixels.minY, pixels.maxX - pixels.minX, pixels.maxY - pixels.minY);
    this.#paintLifted(view, scheme, pen);
    for (const track of this.#tracks.values()) paintTrack(pen, track, view, scheme, pixels);
    pen.restore();
  }

  #paintLifted(view: View, scheme: Scheme, pen: Pen): void {
    const { shapes, still, dx, dy, raft } = this.#lifted;
    raft?.draw(pen, view, dx, dy);
    const shown = shownRect(view);
    const target = { pen, scale: view.scale, offsetX: view.offsetX, offsetY: view.offsetY, scheme };
    for (const placed of shapes) {
      if (intersects(translate(placed.bounds, dx, dy), shown)) this.#painter.paint(target, placed, 1, dx, dy);
    }
    for (const placed of still) if (intersects(placed.bounds, shown)) this.#painter.paint(target, placed);
    this.#painter.flush();
  }
}

function paintTrack(pen: Pen, track: InkTrack, view: View, scheme: Scheme, pixels: Rect): void {
  pen.fillStyle = shownInk(track.color, scheme);
  const x = track.origin.x * view.scale + view.offsetX;
  const y = track.origin.y * view.scale + view.offsetY;
  pen.setTransform(view.scale, 0, 0, view.scale, x, y);
  if (track.nib === "marker" || track.nib === "laser" || track.dash !== "solid" || track.opacity !== 1) return paintWhole(pen, track, scheme);
  for (const piece of track.pieces()) {
    if (intersects(toPixelRect(view, piece.bounds), pixels)) pen.fill(piece.path);
  }
}

/** Ink that lets through what is below, as one line: piece by piece it would be darker where they meet. */
function paintWhole(pen: Pen, track: InkTrack, scheme: Scheme): void {
  const marks = track.nib === "marker";
  pen.globalAlpha = track.opacity * (marks ? MARKER_ALPHA : 1);
  pen.strokeStyle = track.nib === "laser" ? track.color : shownInk(track.color, scheme);
  prepareLine(pen, track.width, track.dash);
  pen.beginPath();
  const samples = track.samples();
  traceMiddle(pen, spineOf(track.nib === "laser" ? glowing(samples) : samples, track.width));
  pen.stroke();
  finishLine(pen);
  pen.globalAlpha = 1;
}

/** A laser's line is as long as what it passed lately. */
const LASER_MS = 700;

function glowing(samples: readonly InkPoint[]): readonly InkPoint[] {
  const now = samples.at(-1)?.timeMs ?? 0;
  const first = samples.findIndex(({ timeMs = 0 }) => now - timeMs < LASER_MS);
  return first <= 0 ? samples : samples.slice(first);
}
