/**
 * Painting a board into a file, a few milliseconds at a time: the page goes on, the
 * person sees how far it is and can stop it.
 */
import { PAPER } from "../../engine/color";
import { EMPTY_RECT, expand, intersects, union, type Rect } from "../../engine/geometry";
import { Painter } from "../../engine/layers/painter";
import { browserDrawing, type Drawing } from "../../engine/layers/surface";
import { compareStacking, type Placed } from "../../engine/scene";
import { pictureToken, VectorPen, coarseDrawing, vectorDrawing, type VectorSink } from "../../engine/vector/vector_pen";
import { canWritePng, pngWriter, spawnPngWorker, type PngWriter } from "./png_writer";

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
/** Of a larger bitmap one part after the other is painted and written: neither takes long, nor much memory. */
const BAND_PIXELS = 4_000_000;
/** Taken off a canvas at once. */
const READ_PIXELS = 250_000;
/** Of the work on a small bitmap; the rest is writing it as a file. */
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

/** A PNG of `area`, as large as wished or as the browser can. */
export async function paintBitmap(placed: readonly Placed[], area: Rect, wish: Wish, pictures: ReadonlyMap<string, ImageBitmap>, work: Work): Promise<Blob> {
  const scale = scaleFor(area, wish);
  const [width, height] = sidesOf(area, scale);
  const painter = new Painter(onceDrawing, { get: (key) => pictures.get(key) ?? null });
  const job = { placed, area, wish, painter };
  if (width * height > BAND_PIXELS && canWritePng()) return paintBands(job, scale, work);
  const sheet = sheetFor(area, scale);
  await paintBand(job, sheet, 0, partOf(work, 0, BITMAP_PAINTING));
  work.onPart(BITMAP_PAINTING);
  return pngOf(sheet.canvas, work.signal);
}

/** What is painted, and with what. */
interface Job {
  readonly placed: readonly Placed[];
  readonly area: Rect;
  readonly wish: Wish;
  readonly painter: Painter;
}

/** A canvas, with so many pixels for a board unit. */
interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly pen: CanvasRenderingContext2D;
  readonly scale: number;
}

/** One part of it below the other on one canvas, each written before the next is painted. */
async function paintBands(job: Job, scale: number, work: Work): Promise<Blob> {
  const [width, height] = sidesOf(job.area, scale);
  const high = Math.max(1, Math.floor(BAND_PIXELS / width));
  const sheet = newSheet(width, Math.min(high, height), scale);
  if (!sheet) throw new Error("this browser gives no canvas of that size");
  const writer = await pngWriter({ width, height, hasAlpha: !job.wish.paper }, spawnPngWorker);
  try {
    for (let top = 0; top < height; top += high) {
      await paintBand(job, sheet, top, partOf(work, top / height, high / height));
      await writeBand(sheet, Math.min(high, height - top), writer, work.signal);
    }
    return await unlessStopped(writer.end(), work.signal);
  } finally {
    writer.destroy();
    free(sheet.canvas);
  }
}

/** Paints what is seen from pixel row `top` on. */
async function paintBand({ placed, area, wish, painter }: Job, { canvas, pen, scale }: Sheet, top: number, work: Work): Promise<void> {
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  if (wish.paper) {
    pen.fillStyle = PAPER.light;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  const band = { ...area, minY: area.minY + top / scale, maxY: area.minY + (top + canvas.height) / scale };
  const target = { pen, scale, offsetX: -area.minX * scale, offsetY: -area.minY * scale - top, scheme: "light" } as const;
  let since = 0;
  const paint = (one: Placed): void => {
    if (!intersects(one.bounds, band)) return;
    painter.paint(target, one);
    since += 1;
    if (since % TOGETHER_MAX === 0) painter.flush();
  };
  await inSlices(placed, work, paint, BITMAP_SLICE_MS);
  painter.flush();
  await rest(work.signal);
}

async function writeBand({ canvas, pen }: Sheet, rows: number, writer: PngWriter, signal: AbortSignal): Promise<void> {
  const step = Math.max(1, Math.floor(READ_PIXELS / canvas.width));
  for (let row = 0; row < rows; row += step) {
    const { data } = pen.getImageData(0, row, canvas.width, Math.min(step, rows - row));
    await unlessStopped(writer.add(data as Uint8ClampedArray<ArrayBuffer>), signal);
    await rest(signal);
  }
}

/** Every outline is needed once. */
const onceDrawing: Drawing = { ...browserDrawing, forgetsPaths: true };

function sidesOf({ minX, minY, maxX, maxY }: Rect, scale: number): readonly [number, number] {
  return [Math.max(1, Math.round((maxX - minX) * scale)), Math.max(1, Math.round((maxY - minY) * scale))];
}

function newSheet(width: number, height: number, scale: number): Sheet | null {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return pen && takesInk(pen, width - 1, height - 1) ? { canvas, pen, scale } : null;
}

/** The largest sheet up to `wanted` pixels for a unit that really takes ink. */
function sheetFor(area: Rect, wanted: number): Sheet {
  for (let [i, scale] = [0, wanted]; i < TRIES_MAX; i++, scale *= Math.sqrt(SMALLER)) {
    const sheet = newSheet(...sidesOf(area, scale), scale);
    if (sheet) return sheet;
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

async function pngOf(canvas: HTMLCanvasElement, signal: AbortSignal): Promise<Blob> {
  const file = await unlessStopped(new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png")), signal);
  free(canvas);
  if (!file) throw new Error("no picture came of it");
  return file;
}

/** Some engines free its memory only when it has no size. */
function free(canvas: HTMLCanvasElement): void {
  [canvas.width, canvas.height] = [0, 0];
}

/** What cannot be stopped need not be waited for. */
function unlessStopped<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new DOMException("stopped", "AbortError"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
