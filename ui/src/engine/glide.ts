/** A camera on its way to another: eased, in equal steps of zoom rather than of its logarithm's power. Pure. */
import { clampCamera, type Camera, type Size } from "./camera";
import { clamp } from "./geometry";

export const GLIDE_MS = 180;

export interface Glide {
  readonly from: Camera;
  readonly to: Camera;
  /** Milliseconds, as frames count. */
  readonly since: number;
}

/** Where the camera is at `now`; `done` once it has arrived. */
export function glideAt(glide: Glide, now: number, size: Size): { readonly camera: Camera; readonly done: boolean } {
  const part = clamp((now - glide.since) / GLIDE_MS, 0, 1);
  if (part === 1) return { camera: glide.to, done: true };
  const eased = 1 - (1 - part) ** 3;
  const { from, to } = glide;
  const zoom = from.zoom * (to.zoom / from.zoom) ** eased;
  // The view's middle goes straight, whatever the zoom does.
  const middle = (axis: "x" | "y", extent: number) => {
    const start = from[axis] + extent / from.zoom / 2;
    const end = to[axis] + extent / to.zoom / 2;
    // So that what is on screen moves evenly: the way is shared out by the change of scale.
    const way = from.zoom === to.zoom ? eased : (1 / from.zoom - 1 / zoom) / (1 / from.zoom - 1 / to.zoom);
    return start + (end - start) * way - extent / zoom / 2;
  };
  return { camera: clampCamera({ x: middle("x", size.width), y: middle("y", size.height), zoom }, size), done: false };
}
