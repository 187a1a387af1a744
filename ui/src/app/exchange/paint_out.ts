/**
 * Painting a board into a file, a few milliseconds at a time: the page goes on, the
 * person sees how far it is and can stop it.
 */
import { PAPER } from "../../engine/color";
import { EMPTY_RECT, expand, intersects, union, type Rect } from "../../engine/geometry";
import { Painter } from "../../engine/layers/painter";
import { browserDrawing, type Drawing, type Pen } from "../../engine/layers/surface";
import { compareStacking, type Placed } from "../../engine/scene";
import { pictureToken, VectorPen, coarseDrawing, vectorDrawing, type VectorSink } from "../../engine/vector/vector_pen";

export interface Work {
  /** 0 to 1. */
  onPart(part: number): void;
  readonly signal: AbortSignal;
}

/** What is to be shown: a part of the board with what lies there, lowest first. */
export interface Page {
  readonly area: Rect;
  readonly name: string;
}

const SLICE_MS = 10;
/** What is painted on a bitmap takes as long again when the browser puts it there. */
const BITMAP_SLICE_MS = 4;
const MARGIN = 24;
const TOGETHER_MAX = 100;
/** Of a bitmap, on each side and in all. */
const SIDE_MAX = 12_000;
export const BITMAP_PIXELS_MAX = 60_000_000;
/** Some browsers give less, and say nothing: a bitmap that stays empty is tried so much smaller, so often. */
const SMALLER = 0.5;
const TRIES_MAX = 6;
/** Of the work on a bitmap; the rest is writing it as a file. */
const BITMAP_PAINTING = 0.6;

/** What a bitmap is to be like. */
export interface Wish {
  /** Pixels for a board unit, if there is room. */
  readonly scale: number;
  /** At most. */
  readonly pixels: number;
  readonly paper: boolean;
}

export function stacked(placed: Iterable<Placed>): Placed[] {
  return [...placed].sort(compareStacking);
}

export function areaOf(placed: readonly Placed[]): Rect {
  return expand(placed.reduce((rect, { bounds }) => union(rect, bounds), EMPTY_RECT), MARGIN);
}

/** A part of a work that begins at `from` of it. */
export function partOf({ signal, onPart }: Work, from: number, length: number): Work {
  return { signal, onPart: (done) => onPart(from + done * length) };
}

/** Lets the page breathe; throws when it was stopped. */
export async function rest(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal.throwIfAborted();
}

/** Calls `each` for all, in slices of some milliseconds. */
export async function inSlices<T>(items: readonly T[], work: Work, each: (item: T) => void, sliceMs = SLICE_MS): Promise<void> {
  let since = performance.now();
  for (const [i, item] of items.entries()) {
    each(item);
    if (performance.now() - since < sliceMs) continue;
    work.onPart(i / items.length);
    await rest(work.signal);
    since = performance.now();
  }
  work.signal.throwIfAborted();
}

/** Paints what meets `area` into a sink; one unit of the sink is 1 / `scale` of the board's. */
export async function paintVector(placed: readonly Placed[], area: Rect, scale: number, sink: VectorSink, work: Work): Promise<void> {
  const painter = new Painter(scale < 1 ? coarseDrawing : vectorDrawing, { get: pictureToken });
  const target = { pen: new VectorPen(sink).pen, scale, offsetX: -area.minX * scale, offsetY: -area.minY * scale, scheme: "light" } as const;
  let since = 0;
  await inSlices(placed, work, (one) => {
    if (!intersects(one.bounds, area)) return;
    painter.paint(target, one);
    since += 1;
    // Lines of one look are one path: no piece of it may take long to write.
    if (since % TOGETHER_MAX === 0) painter.flush();
  });
  painter.flush();
}

/** Pixels for a board unit that `area` can be painted with. */
export function scaleFor({ minX, minY, maxX, maxY }: Rect, { scale, pixels }: Wish): number {
  const [wide, high] = [maxX - minX, maxY - minY];
  return Math.min(scale, SIDE_MAX / wide, SIDE_MAX / high, Math.sqrt(pixels / (wide * high)));
}

/** A bitmap of `area`, as large as wished or as the browser can. */
export async function paintBitmap(placed: readonly Placed[], area: Rect, wish: Wish, pictures: ReadonlyMap<string, ImageBitmap>, work: Work): Promise<Blob> {
  const [wide, high] = [area.maxX - area.minX, area.maxY - area.minY];
  const { canvas, pen, scale } = canvasFor(wide, high, scaleFor(area, wish));
  if (wish.paper) {
    pen.fillStyle = PAPER.light;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  const painter = new Painter(onceDrawing, { get: (key) => pictures.get(key) ?? null });
  const target = { pen, scale, offsetX: -area.minX * scale, offsetY: -area.minY * scale, scheme: "light" } as const;
  let since = 0;
  const paint = (one: Placed): void => {
    if (!intersects(one.bounds, area)) return;
    painter.paint(target, one);
    since += 1;
    if (since % TOGETHER_MAX === 0) painter.flush();
  };
  await inSlices(placed, partOf(work, 0, BITMAP_PAINTING), paint, BITMAP_SLICE_MS);
  painter.flush();
  work.onPart(BITMAP_PAINTING);
  return pngOf(canvas, work.signal);
}

/** Every outline is needed once. */
const onceDrawing: Drawing = { ...browserDrawing, forgetsPaths: true };

/** The largest canvas up to `wanted` pixels for a unit that really takes ink. */
function canvasFor(wide: number, high: number, wanted: number): { canvas: HTMLCanvasElement; pen: Pen; scale: number } {
  const canvas = document.createElement("canvas");
  let scale = wanted;
  for (let i = 0; i < TRIES_MAX; i++) {
    [canvas.width, canvas.height] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
    const pen = canvas.getContext("2d");
    if (pen && takesInk(pen, canvas.width - 1, canvas.height - 1)) return { canvas, pen, scale };
    scale *= Math.sqrt(SMALLER);
  }
  throw new Error("this browser gives no canvas of that size");
}

function takesInk(pen: CanvasRenderingContext2D, x: number, y: number): boolean {
  try {
    pen.fillRect(x, y, 1, 1);
    const isThere = pen.getImageData(x, y, 1, 1).data[3] === 255;
    pen.clearRect(x, y, 1, 1);
    return isThere;
  } catch {
    return false;
  }
}

/** Writing it cannot be stopped, but nobody has to wait for it. */
async function pngOf(canvas: HTMLCanvasElement, signal: AbortSignal): Promise<Blob> {
  const file = await new Promise<Blob | null>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")), { once: true });
    canvas.toBlob(resolve, "image/png");
  });
  // Some engines free its memory only when it has no size.
  [canvas.width, canvas.height] = [0, 0];
  if (!file) throw new Error("no picture came of it");
  return file;
}
