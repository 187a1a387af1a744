/**
 * The eraser: takes away whole shapes that it touches on its way, also between
 * two samples. What will go is shown faint; lifting takes it all away at once, so
 * that one undo brings it back; Escape or a second finger leaves everything.
 */
import type { Point } from "../engine/geometry";
import { crossedBy } from "../engine/hit";
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { ShapeId } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import { NO_PREVIEW, runsOf, type Sample, type Step, type ToolEvent, type ToolView } from "./tool";

/** Half of the eraser's breadth, CSS pixels. */
const RADIUS_PX = 7;
const TRAIL_MS = 160;

export type EraserState =
  | { readonly type: "idle" }
  | {
      readonly type: "erasing";
      readonly gesture: string;
      readonly last: Point;
      /** Stays the same list while nothing is added. */
      readonly ids: readonly ShapeId[];
      readonly trail: readonly Sample[];
    };

type Erasing = Extract<EraserState, { type: "erasing" }>;

export const ERASER_IDLE: EraserState = { type: "idle" };

export function stepEraser(state: EraserState, event: ToolEvent, view: ToolView): Step<EraserState> {
  if (state.type === "idle") {
    if (event.type !== "down") return { state, effects: [] };
    const begun: Erasing = { type: "erasing", gesture: event.fresh, last: event.at, ids: [], trail: [] };
    return rub(begun, [event.at], view);
  }
  switch (event.type) {
    case "move":
      return rub(state, event.samples, view);
    case "frame":
      return fade(state, event.now);
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
    for (const id of crossedBy(view.scene, last, sample, RADIUS_PX / view.camera.zoom)) touched.add(id);
    last = sample;
  }
  const ids = touched.size === state.ids.length ? state.ids : [...touched];
  const next: Erasing = { ...state, last, ids, trail: [...state.trail, ...samples] };
  return { state: next, effects: [preview(next)] };
}

function fade(state: Erasing, now: number): Step<Erasing> {
  const trail = state.trail.filter((sample) => now - sample.timeMs < TRAIL_MS);
  if (trail.length === state.trail.length) return { state, effects: [] };
  const next = { ...state, trail };
  return { state: next, effects: [preview(next)] };
}

function preview({ ids, trail }: Erasing): Effect {
  return { type: "set_preview", preview: { erase: ids, trail } };
}

function finish(state: EraserState, view: ToolView): Step<EraserState> {
  if (state.type !== "erasing") return { state, effects: [] };
  const there = state.ids.filter((id) => view.scene.get(id));
  const submits = runsOf(there, OPERATION_SHAPES_MAX).map(
    (ids): Effect => ({ type: "submit", operation: { type: "remove_shapes", ids }, gesture: state.gesture }),
  );
  // First away, then no longer faint: the other way round they would flash.
  return { state: ERASER_IDLE, effects: [...submits, NO_PREVIEW] };
}
