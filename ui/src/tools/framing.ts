/**
 * What a picture shows of itself: cut at its sides, moved behind its frame, all of
 * it again. What is shown stays where it is on the board. Pure.
 */
import { isFixed } from "../document/shape";
import { croppedBy, cutsOf, wholeOf, type Cuts } from "../engine/crop";
import type { Point } from "../engine/geometry";
import type { Grip, GripName } from "../engine/handles";
import { fromOwn } from "../engine/placement";
import type { Placed } from "../engine/scene";
import type { Shape, ShapeBody, ShapeChange, ShapeId } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import { sidesOf } from "./grips";
import type { ToolView } from "./tool";

export type ImageShape = Shape & { readonly body: Extract<ShapeBody, { kind: "image" }> };

export interface CropDrag {
  /** Null for the picture behind its frame. */
  readonly grip: Grip | null;
  readonly from: Point;
  readonly to: Point;
  readonly gesture: string;
}

/** A picture is being cropped: `crop` does it. */
export interface Cropping {
  readonly type: "cropping";
  readonly id: ShapeId;
  readonly drag: CropDrag | null;
}

/** Before anything else happens. */
export const CROP_ENDED: readonly Effect[] = [{ type: "set_preview", preview: {} }, { type: "show_hint", hint: null }];

const NONE: Cuts = { left: 0, top: 0, right: 0, bottom: 0 };

export function imageOf(placed: Placed | null | undefined): ImageShape | null {
  return placed?.shape.body.kind === "image" && !isFixed(placed.shape) ? (placed.shape as ImageShape) : null;
}

/** The picture that is selected by itself. */
export function selectedImage(view: ToolView): ImageShape | null {
  const [only, ...more] = view.selection;
  return only === undefined || more.length > 0 ? null : imageOf(view.scene.get(only));
}

/** All of the picture again. */
export function uncropped(image: ImageShape): ShapeChange {
  return cropTo(image, NONE);
}

/** Its own side moved so far, in its own upright axes; nothing gets smaller than `least`, board units. */
export function cutBy(image: ImageShape, name: GripName, by: Point, least: number): ShapeChange {
  const { left, top, right, bottom } = cutsOf(image.body, image.mirrored);
  const { minX, minY, maxX, maxY } = wholeOf(image);
  const side = sidesOf(name);
  const [dx, dy] = [by.x / (maxX - minX), by.y / (maxY - minY)];
  const [wide, high] = [least / (maxX - minX), least / (maxY - minY)];
  return cropTo(image, {
    left: side.x < 0 ? between(left + dx, 1 - right - wide) : left,
    right: side.x > 0 ? between(right - dx, 1 - left - wide) : right,
    top: side.y < 0 ? between(top + dy, 1 - bottom - high) : top,
    bottom: side.y > 0 ? between(bottom - dy, 1 - top - high) : bottom,
  });
}

function between(value: number, most: number): number {
  return Math.max(0, Math.min(value, Math.max(most, 0)));
}

/** The picture goes along, the frame stays. */
export function shiftedBy(image: ImageShape, by: Point): ShapeChange {
  const { left, top, right, bottom } = cutsOf(image.body, image.mirrored);
  const { minX, minY, maxX, maxY } = wholeOf(image);
  const x = between(left - by.x / (maxX - minX), left + right);
  const y = between(top - by.y / (maxY - minY), top + bottom);
  return { id: image.id, ...croppedBy({ left: x, top: y, right: left + right - x, bottom: top + bottom - y }, image.mirrored) };
}

/** Cut so, with what stays where it is on the board. */
function cropTo(image: ImageShape, cuts: Cuts): ShapeChange {
  const { minX, minY, maxX, maxY } = wholeOf(image);
  const [wide, high] = [maxX - minX, maxY - minY];
  const [w, h] = [(1 - cuts.left - cuts.right) * wide, (1 - cuts.top - cuts.bottom) * high];
  const own = { x: minX + cuts.left * wide + w / 2, y: minY + cuts.top * high + h / 2 };
  const middle = fromOwn({ ...image, mirrored: false }, own);
  return { id: image.id, x: middle.x - w / 2, y: middle.y - h / 2, w, h, ...croppedBy(cuts, image.mirrored) };
}

