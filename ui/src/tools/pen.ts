/**
 * The pen: ink follows the pointer; lifting it puts the stroke on the board.
 *
 * A stroke that grows past what the wire takes is committed on the way and goes on
 * as another one, overlapping by enough samples that nobody sees the seam; undo
 * takes all parts back together. A stroke that is held still at its end becomes the
 * plain form it looks like; going on makes it ink again.
 */
import { normalShape } from "../document/shape";
import type { Point } from "../engine/geometry";
import { CONTEXT, type InkPoint } from "../engine/outline";
import type { Shape } from "../protocol/generated/messages";
import { STROKE_POINTS_MAX } from "../protocol/generated/limits";
import { packPoints, precisionFor } from "../protocol/points";
import type { Recognised } from "../engine/recognise";
import type { Effect } from "./effect";
import { late } from "./late";
import { lookOf } from "./style";
import { leaned, styleFor } from "./tilt";
import { NO_PREVIEW, type Sample, type Step, type Style, type ToolEvent, type ToolView } from "./tool";

/** Moves shorter than this many CSS pixels add nothing that anybody could see. */
const STEP_MIN_PX = 0.3;
const OVERLAP = 2 * CONTEXT;
/** A pen that goes less than this is held still, and after this long what it drew is looked at. */
const STILL_PX = 7;
const HOLD_MS = 550;
/** Fewer points are a dot or a tick. */
const POINTS_LEAST = 6;

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
      /** Where it was when it last went on, and when: the page's clock. */
      readonly still: { readonly at: Point; readonly since: number };
      /** What it becomes if it ends now; null while it is looked for or is ink. */
      readonly form: Shape | null;
      /** Whether this rest has been looked at. */
      readonly looked: boolean;
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
      return look(send(state), event.now, view);
    case "up":
      return finish(state.form ? state : withSamples(state, [event.at]), view);
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
    style: styleFor(at, view.style),
    zoom: view.camera.zoom,
    startMs: at.timeMs,
    points: [{ ...leaned(at, view.style.nib), timeMs: 0 }],
    sent: 0,
    still: { at, since: at.timeMs },
    form: null,
    looked: false,
  };
  return { state, effects: [showInk(state)] };
}

/** Adds those samples that are far enough from the last. All get the parts that the first one has. */
function withSamples(state: Drawing, samples: readonly Sample[]): Drawing {
  const points = [...state.points];
  let last = points.at(-1);
  for (const taken of samples) {
    const sample = leaned(taken, state.style.nib);
    if (last && Math.hypot(sample.x - last.x, sample.y - last.y) * state.zoom < STEP_MIN_PX) continue;
    const timeMs = Math.max(last?.timeMs ?? 0, Math.round(sample.timeMs - state.startMs));
    const pressure = last?.pressure === undefined ? undefined : (sample.pressure ?? last.pressure);
    last = pressure === undefined ? { x: sample.x, y: sample.y, timeMs } : { x: sample.x, y: sample.y, timeMs, pressure };
    points.push(last);
  }
  return points.length === state.points.length ? state : { ...state, points };
}

function draw(state: Drawing, samples: readonly Sample[], view: ToolView): Step<PenState> {
  const drawn = stirred(withSamples(state, samples), samples);
  if (state.form && drawn.form) return { state: drawn, effects: [] };
  if (state.form) return { state: drawn, effects: [NO_PREVIEW, showInk(drawn)] };
  if (drawn.points === state.points) return { state, effects: [] };
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

/** Whether it went on since it was last still. */
function stirred(state: Drawing, samples: readonly Sample[]): Drawing {
  const last = samples.at(-1);
  if (!last || Math.hypot(last.x - state.still.at.x, last.y - state.still.at.y) * state.zoom < STILL_PX) return state;
  return { ...state, still: { at: last, since: last.timeMs }, form: null, looked: false };
}

/** Held still long enough: what is it meant to be? */
function look(step: Step<PenState>, now: number, view: ToolView): Step<PenState> {
  const { state, effects } = step;
  if (state.type !== "drawing" || state.looked || now - state.still.since < HOLD_MS || state.part > 0) return step;
  const meant = state.style.nib === "marker" || state.points.length < POINTS_LEAST ? null : (late.recognise?.(state.points) ?? null);
  const form = meant && formOf(meant, state, view.scene.topZ + 1);
  if (!form) return { state: { ...state, looked: true }, effects };
  return { state: { ...state, looked: true, form }, effects: [...effects, { type: "set_local_ink", ink: null }, { type: "set_preview", preview: { draft: [form] } }] };
}

function formOf(meant: Recognised, { stroke, style }: Drawing, z: number): Shape {
  const base = { id: stroke, author: 0, z, color: style.color, ...lookOf(style, { line: true, fill: true }) };
  const size = style.textSize;
  if ("from" in meant) {
    const { from, to, type } = meant;
    const head_end = type === "arrow" ? "arrow" : "none";
    return normalShape({ ...base, x: from.x, y: from.y, body: { kind: "connector", w: to.x - from.x, h: to.y - from.y, width: style.width, route: "straight", head_start: "none", head_end, size } });
  }
  const { type: form, x, y, w, h, rotation } = meant;
  return normalShape({ ...base, x, y, rotation, body: { kind: "geo", form, w: Math.max(w, 1), h: Math.max(h, 1), width: style.width, text: "", size } });
}

function send(state: Drawing): Step<PenState> {
  const { stroke, style, points, sent } = state;
  if (sent >= points.length) return { state, effects: [] };
  const ink = { ...inkOf(stroke, style), start: sent, points: points.slice(sent) };
  return { state: { ...state, sent: points.length }, effects: [{ type: "extend_ink", ink }] };
}

function finish(state: Drawing, view: ToolView): Step<PenState> {
  const { form, gesture } = state;
  if (form) return { state: PEN_IDLE, effects: [{ type: "submit", operation: { type: "add_shapes", shapes: [form] }, gesture }, NO_PREVIEW] };
  return { state: PEN_IDLE, effects: [commit(state, view), { type: "set_local_ink", ink: null }] };
}

function giveUp(state: Drawing): Step<PenState> {
  const effects: Effect[] = [{ type: "set_local_ink", ink: null }, ...(state.form ? [NO_PREVIEW] : [])];
  if (state.sent > 0) effects.push({ type: "cancel_ink", stroke: state.stroke });
  return { state: PEN_IDLE, effects };
}

function showInk({ stroke, style, points }: Drawing): Effect {
  return { type: "set_local_ink", ink: { ...inkOf(stroke, style), points } };
}

function inkOf(stroke: string, { color, width, nib, opacity, dash }: Style) {
  return {
    stroke, color, width,
    ...(nib === "pen" ? {} : { nib }),
    ...(opacity === 1 ? {} : { opacity }),
    ...(dash === "solid" ? {} : { dash }),
  };
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
  const body = { kind: "stroke", width: style.width, points: packPoints(own, precision), nib: style.nib } as const;
  // The hub writes the author.
  return normalShape({ id: stroke, author: 0, x, y, z, color: style.color, body, ...lookOf(style, { line: true, fill: true }) });
}
