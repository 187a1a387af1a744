/**
 * What the engine shows beside the board itself: ink that is still wet, people,
 * selections, and what a gesture is about to do. Plain values, handed in whole.
 *
 * Must not know how any of it arrives or is drawn.
 */
import type { Color, Dash, Nib, Shape, ShapeId } from "../protocol/generated/messages";
import type { Point, Rect } from "./geometry";
import type { Handles } from "./handles";
import type { InkPoint } from "./outline";

/** A stroke while the pen is down. */
export interface WetInk {
  /** The id that the committed stroke will have; once the board has it, the wet copy goes by itself. */
  readonly stroke: ShapeId;
  readonly color: Color;
  /** Nominal width in board units. */
  readonly width: number;
  readonly nib?: Nib;
  readonly opacity?: number;
  readonly dash?: Dash;
  /** Board units. May grow at its end between calls; anything else takes a new id. */
  readonly points: readonly InkPoint[];
}

/** Somebody's pointer on the board. */
export interface Cursor {
  /** Tells people apart from call to call: the participant's id. */
  readonly key: number;
  readonly name: string;
  readonly color: Color;
  /** Board units. */
  readonly at: Point;
}

/** What somebody else has selected. */
export interface RemoteSelection {
  readonly name: string;
  readonly color: Color;
  readonly ids: readonly ShapeId[];
}

/** What the gesture under way would do if it ended now. Nothing of it is on the board yet. */
export interface Preview {
  /** Shapes carried along, in board units. */
  readonly move?: { readonly ids: readonly ShapeId[]; readonly dx: number; readonly dy: number };
  /** Shapes as they would be: instead of those of the same id, or new ones. */
  readonly draft?: readonly Shape[];
  /** Shapes that are not to be seen: what is left of them is in `draft`. */
  readonly hide?: readonly ShapeId[];
  /** Shapes about to go, shown faint. */
  readonly erase?: readonly ShapeId[];
  /** Where the eraser has been lately, in board units. */
  readonly trail?: readonly Point[];
  /** The box being drawn to select, in board units. */
  readonly marquee?: Rect;
  /** The line being drawn round what to select, in board units. */
  readonly lasso?: readonly Point[];
  /** What the gesture is aligned with: lines in board units. */
  readonly guides?: readonly (readonly [Point, Point])[];
  /** What the picture that is being cropped is taken hold of by, as the gesture would leave it. */
  readonly crop?: Handles;
  /** The shape that an end would be bound to. */
  readonly target?: ShapeId;
}

/** Paper and ink for a light or a dark room. */
export type Scheme = "light" | "dark";

/** What is printed on the paper. */
export type PaperKind = "plain" | "dots" | "grid" | "ruled";
