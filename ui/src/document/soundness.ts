/** What the hub would refuse of a board operation, found before it is sent: one bad shape must not take others with it. */
import {
  COORDINATE_MAX,
  GROUP_LENGTH_MAX,
  ID_LENGTH_MAX,
  LINK_LENGTH_MAX,
  SHAPE_NAME_LENGTH_MAX,
  STROKE_WIDTH_MAX,
  TEXT_LENGTH_MAX,
  TEXT_SIZE_MAX,
} from "../protocol/generated/limits";
import type { Operation, Shape, ShapeChange } from "../protocol/generated/messages";

/** Whether every value of every shape is inside its limit. */
export function isSound(operation: Operation): boolean {
  switch (operation.type) {
    case "add_shapes":
      return operation.shapes.length > 0 && operation.shapes.every(isSoundShape);
    case "update_shapes":
      return operation.changes.length > 0 && operation.changes.every(isSoundChange);
    case "remove_shapes":
      return operation.ids.length > 0 && (operation.left ?? []).every(({ of, points }) => points.length > 2 && operation.ids.includes(of));
    default:
      return true;
  }
}

function isSoundShape({ body, ...shape }: Shape): boolean {
  const { kind, ...values } = body;
  if (!isSoundChange({ ...shape, ...values })) return false;
  if (kind === "stroke") return body.points.length > 2 && body.nib !== "laser";
  return kind === "text" || kind === "connector" || (body.w > 0 && body.h > 0);
}

const LINK = /^(?:$|(?:https?:\/\/|mailto:|#)[^\s\p{Cc}]*$)/u;
const BOND = new RegExp(`^[\\w-]{0,${ID_LENGTH_MAX}}$`);
const GROUP = new RegExp(`^(?:$|[\\w-]{1,${ID_LENGTH_MAX}}(?:/[\\w-]{1,${ID_LENGTH_MAX}})*$)`);
const CROP: Test<number> = (value) => value >= 0 && value < 1;
const PART: Test<number> = (value) => value >= 0 && value <= 1;
const COLOR = /^#[0-9a-f]{6}$/i;

type Test<T> = (value: T) => boolean;

const TESTS: { readonly [P in Exclude<keyof ShapeChange, "id">]?: Test<NonNullable<ShapeChange[P]>> } = {
  x: isCoordinate,
  y: isCoordinate,
  z: Number.isFinite,
  color: (color) => COLOR.test(color),
  opacity: PART,
  rotation: Number.isFinite,
  group: (group) => group.length <= GROUP_LENGTH_MAX && GROUP.test(group),
  link: (link) => link.length <= LINK_LENGTH_MAX && LINK.test(link),
  name: (name) => name.length <= SHAPE_NAME_LENGTH_MAX && !/[\r\n]/.test(name),
  fill: (fill) => fill === "none" || COLOR.test(fill),
  width: (width) => isLength(width, STROKE_WIDTH_MAX),
  size: (size) => isLength(size, TEXT_SIZE_MAX),
  text: (text) => text.length <= TEXT_LENGTH_MAX && !text.includes("\r"),
  points: (points) => points.length > 2,
  w: isCoordinate,
  h: isCoordinate,
  bend: (bend) => Math.abs(bend) <= 2,
  from: (from) => BOND.test(from),
  from_x: PART,
  from_y: PART,
  to: (to) => BOND.test(to),
  to_x: PART,
  to_y: PART,
  order: Number.isFinite,
  crop_left: CROP,
  crop_top: CROP,
  crop_right: CROP,
  crop_bottom: CROP,
};

function isSoundChange(change: ShapeChange): boolean {
  return Object.entries(TESTS).every(([property, test]) => {
    const value = change[property as keyof ShapeChange];
    return value === undefined || (test as Test<unknown>)(value);
  });
}

function isCoordinate(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= COORDINATE_MAX;
}

function isLength(value: number, most: number): boolean {
  return Number.isFinite(value) && value > 0 && value <= most;
}
