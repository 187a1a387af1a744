/**
 * Shapes as values: what a change does to one, whether two are the same.
 *
 * A shape object is never changed in place. Another value is another object, so
 * who keeps something computed from a shape may key it by the object.
 */
import type { Operation, Shape, ShapeChange, ShapeId } from "../protocol/generated/messages";

/** The property names of a `ShapeChange`. */
export type ShapeProperty = Exclude<keyof ShapeChange, "id">;

export const SHAPE_PROPERTIES: readonly ShapeProperty[] = ["x", "y", "z", "color", "width", "text", "size"];

/** `shape` with the values of `change`; those of another kind of shape do nothing. */
export function changedShape(shape: Shape, change: ShapeChange): Shape {
  const { x = shape.x, y = shape.y, z = shape.z, color = shape.color } = change;
  return { ...shape, x, y, z, color, body: changedBody(shape.body, change) };
}

function changedBody(body: Shape["body"], change: ShapeChange): Shape["body"] {
  if (body.kind === "stroke") {
    return change.width === undefined ? body : { ...body, width: change.width };
  }
  if (change.text === undefined && change.size === undefined) return body;
  return { ...body, text: change.text ?? body.text, size: change.size ?? body.size };
}

/** What `shape` has under a property's name; undefined for another kind's. */
export function propertyOf(shape: Shape, property: ShapeProperty): number | string | undefined {
  switch (property) {
    case "x":
    case "y":
    case "z":
    case "color":
      return shape[property];
    case "width":
      return shape.body.kind === "stroke" ? shape.body.width : undefined;
    case "text":
    case "size":
      return shape.body.kind === "text" ? shape.body[property] : undefined;
  }
}

/** Whether the two look alike and belong to the same author. Points never change, so they are compared by identity first. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.author !== b.author || a.id !== b.id || a.body.kind !== b.body.kind) return false;
  if (SHAPE_PROPERTIES.some((property) => propertyOf(a, property) !== propertyOf(b, property))) return false;
  return a.body.kind !== "stroke" || b.body.kind !== "stroke" || sameBytes(a.body.points, b.body.points);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, index) => byte === b[index]));
}

/** The ids an operation touches; none if it is not of the board. */
export function touchedShapes(operation: Operation): ShapeId[] {
  switch (operation.type) {
    case "add_shapes":
      return operation.shapes.map((shape) => shape.id);
    case "update_shapes":
      return operation.changes.map((change) => change.id);
    case "remove_shapes":
      return [...operation.ids];
    default:
      return [];
  }
}

/** What an operation does to one shape, `undefined` being a shape that is not there. */
export type ShapeEffect = (shape: Shape | undefined) => Shape | undefined;

/** What an operation does, shape by shape, in order. Total: what is added twice or missing is passed over. */
export function shapeEffects(operation: Operation): [ShapeId, ShapeEffect][] {
  switch (operation.type) {
    case "add_shapes":
      return operation.shapes.map((added) => [added.id, (shape) => shape ?? added]);
    case "update_shapes":
      return operation.changes.map((change) => [change.id, (shape) => shape && changedShape(shape, change)]);
    case "remove_shapes":
      return operation.ids.map((id) => [id, () => undefined]);
    default:
      return [];
  }
}
