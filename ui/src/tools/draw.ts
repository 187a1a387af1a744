/**
 * Drawing things by their box or their ends: forms, frames, sticky notes, stamps,
 * lines and arrows. A drag gives the size, a click the usual one; ends of lines are
 * bound to what they come to lie on. Enter draws one without a pointer.
 */
import { rectBetween, type Point } from "../engine/geometry";
import { normalShape } from "../document/shape";
import type { Shape, ShapeBody } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import { frameWords, framesOf, freeNumber, lastOrder } from "./frames";
import { holdAt, type Hold } from "./holds";
import { toGrid } from "./grid";
import { stampOf } from "./stamps";
import { lookOf } from "./style";
import { editOf } from "./text";
import { NO_PREVIEW, type Modifiers, type Step, type ToolEvent, type ToolView } from "./tool";

export type DrawKind = "shape" | "frame" | "note" | "line" | "arrow" | "stamp";

/** A pointer that moves less, in CSS pixels, clicks. */
const DRAG_PX = 5;
const NOTE_SIDE = 200;
const STAMP_SIDE = 56;
/** Board units, of what a click makes, at 100 %. */
const USUAL = { shape: { w: 160, h: 100 }, frame: { w: 960, h: 540 }, note: { w: NOTE_SIDE, h: NOTE_SIDE }, stamp: { w: STAMP_SIDE, h: STAMP_SIDE } } as const;
const ANGLE_STEP = Math.PI / 12;
const SIDE_LEAST = 4;
/** A stamp's line, in parts of its side. */
const STAMP_LINE = 0.06;

export type DrawState =
  | { readonly type: "idle" }
  | {
      readonly type: "drawing";
      readonly id: string;
      readonly kind: DrawKind;
      readonly from: Point;
      readonly hold: Hold | null;
      readonly to: Point;
      readonly modifiers: Modifiers;
      readonly dragged: boolean;
    };

type Drawing = Extract<DrawState, { type: "drawing" }>;

export const DRAW_IDLE: DrawState = { type: "idle" };

export function stepDraw(state: DrawState, event: ToolEvent, view: ToolView, kind: DrawKind): Step<DrawState> {
  if (state.type === "idle") {
    if (event.type === "key" && event.key === "Enter") return inTheMiddle(event.fresh, event.modifiers, view, kind);
    return event.type === "down" ? begin(event, view, kind) : { state, effects: [] };
  }
  switch (event.type) {
    case "move": {
      const to = event.samples.at(-1) ?? state.to;
      return show({ ...state, to, modifiers: event.modifiers, dragged: state.dragged || isFar(state.from, to, view) }, view);
    }
    case "up":
      return finish({ ...state, to: event.at, modifiers: event.modifiers, dragged: state.dragged || isFar(state.from, event.at, view) }, view);
    case "cancel":
      return { state: DRAW_IDLE, effects: [NO_PREVIEW] };
    case "key":
      return event.key === "Escape" ? { state: DRAW_IDLE, effects: [NO_PREVIEW] } : { state, effects: [] };
    default:
      return { state, effects: [] };
  }
}

/** Without a pointer: the usual size, in the middle of the view. */
function inTheMiddle(fresh: string, modifiers: Modifiers, view: ToolView, kind: DrawKind): Step<DrawState> {
  const { x, y, zoom } = view.camera;
  const middle = { x: x + view.size.width / 2 / zoom, y: y + view.size.height / 2 / zoom };
  const half = isConnector(kind) ? USUAL.shape.w / 2 / zoom : 0;
  const [from, to] = [{ x: middle.x - half, y: middle.y }, { x: middle.x + half, y: middle.y }];
  return finish({ type: "drawing", id: fresh, kind, from, hold: null, to, modifiers, dragged: half > 0 }, view);
}

function isConnector(kind: DrawKind): kind is "line" | "arrow" {
  return kind === "line" || kind === "arrow";
}

function isFar(a: Point, b: Point, view: ToolView): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) * view.camera.zoom >= DRAG_PX;
}

function begin({ at, fresh, modifiers }: Extract<ToolEvent, { type: "down" }>, view: ToolView, kind: DrawKind): Step<DrawState> {
  const hold = isConnector(kind) && !modifiers.command ? holdAt(view, at, new Set()) : null;
  const from = onGrid({ x: at.x, y: at.y }, view);
  const state: Drawing = { type: "drawing", id: fresh, kind, from, hold, to: from, modifiers, dragged: false };
  return { state, effects: [] };
}

function onGrid(point: Point, view: ToolView): Point {
  return view.style.grid ? { x: toGrid(point.x), y: toGrid(point.y) } : point;
}

function show(state: Drawing, view: ToolView): Step<DrawState> {
  if (!state.dragged) return { state, effects: [] };
  const hold = holdOf(state, view);
  const target = hold ? { target: hold.id } : {};
  return { state, effects: [{ type: "set_preview", preview: { draft: [shapeOf(state, view)], ...target } }] };
}

function holdOf({ kind, to, modifiers, hold }: Drawing, view: ToolView): Hold | null {
  const found = isConnector(kind) && !modifiers.command ? holdAt(view, to, new Set()) : null;
  // From a shape to itself there is no way.
  return found && found.id !== hold?.id ? found : null;
}

function finish(state: Drawing, view: ToolView): Step<DrawState> {
  if (!state.dragged && isConnector(state.kind)) return { state: DRAW_IDLE, effects: [NO_PREVIEW] };
  const shape = shapeOf(state, view);
  const effects: Effect[] = [
    { type: "submit", operation: { type: "add_shapes", shapes: [shape] }, gesture: state.id },
    NO_PREVIEW,
  ];
  // One stamp is seldom all.
  if (!view.style.keepTool && state.kind !== "stamp") effects.push({ type: "set_tool", tool: "select" }, { type: "set_selection", ids: [shape.id] });
  if (state.kind === "note") effects.push(...editNew(shape));
  return { state: DRAW_IDLE, effects };
}

function editNew(shape: Shape): Effect[] {
  const edit = editOf(shape);
  return edit ? [{ type: "edit_text", edit }] : [];
}

/** The thing as it would be if the drag ended now. */
function shapeOf(state: Drawing, view: ToolView): Shape {
  const { id, kind } = state;
  if (isConnector(kind)) return connectorOf(state, view);
  const { x, y, w, h } = boxOf(state, view);
  const { style, scene } = view;
  const base = { id, author: 0, x, y, color: style.color };
  switch (kind) {
    case "frame": {
      const pages = framesOf(scene);
      const number = freeNumber(new Set(pages.map(({ body }) => body.text)), pages.length + 1);
      const body: ShapeBody = { kind, w, h, text: frameWords.page(number), order: lastOrder(pages) + 1 };
      return normalShape({ ...base, z: bottomZ(view), color: "#64748b", body });
    }
    case "note": {
      const body: ShapeBody = { kind, w, h, text: "", size: Math.fround(20 * (w / NOTE_SIDE)) };
      return normalShape({ ...base, z: scene.topZ + 1, color: style.paper, body, ...lookOf(style, { words: true }) });
    }
    case "stamp": {
      const { form, color, fill } = stampOf(style.stamp);
      const body: ShapeBody = { kind: "geo", form, w, h, width: Math.fround(w * STAMP_LINE), text: "", size: style.textSize };
      return normalShape({ ...base, color, fill, z: scene.topZ + 1, body });
    }
    case "shape": {
      const body: ShapeBody = { kind: "geo", form: style.form, w, h, width: style.width, text: "", size: style.textSize };
      return normalShape({ ...base, z: scene.topZ + 1, body, ...lookOf(style, { line: true, words: true, fill: true }) });
    }
  }
}

function boxOf({ kind, from, to, modifiers, dragged }: Drawing, view: ToolView): { x: number; y: number; w: number; h: number } {
  if (!dragged && !isConnector(kind)) {
    // The same size on every screen, whatever the zoom.
    const by = 1 / view.camera.zoom;
    const { w, h } = USUAL[kind];
    return { x: from.x - (w * by) / 2, y: from.y - (h * by) / 2, w: w * by, h: h * by };
  }
  const end = onGrid(to, view);
  let [dx, dy] = [end.x - from.x, end.y - from.y];
  if (modifiers.shift || kind === "note" || kind === "stamp") {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    [dx, dy] = [Math.sign(dx || 1) * side, Math.sign(dy || 1) * side];
  }
  const start = modifiers.alt ? { x: from.x - dx, y: from.y - dy } : from;
  const box = rectBetween(start, { x: from.x + dx, y: from.y + dy });
  return { x: box.minX, y: box.minY, w: Math.max(box.maxX - box.minX, SIDE_LEAST), h: Math.max(box.maxY - box.minY, SIDE_LEAST) };
}

function connectorOf(state: Drawing, view: ToolView): Shape {
  const { id, from, hold, kind } = state;
  const { style, scene } = view;
  const to = endOf(state, view);
  const held = hold ? { from: hold.id, from_x: hold.x, from_y: hold.y } : {};
  const target = holdOf(state, view);
  const holding = target ? { to: target.id, to_x: target.x, to_y: target.y } : {};
  const body: ShapeBody = {
    kind: "connector", w: to.x - from.x, h: to.y - from.y, width: style.width, route: style.route,
    ...(style.route === "curved" ? { bend: 0.18 } : {}),
    head_start: kind === "arrow" ? style.headStart : "none", head_end: kind === "arrow" ? style.headEnd : "none",
    size: style.textSize, ...held, ...holding,
  };
  return normalShape({ id, author: 0, x: from.x, y: from.y, z: scene.topZ + 1, color: style.color, body, ...lookOf(style, { line: true, words: true }) });
}

/** In steps of 15 degrees while Shift is down. */
function endOf({ from, to, modifiers }: Drawing, view: ToolView): Point {
  const end = onGrid(to, view);
  if (!modifiers.shift) return end;
  const angle = Math.round(Math.atan2(end.y - from.y, end.x - from.x) / ANGLE_STEP) * ANGLE_STEP;
  const length = Math.hypot(end.x - from.x, end.y - from.y);
  return { x: from.x + Math.cos(angle) * length, y: from.y + Math.sin(angle) * length };
}

/** Below everything: what lies in a frame lies on it. */
function bottomZ(view: ToolView): number {
  let least = 0;
  for (const { shape } of view.scene.all()) least = Math.min(least, shape.z);
  return least - 1;
}
