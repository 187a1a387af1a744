/**
 * The selection: click, box, lasso, drag; handles to resize and turn; Delete,
 * arrows, Enter, Escape.
 *
 * Shift adds and takes away, Alt drags a copy, Ctrl lets things lie where they are
 * put. A click takes the whole group, a second one what is in it. Nothing is on
 * the board before a drag ends.
 */
import { isFixed } from "../document/shape";
import { containsPoint, EMPTY_RECT, expand, isEmpty, rectBetween, union, type Point } from "../engine/geometry";
import { handlesOf, type Grip, type Handles } from "../engine/handles";
import { insideBox, topmostAt, wordsAt } from "../engine/hit";
import type { Placed } from "../engine/scene";
import type { ShapeId } from "../protocol/generated/messages";
import { draftOf, free, removed, submitChanges } from "./commands";
import type { Effect } from "./effect";
import { CROP_ENDED, imageOf, selectedImage, type Cropping, type ImageShape } from "./framing";
import { withFrames } from "./frames";
import { dragged, gripAt } from "./grips";
import { groupsOf, withGroup, withGroups } from "./groups";
import { holdAt } from "./holds";
import { late } from "./late";
import { editAt, editOf } from "./text";
import { NO_PREVIEW, type Modifiers, type Step, type ToolEvent, type ToolView } from "./tool";
import { movedBy } from "./transform";

/** A pointer that moves less, in CSS pixels, clicks. */
const DRAG_PX = 4;
const NUDGE_PX = 1;
const NUDGE_FAR_PX = 10;
/** Nudges of the same things that follow each other sooner are taken back together. */
const NUDGE_MS = 1_000;

interface Nudged {
  readonly gesture: string;
  readonly timeMs: number;
  readonly selection: readonly ShapeId[];
}

export type SelectState =
  /** `nudged`: by the arrow keys, when last and as which gesture. */
  | { readonly type: "idle"; readonly nudged?: Nudged }
  | Cropping
  /** Down, and not yet decided between a click and a drag. */
  | { readonly type: "pressing"; readonly from: Point; readonly hit: ShapeId | null; readonly carries: boolean; readonly gesture: string; readonly lasso: boolean }
  | { readonly type: "moving"; readonly from: Point; readonly ids: readonly ShapeId[]; readonly dx: number; readonly dy: number; readonly gesture: string; readonly copies: boolean }
  | { readonly type: "transforming"; readonly from: Point; readonly grip: Grip; readonly handles: Handles; readonly gesture: string }
  | { readonly type: "boxing"; readonly from: Point; readonly to: Point; readonly base: readonly ShapeId[]; readonly searched: boolean }
  | { readonly type: "lassoing"; readonly way: readonly Point[]; readonly base: readonly ShapeId[]; readonly searched: boolean };

type Pressing = Extract<SelectState, { type: "pressing" }>;
type Moving = Extract<SelectState, { type: "moving" }>;
type Transforming = Extract<SelectState, { type: "transforming" }>;
type Boxing = Extract<SelectState, { type: "boxing" }>;
type Lassoing = Extract<SelectState, { type: "lassoing" }>;
type Down = Extract<ToolEvent, { type: "down" }>;

export const SELECT_IDLE: SelectState = { type: "idle" };

export function stepSelect(state: SelectState, event: ToolEvent, view: ToolView, lasso = false): Step<SelectState> {
  if (state.type === "cropping") return cropping(state, event, view, lasso);
  if (event.type === "key") return key(state, event, view);
  if (event.type === "double") return double(event.at, event.reach, view);
  if (event.type === "cancel") return { state: SELECT_IDLE, effects: [NO_PREVIEW] };
  switch (state.type) {
    case "idle":
      return event.type === "down" ? press(event, view, lasso) : { state, effects: [] };
    case "pressing":
      return pressing(state, event, view);
    case "moving":
      return moving(state, event, view);
    case "transforming":
      return transforming(state, event, view);
    case "boxing":
      return boxing(state, event, view);
    case "lassoing":
      return lassoing(state, event, view);
  }
}

/** What ends it is a press on something else, too. */
function cropping(state: Cropping, event: ToolEvent, view: ToolView, lasso: boolean): Step<SelectState> {
  const step = late.stepCrop?.(state, event, view) ?? null;
  if (step && step.state !== "done") return { state: step.state, effects: step.effects };
  const after = step ? { state: SELECT_IDLE, effects: [] } : stepSelect(SELECT_IDLE, event, view, lasso);
  return { state: after.state, effects: [...CROP_ENDED, ...after.effects] };
}

function choose(ids: readonly ShapeId[]): Effect[] {
  return [{ type: "set_selection", ids }];
}

function placedOf(ids: readonly ShapeId[], view: ToolView) {
  return ids.flatMap((id) => view.scene.get(id) ?? []);
}

/** The groups that the selection is in the inside of: a click there stays in. */
function entered(view: ToolView): readonly string[] {
  const [first] = view.selection;
  const shape = first === undefined ? undefined : view.scene.get(first)?.shape;
  if (!shape) return [];
  const groups = groupsOf(shape);
  const selected = new Set(view.selection);
  // The innermost group of which not all are selected.
  for (let depth = groups.length; depth > 0; depth--) {
    const members = withGroup(view.scene, shape.id, groups.slice(0, depth - 1));
    if (members.some((id) => !selected.has(id))) return groups.slice(0, depth);
  }
  return [];
}

function press(event: Down, view: ToolView, lasso: boolean): Step<SelectState> {
  const { at, fresh, reach, modifiers } = event;
  const from = { x: at.x, y: at.y };
  const handles = handlesOf(placedOf(view.selection, view));
  const grip = gripAt(handles, from, reach, view.camera);
  if (grip && handles) return { state: { type: "transforming", from, grip, handles, gesture: fresh }, effects: [] };
  const placed = topmostAt(view.scene, at, reach / view.camera.zoom);
  const hit = placed?.shape.id ?? null;
  const isLocked = isFixed(placed?.shape);
  const pressed = { type: "pressing", from, hit, gesture: fresh, lasso } as const;
  if (hit !== null && !isLocked && !lasso && !view.selection.includes(hit) && !modifiers.shift) {
    return { state: { ...pressed, carries: true }, effects: choose(withGroup(view.scene, hit, entered(view))) };
  }
  const carries = !lasso && ((hit !== null && !isLocked) || isOnSelection(at, view));
  return { state: { ...pressed, carries }, effects: [] };
}

/** Inside the frame round the selection, where a drag carries it. */
function isOnSelection(at: Point, view: ToolView): boolean {
  const bounds = free(view).reduce((rect, placed) => union(rect, placed.bounds), EMPTY_RECT);
  return !isEmpty(bounds) && containsPoint(expand(bounds, 4 / view.camera.zoom), at);
}

function pressing(state: Pressing, event: ToolEvent, view: ToolView): Step<SelectState> {
  if (event.type === "up") return click(state, event.modifiers, view);
  if (event.type !== "move") return { state, effects: [] };
  const to = event.samples.at(-1);
  if (!to || Math.hypot(to.x - state.from.x, to.y - state.from.y) * view.camera.zoom < DRAG_PX) {
    return { state, effects: [] };
  }
  const base = event.modifiers.shift ? view.selection : [];
  if (state.lasso) return drawLasso({ type: "lassoing", way: [state.from, { x: to.x, y: to.y }], base, searched: false });
  if (!state.carries) return drawBox({ type: "boxing", from: state.from, to, base, searched: false }, to);
  // Shift on something not yet selected and then a drag: it comes along.
  const joins = state.hit !== null && !view.selection.includes(state.hit);
  const ids = joins && state.hit !== null ? [...view.selection, ...withGroup(view.scene, state.hit)] : view.selection;
  // What lies in a frame goes with it.
  const able = withFrames(placedOf(ids, view).filter(({ shape }) => !isFixed(shape)), view.scene).map(({ shape }) => shape.id);
  const begun: Moving = { type: "moving", from: state.from, ids: able, dx: 0, dy: 0, gesture: state.gesture, copies: event.modifiers.alt };
  const step = carry(begun, to, event.modifiers, view);
  return { state: step.state, effects: joins ? [...choose(ids), ...step.effects] : step.effects };
}

function click({ hit }: Pressing, { shift, command }: Modifiers, view: ToolView): Step<SelectState> {
  if (hit === null) return { state: SELECT_IDLE, effects: shift ? [] : choose([]) };
  const link = view.scene.get(hit)?.shape.link ?? "";
  if (command && link !== "") return { state: SELECT_IDLE, effects: [{ type: "follow_link", link }] };
  const block = withGroup(view.scene, hit, shift ? [] : entered(view));
  if (!shift) return { state: SELECT_IDLE, effects: choose(block) };
  const others = view.selection.filter((id) => !block.includes(id));
  return { state: SELECT_IDLE, effects: choose(others.length === view.selection.length ? [...others, ...block] : others) };
}

/** A second click goes into a group, writes into what has words, crops a picture, and on nothing begins a label. */
function double(at: Point, reach: number, view: ToolView): Step<SelectState> {
  const placed = wordsAt(view.scene, at, reach / view.camera.zoom);
  const image = imageOf(placed);
  const effects = doubled(placed, at, reach, view);
  const isChosen = effects.length === 1 && effects[0]?.type === "set_selection" && effects[0].ids.length === 1;
  return image && isChosen ? beginCrop(image, view, effects) : { state: SELECT_IDLE, effects };
}

function beginCrop(image: ImageShape, view: ToolView, before: readonly Effect[]): Step<SelectState> {
  const begun = late.beginCrop?.(image, view);
  return { state: begun?.state ?? SELECT_IDLE, effects: [...before, ...(begun?.effects ?? [])] };
}

function doubled(placed: Placed | null, at: Point, reach: number, view: ToolView): Effect[] {
  if (!placed) return [editAt(at, reach, view)];
  if (isFixed(placed.shape)) return [];
  const groups = groupsOf(placed.shape);
  const inside = entered(view);
  const block = withGroup(view.scene, placed.shape.id, groups.slice(0, inside.length + 1));
  if (groups.length > inside.length && view.selection.length > 1) return choose(block);
  const edit = editOf(placed.drawn);
  return edit ? [...choose([placed.shape.id]), { type: "edit_text", edit }] : choose([placed.shape.id]);
}

// --- moving ---

function carry(state: Moving, to: Point, modifiers: Modifiers, view: ToolView): Step<Moving> {
  const box = view.scene.boundsOf(state.ids);
  let way = { dx: to.x - state.from.x, dy: to.y - state.from.y };
  // Along one axis while Shift is down.
  if (modifiers.shift) way = Math.abs(way.dx) > Math.abs(way.dy) ? { ...way, dy: 0 } : { ...way, dx: 0 };
  const { dx, dy, guides } = late.snapped?.(box, way.dx, way.dy, new Set(state.ids), view, modifiers.command) ?? { ...way, guides: [] };
  return { state: { ...state, dx, dy, copies: modifiers.alt }, effects: [{ type: "set_preview", preview: { move: { ids: state.ids, dx, dy }, guides } }] };
}

function moving(state: Moving, event: ToolEvent, view: ToolView): Step<SelectState> {
  if (event.type === "move") return carry(state, event.samples.at(-1) ?? state.from, event.modifiers, view);
  if (event.type !== "up") return { state, effects: [] };
  const { dx, dy, copies } = carry(state, event.at, event.modifiers, view).state;
  const done = copies ? late.copiesPut?.(free(view), { x: dx, y: dy }, view, state.gesture) ?? [] : shift(placedOf(state.ids, view), dx, dy, state.gesture);
  return { state: SELECT_IDLE, effects: [...done, NO_PREVIEW] };
}

/** Moves the shapes on the board. */
function shift(placed: readonly Placed[], dx: number, dy: number, gesture: string): Effect[] {
  return dx === 0 && dy === 0 ? [] : submitChanges(placed.map(({ shape }) => movedBy(shape, dx, dy)), gesture);
}

// --- handles ---

function transforming(state: Transforming, event: ToolEvent, view: ToolView): Step<SelectState> {
  if (event.type !== "move" && event.type !== "up") return { state, effects: [] };
  const at = event.type === "up" ? event.at : (event.samples.at(-1) ?? state.from);
  const placed = free(view);
  const isClick = Math.hypot(at.x - state.from.x, at.y - state.from.y) * view.camera.zoom < 1;
  const { to, guides } = late.snappedGrip?.(state.grip.name, placed, state.from, at, event.modifiers, view) ?? { to: at, guides: [] };
  const changes = isClick ? [] : dragged(state.grip, state.handles, placed, state.from, to, event.modifiers, view);
  if (event.type === "up") return { state: SELECT_IDLE, effects: [...submitChanges(changes, state.gesture), NO_PREVIEW] };
  const draft = draftOf(placed.map(({ shape }) => shape), changes);
  const connector = state.grip.name === "bend" || event.modifiers.command ? null : state.handles.connector;
  const target = connector === null ? null : holdAt(view, to, new Set([connector]));
  return { state, effects: [{ type: "set_preview", preview: { draft, guides, ...(target ? { target: target.id } : {}) } }] };
}

// --- box and lasso ---

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
  return found(insideBox(view.scene, rectBetween(state.from, state.to)), state.base, view);
}

function found(ids: readonly ShapeId[], base: readonly ShapeId[], view: ToolView): Effect[] {
  const able = ids.filter((id) => !isFixed(view.scene.get(id)?.shape));
  const all = withGroups(view.scene, able);
  return choose(base.length === 0 ? all : [...new Set([...base, ...all])]);
}

function drawLasso(state: Lassoing): Step<SelectState> {
  return { state, effects: [{ type: "set_preview", preview: { lasso: state.way } }] };
}

function lassoing(state: Lassoing, event: ToolEvent, view: ToolView): Step<SelectState> {
  switch (event.type) {
    case "move":
      return drawLasso({ ...state, way: [...state.way, ...event.samples.map(({ x, y }) => ({ x, y }))], searched: false });
    case "frame":
      return state.searched ? { state, effects: [] } : { state: { ...state, searched: true }, effects: enclosed(state, view) };
    case "up":
      return { state: SELECT_IDLE, effects: [...enclosed(state, view), NO_PREVIEW] };
    default:
      return { state, effects: [] };
  }
}

function enclosed({ way, base }: Lassoing, view: ToolView): Effect[] {
  return found(late.insideLasso?.(view.scene, way) ?? [], base, view);
}

// --- keys ---

function key(state: SelectState, event: Extract<ToolEvent, { type: "key" }>, view: ToolView): Step<SelectState> {
  const image = state.type === "idle" && event.key === "Enter" ? selectedImage(view) : null;
  if (image) return beginCrop(image, view, []);
  if (event.key === "Escape" && state.type !== "idle") return { state: SELECT_IDLE, effects: [NO_PREVIEW] };
  if (state.type !== "idle") return { state, effects: [] };
  const way = WAYS[event.key];
  return way ? nudge(way, state.nudged, event, view) : { state: SELECT_IDLE, effects: keyEffects(event, view) };
}

/** Where the arrow keys lead. */
export const WAYS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 },
};

function nudge(way: Point, last: Nudged | undefined, { fresh, modifiers, timeMs }: Extract<ToolEvent, { type: "key" }>, view: ToolView): Step<SelectState> {
  const { selection } = view;
  const by = (modifiers.shift ? NUDGE_FAR_PX : NUDGE_PX) / view.camera.zoom;
  const goesOn = last !== undefined && last.selection === selection && timeMs - last.timeMs < NUDGE_MS;
  const gesture = goesOn ? last.gesture : fresh;
  return { state: { type: "idle", nudged: { gesture, timeMs, selection } }, effects: shift(withFrames(free(view), view.scene), way.x * by, way.y * by, gesture) };
}

function keyEffects({ key, fresh }: Extract<ToolEvent, { type: "key" }>, view: ToolView): Effect[] {
  switch (key) {
    case "Escape":
      return escape(view);
    case "Delete":
    case "Backspace":
      return removed(free(view), view, fresh);
    case "Enter":
    case "F2":
      return editSelected(view);
    default:
      return [];
  }
}

/** Out of a group first, then nothing is selected. */
function escape(view: ToolView): Effect[] {
  const [first] = view.selection;
  const inside = entered(view);
  if (first === undefined || inside.length === 0) return choose([]);
  return choose(withGroup(view.scene, first, inside.slice(0, -1)));
}

function editSelected(view: ToolView): Effect[] {
  const [only, ...more] = view.selection;
  const placed = only === undefined || more.length > 0 ? undefined : view.scene.get(only);
  const edit = placed && !isFixed(placed.shape) ? editOf(placed.drawn) : null;
  return edit ? [{ type: "edit_text", edit }] : [];
}
