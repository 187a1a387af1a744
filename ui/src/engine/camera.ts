/**
 * Where one looks from: what of the board is on the screen, and how large.
 *
 * Pure. Promises: every camera it returns is clamped, so zoom stays within
 * `ZOOM_MIN`..`ZOOM_MAX` and the middle of the view stays on the board. Screen
 * coordinates are CSS pixels from the canvas's top left; board units are CSS
 * pixels at 100 %. Must not know the device's pixel ratio: that is the layers'.
 */
import { clamp, isEmpty, type Point, type Rect } from "./geometry";

export interface Camera {
  /** Board position of the view's top left corner. */
  readonly x: number;
  readonly y: number;
  /** CSS pixels for a board unit. */
  readonly zoom: number;
}

/** Size of the view in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of a wheel event that a camera needs. */
export interface WheelTurn {
  readonly deltaX: number;
  readonly deltaY: number;
  /** As in the DOM: 0 pixels, 1 lines, 2 pages. */
  readonly deltaMode: number;
  readonly shift: boolean;
  /** Ctrl or Cmd; browsers also set it for a pinch on a touchpad. */
  readonly command: boolean;
}

export const ZOOM_MIN = 0.02;
export const ZOOM_MAX = 64;
/** The wire takes no coordinate beyond this; neither does the view's middle. */
const REACH = 1_000_000;
const LINE_PX = 40;
const PAGE_PX = 800;
/** e-folds of zoom for a pixel of wheel: a mouse notch (about 100) is a fifth. */
const WHEEL_ZOOM = 0.002;
/** One wheel event may not zoom by more than this factor: some mice send 1,000 px at once. */
const WHEEL_STEP_MAX = 1.6;
const FIT_MARGIN_PX = 48;
/** Zooms that + and - stop at, so that they pass through 100 % again. */
const STOPS: readonly number[] = [
  0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64,
];

export const HOME: Camera = { x: 0, y: 0, zoom: 1 };

export function toScreen(camera: Camera, board: Point): Point {
  return { x: (board.x - camera.x) * camera.zoom, y: (board.y - camera.y) * camera.zoom };
}

export function toBoard(camera: Camera, screen: Point): Point {
  return { x: screen.x / camera.zoom + camera.x, y: screen.y / camera.zoom + camera.y };
}

/** The part of the board that a view of `size` shows. */
export function visibleRect(camera: Camera, size: Size): Rect {
  return {
    minX: camera.x,
    minY: camera.y,
    maxX: camera.x + size.width / camera.zoom,
    maxY: camera.y + size.height / camera.zoom,
  };
}

function finite(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}

/** The nearest camera that is allowed. */
export function clampCamera(camera: Camera, size: Size): Camera {
  const zoom = clamp(finite(camera.zoom, 1), ZOOM_MIN, ZOOM_MAX);
  const halfWidth = size.width / zoom / 2;
  const halfHeight = size.height / zoom / 2;
  return {
    x: clamp(finite(camera.x, 0) + halfWidth, -REACH, REACH) - halfWidth,
    y: clamp(finite(camera.y, 0) + halfHeight, -REACH, REACH) - halfHeight,
    zoom,
  };
}

/** Moves what is on screen by (dx, dy) CSS pixels. */
export function panBy(camera: Camera, dx: number, dy: number, size: Size): Camera {
  return clampCamera({ ...camera, x: camera.x - dx / camera.zoom, y: camera.y - dy / camera.zoom }, size);
}

/** Zooms to `zoom`, keeping the board point under the screen point `at` where it is. */
export function zoomAt(camera: Camera, zoom: number, at: Point, size: Size): Camera {
  const next = clamp(finite(zoom, camera.zoom), ZOOM_MIN, ZOOM_MAX);
  const board = toBoard(camera, at);
  return clampCamera({ x: board.x - at.x / next, y: board.y - at.y / next, zoom: next }, size);
}

function wheelPixels(delta: number, mode: number): number {
  return delta * (mode === 1 ? LINE_PX : mode === 2 ? PAGE_PX : 1);
}

/** What a turn of the wheel at the screen point `at` does: pan, sideways with shift, zoom with Ctrl or Cmd. */
export function wheel(camera: Camera, turn: WheelTurn, at: Point, size: Size): Camera {
  const dx = wheelPixels(turn.deltaX, turn.deltaMode);
  const dy = wheelPixels(turn.deltaY, turn.deltaMode);
  if (turn.command) {
    // A touchpad's pinch comes as small deltas, a mouse's notch as about 100: the former need more.
    const gain = Math.abs(dy) < 30 && turn.deltaMode === 0 ? WHEEL_ZOOM * 4 : WHEEL_ZOOM;
    const factor = clamp(Math.exp(-dy * gain), 1 / WHEEL_STEP_MAX, WHEEL_STEP_MAX);
    return zoomAt(camera, camera.zoom * factor, at, size);
  }
  // Some systems turn shift+wheel into deltaX themselves.
  return turn.shift && dx === 0 ? panBy(camera, -dy, 0, size) : panBy(camera, -dx, -dy, size);
}

/** Two fingers that were at `before` and are at `after` (screen): the board follows them. */
export function pinch(
  camera: Camera,
  before: readonly [Point, Point],
  after: readonly [Point, Point],
  size: Size,
): Camera {
  const span = (pair: readonly [Point, Point]) => Math.hypot(pair[0].x - pair[1].x, pair[0].y - pair[1].y);
  const middle = (pair: readonly [Point, Point]) => ({
    x: (pair[0].x + pair[1].x) / 2,
    y: (pair[0].y + pair[1].y) / 2,
  });
  const from = middle(before);
  const to = middle(after);
  const moved = panBy(camera, to.x - from.x, to.y - from.y, size);
  // Fingers this close say nothing about a ratio.
  const ratio = span(before) < 8 ? 1 : span(after) / span(before);
  return zoomAt(moved, moved.zoom * ratio, to, size);
}

/** Shows all of `rect` with a margin, at most at `zoomMax`; home when there is nothing to show. */
export function fit(rect: Rect, size: Size, zoomMax = 1): Camera {
  if (isEmpty(rect)) return centred({ x: 0, y: 0 }, 1, size);
  const margin = Math.min(FIT_MARGIN_PX, size.width / 8, size.height / 8);
  const zoom = Math.min(
    zoomMax,
    (size.width - 2 * margin) / Math.max(rect.maxX - rect.minX, 1e-9),
    (size.height - 2 * margin) / Math.max(rect.maxY - rect.minY, 1e-9),
  );
  return centred({ x: (rect.minX + rect.maxX) / 2, y: (rect.minY + rect.maxY) / 2 }, zoom, size);
}

/** The camera at `zoom` with the board point `middle` in the middle of the view. */
export function centred(middle: Point, zoom: number, size: Size): Camera {
  const allowed = clamp(zoom, ZOOM_MIN, ZOOM_MAX);
  return clampCamera(
    { x: middle.x - size.width / allowed / 2, y: middle.y - size.height / allowed / 2, zoom: allowed },
    size,
  );
}

/** One step in (`direction` 1) or out (-1) about the view's middle. */
export function zoomStep(camera: Camera, direction: 1 | -1, size: Size): Camera {
  const slack = 1.001;
  const next =
    direction === 1
      ? STOPS.find((stop) => stop > camera.zoom * slack)
      : STOPS.findLast((stop) => stop < camera.zoom / slack);
  return zoomAt(camera, next ?? camera.zoom, { x: size.width / 2, y: size.height / 2 }, size);
}
