/**
 * From a shape's own coordinates to the board and back. The one place that knows
 * how a shape's properties put it where it is: whoever paints, finds or measures
 * shapes goes through here.
 */
import type { Shape } from "../protocol/generated/messages";
import { pivotOf } from "./boxes";
import { translate, type Point, type Rect } from "./geometry";
import type { Pen } from "./layers/surface";

/** Board = (a c / b d) · own + (e, f). */
interface Turn {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** How a shape is turned and mirrored about its pivot; null for those that are neither, which most are. */
function turnOf(shape: Shape, mirrors = true): Turn | null {
  const { rotation = 0, mirrored = false, body } = shape;
  if ((rotation === 0 && !mirrored) || body.kind === "stroke" || body.kind === "connector") return null;
  const { x, y } = pivotOf(shape);
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
  const flip = mirrored && mirrors ? -1 : 1;
  const [a, b, c, d] = [cos * flip, sin * flip, -sin, cos];
  return { a, b, c, d, e: x - (a * x + c * y), f: y - (b * x + d * y) };
}

function turned({ a, b, c, d, e, f }: Turn, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** The turn's matrix has a determinant of 1 or −1. */
function turnedBack({ a, b, c, d, e, f }: Turn, { x, y }: Point): Point {
  const det = a * d - b * c;
  const [px, py] = [x - e, y - f];
  return { x: (d * px - c * py) / det, y: (a * py - b * px) / det };
}

function corners({ minX, minY, maxX, maxY }: Rect): Point[] {
  return [{ x: minX, y: minY }, { x: maxX, y: minY }, { x: maxX, y: maxY }, { x: minX, y: maxY }];
}

function around(points: readonly Point[]): Rect {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

/** Around what lies in `extent` of the shape's own coordinates, on the board. */
export function boundsOnBoard(shape: Shape, extent: Rect): Rect {
  const turn = turnOf(shape);
  const own = turn ? around(corners(extent).map((corner) => turned(turn, corner))) : extent;
  return translate(own, shape.x, shape.y);
}

/** A point of the board in the shape's own coordinates. */
export function toOwn(shape: Shape, board: Point): Point {
  const own = { x: board.x - shape.x, y: board.y - shape.y };
  const turn = turnOf(shape);
  return turn ? turnedBack(turn, own) : own;
}

/** A point of the shape's own coordinates on the board. */
export function fromOwn(shape: Shape, own: Point): Point {
  const turn = turnOf(shape);
  const { x, y } = turn ? turned(turn, own) : own;
  return { x: x + shape.x, y: y + shape.y };
}

/** Around a box of the board in the shape's own coordinates. */
export function boxToOwn(shape: Shape, box: Rect): Rect {
  const own = translate(box, -shape.x, -shape.y);
  const turn = turnOf(shape);
  return turn ? around(corners(own).map((corner) => turnedBack(turn, corner))) : own;
}

/** Where a shape is to be painted: device pixel = board unit * scale + offset. */
export interface Spot {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Sets `pen` to the shape's own coordinates, `dx`, `dy` board units aside; `pixels`: moved and turned but not scaled, nor mirrored: for words. */
export function placePen(pen: Pen, shape: Shape, spot: Spot, dx: number, dy: number, pixels: boolean): void {
  const k = pixels ? 1 : spot.scale;
  const x = (shape.x + dx) * spot.scale + spot.offsetX;
  const y = (shape.y + dy) * spot.scale + spot.offsetY;
  const turn = turnOf(shape, !pixels);
  if (!turn) pen.setTransform(k, 0, 0, k, x, y);
  else pen.setTransform(turn.a * k, turn.b * k, turn.c * k, turn.d * k, x + turn.e * spot.scale, y + turn.f * spot.scale);
}
