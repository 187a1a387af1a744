/** Copies of things, and of what lies in the frames among them. Pure. */
import { normalShape } from "../document/shape";
import type { Point } from "../engine/geometry";
import type { Placed, Scene } from "../engine/scene";
import type { Shape, ShapeId } from "../protocol/generated/messages";
import { submitShapes } from "./commands";
import type { Effect } from "./effect";
import { frameWords, framesOf, freeNumber, isFrame, lastOrder, withFrames } from "./frames";
import { groupsOf } from "./groups";
import type { ToolView } from "./tool";

/** Puts copies on the board, `by` away; of what was in a frame no more is selected than was. */
export function copiesPut(chosen: readonly Placed[], by: Point, view: ToolView, fresh: string): Effect[] {
  if (chosen.length === 0) return [];
  const copies = copied(withFrames(chosen, view.scene).map(({ shape }) => shape), fresh, by, view.scene);
  return [...submitShapes(copies, fresh), { type: "set_selection", ids: copies.slice(0, chosen.length).map(({ id }) => id) }];
}

/** Copies `by` away, on top, with ids of their own; bonds and groups among them lead to the copies, frames are further pages. */
export function copied(shapes: readonly Shape[], fresh: string, by: Point, scene: Scene): Shape[] {
  const names = new Map<ShapeId, ShapeId>(shapes.map(({ id }, i) => [id, `${fresh}-${i}`]));
  const groups = new Map<string, string>();
  const groupName = (group: string): string => {
    const known = groups.get(group) ?? `${fresh}g${groups.size}`;
    groups.set(group, known);
    return known;
  };
  const lowest = shapes.reduce((least, { z }) => Math.min(least, z), Infinity);
  return numbered(shapes, scene).map((shape): Shape => {
    const group = groupsOf(shape).map(groupName).join("/");
    const copy: Shape = { ...shape, id: names.get(shape.id) ?? shape.id, author: 0, x: shape.x + by.x, y: shape.y + by.y, z: scene.topZ + 1 + shape.z - lowest, group, body: rebound(shape.body, names) };
    return normalShape(copy);
  });
}

function rebound(body: Shape["body"], names: ReadonlyMap<ShapeId, ShapeId>): Shape["body"] {
  if (body.kind !== "connector") return body;
  return { ...body, from: names.get(body.from ?? "") ?? "", to: names.get(body.to ?? "") ?? "" };
}

/** The frames come after the pages there are, in their order; one with a usual name gets another if it is taken. */
function numbered(shapes: readonly Shape[], scene: Scene): readonly Shape[] {
  const coming = shapes.filter(isFrame).sort((a, b) => (a.body.order ?? 0) - (b.body.order ?? 0));
  if (coming.length === 0) return shapes;
  const there = framesOf(scene);
  const names = new Set(there.map(({ body }) => body.text));
  const pages = new Map<ShapeId, Shape>();
  let order = lastOrder(there);
  for (const frame of coming) {
    const { text: name } = frame.body;
    const text = names.has(name) && isUsual(name) ? frameWords.page(freeNumber(names, there.length + pages.size + 1)) : name;
    names.add(text);
    order += 1;
    pages.set(frame.id, { ...frame, body: { ...frame.body, text, order } });
  }
  return shapes.map((shape) => pages.get(shape.id) ?? shape);
}

function isUsual(name: string): boolean {
  return name === frameWords.page(Number(/\d+/.exec(name)?.[0]));
}
