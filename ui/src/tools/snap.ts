/**
 * Coming to lie in line: which small shift brings a moving box in line with others
 * or onto the grid, and the lines that show it.
 */
import { boxOf } from "../engine/boxes";
import { expand, intersects, translate, type Point, type Rect } from "../engine/geometry";
import { visibleRect } from "../engine/camera";
import type { ShapeId } from "../protocol/generated/messages";
import { toGrid } from "./grid";
import type { ToolView } from "./tool";

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

function bestFit(moving: Rect, others: readonly Rect[], axis: Axis, reach: number): Fit | null {
  let best: Fit | null = null;
  for (const other of others) {
    for (const line of linesOf(other, axis)) {
      for (const own of linesOf(moving, axis)) {
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
  const seen = visibleRect(view.camera, view.size);
  const moving = translate(box, dx, dy);
  const near = expand(moving, Math.max(moving.maxX - moving.minX, moving.maxY - moving.minY) + 400 / view.camera.zoom);
  const others = view.scene
    .query(seen)
    .filter(({ shape, bounds }) => !ids.has(shape.id) && shape.body.kind !== "stroke" && shape.body.kind !== "connector" && intersects(bounds, near))
    .slice(-OTHERS_MAX)
    .map(({ bounds }) => bounds);
  const reach = REACH_PX / view.camera.zoom;
  const [x, y] = [bestFit(moving, others, "x", reach), bestFit(moving, others, "y", reach)];
  const placed = translate(moving, x?.shift ?? 0, y?.shift ?? 0);
  return { dx: dx + (x?.shift ?? 0), dy: dy + (y?.shift ?? 0), guides: [...guide(x, placed, "x"), ...guide(y, placed, "y")] };
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
