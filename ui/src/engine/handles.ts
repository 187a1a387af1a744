/**
 * What a selection can be taken hold of by: corners and sides to resize it, a knob
 * to turn it, the ends and the middle of a connector.
 */
import { isFixed } from "../document/shape";
import type { ShapeId } from "../protocol/generated/messages";
import { boxOf } from "./boxes";
import { middleOf, type ConnectorBody } from "./connectors";
import { EMPTY_RECT, union, type Point } from "./geometry";
import { fromOwn } from "./placement";
import type { Placed } from "./scene";

/** CSS pixels. */
export const HANDLE_PX = 9;
/** The knob is this far off the frame, CSS pixels. */
export const KNOB_PX = 26;

export type GripName = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w" | "turn" | "start" | "end" | "bend";

export interface Grip {
  readonly name: GripName;
  /** On the board. */
  readonly at: Point;
  readonly round: boolean;
  /** Off `at`, CSS pixels. */
  readonly aside: Point;
}

export interface Handles {
  /** Corners of the frame on the board, clockwise from the top left; empty for connectors. */
  readonly frame: readonly Point[];
  /** How the frame is turned, in radians. */
  readonly rotation: number;
  readonly grips: readonly Grip[];
  /** They do another thing than resize: drawn filled. */
  readonly solid?: boolean;
  /** The connector whose ends these are. */
  readonly connector: ShapeId | null;
}

const NOT_ASIDE: Point = { x: 0, y: 0 };

/** Where a grip is shown, from where its place is on the screen. */
export function gripPlace(at: Point, { aside }: Grip): Point {
  return { x: at.x + aside.x, y: at.y + aside.y };
}

export function handlesOf(selected: readonly Placed[]): Handles | null {
  const free = selected.filter(({ shape }) => !isFixed(shape));
  const [only, ...more] = free;
  if (!only || free.length < selected.length) return null;
  if (more.length === 0) return only.drawn.body.kind === "connector" ? ends(only, only.drawn.body) : ownFrame(only);
  const box = free.reduce((rect, { bounds }) => union(rect, bounds), EMPTY_RECT);
  return frameOf([{ x: box.minX, y: box.minY }, { x: box.maxX, y: box.minY }, { x: box.maxX, y: box.maxY }, { x: box.minX, y: box.maxY }], 0);
}

/** Of one shape, turned as it is. */
function ownFrame({ drawn, bounds }: Placed): Handles {
  const box = boxOf(drawn);
  if (!box) return frameOf([{ x: bounds.minX, y: bounds.minY }, { x: bounds.maxX, y: bounds.minY }, { x: bounds.maxX, y: bounds.maxY }, { x: bounds.minX, y: bounds.maxY }], 0);
  const upright = { ...drawn };
  delete upright.mirrored;
  const at = (x: number, y: number): Point => fromOwn(upright, { x, y });
  return frameOf([at(0, 0), at(box.w, 0), at(box.w, box.h), at(0, box.h)], drawn.rotation ?? 0);
}

function frameOf(frame: readonly [Point, Point, Point, Point], rotation: number): Handles {
  const [nw, ne, se, sw] = frame;
  const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const square = (name: GripName, at: Point): Grip => ({ name, at, round: false, aside: NOT_ASIDE });
  const top = middle(nw, ne);
  const knob = { x: Math.sin(rotation) * KNOB_PX, y: -Math.cos(rotation) * KNOB_PX };
  return {
    frame, rotation, connector: null,
    grips: [
      square("nw", nw), square("ne", ne), square("se", se), square("sw", sw),
      square("n", top), square("e", middle(ne, se)), square("s", middle(se, sw)), square("w", middle(sw, nw)),
      { name: "turn", at: top, round: true, aside: knob },
    ],
  };
}

function ends({ drawn, shape }: Placed, body: ConnectorBody): Handles {
  const { x, y } = drawn;
  const round = (name: GripName, at: Point): Grip => ({ name, at, round: true, aside: NOT_ASIDE });
  const middle = middleOf(body);
  const bends = body.route === "elbow" ? [] : [round("bend", { x: x + middle.x, y: y + middle.y })];
  return { frame: [], rotation: 0, connector: shape.id, grips: [round("start", { x, y }), round("end", { x: x + body.w, y: y + body.h }), ...bends] };
}
