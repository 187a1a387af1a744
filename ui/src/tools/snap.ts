/**
 * Coming to lie in line: which small shift brings a moving box in line with others
 * or onto the grid, which one the sides that a handle resizes, and the lines that
 * show it.
 */
import { boxOf } from "../engine/boxes";
import { EMPTY_RECT, expand, intersects, isEmpty, translate, union, type Point, type Rect } from "../engine/geometry";
import { visibleRect } from "../engine/camera";
import type { GripName } from "../engine/handles";
import type { Placed } from "../engine/scene";
import type { ShapeId } from "../protocol/generated/messages";
import { toGrid } from "./grid";
import { keepsRatio, sidesOf } from "./grips";
import type { Modifiers, ToolView } from "./tool";

const REACH_PX = 6;
/** Others looked at; more would only confuse. */
const OTHERS_MAX = 120;

export interface Snapped {
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly (readonly [Point, Point])[];
}

type Axis = "x" | "y";

function linesOf(rect: Rect, axis: Axis): readonly [number, number, number] {
  const [low, high] = axis === "x" ? [rect.minX, rect.maxX] : [rect.minY, rect.maxY];
  return [low, (low + high) / 2, high];
}

interface Fit {
  readonly shift: number;
  readonly line: number;
  readonly other: Rect;
}

function bestFit(moving: readonly number[], others: readonly Rect[], axis: Axis, reach: number): Fit | null {
  let best: Fit | null = null;
  for (const other of others) {
    for (const line of linesOf(other, axis)) {
      for (const own of moving) {
        const shift = line - own;
        if (Math.abs(shift) <= reach && (!best || Math.abs(shift) < Math.abs(best.shift))) best = { shift, line, other };
      }
    }
  }
  return best;
}

/** `box` moved by (dx, dy), and a little more if that brings it in line. */
export function snapped(box: Rect, dx: number, dy: number, ids: ReadonlySet<ShapeId>, view: ToolView, inverted: boolean): Snapped {
  if (view.style.grid && !inverted) {
    const { x, y } = cornerOf(ids, view, box);
    return { dx: toGrid(x + dx) - x, dy: toGrid(y + dy) - y, guides: [] };
  }
  if (view.style.grid || view.style.snap === inverted) return { dx, dy, guides: [] };
  const moving = translate(box, dx, dy);
  const others = around(moving, ids, view);
  const reach = REACH_PX / view.camera.zoom;
  const [x, y] = [bestFit(linesOf(moving, "x"), others, "x", reach), bestFit(linesOf(moving, "y"), others, "y", reach)];
  const placed = translate(moving, x?.shift ?? 0, y?.shift ?? 0);
  return { dx: dx + (x?.shift ?? 0), dy: dy + (y?.shift ?? 0), guides: [...guide(x, placed, "x"), ...guide(y, placed, "y")] };
}

/** What is seen near `moving`, but ink, lines and what moves itself. */
function around(moving: Rect, ids: ReadonlySet<ShapeId>, view: ToolView): Rect[] {
  const near = expand(moving, Math.max(moving.maxX - moving.minX, moving.maxY - moving.minY) + 400 / view.camera.zoom);
  return view.scene
    .query(visibleRect(view.camera, view.size))
    .filter(({ shape, bounds }) => !ids.has(shape.id) && shape.body.kind !== "stroke" && shape.body.kind !== "connector" && intersects(bounds, near))
    .slice(-OTHERS_MAX)
    .map(({ bounds }) => bounds);
}

/** Of what they are on the board, without the breadth of their lines: so they are put on the grid when they are drawn. */
function cornerOf(ids: ReadonlySet<ShapeId>, view: ToolView, box: Rect): Point {
  const boxed = [...ids].flatMap((id) => view.scene.get(id)?.drawn ?? []).filter((shape) => boxOf(shape) !== null && (shape.rotation ?? 0) === 0);
  if (boxed.length < ids.size || boxed.length === 0) return { x: box.minX, y: box.minY };
  return boxed.reduce(({ x, y }, shape) => ({ x: Math.min(x, shape.x), y: Math.min(y, shape.y) }), { x: Infinity, y: Infinity });
}

function guide(fit: Fit | null, moving: Rect, axis: Axis): (readonly [Point, Point])[] {
  if (!fit) return [];
  const { other, line } = fit;
  if (axis === "x") return [[{ x: line, y: Math.min(other.minY, moving.minY) }, { x: line, y: Math.max(other.maxY, moving.maxY) }]];
  return [[{ x: Math.min(other.minX, moving.minX), y: line }, { x: Math.max(other.maxX, moving.maxX), y: line }]];
}

/** Where a handle is dragged to, and the lines that show why it is just there. */
export interface SnappedGrip {
  readonly to: Point;
  readonly guides: Snapped["guides"];
}

/** A handle of what is `placed` dragged from `from` to `to`, or a little aside if that brings the sides that it moves in line. */
export function snappedGrip(name: GripName, placed: readonly Placed[], from: Point, to: Point, modifiers: Modifiers, view: ToolView): SnappedGrip {
  const ratio = ratioOf(name, placed, modifiers);
  const isFree = view.style.grid || view.style.snap === modifiers.command;
  if (isFree || !movesSides(name, placed, ratio !== null)) return { to, guides: [] };
  const pull = pullOf(name, placed, { x: to.x - from.x, y: to.y - from.y }, ratio, modifiers.alt);
  const resized = pull.boxAt(pull.by);
  if (isEmpty(resized)) return { to, guides: [] };
  const others = around(resized, new Set(placed.map(({ shape }) => shape.id)), view);
  const fitOf = (axis: Axis): Fit | null =>
    pull.axes.includes(axis) ? bestFit([edgeOf(resized, pull.side, axis)], others, axis, REACH_PX / view.camera.zoom) : null;
  const [x, y] = [fitOf("x"), fitOf("y")];
  const by = pull.inRatio({ x: pull.by.x + (x?.shift ?? 0) / pull.gain.x, y: pull.by.y + (y?.shift ?? 0) / pull.gain.y });
  const seen = pull.boxAt(by);
  return { to: { x: from.x + by.x, y: from.y + by.y }, guides: [...guide(x, seen, "x"), ...guide(y, seen, "y")] };
}

/** Whether its sides go as the pointer does: not what is turned, and not letters that grow, or that do not while all else does. */
function movesSides(name: GripName, placed: readonly Placed[], keepsRatio: boolean): boolean {
  const lettersDo = placed.length > 1 ? keepsRatio : sidesOf(name).y === 0;
  return name.length <= 2 && placed.every(({ shape: { body, rotation = 0 } }) => rotation === 0 && (body.kind !== "text" || lettersDo));
}

/** How high what keeps its shape is to how wide; null where each side goes by itself. */
function ratioOf(name: GripName, placed: readonly Placed[], modifiers: Modifiers): number | null {
  const [only, ...more] = placed;
  const side = sidesOf(name);
  if (!only || side.x === 0 || side.y === 0) return null;
  const own = more.length === 0 ? boxOf(only.drawn) : null;
  if (own) return keepsRatio(only.shape, modifiers, true) ? own.h / own.w : null;
  const { w, h } = sizeOf(boundsOf(placed));
  return modifiers.shift ? null : h / w;
}

/** What a drag of a handle does to the box around what it resizes. */
interface Pull {
  readonly side: Point;
  /** How far the handle goes. */
  readonly by: Point;
  /** How far a side goes when the handle goes by 1. */
  readonly gain: Point;
  /** Those of which the side goes where the pointer is; another one follows. */
  readonly axes: readonly Axis[];
  inRatio(by: Point): Point;
  boxAt(by: Point): Rect;
}

function pullOf(name: GripName, placed: readonly Placed[], raw: Point, ratio: number | null, alt: boolean): Pull {
  const side = sidesOf(name);
  const box = boundsOf(placed);
  const gain = gainOf(box, placed, side, alt);
  const slope = (ratio ?? 1) * side.x * side.y;
  // What makes it larger leads.
  const leads: Axis = raw.x * side.x * (ratio ?? 1) >= raw.y * side.y ? "x" : "y";
  const inRatio = (by: Point): Point => (ratio === null ? by : leads === "x" ? { x: by.x, y: by.x * slope } : { x: by.y / slope, y: by.y });
  const axes = (["x", "y"] as const).filter((axis) => side[axis] !== 0 && (ratio === null || axis === leads));
  return { side, gain, axes, inRatio, by: inRatio(raw), boxAt: (by) => stretched(box, side, { x: by.x * gain.x, y: by.y * gain.y }, alt) };
}

/** One alone grows by what the handle goes; several grow as seen from the other side, or from the middle, but not the breadth of their lines. */
function gainOf(box: Rect, placed: readonly Placed[], side: Point, alt: boolean): Point {
  const [only, ...more] = placed;
  if (only && more.length === 0 && boxOf(only.drawn)) return { x: 1, y: 1 };
  const own = placed.map(withoutLines).reduce(union, EMPTY_RECT);
  const { w, h } = sizeOf(box);
  const still = alt ? { x: 0, y: 0 } : { x: -side.x, y: -side.y };
  return {
    x: Math.abs(edgeOf(own, side, "x") - edgeOf(box, still, "x")) / w,
    y: Math.abs(edgeOf(own, side, "y") - edgeOf(box, still, "y")) / h,
  };
}

function withoutLines({ drawn, bounds }: Placed): Rect {
  const own = boxOf(drawn);
  return own ? { minX: drawn.x, minY: drawn.y, maxX: drawn.x + own.w, maxY: drawn.y + own.h } : bounds;
}

function boundsOf(placed: readonly Placed[]): Rect {
  return placed.reduce((rect, { bounds }) => union(rect, bounds), EMPTY_RECT);
}

function sizeOf({ minX, minY, maxX, maxY }: Rect): { readonly w: number; readonly h: number } {
  return { w: Math.max(maxX - minX, 1), h: Math.max(maxY - minY, 1) };
}

/** The side opposite goes the other way while Alt is down. */
function stretched({ minX, minY, maxX, maxY }: Rect, side: Point, by: Point, alt: boolean): Rect {
  const [wider, higher] = [by.x * side.x, by.y * side.y];
  return {
    minX: side.x < 0 || alt ? minX - wider : minX,
    minY: side.y < 0 || alt ? minY - higher : minY,
    maxX: side.x > 0 || alt ? maxX + wider : maxX,
    maxY: side.y > 0 || alt ? maxY + higher : maxY,
  };
}

/** Of the three lines of a box the low, the middle or the high one: by −1, 0, 1. */
function edgeOf(rect: Rect, side: Point, axis: Axis): number {
  const [low, middle, high] = linesOf(rect, axis);
  return side[axis] < 0 ? low : side[axis] > 0 ? high : middle;
}
