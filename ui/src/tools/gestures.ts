/**
 * From fingers, mouse, pen, wheel and keys to the tool in hand.
 *
 * Decides who gets a pointer: the tool, the camera (hand tool, Space, middle
 * button, one finger once a pen was seen) or both fingers of a pinch. Pure: screen
 * positions, times and fresh ids come with the inputs. Promises: every gesture a
 * tool begins ends with exactly one `up` or `cancel`.
 */
import { centred, fit, panBy, pinch, toBoard, wheel, zoomAt, zoomStep, type WheelTurn } from "../engine/camera";
import { containsPoint, type Point } from "../engine/geometry";
import { topmostAt } from "../engine/hit";
import type { Effect, ToolName } from "./effect";
import { CROP_ENDED } from "./framing";
import { ERASER_IDLE, stepEraser, type EraserState } from "./eraser";
import { withGroup } from "./groups";
import type { KeyMeaning } from "./keys";
import { late } from "./late";
import { PEN_IDLE, stepPen, type PenState } from "./pen";
import { DRAW_IDLE, stepDraw, type DrawState } from "./draw";
import type { LaserState } from "./laser";
import { SELECT_IDLE, stepSelect, type SelectState } from "./select";
import { styleWith } from "./style";
import { stepText, TEXT_IDLE, type TextState } from "./text";
import type { Modifiers, Sample, Step, ToolEvent, ToolView } from "./tool";

/** `keys`: moved by the arrow keys. */
export type PointerKind = "mouse" | "pen" | "touch" | "keys";

/** A sample where the screen is: CSS pixels from the canvas's top left. */
export interface ScreenSample extends Point {
  readonly timeMs: number;
  /** Only where the device measures it. */
  readonly pressure?: number;
  /** Of a stylus, off upright, radians. */
  readonly tilt?: number;
}

export interface KeyInput {
  readonly type: "key";
  readonly meaning: KeyMeaning;
  readonly fresh: string;
  readonly modifiers: Modifiers;
  /** The page's clock. */
  readonly timeMs: number;
}

export type Input =
  | {
      readonly type: "pointer_down";
      readonly pointer: number;
      readonly kind: PointerKind;
      /** As in the DOM: 0 main, 1 middle, 2 right, 5 a pen's eraser. */
      readonly button: number;
      readonly at: ScreenSample;
      readonly modifiers: Modifiers;
      readonly fresh: string;
    }
  | {
      readonly type: "pointer_move";
      readonly pointer: number;
      readonly kind: PointerKind;
      /** At least one, oldest first. */
      readonly samples: readonly ScreenSample[];
      readonly modifiers: Modifiers;
    }
  | { readonly type: "pointer_up"; readonly pointer: number; readonly at: ScreenSample; readonly modifiers: Modifiers }
  /** The system took the pointer, or capture was lost. */
  | { readonly type: "pointer_cancel"; readonly pointer: number }
  /** The pointer left the canvas without being down. */
  | { readonly type: "pointer_leave" }
  | { readonly type: "wheel"; readonly at: Point; readonly turn: WheelTurn }
  /** Zooms by `factor` at a place on the screen. */
  | { readonly type: "zoom_by"; readonly at: Point; readonly factor: number }
  | KeyInput
  | { readonly type: "space_up" }
  /** The page lost the keyboard. */
  | { readonly type: "blur" }
  | { readonly type: "frame"; readonly now: number }
  | { readonly type: "choose_tool"; readonly tool: ToolName }
  /** Beside a pen too, fingers draw; or they move the board again. */
  | { readonly type: "turn_fingers" };

type InHand =
  | { readonly tool: "select" | "lasso"; readonly state: SelectState }
  | { readonly tool: "pen" | "marker" | "brush"; readonly state: PenState }
  | { readonly tool: "eraser"; readonly state: EraserState }
  | { readonly tool: "text"; readonly state: TextState }
  | { readonly tool: "shape" | "line" | "arrow" | "note" | "frame" | "stamp"; readonly state: DrawState }
  | { readonly tool: "laser"; readonly state: LaserState }
  | { readonly tool: "hand" | "eyedropper"; readonly state: null };

type Mode =
  | { readonly type: "idle" }
  /** The tool in hand has the pointer. */
  | { readonly type: "tool"; readonly pointer: number; readonly kind: PointerKind; readonly since: ScreenSample; readonly travelled: number }
  | { readonly type: "pan"; readonly pointer: number; readonly kind: PointerKind }
  /** `since`, `travelled` and `fingers` tell a tap from a pinch. */
  | { readonly type: "pinch"; readonly a: number; readonly b: number; readonly since: number; readonly travelled: number; readonly fingers: number }
  /** Right button or a long press: a menu when it is let go without a drag. */
  | { readonly type: "menu"; readonly pointer: number; readonly at: ScreenSample };

export interface GestureState {
  /** The tool that was chosen. */
  readonly tool: ToolName;
  /** The one in use: another than chosen while a pen is turned round. */
  readonly inHand: InHand;
  readonly mode: Mode;
  /** Where each finger, mouse or pen that is down was last. */
  readonly down: ReadonlyMap<number, Point>;
  readonly penSeen: boolean;
  /** Beside a pen they draw if the person wants it; else they move the view, which is told once. */
  readonly fingers: "untold" | "told" | "draw";
  readonly space: boolean;
  /** Where the arrow keys have the pointer, on the screen; null while they have none. */
  readonly keyed: Point | null;
  /** The last click, to know a second one by. */
  readonly lastClick: ScreenSample | null;
  /** Two or three fingers that came and went at once: until all are up. */
  readonly tap: { readonly fingers: number; readonly since: number } | null;
}

/** A second finger takes back a stroke younger than this, or shorter; a longer one it ends. */
const YOUNG_MS = 350;
const YOUNG_PX = 30;
const DOUBLE_MS = 400;
const CLICK_PX = 6;
const REACH_PX = 6;
const REACH_TOUCH_PX = 14;
/** Fingers that come and go within this time, and hardly move, tap. */
const TAP_MS = 320;
const TAP_PX = 14;
/** A finger that rests this long opens the menu. */
const LONG_PRESS_MS = 550;
const BUTTON_MIDDLE = 1;
const BUTTON_RIGHT = 2;
const BUTTON_ERASER = 5;

const IDLE: Mode = { type: "idle" };

export function initialGestures(tool: ToolName): GestureState {
  return { tool, inHand: idleTool(tool), mode: IDLE, down: new Map(), penSeen: false, fingers: "untold", space: false, keyed: null, lastClick: null, tap: null };
}

function idleTool(tool: ToolName): InHand {
  switch (tool) {
    case "select":
    case "lasso":
      return { tool, state: SELECT_IDLE };
    case "pen":
    case "marker":
    case "brush":
      return { tool, state: PEN_IDLE };
    case "shape":
    case "line":
    case "arrow":
    case "note":
    case "frame":
    case "stamp":
      return { tool, state: DRAW_IDLE };
    case "laser":
      return { tool, state: { type: "idle" } };
    case "eraser":
      return { tool, state: ERASER_IDLE };
    case "text":
      return { tool, state: TEXT_IDLE };
    case "hand":
    case "eyedropper":
      return { tool, state: null };
  }
}

type Next = Step<GestureState>;
type Down = Extract<Input, { type: "pointer_down" }>;
type Move = Extract<Input, { type: "pointer_move" }>;

export function stepGestures(state: GestureState, input: Input, view: ToolView): Next {
  switch (input.type) {
    case "pointer_down":
      return pointerDown(state, input, view);
    case "pointer_move":
      return pointerMove(state, input, view);
    case "pointer_up":
      return pointerUp(state, input, view);
    case "pointer_cancel":
      return pointerCancel(state, input.pointer, view);
    case "pointer_leave":
      return { state, effects: [{ type: "show_cursor", at: null }] };
    case "wheel":
      return { state, effects: [{ type: "set_camera", camera: wheel(view.camera, input.turn, input.at, view.size) }] };
    case "zoom_by":
      return { state, effects: [{ type: "set_camera", camera: zoomAt(view.camera, view.camera.zoom * input.factor, input.at, view.size) }] };
    case "key":
      return keyPress(state, input, view);
    case "space_up":
    case "blur":
      return { state: { ...state, space: false }, effects: [] };
    case "frame":
      return frame(state, input.now, view);
    case "choose_tool":
      return chooseTool(state, input.tool, view);
    case "turn_fingers":
      return { state: { ...state, fingers: state.fingers === "draw" ? "told" : "draw" }, effects: [] };
  }
}

// --- The tool in hand ---

function stepInHand(inHand: InHand, event: ToolEvent, view: ToolView): Step<InHand> {
  switch (inHand.tool) {
    case "select":
    case "lasso": {
      const { state, effects } = stepSelect(inHand.state, event, view, inHand.tool === "lasso");
      return { state: { tool: inHand.tool, state }, effects };
    }
    case "pen":
    case "marker":
    case "brush": {
      const { state, effects } = stepPen(inHand.state, event, { ...view, style: { ...styleWith(inHand.tool, view.style), nib: inHand.tool } });
      return { state: { tool: inHand.tool, state }, effects };
    }
    case "shape":
    case "line":
    case "arrow":
    case "note":
    case "frame":
    case "stamp": {
      const { state, effects } = stepDraw(inHand.state, event, view, inHand.tool);
      return { state: { tool: inHand.tool, state }, effects };
    }
    case "laser": {
      const step = late.stepLaser?.(inHand.state, event, view);
      return step ? { state: { tool: "laser", state: step.state }, effects: step.effects } : { state: inHand, effects: [] };
    }
    case "eyedropper":
      return { state: inHand, effects: late.stepPicker?.(event, view) ?? [] };
    case "eraser": {
      const { state, effects } = stepEraser(inHand.state, event, view);
      return { state: { tool: "eraser", state }, effects };
    }
    case "text": {
      const { state, effects } = stepText(inHand.state, event, view);
      return { state: { tool: "text", state }, effects };
    }
    case "hand":
      return { state: inHand, effects: [] };
  }
}

function toTool(state: GestureState, event: ToolEvent, view: ToolView): Next {
  const { state: inHand, effects } = stepInHand(state.inHand, event, view);
  const chosen = effects.findLast((effect) => effect.type === "set_tool");
  if (!chosen) return { state: { ...state, inHand }, effects };
  return { state: { ...state, tool: chosen.tool, inHand: idleTool(chosen.tool), keyed: null }, effects };
}

/** Ends the tool's gesture; a pen that was turned round is the chosen tool again. */
function endTool(state: GestureState, event: ToolEvent, view: ToolView): Next {
  const step = toTool(state, event, view);
  const { tool, inHand } = step.state;
  return {
    state: { ...step.state, mode: IDLE, inHand: inHand.tool === tool ? inHand : idleTool(tool) },
    effects: step.effects,
  };
}

function then(step: Next, next: (state: GestureState) => Next): Next {
  const after = next(step.state);
  return { state: after.state, effects: [...step.effects, ...after.effects] };
}

/** What the tool stays in between gestures is over. */
function rested(state: GestureState): Next {
  const { inHand } = state;
  if (inHand.state?.type !== "cropping") return { state, effects: [] };
  return { state: { ...state, inHand: idleTool(inHand.tool) }, effects: CROP_ENDED };
}

function chooseTool(state: GestureState, tool: ToolName, view: ToolView): Next {
  const ended: Next = state.mode.type === "tool" ? then(endTool(state, { type: "cancel" }, view), rested) : rested(state);
  return then(ended, (now) => ({
    state: { ...now, tool, inHand: idleTool(tool), keyed: null },
    effects: [
      { type: "set_tool", tool },
      ...(now.keyed ? [NOT_KEYED] : []),
      // A selection that no tool in hand acts on would only be in the way.
      ...(tool === "select" || tool === "lasso" || tool === "hand" || tool === "eyedropper" || view.selection.length === 0 ? [] : [{ type: "set_selection", ids: [] } as const]),
    ],
  }));
}

function sampleOnBoard(sample: ScreenSample, view: ToolView): Sample {
  const { x, y } = toBoard(view.camera, sample);
  return { ...sample, x, y };
}

// --- Pointers ---

function withDown(state: GestureState, pointer: number, at: Point | null): GestureState {
  const down = new Map(state.down);
  if (at) down.set(pointer, { x: at.x, y: at.y });
  else down.delete(pointer);
  return { ...state, down };
}

function pointerDown(state: GestureState, input: Down, view: ToolView): Next {
  const { pointer, kind, at } = input;
  // Down again without having been up: its end got lost on the way.
  if (state.down.has(pointer)) return then(pointerCancel(state, pointer, view), (now) => pointerDown(now, input, view));
  const known = withDown({ ...state, penSeen: state.penSeen || kind === "pen" }, pointer, at);
  const { mode } = known;
  if (kind === "touch" && mode.type !== "idle") return anotherFinger(known, pointer, view);
  if (kind === "pen" && mode.type !== "idle") return penOverTouch(known, input, view);
  if (mode.type !== "idle") return { state: known, effects: [] };
  return firstDown(known, input, view);
}

const NOT_KEYED: Effect = { type: "show_pointer", at: null, isDown: false };

function firstDown(state: GestureState, input: Down, view: ToolView): Next {
  // A hand is on a real pointer again.
  if (state.keyed && input.kind !== "keys") return then({ state: { ...state, keyed: null }, effects: [NOT_KEYED] }, (now) => firstDown(now, input, view));
  const { pointer, kind, button, at, modifiers, fresh } = input;
  const pans =
    button === BUTTON_MIDDLE || state.space || state.tool === "hand" || (kind === "touch" && state.penSeen && state.fingers !== "draw");
  if (pans) return { state: { ...state, mode: { type: "pan", pointer, kind } }, effects: [] };
  if (button === BUTTON_RIGHT) return { state: { ...state, mode: { type: "menu", pointer, at } }, effects: [] };
  if (button !== 0 && button !== BUTTON_ERASER) return { state, effects: [] };
  const ready: GestureState = {
    ...state,
    inHand: button === BUTTON_ERASER ? idleTool("eraser") : state.inHand,
    mode: { type: "tool", pointer, kind, since: at, travelled: 0 },
  };
  const sample = sampleOnBoard(at, view);
  const reach = kind === "touch" ? REACH_TOUCH_PX : REACH_PX;
  const step = toTool(ready, { type: "down", at: sample, fresh, reach, modifiers }, view);
  return { state: step.state, effects: [...step.effects, showCursor(sample)] };
}

/** The first finger's stroke was the beginning of a pinch, unless it is long under way. */
function anotherFinger(state: GestureState, pointer: number, view: ToolView): Next {
  const { mode } = state;
  if (mode.type === "pinch") return { state: { ...state, mode: { ...mode, fingers: state.down.size } }, effects: [] };
  const first = mode.type === "tool" || mode.type === "pan" ? mode : null;
  // A palm beside the pen, a finger beside the mouse, a third finger: nothing.
  if (first?.kind !== "touch") return { state, effects: [] };
  const since = first?.type === "tool" ? first.since.timeMs : Infinity;
  const pinching = (now: GestureState): Next => ({
    state: { ...now, mode: { type: "pinch", a: first?.pointer ?? pointer, b: pointer, since, travelled: 0, fingers: 2 }, lastClick: null },
    effects: [],
  });
  if (first.type === "pan") return pinching(state);
  const at = state.down.get(first.pointer) ?? first.since;
  const isYoung = first.travelled < YOUNG_PX || lastTime(state, first.since) - first.since.timeMs < YOUNG_MS;
  const event: ToolEvent = isYoung
    ? { type: "cancel" }
    : { type: "up", at: sampleOnBoard({ ...first.since, x: at.x, y: at.y }, view), modifiers: NO_MODIFIERS };
  return then(endTool(state, event, view), pinching);
}

const NO_MODIFIERS: Modifiers = { shift: false, command: false, alt: false };

/** When the finger that draws last moved. */
function lastTime(state: GestureState, since: ScreenSample): number {
  const { tool, state: held } = state.inHand;
  const pen = tool === "pen" || tool === "marker" || tool === "brush" ? (held as PenState) : null;
  if (pen?.type !== "drawing") return since.timeMs + YOUNG_MS;
  return pen.startMs + (pen.points.at(-1)?.timeMs ?? 0);
}

/** What came before the pen was the hand that holds it. */
function penOverTouch(state: GestureState, input: Down, view: ToolView): Next {
  const { mode } = state;
  if (mode.type === "tool" && mode.kind !== "touch") return { state, effects: [] };
  const freed: Next =
    mode.type === "tool" ? endTool(state, { type: "cancel" }, view) : { state: { ...state, mode: IDLE }, effects: [] };
  return then(freed, (now) => firstDown(now, input, view));
}

function showCursor(at: Point): Effect {
  return { type: "show_cursor", at: { x: at.x, y: at.y } };
}

/** A drag with the right button moves the view. */
function menuMove(state: GestureState, mode: Extract<Mode, { type: "menu" }>, to: ScreenSample, kind: PointerKind): Next {
  const moved = Math.hypot(to.x - mode.at.x, to.y - mode.at.y);
  return { state: moved < CLICK_PX ? state : { ...state, mode: { type: "pan", pointer: mode.pointer, kind } }, effects: [] };
}

function pointerMove(state: GestureState, input: Move, view: ToolView): Next {
  const { pointer, samples, modifiers } = input;
  const to = samples.at(-1);
  if (!to) return { state, effects: [] };
  const from = state.down.get(pointer);
  const cursor = input.kind === "touch" && !from ? [] : [showCursor(toBoard(view.camera, to))];
  if (!from) return { state: input.kind === "pen" ? { ...state, penSeen: true } : state, effects: cursor };
  const moved = withDown(state, pointer, to);
  const { mode } = state;
  if (mode.type === "pinch") return pinchMove(state, moved, view);
  if (mode.type === "menu" && mode.pointer === pointer) return menuMove(moved, mode, to, input.kind);
  if (mode.type === "idle" || mode.type === "menu" || mode.pointer !== pointer) return { state: moved, effects: [] };
  if (mode.type === "pan") {
    return { state: moved, effects: [{ type: "set_camera", camera: panBy(view.camera, to.x - from.x, to.y - from.y, view.size) }] };
  }
  const travelled = mode.travelled + Math.hypot(to.x - from.x, to.y - from.y);
  const onBoard = samples.map((sample) => sampleOnBoard(sample, view));
  const step = toTool({ ...moved, mode: { ...mode, travelled } }, { type: "move", samples: onBoard, modifiers }, view);
  return { state: step.state, effects: [...step.effects, ...cursor] };
}

function pinchMove(before: GestureState, after: GestureState, view: ToolView): Next {
  if (after.mode.type !== "pinch") return { state: after, effects: [] };
  const { a, b } = after.mode;
  const [a0, b0, a1, b1] = [before.down.get(a), before.down.get(b), after.down.get(a), after.down.get(b)];
  if (!a0 || !b0 || !a1 || !b1) return { state: after, effects: [] };
  const travelled = after.mode.travelled + Math.hypot(a1.x - a0.x, a1.y - a0.y) + Math.hypot(b1.x - b0.x, b1.y - b0.y);
  const state = { ...after, mode: { ...after.mode, travelled } };
  return { state, effects: [{ type: "set_camera", camera: pinch(view.camera, [a0, b0], [a1, b1], view.size) }] };
}

function pointerUp(state: GestureState, input: Extract<Input, { type: "pointer_up" }>, view: ToolView): Next {
  const { pointer, at, modifiers } = input;
  const { mode } = state;
  const lifted = withDown(state, pointer, null);
  if (mode.type === "menu" && mode.pointer === pointer) return { state: { ...lifted, mode: IDLE }, effects: openMenu(mode.at, view) };
  if (mode.type !== "tool" || mode.pointer !== pointer) return released(state, lifted, pointer, at.timeMs);
  const board = sampleOnBoard(at, view);
  const ended = endTool(lifted, { type: "up", at: board, modifiers }, view);
  const gone: Effect[] = mode.kind === "touch" ? [{ type: "show_cursor", at: null }] : [];
  return then({ state: ended.state, effects: [...ended.effects, ...gone] }, (now) => clicked(now, mode, at, view));
}

/** A second click near the first, soon after, is a double click: the DOM's own is not there for pens and fingers everywhere. */
function clicked(state: GestureState, mode: Extract<Mode, { type: "tool" }>, at: ScreenSample, view: ToolView): Next {
  if (mode.travelled > CLICK_PX) return { state: { ...state, lastClick: null }, effects: [] };
  const last = state.lastClick;
  const again =
    last !== null && at.timeMs - last.timeMs < DOUBLE_MS && Math.hypot(at.x - last.x, at.y - last.y) < CLICK_PX * 2;
  if (!again) return { state: { ...state, lastClick: at }, effects: [] };
  const reach = mode.kind === "touch" ? REACH_TOUCH_PX : REACH_PX;
  return toTool({ ...state, lastClick: null }, { type: "double", at: toBoard(view.camera, at), reach }, view);
}

/** What lies under the place is what the menu is about, or the selection round it; beside all that it is about the board. */
function openMenu(at: ScreenSample, view: ToolView): Effect[] {
  const place = toBoard(view.camera, at);
  const id = topmostAt(view.scene, place, REACH_PX / view.camera.zoom)?.shape.id;
  const isOnSelection = id === undefined ? containsPoint(view.scene.boundsOf(view.selection), place) : view.selection.includes(id);
  const chosen: Effect[] = id === undefined ? [{ type: "set_selection", ids: [] }] : [{ type: "set_tool", tool: "select" }, { type: "set_selection", ids: withGroup(view.scene, id) }];
  return [...(isOnSelection ? [] : chosen), { type: "open_menu", at: { x: at.x, y: at.y } }];
}

/** A finger that rests where it came down opens the menu, with tools that point at things. */
function frame(state: GestureState, now: number, view: ToolView): Next {
  const { mode } = state;
  if (mode.type !== "tool") return { state, effects: [] };
  // Keys rest between presses: that is no hold.
  if (mode.kind === "keys") return toTool(state, { type: "frame", now: 0 }, view);
  const rests = mode.kind === "touch" && mode.travelled < CLICK_PX && now - mode.since.timeMs > LONG_PRESS_MS;
  if (!rests || (state.tool !== "select" && state.tool !== "lasso")) return toTool(state, { type: "frame", now }, view);
  const ended = endTool(state, { type: "cancel" }, view);
  return { state: ended.state, effects: [...ended.effects, ...openMenu(mode.since, view)] };
}

/** Two fingers that tap take back, three do again. */
function released(before: GestureState, lifted: GestureState, pointer: number, timeMs: number): Next {
  const { mode } = before;
  const step = release(lifted, pointer);
  const taps = mode.type === "pinch" && mode.travelled < TAP_PX && timeMs - mode.since < TAP_MS;
  const tap = taps && mode.type === "pinch" ? { fingers: mode.fingers, since: mode.since } : before.tap;
  if (lifted.down.size > 0 || tap === null) return { state: { ...step.state, tap: lifted.down.size > 0 ? tap : null }, effects: step.effects };
  const effects: Effect[] = timeMs - tap.since < TAP_MS * 2 ? [{ type: tap.fingers >= 3 ? "redo" : "undo" }] : [];
  return { state: { ...step.state, tap: null }, effects: [...step.effects, ...effects] };
}

/** A pointer that no tool had is up or gone. */
function release(state: GestureState, pointer: number): Next {
  const { mode } = state;
  if ((mode.type === "pan" || mode.type === "menu") && mode.pointer === pointer) return toldOfFingers({ ...state, mode: IDLE }, mode);
  if (mode.type === "pinch" && (mode.a === pointer || mode.b === pointer)) {
    // The finger that stays goes on panning: it must not begin to draw.
    const other = mode.a === pointer ? mode.b : mode.a;
    return { state: { ...state, mode: { type: "pan", pointer: other, kind: "touch" } }, effects: [] };
  }
  return { state, effects: [] };
}

/** Whoever finds that a finger does not draw any more hears how it can. */
function toldOfFingers(state: GestureState, ended: Mode): Next {
  const isNews = ended.type === "pan" && ended.kind === "touch" && state.penSeen && state.fingers === "untold" && state.tool !== "hand";
  return isNews ? { state: { ...state, fingers: "told" }, effects: [{ type: "show_hint", hint: "fingers" }] } : { state, effects: [] };
}

function pointerCancel(state: GestureState, pointer: number, view: ToolView): Next {
  const lifted = withDown(state, pointer, null);
  const { mode } = state;
  if (mode.type !== "tool" || mode.pointer !== pointer) return release(lifted, pointer);
  return endTool(lifted, { type: "cancel" }, view);
}

// --- Keys ---

function keyPress(state: GestureState, input: Extract<Input, { type: "key" }>, view: ToolView): Next {
  const { meaning, fresh, modifiers, timeMs } = input;
  const middle = { x: view.camera.x + view.size.width / view.camera.zoom / 2, y: view.camera.y + view.size.height / view.camera.zoom / 2 };
  switch (meaning.type) {
    case "tool":
      return state.mode.type === "tool" ? { state, effects: [] } : chooseTool(state, meaning.tool, view);
    case "space":
      return { state: { ...state, space: true }, effects: [] };
    case "undo":
    case "redo":
      return betweenGestures(state, { type: meaning.type === "undo" ? "undo" : "redo" });
    case "command":
      return betweenGestures(state, { type: "run", command: meaning.command });
    case "place":
      return betweenGestures(state, { type: "take_place", place: meaning.place });
    case "pan":
      return { state, effects: [{ type: "set_camera", camera: panBy(view.heading, -meaning.x * view.size.width * PAGE, -meaning.y * view.size.height * PAGE, view.size), glide: true }] };
    case "key":
      return late.stepKeyPointer?.(state, meaning.key, input, view, stepGestures) ?? keyToTool(state, { type: "key", key: meaning.key, fresh, modifiers, timeMs }, view);
    case "fit":
      return look(state, fit(view.scene.bounds(), view.size));
    case "fit_selection":
      return look(state, fit(view.scene.boundsOf(view.selection), view.size, 4));
    case "zoom_100":
      return look(state, centred(middle, 1, view.size));
    case "zoom_in":
      return look(state, zoomStep(view.heading, 1, view.size));
    case "zoom_out":
      return look(state, zoomStep(view.heading, -1, view.size));
  }
}

function betweenGestures(state: GestureState, effect: Effect): Next {
  return state.mode.type === "tool" ? { state, effects: [] } : then(rested(state), (now) => ({ state: now, effects: [effect] }));
}

function look(state: GestureState, camera: ToolView["camera"]): Next {
  return { state, effects: [{ type: "set_camera", camera, glide: true }] };
}

/** How much of the view a page key moves it. */
const PAGE = 0.85;

function keyToTool(state: GestureState, event: Extract<ToolEvent, { type: "key" }>, view: ToolView): Next {
  const step = toTool(state, event, view);
  // Escape ended the gesture: the pointer is down still, and means nothing until it is up.
  const ended = event.key === "Escape" && state.mode.type === "tool" && isAtRest(step.state.inHand);
  return ended ? { state: { ...step.state, mode: IDLE }, effects: step.effects } : step;
}

function isAtRest(inHand: InHand): boolean {
  return inHand.state === null || inHand.state.type === "idle";
}

/** The CSS cursor that says what the pointer would do. */
export function cursorOf(state: GestureState): string {
  if (state.mode.type === "pan" || state.mode.type === "pinch") return "grabbing";
  if (state.space || state.tool === "hand") return "grab";
  if (state.tool === "select") return "default";
  return state.tool === "text" ? "text" : "crosshair";
}
