/**
 * Whether what a file or a clipboard calls a shape is one: each value of the type it
 * must have. Where it comes from nobody knows, and the hub refuses a whole lot of
 * shapes for one that is none.
 */
import { isSound } from "../../document/soundness";
import { formNames } from "../../engine/forms";
import { STROKE_POINTS_MAX } from "../../protocol/generated/limits";
import type { Shape, ShapeBody } from "../../protocol/generated/messages";
import { countPoints, unpackPoints } from "../../protocol/points";

type Values = Readonly<Record<string, unknown>>;

const NUMBERS = ["x", "y", "z", "opacity", "rotation", "w", "h", "width", "size", "bend", "from_x", "from_y", "to_x", "to_y", "order", "crop_left", "crop_top", "crop_right", "crop_bottom", "added_ms", "author"];
const WORDS = ["id", "color", "group", "link", "name", "fill", "text", "from", "to", "by", "blob"];
const SWITCHES = ["mirrored", "locked", "sealed", "bold", "italic"];
const HEADS = ["none", "arrow", "triangle", "dot", "bar", "diamond"];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  dash: ["solid", "dashed", "dotted"], font: ["sans", "serif", "mono", "hand"], align: ["auto", "left", "center", "right"],
  nib: ["pen", "marker", "brush"], route: ["straight", "curved", "elbow"], head_start: HEADS, head_end: HEADS, form: formNames(),
};

/** What a body of each kind cannot do without. */
const NEEDED: ReadonlyMap<unknown, readonly string[]> = new Map<ShapeBody["kind"], readonly string[]>([
  ["stroke", ["width", "points"]],
  ["text", ["text", "size"]],
  ["geo", ["form", "w", "h", "width", "text", "size"]],
  ["connector", ["w", "h", "width", "route", "head_start", "head_end", "size"]],
  ["note", ["w", "h", "text", "size"]],
  ["image", ["w", "h", "blob"]],
  ["frame", ["w", "h", "text"]],
]);

export function isWellFormed(value: unknown): value is Shape {
  if (!isRecord(value) || !isRecord(value["body"])) return false;
  const { body } = value;
  const needed = NEEDED.get(body["kind"]);
  if (!needed || !["id", "x", "y", "z", "color"].every((name) => name in value) || !needed.every((name) => name in body)) return false;
  if (!hasRightTypes(value) || !hasRightTypes(body)) return false;
  return isSound({ type: "add_shapes", shapes: [value as unknown as Shape] }) && (body["kind"] !== "stroke" || isInk(body["points"]));
}

function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasRightTypes(values: Values): boolean {
  const every = (names: readonly string[], test: (value: unknown) => boolean): boolean => names.every((name) => values[name] === undefined || test(values[name]));
  return (
    every(NUMBERS, Number.isFinite) &&
    every(WORDS, (value) => typeof value === "string") &&
    every(SWITCHES, (value) => typeof value === "boolean") &&
    Object.entries(CHOICES).every(([name, choices]) => every([name], (value) => choices.includes(value as string)))
  );
}

/** Points that can be read, and no more than a stroke may have. */
function isInk(points: unknown): boolean {
  if (!(points instanceof Uint8Array)) return false;
  try {
    return countPoints(points) <= STROKE_POINTS_MAX && unpackPoints(points).length > 0;
  } catch {
    return false;
  }
}
