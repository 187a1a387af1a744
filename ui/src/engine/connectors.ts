/**
 * The way of a connector: where its ends are, which steps lie between, and what is
 * at them. An end that is bound follows the shape it is bound to.
 */
import type { Shape, ShapeBody, ShapeId } from "../protocol/generated/messages";
import { boxOf, edgeOf } from "./boxes";
import type { Step } from "./forms";
import type { Point } from "./geometry";
import { fromOwn, toOwn } from "./placement";

export type ConnectorBody = Extract<ShapeBody, { kind: "connector" }>;
type Connector = Omit<Shape, "body"> & { readonly body: ConnectorBody };

/** Between a bound end and the shape, beside half its line, in board units. */
const GAP = 3;

/** What can be bound to. */
export function canHold(shape: Shape): boolean {
  return boxOf(shape) !== null;
}

/** A place in a shape's box, on the board. */
export function placeIn(shape: Shape, partX: number, partY: number): Point {
  const box = boxOf(shape) ?? { w: 0, h: 0 };
  return fromOwn(shape, { x: box.w * partX, y: box.h * partY });
}

/** Where the straight way from outside at `from` to `to` comes upon the shape's edge, `gap` before it; `to` if it does not. */
export function meetEdge(shape: Shape, from: Point, to: Point, gap: number): Point {
  const edge = edgeOf(shape);
  // Crossings are the same part of the way wherever it is looked at: two points are turned, not all of the edge.
  const [ownFrom, ownTo] = [toOwn(shape, from), toOwn(shape, to)];
  let first = Infinity;
  let a = edge.at(-1);
  for (const b of edge) {
    if (a) first = Math.min(first, crossing(ownFrom, ownTo, a, b));
    a = b;
  }
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (!Number.isFinite(first) || length === 0) return to;
  const t = Math.max(0, first - gap / length);
  return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
}

/** How far along from–to it crosses a–b, as a part; infinitely when it does not. */
function crossing(from: Point, to: Point, a: Point, b: Point): number {
  const rx = to.x - from.x;
  const ry = to.y - from.y;
  const sx = b.x - a.x;
  const sy = b.y - a.y;
  const cross = rx * sy - ry * sx;
  if (cross === 0) return Infinity;
  const t = ((a.x - from.x) * sy - (a.y - from.y) * sx) / cross;
  const u = ((a.x - from.x) * ry - (a.y - from.y) * rx) / cross;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? t : Infinity;
}

export function boundTo({ from = "", to = "" }: ConnectorBody): ShapeId[] {
  return [from, to].filter((id) => id !== "");
}

/** The connector as it is to be seen. */
export function resolved(shape: Connector, find: (id: ShapeId) => Shape | undefined): Connector {
  const { body } = shape;
  const [held, holding] = [endAt(body.from, find), endAt(body.to, find)];
  if (!held && !holding) return shape;
  const start = held ? placeIn(held, body.from_x ?? 0.5, body.from_y ?? 0.5) : { x: shape.x, y: shape.y };
  const end = holding ? placeIn(holding, body.to_x ?? 0.5, body.to_y ?? 0.5) : { x: shape.x + body.w, y: shape.y + body.h };
  const gap = GAP + body.width / 2;
  const bow = controlOf(start, end, body);
  const first = held ? meetEdge(held, bow ?? end, start, gap) : start;
  const last = holding ? meetEdge(holding, bow ?? start, end, gap) : end;
  return { ...shape, x: first.x, y: first.y, body: { ...body, w: last.x - first.x, h: last.y - first.y } };
}

function endAt(id: ShapeId | undefined, find: (id: ShapeId) => Shape | undefined): Shape | null {
  const shape = id === undefined || id === "" ? undefined : find(id);
  return shape && canHold(shape) ? shape : null;
}

function controlOf(start: Point, end: Point, { route, bend = 0 }: ConnectorBody): Point | null {
  if (route !== "curved" || bend === 0) return null;
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  // The middle of a quadratic curve is half as far out as its control point.
  return { x: start.x + dx / 2 - dy * bend * 2, y: start.y + dy / 2 + dx * bend * 2 };
}

/** Its line in its own coordinates, from (0, 0). */
export function wayOf(body: ConnectorBody): Step[] {
  const { w, h, route } = body;
  const start: Step = { x: 0, y: 0 };
  if (route === "elbow") {
    const corners = Math.abs(w) >= Math.abs(h) ? [{ x: w / 2, y: 0 }, { x: w / 2, y: h }] : [{ x: 0, y: h / 2 }, { x: w, y: h / 2 }];
    return [start, ...corners, { x: w, y: h }];
  }
  const control = controlOf(start, { x: w, y: h }, body);
  return [start, control ? { x: w, y: h, cx: control.x, cy: control.y } : { x: w, y: h }];
}

/** Where its words are: the middle of its way. */
export function middleOf(body: ConnectorBody): Point {
  const { w, h, route, bend = 0 } = body;
  if (route === "curved") return { x: w / 2 - h * bend, y: h / 2 + w * bend };
  return { x: w / 2, y: h / 2 };
}

export interface End extends Point {
  /** The way it points, in radians. */
  readonly angle: number;
}

/** Both ends of the way, each pointing out. */
export function endsOf(way: readonly Step[]): readonly [End, End] {
  const [first, second] = [way[0] ?? { x: 0, y: 0 }, way[1] ?? { x: 0, y: 0 }];
  const [last, lastButOne] = [way.at(-1) ?? first, way.at(-2) ?? first];
  const out: Point = { x: second.cx ?? second.x, y: second.cy ?? second.y };
  const into: Point = { x: last.cx ?? lastButOne.x, y: last.cy ?? lastButOne.y };
  return [
    { x: first.x, y: first.y, angle: Math.atan2(first.y - out.y, first.x - out.x) },
    { x: last.x, y: last.y, angle: Math.atan2(last.y - into.y, last.x - into.x) },
  ];
}

/** How long a head of such a line is, in board units. */
export function headSize(width: number): number {
  return 7 + width * 2.6;
}
