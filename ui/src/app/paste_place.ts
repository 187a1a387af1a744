/**
 * Where on the board it comes to lie what is pasted: where the mouse was last over
 * the board, else the middle of the view; what is pasted again at one place lies
 * beside what was pasted there before. Pure.
 */
import type { Point, Rect } from "../engine/geometry";
import { containsPoint } from "../engine/geometry";

/** Places nearer to each other than this are one, CSS pixels. */
const SAME_PX = 1;

export class PastePlace {
  /** CSS pixels of the canvas. */
  #pointed: Point | null = null;
  /** Where the last ones were to be, board units, and how many. */
  #last: Point | null = null;
  #count = 0;

  /** A pointer over the board; null for a finger or a pen, which do not stay. */
  point(at: Point | null): void {
    this.#pointed = at;
  }

  /** For the next one. `seen`: what of the board is in view; `stepPx` between one and the next. */
  next(seen: Rect, toBoard: (at: Point) => Point, zoom: number, stepPx: number): Point {
    const pointed = this.#pointed && toBoard(this.#pointed);
    const place = pointed && containsPoint(seen, pointed) ? pointed : { x: (seen.minX + seen.maxX) / 2, y: (seen.minY + seen.maxY) / 2 };
    const again = this.#last !== null && Math.hypot(place.x - this.#last.x, place.y - this.#last.y) * zoom < SAME_PX;
    this.#count = again ? this.#count + 1 : 0;
    this.#last = place;
    const by = (this.#count * stepPx) / zoom;
    return { x: place.x + by, y: place.y + by };
  }
}
