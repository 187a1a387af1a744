/**
 * The text tool: a click says where a label begins, or which words to rewrite. The
 * writing itself happens in a text field that the app puts there.
 */
import { isFixed, normalShape } from "../document/shape";
import { boxOf, NOTE_PADDING, noteRoom } from "../engine/boxes";
import { wordsOn } from "../engine/color";
import { middleOf } from "../engine/connectors";
import { isStamp, roomIn } from "../engine/forms";
import type { Point } from "../engine/geometry";
import { wordsAt } from "../engine/hit";
import { fromOwn } from "../engine/placement";
import { TEXT_LINE_HEIGHT } from "../engine/text";
import { TEXT_LENGTH_MAX } from "../protocol/generated/limits";
import type { Shape } from "../protocol/generated/messages";
import type { BoardOperation, Effect, TextEdit } from "./effect";
import { lookOf, PLAIN_STYLE, type Style } from "./style";
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
      return { state: TEXT_IDLE, effects: [editAt(state.from, state.reach, view), ...(view.style.keepTool ? [] : [{ type: "set_tool", tool: "select" } as const])] };
    case "cancel":
      return { state: TEXT_IDLE, effects: [] };
    case "key":
      return event.key === "Enter" && state.type === "idle" ? { state, effects: inTheMiddle(view) } : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

/** Without a pointer. */
function inTheMiddle(view: ToolView): Effect[] {
  const { x, y, zoom } = view.camera;
  const edit = newLabel({ x: x + view.size.width / 2 / zoom, y: y + view.size.height / 2 / zoom }, view);
  return [{ type: "edit_text", edit }, ...(view.style.keepTool ? [] : [{ type: "set_tool", tool: "select" } as const])];
}

/** Rewrites the words under `at`, or begins a label there. */
export function editAt(at: Point, reach: number, view: ToolView): Effect {
  const placed = wordsAt(view.scene, at, reach / view.camera.zoom);
  const edit = placed && !isFixed(placed.shape) ? editOf(placed.drawn) : null;
  return { type: "edit_text", edit: edit ?? newLabel(at, view) };
}

/** How to write into a shape; null for one that has no words. */
export function editOf(shape: Shape): TextEdit | null {
  const { id, color, body, align, rotation = 0 } = shape;
  const look = { font: shape.font ?? "sans", bold: shape.bold ?? false, italic: shape.italic ?? false };
  const base = { id, color, look, rotation, ...(align === undefined ? {} : { align }) };
  switch (body.kind) {
    case "text": {
      const wraps = body.w !== undefined && body.w > 0;
      return { ...base, x: shape.x, y: shape.y, size: body.size, text: body.text, ...(wraps ? { room: body.w ?? 0 } : {}) };
    }
    case "geo": {
      if (isStamp(body.form)) return null;
      const room = roomIn(body.form);
      return { ...base, ...inside(shape, room.x * body.w, room.y * body.h, room.w * body.w, room.h * body.h), size: body.size, text: body.text, align: align ?? "center" };
    }
    case "note": {
      const pad = NOTE_PADDING * body.size;
      const h = boxOf(shape)?.h ?? body.h;
      return { ...base, ...inside(shape, pad, pad, noteRoom(body), Math.max(h - 2 * pad, body.size)), size: body.size, text: body.text, color: wordsOn(color), align: align ?? "center" };
    }
    case "frame":
      return { ...base, x: shape.x, y: shape.y - Math.min(Math.max(body.h * 0.035, 12), 400) * 1.5, size: Math.min(Math.max(body.h * 0.035, 12), 400), text: body.text };
    case "connector": {
      const { x, y } = middleOf(body);
      const room = body.size * 12;
      return { ...base, ...inside(shape, x - room / 2, y - body.size, room, body.size * 2), size: body.size, text: body.text ?? "", align: "center" };
    }
    default:
      return null;
  }
}

/** A field over a part of a shape's box, turned with it. */
function inside(shape: Shape, x: number, y: number, room: number, height: number) {
  const middle = fromOwn({ ...shape, mirrored: false }, { x: x + room / 2, y: y + height / 2 });
  return { x: middle.x - room / 2, y: middle.y - height / 2, room, height };
}

function newLabel(at: Point, { style }: ToolView): TextEdit {
  // The pointer is at the middle of the first line's height, where a text cursor's is.
  const y = at.y - (style.textSize * TEXT_LINE_HEIGHT) / 2;
  return { id: null, x: at.x, y, size: style.textSize, color: style.color, text: "", look: { font: style.font } };
}

/**
 * What the field's words come to when the person is done: a new label, new words,
 * a label less; null when nothing changes. `fresh` is an id nobody has, `topZ` the
 * scene's. `isLabel`: a shape that is nothing without words.
 */
export function finishEdit(edit: TextEdit, written: string, fresh: string, topZ: number, isLabel = true, style: Style = PLAIN_STYLE): BoardOperation | null {
  const text = [...written.replace(/\r\n?/g, "\n").trimEnd()].slice(0, TEXT_LENGTH_MAX).join("");
  if (text === edit.text) return null;
  if (edit.id !== null) {
    if (text === "" && isLabel) return { type: "remove_shapes", ids: [edit.id] };
    return { type: "update_shapes", changes: [{ id: edit.id, text }] };
  }
  const { x, y, size, color } = edit;
  const look = lookOf(style, { words: true });
  return { type: "add_shapes", shapes: [normalShape({ id: fresh, author: 0, x, y, z: topZ + 1, color, body: { kind: "text", text, size }, ...look })] };
}
