/**
 * The laser pointer: a line that everybody sees and that fades by itself. Nothing
 * of it is kept.
 */
import type { InkPoint } from "../engine/outline";
import type { Effect } from "./effect";
import type { Step, ToolEvent, ToolView } from "./tool";

/** How long a place glows. */
export const LASER_MS = 900;
const LASER_COLOR = "#ff2d2d";
const WIDTH_PX = 5;

export type LaserState =
  | { readonly type: "idle" }
  | { readonly type: "pointing"; readonly stroke: string; readonly width: number; readonly startMs: number; readonly points: readonly InkPoint[]; readonly sent: number };

type Pointing = Extract<LaserState, { type: "pointing" }>;

export const LASER_IDLE: LaserState = { type: "idle" };

export function stepLaser(state: LaserState, event: ToolEvent, view: ToolView): Step<LaserState> {
  if (state.type === "idle") {
    if (event.type !== "down") return { state, effects: [] };
    const { x, y, timeMs } = event.at;
    const begun: Pointing = { type: "pointing", stroke: event.fresh, width: WIDTH_PX / view.camera.zoom, startMs: timeMs, points: [{ x, y, timeMs: 0 }], sent: 0 };
    return { state: begun, effects: [show(begun)] };
  }
  switch (event.type) {
    case "move": {
      const added = event.samples.map(({ x, y, timeMs }) => ({ x, y, timeMs: Math.max(0, Math.round(timeMs - state.startMs)) }));
      const next = { ...state, points: [...state.points, ...added] };
      return { state: next, effects: [show(next)] };
    }
    case "frame":
      return send(state);
    case "up":
    case "cancel":
      return end(state);
    case "key":
      return event.key === "Escape" ? end(state) : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

function show({ stroke, width, points }: Pointing): Effect {
  return { type: "set_local_ink", ink: { stroke, color: LASER_COLOR, width, nib: "laser", points } };
}

function send(state: Pointing): Step<LaserState> {
  const { stroke, width, points, sent } = state;
  if (sent >= points.length) return { state, effects: [] };
  const ink = { stroke, color: LASER_COLOR, width, nib: "laser", start: sent, points: points.slice(sent) } as const;
  return { state: { ...state, sent: points.length }, effects: [{ type: "extend_ink", ink }] };
}

function end(state: Pointing): Step<LaserState> {
  const effects: Effect[] = [{ type: "set_local_ink", ink: null }];
  if (state.sent > 0) effects.push({ type: "cancel_ink", stroke: state.stroke });
  return { state: LASER_IDLE, effects };
}
