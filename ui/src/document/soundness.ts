/** What the hub would refuse of a board operation, found before it is sent: one bad shape must not take others with it. */
import { COORDINATE_MAX, STROKE_WIDTH_MAX, TEXT_LENGTH_MAX, TEXT_SIZE_MAX } from "../protocol/generated/limits";
import type { Operation, Shape, ShapeChange } from "../protocol/generated/messages";

/** Whether every value of every shape is inside its limit. */
export function isSound(operation: Operation): boolean {
  switch (operation.type) {
    case "add_shapes":
      return operation.shapes.length > 0 && operation.shapes.every(isSoundShape);
    case "update_shapes":
      return operation.changes.length > 0 && operation.changes.every(isSoundChange);
    case "remove_shapes":
      return operation.ids.length > 0;
    default:
      return true;
  }
}

function isSoundShape({ body, ...shape }: Shape): boolean {
  return isSoundChange({ ...shape, ...values(body) }) && (body.kind === "text" || body.points.length > 2);
}

function values(body: Shape["body"]): Partial<ShapeChange> {
  return body.kind === "stroke" ? { width: body.width } : { text: body.text, size: body.size };
}

function isSoundChange({ x = 0, y = 0, z = 0, color, width = 1, text = "", size = 1 }: ShapeChange): boolean {
  return (
    isCoordinate(x) &&
    isCoordinate(y) &&
    Number.isFinite(z) &&
    (color === undefined || /^#[0-9a-f]{6}$/i.test(color)) &&
    isLength(width, STROKE_WIDTH_MAX) &&
    isLength(size, TEXT_SIZE_MAX) &&
    text.length <= TEXT_LENGTH_MAX &&
    !text.includes("\r")
  );
}

function isCoordinate(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= COORDINATE_MAX;
}

function isLength(value: number, most: number): boolean {
  return Number.isFinite(value) && value > 0 && value <= most;
}
