/**
 * From a shape's own coordinates to the board and back. The one place that knows
 * how a shape's properties put it where it is: whoever paints, finds or measures
 * shapes goes through here.
 */
import type { Shape } from "../protocol/generated/messages";
import { translate, type Point, type Rect } from "./geometry";
import type { Pen } from "./layers/surface";

/** Around what lies in `extent` of the shape's own coordinates, on the board. */
export function boundsOnBoard(shape: Shape, extent: Rect): Rect {
  return translate(extent, shape.x, shape.y);
}

/** A point of the board in the shape's own coordinates. */
export function toOwn(shape: Shape, board: Point): Point {
  return { x: board.x - shape.x, y: board.y - shape.y };
}

/** Around a box of the board in the shape's own coordinates. */
export function boxToOwn(shape: Shape, box: Rect): Rect {
  return translate(box, -shape.x, -shape.y);
}

/** Where a shape is to be painted: device pixel = board unit * scale + offset. */
export interface Spot {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Sets `pen` to the shape's own coordinates, `dx`, `dy` board units aside; `pixels`: moved there but not scaled. */
export function placePen(pen: Pen, shape: Shape, spot: Spot, dx: number, dy: number, pixels: boolean): void {
  const scale = pixels ? 1 : spot.scale;
  const x = (shape.x + dx) * spot.scale + spot.offsetX;
  const y = (shape.y + dy) * spot.scale + spot.offsetY;
  pen.setTransform(scale, 0, 0, scale, x, y);
}
