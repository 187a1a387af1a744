/**
 * A pointer that the arrow keys move, for who has no other: Enter puts it down and
 * lifts it again, Escape gives up. Every tool is used by it but the selection, whose
 * arrows move things. Pure.
 */
import { panBy } from "../engine/camera";
import type { Point } from "../engine/geometry";
import type { Effect, ToolName } from "./effect";
import type { GestureState, Input, KeyInput, ScreenSample } from "./gestures";
import { WAYS } from "./select";
import type { Step, ToolView } from "./tool";

/** No pointer of a browser has this id. */
export const KEYS = -7;
const STEP_PX = 10;
const STEP_FAR_PX = 50;
/** Nearer to the edge than this it moves the view. */
const EDGE_PX = 24;

/** What these do, they do at one place. */
const CLICKED: ReadonlySet<ToolName> = new Set<ToolName>(["text", "note", "stamp", "eyedropper"]);
/** Enter alone draws their thing in the middle of the view. */
const BY_ENTER: ReadonlySet<ToolName> = new Set<ToolName>(["shape", "line", "arrow", "note", "frame", "stamp", "text"]);

type StepGestures = (state: GestureState, input: Input, view: ToolView) => Step<GestureState>;

/** Null for a key that is none of the pointer's. */
export function stepKeyPointer(state: GestureState, key: string, input: KeyInput, view: ToolView, step: StepGestures): Step<GestureState> | null {
  const way = WAYS[key];
  const px = input.modifiers.shift ? STEP_FAR_PX : STEP_PX;
  if (state.tool === "select" || state.tool === "hand") {
    const pans = way !== undefined && state.mode.type === "idle" && (state.tool === "hand" || view.selection.length === 0);
    return pans ? { state, effects: [{ type: "set_camera", camera: panBy(view.camera, -way.x * px, -way.y * px, view.size) }] } : null;
  }
  const isDown = state.down.has(KEYS);
  // Another pointer is at work, or the arrows move what the lasso took.
  if (!isDown && (state.mode.type !== "idle" || (way && state.tool === "lasso" && view.selection.length > 0))) return null;
  if (way) return moved(state, { x: way.x * px, y: way.y * px }, input, view, step);
  if (key === "Enter") return pressed(state, input, view, step);
  return key === "Escape" && state.keyed ? givenUp(state, view, step) : null;
}

function middleOf({ size }: ToolView): Point {
  return { x: size.width / 2, y: size.height / 2 };
}

function moved(state: GestureState, by: Point, { timeMs, modifiers }: KeyInput, view: ToolView, step: StepGestures): Step<GestureState> {
  const from = state.keyed ?? middleOf(view);
  const to = { x: from.x + by.x, y: from.y + by.y };
  // Shift makes the steps longer; forms stay free.
  const move: Input = { type: "pointer_move", pointer: KEYS, kind: "keys", samples: [{ ...to, timeMs }], modifiers: { ...modifiers, shift: false } };
  const { state: next, effects } = step(state, move, view);
  const at = { x: within(to.x, view.size.width), y: within(to.y, view.size.height) };
  const follows: Effect[] = at.x === to.x && at.y === to.y ? [] : [{ type: "set_camera", camera: panBy(view.camera, at.x - to.x, at.y - to.y, view.size) }];
  return { state: { ...next, keyed: at }, effects: [...effects, ...follows, shown(next, at)] };
}

function within(value: number, side: number): number {
  return Math.min(Math.max(value, EDGE_PX), Math.max(side - EDGE_PX, EDGE_PX));
}

function shown({ down }: GestureState, at: Point | null): Effect {
  return { type: "show_pointer", at, isDown: down.has(KEYS) };
}

function pressed(state: GestureState, { fresh, timeMs, modifiers }: KeyInput, view: ToolView, step: StepGestures): Step<GestureState> | null {
  if (!state.keyed && BY_ENTER.has(state.tool)) return null;
  const at: ScreenSample = { ...(state.keyed ?? middleOf(view)), timeMs };
  const lift: Input = { type: "pointer_up", pointer: KEYS, at, modifiers };
  if (state.down.has(KEYS)) return seen(step(state, lift, view), at);
  const put = step(state, { type: "pointer_down", pointer: KEYS, kind: "keys", button: 0, at, modifiers, fresh }, view);
  if (!CLICKED.has(state.tool)) return seen(put, at);
  const lifted = step(put.state, lift, view);
  return seen({ state: lifted.state, effects: [...put.effects, ...lifted.effects] }, at);
}

/** A tool that gave way to another takes the pointer along. */
function seen({ state, effects }: Step<GestureState>, { x, y }: Point): Step<GestureState> {
  const went = effects.some(({ type }) => type === "set_tool");
  const at = went ? null : { x, y };
  return { state: { ...state, keyed: at, lastClick: null }, effects: [...effects, shown(state, at)] };
}

function givenUp(state: GestureState, view: ToolView, step: StepGestures): Step<GestureState> {
  if (!state.down.has(KEYS)) return { state: { ...state, keyed: null }, effects: [shown(state, null)] };
  const { state: next, effects } = step(state, { type: "pointer_cancel", pointer: KEYS }, view);
  return { state: next, effects: [...effects, shown(next, state.keyed)] };
}
