/**
 * The text tool: a click says where a label begins, or which one to rewrite. The
 * writing itself happens in a text field that the app puts there.
 */
import type { Point } from "../engine/geometry";
import { topmostAt } from "../engine/hit";
import type { Placed } from "../engine/scene";
import { TEXT_LINE_HEIGHT } from "../engine/text";
import { TEXT_LENGTH_MAX } from "../protocol/generated/limits";
import type { BoardOperation, Effect, TextEdit } from "./effect";
import type { Step, ToolEvent, ToolView } from "./tool";

export type TextState =
  | { readonly type: "idle" }
  | { readonly type: "pressing"; readonly from: Point; readonly reach: number };

export const TEXT_IDLE: TextState = { type: "idle" };

export function stepText(state: TextState, event: ToolEvent, view: ToolView): Step<TextState> {
  switch (event.type) {
    case "down":
      return { state: { type: "pressing", from: event.at, reach: event.reach }, effects: [] };
    case "up":
      if (state.type === "idle") return { state, effects: [] };
      // On release: the field would lose the focus to the rest of the click.
      return { state: TEXT_IDLE, effects: [editAt(state.from, state.reach, view), { type: "set_tool", tool: "select" }] };
    case "cancel":
      return { state: TEXT_IDLE, effects: [] };
    default:
      return { state, effects: [] };
  }
}

/** Rewrites the label under `at`, or begins one there. */
export function editAt(at: Point, reach: number, view: ToolView): Effect {
  const placed = topmostAt(view.scene, at, reach / view.camera.zoom);
  return { type: "edit_text", edit: (placed && editOf(placed)) ?? newLabel(at, view) };
}

/** How to rewrite a label; null for what is none. */
export function editOf({ shape }: Placed): TextEdit | null {
  const { id, x, y, color, body } = shape;
  return body.kind === "text" ? { id, x, y, size: body.size, color, text: body.text } : null;
}

function newLabel(at: Point, { style }: ToolView): TextEdit {
  // The pointer is at the middle of the first line's height, where a text cursor's is.
  const y = at.y - (style.textSize * TEXT_LINE_HEIGHT) / 2;
  return { id: null, x: at.x, y, size: style.textSize, color: style.color, text: "" };
}

/**
 * What the field's words come to when the person is done: a new label, new words,
 * a label less; null when nothing changes. `fresh` is an id nobody has, `topZ` the
 * scene's.
 */
export function finishEdit(edit: TextEdit, written: string, fresh: string, topZ: number): BoardOperation | null {
  const text = [...written.replace(/\r\n?/g, "\n").trimEnd()].slice(0, TEXT_LENGTH_MAX).join("");
  if (text === edit.text) return null;
  if (edit.id !== null) {
    if (text === "") return { type: "remove_shapes", ids: [edit.id] };
    return { type: "update_shapes", changes: [{ id: edit.id, text }] };
  }
  const { x, y, size, color } = edit;
  return { type: "add_shapes", shapes: [{ id: fresh, author: 0, x, y, z: topZ + 1, color, body: { kind: "text", text, size } }] };
}
