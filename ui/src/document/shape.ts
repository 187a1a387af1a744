/**
 * Shapes as values: what a change does to one, whether two are the same.
 *
 * A shape object is never changed in place. Another value is another object, so
 * who keeps something computed from a shape may key it by the object. A property
 * that has the value it has when it is absent is absent: equal shapes have equal
 * keys, here and on the hub. A kind of shape that this page does not know yet
 * keeps all it came with.
 */
import type { Operation, Remainder, Shape, ShapeBody, ShapeChange, ShapeId } from "../protocol/generated/messages";

/** The property names of a `ShapeChange`. */
export type ShapeProperty = Exclude<keyof ShapeChange, "id">;
export type ShapeValue = number | string | boolean | Uint8Array;

/** Of every shape, whatever its kind. */
const SHARED = [
  "x", "y", "z", "color", "opacity", "rotation", "mirrored", "locked", "sealed", "group", "link", "name", "fill", "dash",
  "font", "align", "bold", "italic",
] as const satisfies readonly ShapeProperty[];

const CONNECTED = ["from", "from_x", "from_y", "to", "to_x", "to_y"] as const;

/** What a kind's body has of them. */
const OF_KIND: Readonly<Record<ShapeBody["kind"], readonly ShapeProperty[]>> = {
  stroke: ["width", "points", "nib"],
  text: ["text", "size", "w"],
  geo: ["form", "w", "h", "width", "text", "size"],
  connector: ["w", "h", "width", "route", "bend", "head_start", "head_end", ...CONNECTED, "text", "size"],
  note: ["w", "h", "text", "size"],
  image: ["w", "h", "crop_left", "crop_top", "crop_right", "crop_bottom"],
  frame: ["w", "h", "text", "order"],
};

const BODY_PROPERTIES = [...new Set(Object.values(OF_KIND).flat())];
export const SHAPE_PROPERTIES: readonly ShapeProperty[] = [...SHARED, ...BODY_PROPERTIES];

const SHARED_DEFAULTS: Readonly<Partial<Record<ShapeProperty, ShapeValue>>> = {
  opacity: 1, rotation: 0, mirrored: false, locked: false, sealed: false, group: "", link: "", name: "", fill: "none", dash: "solid",
  font: "sans", align: "auto", bold: false, italic: false,
};

/** What a kind's body leaves out when it is so. */
const KIND_DEFAULTS: Readonly<Partial<Record<ShapeBody["kind"], Readonly<Partial<Record<string, ShapeValue>>>>>> = {
  stroke: { nib: "pen" },
  text: { w: 0 },
  connector: { bend: 0, from: "", from_x: 0.5, from_y: 0.5, to: "", to_x: 0.5, to_y: 0.5, text: "" },
  note: { by: "" },
  image: { crop_left: 0, crop_top: 0, crop_right: 0, crop_bottom: 0 },
  frame: { order: 0 },
};

type Values = Record<string, unknown>;

const IS_SHARED: ReadonlySet<string> = new Set(SHARED);
const IS_OF_BODY: ReadonlySet<string> = new Set(BODY_PROPERTIES);

function isShared(property: ShapeProperty): boolean {
  return IS_SHARED.has(property);
}

function has(body: ShapeBody, property: ShapeProperty): boolean {
  // A kind of a newer hub: what it came with is what it has.
  return OF_KIND[body.kind]?.includes(property) ?? property in body;
}

/** Whether a shape can have another value there. */
export function hasProperty(shape: Shape, property: ShapeProperty): boolean {
  return isShared(property) || has(shape.body, property);
}

/** What `shape` has under a property's name, its default if it is absent; undefined for another kind's. */
export function propertyOf(shape: Shape, property: ShapeProperty): ShapeValue | undefined {
  if (isShared(property)) return ((shape as unknown as Values)[property] as ShapeValue | undefined) ?? SHARED_DEFAULTS[property];
  if (!has(shape.body, property)) return undefined;
  return ((shape.body as unknown as Values)[property] as ShapeValue | undefined) ?? KIND_DEFAULTS[shape.body.kind]?.[property];
}

/** `shape` with the values of `change`; those of another kind of shape do nothing. */
export function changedShape(shape: Shape, change: ShapeChange): Shape {
  // Few properties of very many shapes change at once: only those are looked at.
  const changed = Object.keys(change) as (keyof ShapeChange)[];
  const values: Values = { ...shape };
  for (const property of changed) {
    if (IS_SHARED.has(property) && change[property] !== undefined) put(values, property, change[property], SHARED_DEFAULTS[property as ShapeProperty]);
  }
  const isOfBody = changed.some((property) => IS_OF_BODY.has(property));
  if (isOfBody) values["body"] = changedBody(shape.body, change);
  return values as unknown as Shape;
}

function changedBody(body: ShapeBody, change: ShapeChange): ShapeBody {
  let values: Values | null = null;
  for (const property of BODY_PROPERTIES) {
    const value = change[property];
    if (value === undefined || !has(body, property) || !isTaken(body, property, value)) continue;
    values ??= { ...body };
    put(values, property, stored(property, value), KIND_DEFAULTS[body.kind]?.[property]);
  }
  return values === null ? body : (values as unknown as ShapeBody);
}

/** A side of a box stays above 0; a stroke that lasts was not drawn by a laser. */
function isTaken(body: ShapeBody, property: ShapeProperty, value: ShapeValue): boolean {
  if (property === "nib") return value !== "laser";
  if ((property !== "w" && property !== "h") || body.kind === "connector") return true;
  return (value as number) > 0 || (body.kind === "text" && value === 0);
}

function put(values: Values, property: string, value: unknown, byDefault: ShapeValue | undefined): void {
  if (value === byDefault) Reflect.deleteProperty(values, property);
  else values[property] = value;
}

/** The hub keeps these in single precision: what it will tell is what is shown. */
function stored(property: string, value: unknown): unknown {
  return (property === "width" || property === "size" || property.startsWith("crop_")) && typeof value === "number" ? Math.fround(value) : value;
}

/** The shape as the hub will tell it: without what is as it is when absent. */
export function normalShape(shape: Shape): Shape {
  const { body, ...shared } = shape;
  const values: Values = { ...shared, body: plain(body, KIND_DEFAULTS[body.kind] ?? {}) };
  return plain(values, SHARED_DEFAULTS) as unknown as Shape;
}

function plain<T extends object>(values: T, defaults: Readonly<Partial<Record<string, ShapeValue>>>): T {
  const kept = Object.entries(values).filter(([key, value]) => value !== undefined && value !== defaults[key]);
  return Object.fromEntries(kept.map(([key, value]) => [key, stored(key, value)])) as T;
}

/** Whether the two look alike and belong to the same author. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.author !== b.author || a.id !== b.id || a.body.kind !== b.body.kind) return false;
  if (madeOf(a.body) !== madeOf(b.body)) return false;
  return SHAPE_PROPERTIES.every((property) => sameValue(propertyOf(a, property), propertyOf(b, property)));
}

/** What of a body nobody changes after it is made. */
function madeOf(body: ShapeBody): string {
  return body.kind === "image" ? body.blob : body.kind === "note" ? (body.by ?? "") : "";
}

export function sameValue(a: ShapeValue | undefined, b: ShapeValue | undefined): boolean {
  return a === b || (a instanceof Uint8Array && b instanceof Uint8Array && sameBytes(a, b));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The ids an operation touches; none if it is not of the board. */
export function touchedShapes(operation: Operation): ShapeId[] {
  switch (operation.type) {
    case "add_shapes":
      return operation.shapes.map((shape) => shape.id);
    case "update_shapes":
      return operation.changes.map((change) => change.id);
    case "remove_shapes":
      return [...operation.ids, ...remaindersOf(operation).map(({ id }) => id)];
    default:
      return [];
  }
}

/** What is left of strokes that an operation takes off the board. */
export function remaindersOf(operation: Operation): readonly Remainder[] {
  return operation.type === "remove_shapes" ? (operation.left ?? []) : [];
}

/** The piece that `left` is of `whole`; none of what is gone or is no ink. */
export function remainder(whole: Shape | undefined, { id, points }: Pick<Remainder, "id" | "points">): Shape | undefined {
  return whole?.body.kind === "stroke" ? { ...whole, id, body: { ...whole.body, points } } : undefined;
}

/** A shape as it was right before the operation. */
export type ShapeBefore = (id: ShapeId) => Shape | undefined;

/** What an operation does to one shape, `undefined` being a shape that is not there. */
export type ShapeEffect = (shape: Shape | undefined, before: ShapeBefore) => Shape | undefined;

/** Whether it stays as it is: locked by anybody, or sealed by who keeps order. */
export function isFixed(shape: Shape | undefined): boolean {
  return shape?.locked === true || shape?.sealed === true;
}

/** What is added knows when; what comes back after a removal keeps its own time. */
export function dated(operation: Operation, time_ms: number): Operation {
  if (operation.type !== "add_shapes" || time_ms === 0) return operation;
  const shapes = operation.shapes.map((shape) => ((shape.added_ms ?? 0) === 0 ? { ...shape, added_ms: time_ms } : shape));
  return { ...operation, shapes };
}

/** What an operation does, shape by shape, in order. Total: what is added twice or missing is passed over. */
export function shapeEffects(operation: Operation): [ShapeId, ShapeEffect][] {
  switch (operation.type) {
    case "add_shapes":
      return operation.shapes.map((added) => [added.id, (shape) => shape ?? added]);
    case "update_shapes":
      return operation.changes.map((change) => [change.id, (shape) => shape && changedShape(shape, change)]);
    case "remove_shapes":
      return [
        ...operation.ids.map((id): [ShapeId, ShapeEffect] => [id, () => undefined]),
        ...remaindersOf(operation).map((left): [ShapeId, ShapeEffect] => [left.id, (shape, before) => shape ?? remainder(before(left.of), left)]),
      ];
    default:
      return [];
  }
}

/** Looks at shapes as they are now, also after they have changed: those that `operation` looks at are kept. */
export function beforeOf(operation: Operation, now: ShapeBefore): ShapeBefore {
  const kept = new Map(remaindersOf(operation).map(({ of }) => [of, now(of)]));
  return (id) => kept.get(id);
}
