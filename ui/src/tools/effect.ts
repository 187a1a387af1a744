/**
 * What a tool wants done. Tools decide and say so; `CanvasInput` does the part
 * that concerns the engine, the app does the rest.
 */
import type { Camera } from "../engine/camera";
import type { Point } from "../engine/geometry";
import type { InkPoint } from "../engine/outline";
import type { Preview, WetInk } from "../engine/picture";
import type { Align, Color, Dash, Nib, Operation, Remainder, ShapeChange, ShapeId } from "../protocol/generated/messages";
import type { WordLook } from "../engine/words";
import type { AppCommand } from "./keys";
import type { CommandName } from "./commands";

export type ToolName =
  | "select" | "lasso" | "hand" | "pen" | "marker" | "brush" | "eraser" | "text"
  | "shape" | "line" | "arrow" | "note" | "frame" | "laser" | "eyedropper" | "stamp";

/** Carried out by `CanvasInput` on the engine. */
export type EngineEffect =
  /** `glide`: go there within a moment rather than jump. */
  | { readonly type: "set_camera"; readonly camera: Camera; readonly glide?: boolean }
  | { readonly type: "set_local_ink"; readonly ink: WetInk | null }
  | { readonly type: "set_preview"; readonly preview: Preview }
  | { readonly type: "set_selection"; readonly ids: readonly ShapeId[] };

/** Words to be written or rewritten: the app puts a text field there. */
export interface TextEdit {
  /** The shape that is there, or null for a new label. */
  readonly id: ShapeId | null;
  /** Top left of the field, board units. */
  readonly x: number;
  readonly y: number;
  /** Font size in board units. */
  readonly size: number;
  readonly color: Color;
  readonly text: string;
  /** Where lines break, board units; absent when only Enter breaks them. */
  readonly room?: number;
  /** The field's words stay about the middle of this height. */
  readonly height?: number;
  /** Clockwise about the middle of the room, radians. */
  readonly rotation?: number;
  readonly align?: Align;
  readonly look?: WordLook;
}

/** The points of a stroke under way that came since the last frame. */
export interface InkExtension {
  readonly stroke: ShapeId;
  readonly color: Color;
  readonly width: number;
  /** How many points came before these. */
  readonly start: number;
  /** Board units. */
  readonly points: readonly InkPoint[];
  readonly nib?: Nib;
  readonly opacity?: number;
  readonly dash?: Dash;
}

export type BoardOperation = Extract<Operation, { type: "add_shapes" | "update_shapes" | "remove_shapes" }>;

/** Carried out by the app. */
export type AppEffect =
  /** A lasting change: apply, record for undo, send. Those of one `gesture` are undone together. `taken`: the ink that goes by a cut. */
  | { readonly type: "submit"; readonly operation: BoardOperation; readonly gesture: string; readonly taken?: readonly Remainder[] }
  /** Wet ink for the others, once per animation frame. */
  | { readonly type: "extend_ink"; readonly ink: InkExtension }
  | { readonly type: "cancel_ink"; readonly stroke: ShapeId }
  | { readonly type: "edit_text"; readonly edit: TextEdit }
  /** Where one's own pointer is on the board, for the others; null when it left. */
  | { readonly type: "show_cursor"; readonly at: Point | null }
  /** One's own selection, for the others. The engine shows it already. */
  | { readonly type: "show_selection"; readonly ids: readonly ShapeId[] }
  /** The keyboard or a tool chose another tool; the toolbar follows. */
  | { readonly type: "set_tool"; readonly tool: ToolName }
  /** The look to be pasted later, and to draw with next. */
  | { readonly type: "keep_style"; readonly style: ShapeChange }
  /** The colour under the eyedropper: that of `colors` which is seen there, or any if there are none. Board units. */
  | { readonly type: "pick_color"; readonly at: Point; readonly colors: readonly Color[] }
  /** Another tool, by its place in the person's bar. */
  | { readonly type: "take_place"; readonly place: number }
  /** Where the arrow keys have the pointer, CSS pixels from the canvas's top left; null when they have none. */
  | { readonly type: "show_pointer"; readonly at: Point | null; readonly isDown: boolean }
  | { readonly type: "follow_link"; readonly link: string }
  | { readonly type: "run"; readonly command: CommandName | AppCommand }
  /** What a person in the middle of something can do now; null when it is over. */
  | { readonly type: "show_hint"; readonly hint: "crop" | "fingers" | null }
  /** The context menu at a place on the screen, CSS pixels from the canvas's top left. */
  | { readonly type: "open_menu"; readonly at: Point }
  | { readonly type: "undo" }
  | { readonly type: "redo" };

export type Effect = EngineEffect | AppEffect;
