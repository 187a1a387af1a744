/**
 * The eraser: takes away whole shapes that it touches on its way, also between
 * two samples; or, by parts, only the ink under it. What will go is shown faint;
 * lifting takes it all away at once, in one operation and one undo; Escape or a
 * second finger leaves everything. What is locked stays.
 */
import { isFixed, remainder } from "../document/shape";
import type { Point } from "../engine/geometry";
import { crossedBy } from "../engine/hit";
import { samplesOf } from "../engine/ink";
import type { InkPoint } from "../engine/outline";
import type { Remainder, Shape, ShapeId } from "../protocol/generated/messages";
import { packPoints, precisionOf } from "../protocol/points";
import { freed, removeShapes, submitChanges } from "./commands";
import type { Effect } from "./effect";
import { late } from "./late";
import { NO_PREVIEW, type Sample, type Step, type ToolEvent, type ToolView } from "./tool";

/** Half of the eraser's breadth, CSS pixels. */
const RADIUS_PX = 7;
const TRAIL_MS = 160;
/** Ends of what is left are at places that the stroke had no sample at. */
const PRECISION_LEAST = 6;

export type EraserState =
  | { readonly type: "idle" }
  | {
      readonly type: "erasing";
      readonly gesture: string;
      readonly last: Point;
      /** Stays the same list while nothing is added. */
      readonly ids: readonly ShapeId[];
      readonly trail: readonly Sample[];
      /** All of the way: what is cut is cut along it. */
      readonly way: readonly Point[];
    };

type Erasing = Extract<EraserState, { type: "erasing" }>;

export const ERASER_IDLE: EraserState = { type: "idle" };

export function stepEraser(state: EraserState, event: ToolEvent, view: ToolView): Step<EraserState> {
  if (state.type === "idle") {
    if (event.type !== "down") return { state, effects: [] };
    const begun: Erasing = { type: "erasing", gesture: event.fresh, last: event.at, ids: [], trail: [], way: [] };
    return rub(begun, [event.at], view);
  }
  switch (event.type) {
    case "move":
      return rub(state, event.samples, view);
    case "frame":
      return fade(state, event.now, view);
    case "up":
      return finish(rub(state, [event.at], view).state, view);
    case "cancel":
      return { state: ERASER_IDLE, effects: [NO_PREVIEW] };
    case "key":
      return event.key === "Escape" ? { state: ERASER_IDLE, effects: [NO_PREVIEW] } : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

function rub(state: Erasing, samples: readonly Sample[], view: ToolView): Step<Erasing> {
  const touched = new Set(state.ids);
  let last = state.last;
  for (const sample of samples) {
    for (const id of crossedBy(view.scene, last, sample, RADIUS_PX / view.camera.zoom)) if (!isFixed(view.scene.get(id)?.shape)) touched.add(id);
    last = sample;
  }
  const ids = touched.size === state.ids.length ? state.ids : [...touched];
  const next: Erasing = { ...state, last, ids, trail: [...state.trail, ...samples], way: [...state.way, ...samples.map(({ x, y }) => ({ x, y }))] };
  return { state: next, effects: [preview(next, view)] };
}

function fade(state: Erasing, now: number, view: ToolView): Step<Erasing> {
  const trail = state.trail.filter((sample) => now - sample.timeMs < TRAIL_MS);
  if (trail.length === state.trail.length) return { state, effects: [] };
  const next = { ...state, trail };
  return { state: next, effects: [preview(next, view)] };
}

function preview(state: Erasing, view: ToolView): Effect {
  const { ids, trail } = state;
  if (view.style.eraser === "things") return { type: "set_preview", preview: { erase: ids, trail } };
  const cuts = cutsOf(state, view);
  const whole = cuts.filter(({ left }) => left === null).map(({ id }) => id);
  const draft = cuts.flatMap(({ shape, left }, i) => piecesOf(shape, left, `cut-${i}`).flatMap((piece) => remainder(shape, piece) ?? []));
  return { type: "set_preview", preview: { erase: whole, trail, hide: cuts.flatMap(({ id, left }) => (left === null ? [] : [id])), draft } };
}

interface Cut {
  readonly id: ShapeId;
  readonly shape: Shape;
  /** The ink that is left; null for what has no ink and goes whole. */
  readonly left: readonly (readonly InkPoint[])[] | null;
  /** The ink that goes. */
  taken(): readonly (readonly InkPoint[])[];
}

/** What the eraser does to what it touched: ink is cut, other things go. */
function cutsOf({ ids, way }: Erasing, view: ToolView): Cut[] {
  const radius = RADIUS_PX / view.camera.zoom;
  return ids.flatMap((id): Cut[] => {
    const shape = view.scene.get(id)?.shape;
    if (!shape) return [];
    if (shape.body.kind !== "stroke") return [{ id, shape, left: null, taken: () => [] }];
    const path = way.map(({ x, y }) => ({ x: x - shape.x, y: y - shape.y }));
    const ink = [samplesOf(shape.body.points), shape.body.width, path, radius] as const;
    const left = late.cutInk?.(...ink) ?? null;
    return left === null ? [] : [{ id, shape, left, taken: () => late.inkTaken?.(...ink) ?? [] }];
  });
}

/** The remaining ink as pieces of its stroke. */
function piecesOf({ id, body }: Shape, left: Cut["left"], fresh: string): Remainder[] {
  if (body.kind !== "stroke" || left === null) return [];
  const precision = Math.max(precisionOf(body.points), PRECISION_LEAST);
  return left.flatMap((points, i) => {
    const startMs = points[0]?.timeMs ?? 0;
    const own = points.map((point) => (point.timeMs === undefined ? point : { ...point, timeMs: Math.round(point.timeMs - startMs) }));
    return own.length === 0 ? [] : [{ of: id, id: `${fresh}-${i}`, points: packPoints(own, precision) }];
  });
}

function finish(state: EraserState, view: ToolView): Step<EraserState> {
  if (state.type !== "erasing") return { state, effects: [] };
  const { gesture } = state;
  const cuts = view.style.eraser === "parts" ? cutsOf(state, view) : null;
  const there = cuts ? cuts.map(({ id }) => id) : state.ids.filter((id) => view.scene.get(id));
  const left = cuts?.flatMap((cut, i) => piecesOf(cut.shape, cut.left, `${gesture}-${i}`)) ?? [];
  const taken = cuts?.flatMap((cut, i) => (cut.left?.length ? piecesOf(cut.shape, cut.taken(), `${gesture}-${i}-t`) : [])) ?? [];
  const submits = [...submitChanges(freed(there, view), gesture), ...removeShapes(there, gesture, left, taken)];
  // First away, then no longer faint: the other way round they would flash.
  return { state: ERASER_IDLE, effects: [...submits, NO_PREVIEW] };
}
