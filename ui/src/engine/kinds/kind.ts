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
 * other shapes, but for those that a shape is bound to (see `Bound`).
 */
import type { Color, Shape, ShapeBody, ShapeId } from "../../protocol/generated/messages";
import type { Point, Rect } from "../geometry";
import type { Drawing, Pen } from "../layers/surface";
import type { Scheme } from "../picture";
import type { MeasureLine } from "../text";

/** Work that a shape's painting was, in points visited. */
export type Cost = number;

/** The body of one kind. */
export type BodyOf<K extends ShapeBody["kind"]> = Extract<ShapeBody, { readonly kind: K }>;
/** A shape with such a body. */
export type ShapeOf<B extends ShapeBody> = Omit<Shape, "body"> & { readonly body: B };

/** All coordinates are the shape's own: board units from its (x, y), before it is turned. */
export interface Kind<B extends ShapeBody> {
  /** Around all that it paints. Finite. Anything but x, y and z of the shape may count. */
  extent(shape: ShapeOf<B>, measure: MeasureLine): Rect;
  paint(work: Brushwork, shape: ShapeOf<B>): Cost;
  /** Whether it is within `reach` of `at`, which lies within `reach` of its extent. */
  isHit(shape: ShapeOf<B>, at: Point, reach: number, extent: Rect): boolean;
  /** Whether something of radius `reach` touches it on the straight way between two points. */
  isCrossed(shape: ShapeOf<B>, from: Point, to: Point, reach: number, extent: Rect): boolean;
  /** Whether any of it lies in `box`, which meets its extent and does not hold all of it. */
  meets(shape: ShapeOf<B>, box: Rect, extent: Rect): boolean;
  /** The picture it shows, if it shows one; see `Pictures`. */
  pictureOf?(body: B): string | null;
  /** For kinds whose place depends on other shapes. */
  readonly bound?: Bound<B>;
}

/**
 * A shape that follows others. The scene works out where it is whenever one of
 * them changes; everything else sees the shape that `resolve` returns.
 */
export interface Bound<B extends ShapeBody> {
  /** The shapes it follows; empty when it is free. */
  to(body: B): readonly ShapeId[];
  /** The shape as it is to be seen. `find` knows those of `to` that are there. */
  resolve(shape: ShapeOf<B>, find: (id: ShapeId) => Shape | undefined): ShapeOf<B>;
}

/** Pictures that shapes show, by a key of their body. One that is not there yet comes later, and its shapes are painted again. */
export interface Pictures {
  /** Null while it is not there. */
  get(key: string): (CanvasImageSource & { readonly width: number; readonly height: number }) | null;
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
