/**
 * What a tool is: a state and one pure function, `step(state, event, view)`, that
 * answers with the next state and what it wants done.
 *
 * Tools see board coordinates and know no pointer ids, no DOM, no clock and no
 * randomness: times and fresh ids come with the events.
 */
import type { Camera, Size } from "../engine/camera";
import type { Point } from "../engine/geometry";
import type { InkPoint } from "../engine/outline";
import type { Scene } from "../engine/scene";
import type { ShapeId } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import type { Style } from "./style";

export type { Style };

/** A sample of the pointer: board units, milliseconds of the page's clock. */
export interface Sample extends InkPoint {
  readonly timeMs: number;
  /** Of a stylus, off upright, radians; only where the device measures it. */
  readonly tilt?: number;
}

export interface Modifiers {
  readonly shift: boolean;
  /** Ctrl, or Cmd on a Mac. */
  readonly command: boolean;
  readonly alt: boolean;
}

export type ToolEvent =
  /** `fresh`: an id nobody has. `reach`: how far off the pointer may be, in CSS pixels. */
  | { readonly type: "down"; readonly at: Sample; readonly fresh: string; readonly reach: number; readonly modifiers: Modifiers }
  /** All samples since the last event, oldest first; at least one. */
  | { readonly type: "move"; readonly samples: readonly Sample[]; readonly modifiers: Modifiers }
  | { readonly type: "up"; readonly at: Sample; readonly modifiers: Modifiers }
  /** The gesture does not count. */
  | { readonly type: "cancel" }
  /** The second click at one place; its down and up came before. */
  | { readonly type: "double"; readonly at: Point; readonly reach: number }
  | { readonly type: "key"; readonly key: string; readonly fresh: string; readonly modifiers: Modifiers; readonly timeMs: number }
  /** Once per animation frame while the pointer is down. */
  | { readonly type: "frame"; readonly now: number };

/** What a tool may look at. */
export interface ToolView {
  readonly scene: Scene;
  readonly camera: Camera;
  /** Where the camera will be once it has arrived: a step begins there, or steps that come fast would be lost. */
  readonly heading: Camera;
  readonly size: Size;
  readonly selection: readonly ShapeId[];
  readonly style: Style;
}

export interface Step<S> {
  readonly state: S;
  readonly effects: readonly Effect[];
}

export type Tool<S> = (state: S, event: ToolEvent, view: ToolView) => Step<S>;

/** The gesture has nothing to show any more. */
export const NO_PREVIEW: Effect = { type: "set_preview", preview: {} };

/** `list` in runs of at most `most`. */
export function runsOf<T>(list: readonly T[], most: number): T[][] {
  const runs: T[][] = [];
  for (let i = 0; i < list.length; i += most) runs.push(list.slice(i, i + most));
  return runs;
}
