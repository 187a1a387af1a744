/**
 * Paints shapes of every kind.
 *
 * Promises: `paint` leaves the picture complete only after `flush`; what is painted
 * depends on the shape, the scale and the scheme alone (and on pictures that have
 * come). Thin lines of one look are collected and stroked in one call. Must not
 * know kinds one by one: they are in `kinds/`.
 */
import type { Color, Shape } from "../../protocol/generated/messages";
import { shownInk } from "../color";
import type { Rect } from "../geometry";
import type { Brushwork, Cost, Pictures } from "../kinds/kind";
import { kindOf } from "../kinds/registry";
import type { Scheme } from "../picture";
import { placePen, type Spot } from "../placement";
import type { Placed } from "../scene";
import type { Drawing, Pen } from "./surface";

/** Shapes smaller than this many device pixels are a speck. */
const SPECK = 1.2;

/** Where to paint: device pixel = board unit * scale + offset. */
export interface Target extends Spot {
  readonly pen: Pen;
  readonly scheme: Scheme;
}

export const NO_PICTURES: Pictures = { get: () => null };

export class Painter implements Brushwork {
  readonly drawing: Drawing;
  readonly pictures: Pictures;
  #target: Target | null = null;
  #shape: Shape | null = null;
  #alpha = 1;
  #dx = 0;
  #dy = 0;
  /** Style of the lines collected since the last flush; empty when there are none. */
  #lineStyle = "";
  #lineTarget: Target | null = null;

  constructor(drawing: Drawing, pictures: Pictures = NO_PICTURES) {
    this.drawing = drawing;
    this.pictures = pictures;
  }

  /** Paints one shape, `alpha` opaque; `dx`, `dy` board units aside of its place. */
  paint(target: Target, placed: Placed, alpha = 1, dx = 0, dy = 0): Cost {
    const { drawn: shape, bounds } = placed;
    const size = Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY) * target.scale;
    if (size < SPECK) return this.#speck(target, shape, bounds);
    [this.#target, this.#shape, this.#alpha, this.#dx, this.#dy] = [target, shape, alpha * (shape.opacity ?? 1), dx, dy];
    const cost = kindOf(shape).paint(this, shape);
    target.pen.globalAlpha = 1;
    return cost;
  }

  /** Paints what was collected. */
  flush(): void {
    if (this.#lineStyle === "" || !this.#lineTarget) return;
    this.#lineTarget.pen.stroke();
    this.#lineStyle = "";
    this.#lineTarget = null;
  }

  // --- What kinds paint with ---

  get scale(): number {
    return this.#now.target.scale;
  }

  get scheme(): Scheme {
    return this.#now.target.scheme;
  }

  ink(color: Color): Color {
    return shownInk(color, this.scheme);
  }

  own(): Pen {
    return this.#pen(false);
  }

  pixels(): Pen {
    return this.#pen(true);
  }

  line(color: Color, width: number): { readonly pen: Pen; readonly x: number; readonly y: number } | null {
    if (this.#alpha !== 1) return null;
    const { target, shape } = this.#now;
    const { pen } = target;
    const style = `${color}/${width}`;
    if (style !== this.#lineStyle || target !== this.#lineTarget) {
      this.flush();
      this.#lineStyle = style;
      this.#lineTarget = target;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.strokeStyle = color;
      pen.lineWidth = width;
      pen.lineCap = "round";
      pen.lineJoin = "round";
      pen.beginPath();
    }
    return {
      pen,
      x: (shape.x + this.#dx) * target.scale + target.offsetX,
      y: (shape.y + this.#dy) * target.scale + target.offsetY,
    };
  }

  get #now(): { readonly target: Target; readonly shape: Shape } {
    const [target, shape] = [this.#target, this.#shape];
    if (!target || !shape) throw new Error("kinds paint only while they are asked to");
    return { target, shape };
  }

  #pen(pixels: boolean): Pen {
    this.flush();
    const { target, shape } = this.#now;
    placePen(target.pen, shape, target, this.#dx, this.#dy, pixels);
    target.pen.globalAlpha = this.#alpha;
    return target.pen;
  }

  #speck(target: Target, shape: Shape, bounds: Rect): Cost {
    this.flush();
    const { pen, scale } = target;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = shownInk(shape.color, target.scheme);
    pen.fillRect(bounds.minX * scale + target.offsetX, bounds.minY * scale + target.offsetY, 1, 1);
    return 1;
  }
}
