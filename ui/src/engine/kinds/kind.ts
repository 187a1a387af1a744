/**
 * What the engine has to know of a kind of shape: the room it takes, how it is
 * painted, and what of it a pointer meets. One file for each kind, all of them
 * named in `registry.ts`.
 *
 * To add one: declare its body on the wire (`lanvas-protocol/src/shape.rs`); the
 * registry then no longer compiles until there is a file here that says the
 * five things below, and a row of it in `kinds.test.ts`.
 *
 * Promises asked of every kind: pure in the body, so that a shape looks the same
 * for everyone; never throws, whatever the body holds; paints nothing outside its
 * extent. Must not know: the DOM (kinds also paint in a worker), the camera,
 * other shapes. What depends on another shape (an arrow that follows) is written
 * into the body by the tool that moves it.
 */
import type { Color, ShapeBody } from "../../protocol/generated/messages";
import type { Point, Rect } from "../geometry";
import type { Drawing, Pen } from "../layers/surface";
import type { Scheme } from "../picture";
import type { MeasureLine } from "../text";

/** Work that a shape's painting was, in points visited. */
export type Cost = number;

/** The body of one kind. */
export type BodyOf<K extends ShapeBody["kind"]> = Extract<ShapeBody, { readonly kind: K }>;

/** All coordinates are the shape's own: board units from its (x, y). */
export interface Kind<B extends ShapeBody> {
  /** Around all that it paints. Finite. */
  extent(body: B, measure: MeasureLine): Rect;
  paint(work: Brushwork, body: B, color: Color): Cost;
  /** Whether it is within `reach` of `at`, which lies within `reach` of its extent. */
  isHit(body: B, at: Point, reach: number, extent: Rect): boolean;
  /** Whether something of radius `reach` touches it on the straight way between two points. */
  isCrossed(body: B, from: Point, to: Point, reach: number, extent: Rect): boolean;
  /** Whether any of it lies in `box`, which meets its extent and does not hold all of it. */
  meets(body: B, box: Rect, extent: Rect): boolean;
  /** The picture it shows, if it shows one; see `Pictures`. */
  pictureOf?(body: B): string | null;
}

/** Pictures that shapes show, by a key of their body. One that is not there yet comes later, and its shapes are painted again. */
export interface Pictures {
  /** Null while it is not there. */
  get(key: string): CanvasImageSource | null;
}

/** What a kind paints with. Everything is already moved to the shape's place. */
export interface Brushwork {
  /** Device pixels for a board unit: how much detail can be seen. */
  readonly scale: number;
  readonly drawing: Drawing;
  readonly pictures: Pictures;
  readonly scheme: Scheme;
  /** How ink of `color` is shown on this paper. */
  ink(color: Color): Color;
  /** A pen in the shape's own coordinates. Set what you use: the style left behind is another shape's. Leave `globalAlpha` multiplied, not set. */
  own(): Pen;
  /** A pen in device pixels from the shape's (x, y), for what must not be scaled: letters. */
  pixels(): Pen;
  /**
   * A line of `width` device pixels under way, in device pixels, that is stroked together
   * with its neighbours of the same look: begin with `moveTo`. The shape's (x, y)
   * is at `x`, `y` of it. Null where lines cannot be shared (faint shapes): use `own`.
   */
  line(color: Color, width: number): { readonly pen: Pen; readonly x: number; readonly y: number } | null;
}
