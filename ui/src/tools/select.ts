/**
 * The selection: click, box, drag; Delete, arrows, Ctrl+A, Enter, Escape.
 *
 * Shift adds and takes away. A drag moves what is selected; nothing is on the
 * board before it ends.
 */
import { containsPoint, expand, isEmpty, rectBetween, type Point } from "../engine/geometry";
import { insideBox, topmostAt } from "../engine/hit";
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { ShapeId } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import { editAt, editOf } from "./text";
import { NO_PREVIEW, runsOf, type Modifiers, type Step, type ToolEvent, type ToolView } from "./tool";

/** A pointer that moves less, in CSS pixels, clicks. */
const DRAG_PX = 4;
const NUDGE_PX = 1;
const NUDGE_FAR_PX = 10;

export type SelectState =
  | { readonly type: "idle" }
  /** Down, and not yet decided between a click and a drag. */
  | { readonly type: "pressing"; readonly from: Point; readonly hit: ShapeId | null; readonly carries: boolean; readonly gesture: string }
  | { readonly type: "moving"; readonly from: Point; readonly ids: readonly ShapeId[]; readonly dx: number; readonly dy: number; readonly gesture: string }
  | { readonly type: "boxing"; readonly from: Point; readonly to: Point; readonly base: readonly ShapeId[]; readonly searched: boolean };

type Pressing = Extract<SelectState, { type: "pressing" }>;
type Moving = Extract<SelectState, { type: "moving" }>;
type Boxing = Extract<SelectState, { type: "boxing" }>;
type Down = Extract<ToolEvent, { type: "down" }>;

export const SELECT_IDLE: SelectState = { type: "idle" };

export function stepSelect(state: SelectState, event: ToolEvent, view: ToolView): Step<SelectState> {
  if (event.type === "key") return key(state, event, view);
  if (event.type === "double") return { state: SELECT_IDLE, effects: [editAt(event.at, event.reach, view)] };
  if (event.type === "cancel") return { state: SELECT_IDLE, effects: [NO_PREVIEW] };
  switch (state.type) {
    case "idle":
      return event.type === "down" ? press(event, view) : { state, effects: [] };
    case "pressing":
      return pressing(state, event, view);
    case "moving":
      return moving(state, event, view);
    case "boxing":
      return boxing(state, event, view);
  }
}

function choose(ids: readonly ShapeId[]): Effect[] {
  return [{ type: "set_selection", ids }];
}

function press({ at, fresh, reach, modifiers }: Down, view: ToolView): Step<SelectState> {
  const hit = topmostAt(view.scene, at, reach / view.camera.zoom)?.shape.id ?? null;
  const from = { x: at.x, y: at.y };
  if (hit !== null && !view.selection.includes(hit) && !modifiers.shift) {
    return { state: { type: "pressing", from, hit, carries: true, gesture: fresh }, effects: choose([hit]) };
  }
  const carries = hit !== null || isOnSelection(at, view);
  return { state: { type: "pressing", from, hit, carries, gesture: fresh }, effects: [] };
}

/** Inside the frame round the selection, where a drag carries it. */
function isOnSelection(at: Point, view: ToolView): boolean {
  const bounds = view.scene.boundsOf(view.selection);
  return !isEmpty(bounds) && containsPoint(expand(bounds, 4 / view.camera.zoom), at);
}

function pressing(state: Pressing, event: ToolEvent, view: ToolView): Step<SelectState> {
  if (event.type === "up") return click(state, event.modifiers, view);
  if (event.type !== "move") return { state, effects: [] };
  const to = event.samples.at(-1);
  if (!to || Math.hypot(to.x - state.from.x, to.y - state.from.y) * view.camera.zoom < DRAG_PX) {
    return { state, effects: [] };
  }
  if (!state.carries) {
    const base = event.modifiers.shift ? view.selection : [];
    return drawBox({ type: "boxing", from: state.from, to, base, searched: false }, to);
  }
  // Shift on something not yet selected and then a drag: it comes along.
  const joins = state.hit !== null && !view.selection.includes(state.hit);
  const ids = joins && state.hit !== null ? [...view.selection, state.hit] : view.selection;
  const begun: Moving = { type: "moving", from: state.from, ids, dx: 0, dy: 0, gesture: state.gesture };
  const step = carry(begun, to);
  return { state: step.state, effects: joins ? [...choose(ids), ...step.effects] : step.effects };
}

function click({ hit }: Pressing, { shift }: Modifiers, view: ToolView): Step<SelectState> {
  if (hit === null) return { state: SELECT_IDLE, effects: shift ? [] : choose([]) };
  if (!shift) return { state: SELECT_IDLE, effects: choose([hit]) };
  const others = view.selection.filter((id) => id !== hit);
  return { state: SELECT_IDLE, effects: choose(others.length === view.selection.length ? [...others, hit] : others) };
}

function carry(state: Moving, to: Point): Step<SelectState> {
  const next = { ...state, dx: to.x - state.from.x, dy: to.y - state.from.y };
  const move = { ids: next.ids, dx: next.dx, dy: next.dy };
  return { state: next, effects: [{ type: "set_preview", preview: { move } }] };
}

function moving(state: Moving, event: ToolEvent, view: ToolView): Step<SelectState> {
  if (event.type === "move") return carry(state, event.samples.at(-1) ?? state.from);
  if (event.type !== "up") return { state, effects: [] };
  const dx = event.at.x - state.from.x;
  const dy = event.at.y - state.from.y;
  return { state: SELECT_IDLE, effects: [...shift(state.ids, dx, dy, state.gesture, view), NO_PREVIEW] };
}

/** Moves the shapes on the board. */
function shift(ids: readonly ShapeId[], dx: number, dy: number, gesture: string, view: ToolView): Effect[] {
  if (dx === 0 && dy === 0) return [];
  const changes = ids.flatMap((id) => {
    const shape = view.scene.get(id)?.shape;
    return shape ? [{ id, x: shape.x + dx, y: shape.y + dy }] : [];
  });
  return runsOf(changes, OPERATION_SHAPES_MAX).map((run) => ({
    type: "submit",
    operation: { type: "update_shapes", changes: run },
    gesture,
  }));
}

function drawBox(state: Boxing, to: Point): Step<SelectState> {
  const next = { ...state, to: { x: to.x, y: to.y }, searched: false };
  return { state: next, effects: [{ type: "set_preview", preview: { marquee: rectBetween(next.from, next.to) } }] };
}

function boxing(state: Boxing, event: ToolEvent, view: ToolView): Step<SelectState> {
  switch (event.type) {
    case "move":
      return drawBox(state, event.samples.at(-1) ?? state.to);
    case "frame":
      // Searching a wide box takes a while: once a frame is enough.
      return state.searched ? { state, effects: [] } : { state: { ...state, searched: true }, effects: search(state, view) };
    case "up":
      return { state: SELECT_IDLE, effects: [...search({ ...state, to: event.at }, view), NO_PREVIEW] };
    default:
      return { state, effects: [] };
  }
}

function search(state: Boxing, view: ToolView): Effect[] {
  const found = insideBox(view.scene, rectBetween(state.from, state.to));
  return choose(state.base.length === 0 ? found : [...new Set([...state.base, ...found])]);
}

function key(state: SelectState, event: Extract<ToolEvent, { type: "key" }>, view: ToolView): Step<SelectState> {
  if (event.key === "Escape" && state.type !== "idle") return { state: SELECT_IDLE, effects: [NO_PREVIEW] };
  return { state, effects: state.type === "idle" ? keyEffects(event, view) : [] };
}

function keyEffects({ key, fresh, modifiers }: Extract<ToolEvent, { type: "key" }>, view: ToolView): Effect[] {
  const step = (modifiers.shift ? NUDGE_FAR_PX : NUDGE_PX) / view.camera.zoom;
  switch (key) {
    case "Escape":
      return choose([]);
    case "Delete":
    case "Backspace":
      return remove(view, fresh);
    case "a":
      return modifiers.command ? choose([...view.scene.all()].map((placed) => placed.shape.id)) : [];
    case "Enter":
      return editSelected(view);
    case "ArrowLeft":
      return shift(view.selection, -step, 0, fresh, view);
    case "ArrowRight":
      return shift(view.selection, step, 0, fresh, view);
    case "ArrowUp":
      return shift(view.selection, 0, -step, fresh, view);
    case "ArrowDown":
      return shift(view.selection, 0, step, fresh, view);
    default:
      return [];
  }
}

function remove(view: ToolView, gesture: string): Effect[] {
  const submits = runsOf(view.selection, OPERATION_SHAPES_MAX).map(
    (ids): Effect => ({ type: "submit", operation: { type: "remove_shapes", ids }, gesture }),
  );
  return submits.length === 0 ? [] : [...submits, ...choose([])];
}

function editSelected(view: ToolView): Effect[] {
  const [only, ...more] = view.selection;
  const placed = only === undefined || more.length > 0 ? undefined : view.scene.get(only);
  const edit = placed && editOf(placed);
  return edit ? [{ type: "edit_text", edit }] : [];
}

