/**
 * The pen: ink follows the pointer; lifting it puts the stroke on the board.
 *
 * A stroke that grows past what the wire takes is committed on the way and goes on
 * as another one, overlapping by enough samples that nobody sees the seam; undo
 * takes all parts back together.
 */
import { CONTEXT, type InkPoint } from "../engine/outline";
import type { Shape } from "../protocol/generated/messages";
import { STROKE_POINTS_MAX } from "../protocol/generated/limits";
import { packPoints, precisionFor } from "../protocol/points";
import type { Effect } from "./effect";
import type { Sample, Step, Style, ToolEvent, ToolView } from "./tool";

/** Moves shorter than this many CSS pixels add nothing that anybody could see. */
const STEP_MIN_PX = 0.3;
const OVERLAP = 2 * CONTEXT;

export type PenState =
  | { readonly type: "idle" }
  | {
      readonly type: "drawing";
      /** The id of the first part: the undo step's name. */
      readonly gesture: string;
      readonly stroke: string;
      /** Parts committed before this one. */
      readonly part: number;
      readonly style: Style;
      readonly zoom: number;
      /** The page's clock at this part's first point. */
      readonly startMs: number;
      /** Board units, time since `startMs`. */
      readonly points: readonly InkPoint[];
      /** How many the others have been sent. */
      readonly sent: number;
    };

type Drawing = Extract<PenState, { type: "drawing" }>;

export const PEN_IDLE: PenState = { type: "idle" };

export function stepPen(state: PenState, event: ToolEvent, view: ToolView): Step<PenState> {
  if (state.type === "idle") {
    return event.type === "down" ? begin(event.at, event.fresh, view) : { state, effects: [] };
  }
  switch (event.type) {
    case "move":
      return draw(state, event.samples, view);
    case "frame":
      return send(state);
    case "up":
      return finish(withSamples(state, [event.at]), view);
    case "cancel":
      return giveUp(state);
    case "key":
      return event.key === "Escape" ? giveUp(state) : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

function begin(at: Sample, fresh: string, view: ToolView): Step<PenState> {
  const state: Drawing = {
    type: "drawing",
    gesture: fresh,
    stroke: fresh,
    part: 0,
    style: view.style,
    zoom: view.camera.zoom,
    startMs: at.timeMs,
    points: [{ ...at, timeMs: 0 }],
    sent: 0,
  };
  return { state, effects: [showInk(state)] };
}

/** Adds those samples that are far enough from the last. All get the parts that the first one has. */
function withSamples(state: Drawing, samples: readonly Sample[]): Drawing {
  const points = [...state.points];
  let last = points.at(-1);
  for (const sample of samples) {
    if (last && Math.hypot(sample.x - last.x, sample.y - last.y) * state.zoom < STEP_MIN_PX) continue;
    const timeMs = Math.max(last?.timeMs ?? 0, Math.round(sample.timeMs - state.startMs));
    const pressure = last?.pressure === undefined ? undefined : (sample.pressure ?? last.pressure);
    last = pressure === undefined ? { x: sample.x, y: sample.y, timeMs } : { x: sample.x, y: sample.y, timeMs, pressure };
    points.push(last);
  }
  return points.length === state.points.length ? state : { ...state, points };
}

function draw(state: Drawing, samples: readonly Sample[], view: ToolView): Step<PenState> {
  const drawn = withSamples(state, samples);
  if (drawn === state) return { state, effects: [] };
  if (drawn.points.length <= STROKE_POINTS_MAX) return { state: drawn, effects: [showInk(drawn)] };
  return split(drawn, view);
}

/** Commits what fits and goes on with the rest. */
function split(state: Drawing, view: ToolView): Step<PenState> {
  const full: Drawing = { ...state, points: state.points.slice(0, STROKE_POINTS_MAX) };
  const rest = state.points.slice(STROKE_POINTS_MAX - OVERLAP);
  const offset = rest[0]?.timeMs ?? 0;
  const part = state.part + 1;
  const next: Drawing = {
    ...state,
    part,
    stroke: `${state.gesture}-${part}`,
    startMs: state.startMs + offset,
    points: rest.map((point) => ({ ...point, timeMs: (point.timeMs ?? 0) - offset })),
    sent: 0,
  };
  return { state: next, effects: [commit(full, view), showInk(next)] };
}

function send(state: Drawing): Step<PenState> {
  const { stroke, style, points, sent } = state;
  if (sent >= points.length) return { state, effects: [] };
  const ink = { stroke, color: style.color, width: style.width, start: sent, points: points.slice(sent) };
  return { state: { ...state, sent: points.length }, effects: [{ type: "extend_ink", ink }] };
}

function finish(state: Drawing, view: ToolView): Step<PenState> {
  return { state: PEN_IDLE, effects: [commit(state, view), { type: "set_local_ink", ink: null }] };
}

function giveUp(state: Drawing): Step<PenState> {
  const effects: Effect[] = [{ type: "set_local_ink", ink: null }];
  if (state.sent > 0) effects.push({ type: "cancel_ink", stroke: state.stroke });
  return { state: PEN_IDLE, effects };
}

function showInk({ stroke, style, points }: Drawing): Effect {
  return { type: "set_local_ink", ink: { stroke, color: style.color, width: style.width, points } };
}

function commit(state: Drawing, view: ToolView): Effect {
  const shape = strokeShape(state, view.scene.topZ + 1);
  return { type: "submit", operation: { type: "add_shapes", shapes: [shape] }, gesture: state.gesture };
}

function strokeShape({ stroke, style, zoom, points }: Drawing, z: number): Shape {
  const precision = precisionFor(zoom);
  const unit = 2 ** precision;
  const first = points[0] ?? { x: 0, y: 0 };
  const x = Math.round(first.x * unit) / unit;
  const y = Math.round(first.y * unit) / unit;
  const own = points.map((point) => ({ ...point, x: point.x - x, y: point.y - y }));
  const body = { kind: "stroke", width: style.width, points: packPoints(own, precision) } as const;
  // The hub writes the author.
  return { id: stroke, author: 0, x, y, z, color: style.color, body };
}
