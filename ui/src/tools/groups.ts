/** Groups: what a click selects, and what grouping writes. */
import type { Scene } from "../engine/scene";
import type { Shape, ShapeChange, ShapeId } from "../protocol/generated/messages";

/** The groups a shape is in, outermost first. */
export function groupsOf({ group = "" }: Shape): readonly string[] {
  return group === "" ? [] : group.split("/");
}

/** All that belong to the outermost group below `within` of the shape; itself if it is in none. */
export function withGroup(scene: Scene, id: ShapeId, within: readonly string[] = []): readonly ShapeId[] {
  const shape = scene.get(id)?.shape;
  if (!shape) return [];
  const groups = groupsOf(shape);
  const depth = within.every((group, i) => groups[i] === group) ? within.length : 0;
  const group = groups[depth];
  if (group === undefined) return [id];
  const members: ShapeId[] = [];
  for (const { shape: other } of scene.all()) if (groupsOf(other)[depth] === group) members.push(other.id);
  return members;
}

/** `ids` with all that are in a group with one of them. */
export function withGroups(scene: Scene, ids: readonly ShapeId[]): readonly ShapeId[] {
  const wanted = new Set<string>();
  for (const id of ids) {
    const shape = scene.get(id)?.shape;
    const outermost = shape && groupsOf(shape)[0];
    if (outermost !== undefined) wanted.add(outermost);
  }
  if (wanted.size === 0) return ids;
  const all = new Set(ids);
  for (const { shape } of scene.all()) {
    const outermost = groupsOf(shape)[0];
    if (outermost !== undefined && wanted.has(outermost)) all.add(shape.id);
  }
  return [...all];
}

/** Puts them in a new group round the ones they are in. */
export function grouped(shapes: readonly Shape[], fresh: string): ShapeChange[] {
  return shapes.map((shape) => ({ id: shape.id, group: [fresh, ...groupsOf(shape)].slice(0, DEPTH_MAX).join("/") }));
}

/** Five ids fit the wire. */
const DEPTH_MAX = 4;

/** Takes the outermost group away. */
export function ungrouped(shapes: readonly Shape[]): ShapeChange[] {
  return shapes.filter((shape) => groupsOf(shape).length > 0).map((shape) => ({ id: shape.id, group: groupsOf(shape).slice(1).join("/") }));
}
