/**
 * The overlay: what lies over the board and is not on it. Selections, the box of a
 * selection in the making, the eraser's trail, people's pointers.
 *
 * Everything keeps its size on the screen, whatever the zoom. Redrawn whole: it is
 * a few dozen lines. With nothing to show it costs nothing.
 */
import { ACCENT, PAPER, wordsOn } from "../color";
import { gripPlace, HANDLE_PX, type Handles } from "../handles";
import { expand, isEmpty, type Point, type Rect } from "../geometry";
import type { Cursor, RemoteSelection, Scheme } from "../picture";
import type { Drawing, Pen, Surface } from "./surface";
import { toPixels, type View } from "./view";

const LABEL_FONT = '600 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** A pointer's outline, CSS pixels from its tip. */
const ARROW: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 16.5],
  [4.4, 12.6],
  [7.2, 18.6],
  [10, 17.3],
  [7.3, 11.5],
  [12.6, 11.2],
];

export interface OverlayPicture {
  /** Boxes of one's own selected shapes, in board units; none where they are many. */
  readonly selected: readonly Rect[];
  /** Around all of them; empty when nothing is selected. */
  readonly selection: Rect;
  readonly remote: readonly { readonly of: RemoteSelection; readonly bounds: Rect }[];
  readonly marquee: Rect | null;
  readonly trail: readonly Point[];
  readonly cursors: readonly Cursor[];
  readonly lasso: readonly Point[];
  readonly guides: readonly (readonly [Point, Point])[];
  /** Around what an end would be bound to. */
  readonly target: Rect | null;
  readonly handles: Handles | null;
}

export class OverlayLayer {
  readonly surface: Surface;

  #isEmpty = true;

  constructor(drawing: Drawing) {
    this.surface = drawing.surface(1, 1);
  }

  /** Whether nothing is on it: then it need not be put over the others. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  draw(view: View, scheme: Scheme, picture: OverlayPicture): void {
    const wasEmpty = this.#isEmpty;
    this.#isEmpty = showsNothing(picture);
    if (this.#isEmpty && wasEmpty) return;
    const { pen } = this.surface;
    if (this.surface.width !== view.width || this.surface.height !== view.height) {
      this.surface.resize(view.width, view.height);
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, view.width, view.height);
    // From here on in CSS pixels.
    pen.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    for (const { of, bounds } of picture.remote) drawRemoteSelection(pen, view, of, bounds);
    drawSelection(pen, view, scheme, picture);
    if (picture.handles) drawHandles(pen, view, ACCENT[scheme], PAPER[scheme], picture.handles);
    if (picture.target) drawTarget(pen, cssRect(view, picture.target), ACCENT[scheme]);
    drawLasso(pen, view, ACCENT[scheme], picture.lasso);
    drawGuides(pen, view, picture.guides);
    if (picture.marquee) drawMarquee(pen, cssRect(view, picture.marquee), ACCENT[scheme]);
    drawTrail(pen, view, scheme, picture.trail);
    for (const cursor of picture.cursors) drawCursor(pen, cssPoint(view, cursor.at), cursor, view);
  }
}

function showsNothing({ selection, selected, remote, marquee, trail, cursors, lasso, guides, target, handles }: OverlayPicture): boolean {
  const lists = [selected, remote, trail, cursors, lasso, guides];
  return isEmpty(selection) && marquee === null && target === null && handles === null && lists.every(({ length }) => length === 0);
}

function cssPoint(view: View, board: Point): Point {
  const pixels = toPixels(view, board);
  return { x: pixels.x / view.ratio, y: pixels.y / view.ratio };
}

function cssRect(view: View, rect: Rect): Rect {
  const low = cssPoint(view, { x: rect.minX, y: rect.minY });
  const high = cssPoint(view, { x: rect.maxX, y: rect.maxY });
  return { minX: low.x, minY: low.y, maxX: high.x, maxY: high.y };
}

function strokeBox(pen: Pen, box: Rect): void {
  // On half pixels, where a one pixel line is one pixel wide.
  const x = Math.round(box.minX) + 0.5;
  const y = Math.round(box.minY) + 0.5;
  pen.strokeRect(x, y, Math.round(box.maxX) - x, Math.round(box.maxY) - y);
}

function drawSelection(pen: Pen, view: View, scheme: Scheme, picture: OverlayPicture): void {
  if (isEmpty(picture.selection)) return;
  pen.strokeStyle = ACCENT[scheme];
  if (picture.selected.length > 1) {
    pen.lineWidth = 1;
    pen.globalAlpha = 0.45;
    for (const box of picture.selected) strokeBox(pen, cssRect(view, box));
    pen.globalAlpha = 1;
  }
  pen.lineWidth = 1.5;
  // What is taken hold of has a frame of its own.
  if (picture.handles === null || picture.handles.frame.length === 0) strokeBox(pen, expand(cssRect(view, picture.selection), 4));
}

function drawTarget(pen: Pen, box: Rect, color: string): void {
  pen.strokeStyle = color;
  pen.lineWidth = 3;
  pen.globalAlpha = 0.55;
  strokeBox(pen, expand(box, 5));
  pen.globalAlpha = 1;
}

function drawLasso(pen: Pen, view: View, color: string, lasso: readonly Point[]): void {
  if (lasso.length < 2) return;
  pen.beginPath();
  lasso.forEach((point, i) => {
    const at = cssPoint(view, point);
    if (i === 0) pen.moveTo(at.x, at.y);
    else pen.lineTo(at.x, at.y);
  });
  pen.fillStyle = color;
  pen.globalAlpha = 0.1;
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = color;
  pen.lineWidth = 1.5;
  pen.setLineDash([5, 4]);
  pen.stroke();
  pen.setLineDash([]);
}

function drawGuides(pen: Pen, view: View, guides: readonly (readonly [Point, Point])[]): void {
  pen.strokeStyle = "#e0399f";
  pen.lineWidth = 1;
  for (const [from, to] of guides) {
    const [a, b] = [cssPoint(view, from), cssPoint(view, to)];
    pen.beginPath();
    pen.moveTo(Math.round(a.x) + 0.5, Math.round(a.y) + 0.5);
    pen.lineTo(Math.round(b.x) + 0.5, Math.round(b.y) + 0.5);
    pen.stroke();
  }
}

/** Squares and dots to take hold of, always of one size on the screen. */
function drawHandles(pen: Pen, view: View, color: string, paper: string, { frame, grips, solid = false }: Handles): void {
  pen.strokeStyle = color;
  pen.lineWidth = 1.5;
  if (frame.length > 0) {
    pen.beginPath();
    frame.forEach((corner, i) => {
      const at = cssPoint(view, corner);
      if (i === 0) pen.moveTo(at.x, at.y);
      else pen.lineTo(at.x, at.y);
    });
    pen.closePath();
    pen.stroke();
  }
  pen.fillStyle = solid ? color : paper;
  for (const grip of grips) {
    const at = gripPlace(cssPoint(view, grip.at), grip);
    pen.beginPath();
    if (grip.round) pen.arc(at.x, at.y, HANDLE_PX / 2 + 0.5, 0, 2 * Math.PI);
    else pen.roundRect(at.x - HANDLE_PX / 2, at.y - HANDLE_PX / 2, HANDLE_PX, HANDLE_PX, 2);
    pen.fill();
    pen.stroke();
  }
}

function drawRemoteSelection(pen: Pen, view: View, of: RemoteSelection, bounds: Rect): void {
  if (isEmpty(bounds)) return;
  const box = expand(cssRect(view, bounds), 4);
  pen.strokeStyle = of.color;
  pen.lineWidth = 1.5;
  pen.setLineDash([5, 4]);
  strokeBox(pen, box);
  pen.setLineDash([]);
  drawLabel(pen, { x: box.minX, y: box.minY - 22 }, of.name, of.color);
}

function drawMarquee(pen: Pen, box: Rect, color: string): void {
  pen.globalAlpha = 0.1;
  pen.fillStyle = color;
  pen.fillRect(box.minX, box.minY, box.maxX - box.minX, box.maxY - box.minY);
  pen.globalAlpha = 1;
  pen.strokeStyle = color;
  pen.lineWidth = 1;
  strokeBox(pen, box);
}

/** Thin where the eraser was, thick where it is. */
function drawTrail(pen: Pen, view: View, scheme: Scheme, trail: readonly Point[]): void {
  pen.strokeStyle = scheme === "dark" ? "#ffffff" : "#16181d";
  pen.lineCap = "round";
  trail.forEach((point, i) => {
    const before = trail[i - 1];
    const age = (i + 1) / trail.length;
    const from = cssPoint(view, before ?? point);
    const to = cssPoint(view, point);
    pen.globalAlpha = 0.08 + 0.17 * age;
    pen.lineWidth = 2 + 10 * age;
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x + (before ? 0 : 0.01), to.y);
    pen.stroke();
  });
  pen.globalAlpha = 1;
}

function drawCursor(pen: Pen, at: Point, cursor: Cursor, view: View): void {
  const margin = 200;
  if (at.x < -margin || at.y < -margin || at.x > view.width / view.ratio + 20 || at.y > view.height / view.ratio + 20) return;
  pen.beginPath();
  ARROW.forEach(([x, y], i) => {
    if (i === 0) pen.moveTo(at.x + x, at.y + y);
    else pen.lineTo(at.x + x, at.y + y);
  });
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 2.5;
  pen.strokeStyle = "#ffffff";
  pen.stroke();
  pen.fillStyle = cursor.color;
  pen.fill();
  drawLabel(pen, { x: at.x + 12, y: at.y + 18 }, cursor.name, cursor.color);
}

function drawLabel(pen: Pen, at: Point, name: string, color: string): void {
  if (name === "") return;
  pen.font = LABEL_FONT;
  pen.textBaseline = "alphabetic";
  const width = pen.measureText(name).width + 12;
  pen.fillStyle = color;
  pen.beginPath();
  pen.roundRect(at.x, at.y, width, 19, 6);
  pen.fill();
  pen.fillStyle = wordsOn(color);
  pen.fillText(name, at.x + 6, at.y + 13.5);
}

