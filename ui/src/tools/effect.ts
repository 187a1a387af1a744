/**
 * What a tool wants done. Tools decide and say so; `CanvasInput` does the part
 * that concerns the engine, the app does the rest.
 */
import type { Camera } from "../engine/camera";
import type { Point } from "../engine/geometry";
import type { InkPoint } from "../engine/outline";
import type { Preview, WetInk } from "../engine/picture";
import type { Color, Operation, ShapeId } from "../protocol/generated/messages";

export type ToolName = "select" | "hand" | "pen" | "eraser" | "text";

/** Carried out by `CanvasInput` on the engine. */
export type EngineEffect =
  /** `glide`: go there within a moment rather than jump. */
  | { readonly type: "set_camera"; readonly camera: Camera; readonly glide?: boolean }
  | { readonly type: "set_local_ink"; readonly ink: WetInk | null }
  | { readonly type: "set_preview"; readonly preview: Preview }
  | { readonly type: "set_selection"; readonly ids: readonly ShapeId[] };

/** A label to be written or rewritten: the app puts a text field there. */
export interface TextEdit {
  /** The label that is there, or null for a new one. */
  readonly id: ShapeId | null;
  /** Top left, board units. */
  readonly x: number;
  readonly y: number;
  /** Font size in board units. */
  readonly size: number;
  readonly color: Color;
  readonly text: string;
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
}

export type BoardOperation = Extract<Operation, { type: "add_shapes" | "update_shapes" | "remove_shapes" }>;

/** Carried out by the app. */
export type AppEffect =
  /** A lasting change: apply, record for undo, send. Those of one `gesture` are undone together. */
  | { readonly type: "submit"; readonly operation: BoardOperation; readonly gesture: string }
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
  | { readonly type: "undo" }
  | { readonly type: "redo" };

export type Effect = EngineEffect | AppEffect;
