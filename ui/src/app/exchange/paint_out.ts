/**
 * Painting a board into a file, a few milliseconds at a time: the page goes on, the
 * person sees how far it is and can stop it.
 */
import { PAPER } from "../../engine/color";
import { EMPTY_RECT, expand, intersects, union, type Rect } from "../../engine/geometry";
import { Painter } from "../../engine/layers/painter";
import { browserDrawing, type Pen } from "../../engine/layers/surface";
import { compareStacking, type Placed } from "../../engine/scene";
import { pictureToken, VectorPen, vectorDrawing, type VectorSink } from "../../engine/vector/vector_pen";

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
const MARGIN = 24;
const TOGETHER_MAX = 100;
/** Of a bitmap, on each side and in all. */
const SIDE_MAX = 12_000;
const PIXELS_MAX = 60_000_000;

export function stacked(placed: Iterable<Placed>): Placed[] {
  return [...placed].sort(compareStacking);
}

export function areaOf(placed: readonly Placed[]): Rect {
  return expand(placed.reduce((rect, { bounds }) => union(rect, bounds), EMPTY_RECT), MARGIN);
}

/** Lets the page breathe; throws when it was stopped. */
async function rest(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal.throwIfAborted();
}

/** Calls `each` for all, in slices of some milliseconds. */
export async function inSlices<T>(items: readonly T[], work: Work, each: (item: T) => void): Promise<void> {
  let since = performance.now();
  for (const [i, item] of items.entries()) {
    each(item);
    if (performance.now() - since < SLICE_MS) continue;
    work.onPart(i / items.length);
    await rest(work.signal);
    since = performance.now();
  }
  work.signal.throwIfAborted();
}

/** Paints what meets `area` into a sink; one unit of the sink is 1 / `scale` of the board's. */
export async function paintVector(placed: readonly Placed[], area: Rect, scale: number, sink: VectorSink, work: Work): Promise<void> {
  const painter = new Painter(vectorDrawing, { get: pictureToken });
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

/** A bitmap of `area`, as large as wanted or as browsers can. */
export async function paintBitmap(placed: readonly Placed[], area: Rect, wanted: number, pictures: ReadonlyMap<string, ImageBitmap>, hasPaper: boolean, work: Work): Promise<Blob> {
  const [wide, high] = [area.maxX - area.minX, area.maxY - area.minY];
  const scale = Math.min(wanted, SIDE_MAX / wide, SIDE_MAX / high, Math.sqrt(PIXELS_MAX / (wide * high)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gives no canvas of that size");
  const pen: Pen = context;
  if (hasPaper) {
    pen.fillStyle = PAPER.light;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  const painter = new Painter(browserDrawing, { get: (key) => pictures.get(key) ?? null });
  const target = { pen, scale, offsetX: -area.minX * scale, offsetY: -area.minY * scale, scheme: "light" } as const;
  await inSlices(placed, work, (one) => {
    if (intersects(one.bounds, area)) painter.paint(target, one);
  });
  painter.flush();
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture came of it"))), "image/png"));
}
