/**
 * What of its picture an image shows: parts cut off at its sides, and the box that
 * all of it would take. As it is seen: of a mirrored one, left is what lies at the
 * left. Pure.
 */
import type { Shape, ShapeBody } from "../protocol/generated/messages";
import type { Rect } from "./geometry";

/** So much is always shown, in parts of the picture. */
const SLIVER = 0.001;

type ImageBody = Extract<ShapeBody, { kind: "image" }>;

/** Cut off at each side, in parts of the picture. */
export interface Cuts {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The shown part, in parts of the picture: x, y, and how wide and high. */
export function shownPart({ crop_left = 0, crop_top = 0, crop_right = 0, crop_bottom = 0 }: ImageBody) {
  return {
    x: Math.min(crop_left, 1 - SLIVER),
    y: Math.min(crop_top, 1 - SLIVER),
    w: Math.max(1 - crop_left - crop_right, SLIVER),
    h: Math.max(1 - crop_top - crop_bottom, SLIVER),
  };
}

export function isCropped(body: ImageBody): boolean {
  const { w, h } = shownPart(body);
  return w < 1 || h < 1;
}

/** As it is seen. */
export function cutsOf(body: ImageBody, mirrored: boolean | undefined): Cuts {
  const { x, y, w, h } = shownPart(body);
  const [left, right] = [x, Math.max(0, 1 - x - w)];
  const bottom = Math.max(0, 1 - y - h);
  return mirrored === true ? { left: right, top: y, right: left, bottom } : { left, top: y, right, bottom };
}

/** Cuts as they are seen, as properties. */
export function croppedBy({ left, top, right, bottom }: Cuts, mirrored: boolean | undefined) {
  const [own_left, own_right] = mirrored === true ? [right, left] : [left, right];
  return { crop_left: Math.fround(own_left), crop_top: Math.fround(top), crop_right: Math.fround(own_right), crop_bottom: Math.fround(bottom) };
}

/** Where all of the picture would lie, in the coordinates of the shown box as it is seen. */
export function wholeOf({ body, mirrored }: Shape & { readonly body: ImageBody }): Rect {
  const { left, top } = cutsOf(body, mirrored);
  const { w, h } = shownPart(body);
  const [wide, high] = [body.w / w, body.h / h];
  return { minX: -left * wide, minY: -top * high, maxX: (1 - left) * wide, maxY: (1 - top) * high };
}
