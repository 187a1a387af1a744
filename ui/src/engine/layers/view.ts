/**
 * The way from board units to a layer's own pixels. All layers use the same one,
 * rounded to whole device pixels, so that ink does not move by a hair when it dries.
 */
import type { Camera, Size } from "../camera";
import type { Point, Rect } from "../geometry";

/** device pixel = board unit * scale + offset. */
export interface View {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
  /** Of the layer, device pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels for a CSS pixel. */
  readonly ratio: number;
}

export function viewOf(camera: Camera, size: Size, ratio: number): View {
  const scale = camera.zoom * ratio;
  return {
    scale,
    offsetX: Math.round(-camera.x * scale),
    offsetY: Math.round(-camera.y * scale),
    width: Math.max(1, Math.round(size.width * ratio)),
    height: Math.max(1, Math.round(size.height * ratio)),
    ratio,
  };
}

export function sameView(a: View, b: View): boolean {
  return (
    a.scale === b.scale &&
    a.offsetX === b.offsetX &&
    a.offsetY === b.offsetY &&
    a.width === b.width &&
    a.height === b.height
  );
}

export function toPixels(view: View, board: Point): Point {
  return { x: board.x * view.scale + view.offsetX, y: board.y * view.scale + view.offsetY };
}

/** A rectangle of the board in whole device pixels, grown outwards. */
export function toPixelRect(view: View, rect: Rect): Rect {
  return {
    minX: Math.floor(rect.minX * view.scale + view.offsetX),
    minY: Math.floor(rect.minY * view.scale + view.offsetY),
    maxX: Math.ceil(rect.maxX * view.scale + view.offsetX),
    maxY: Math.ceil(rect.maxY * view.scale + view.offsetY),
  };
}

/** What of the board the layer shows. */
export function shownRect(view: View): Rect {
  return {
    minX: -view.offsetX / view.scale,
    minY: -view.offsetY / view.scale,
    maxX: (view.width - view.offsetX) / view.scale,
    maxY: (view.height - view.offsetY) / view.scale,
  };
}
