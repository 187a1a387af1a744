/** Saving a copy of the board, or of what is selected, as a file of some kind. */
import { fetched } from "../fetched";
import { nameOf } from "../announce";
import type { Desk } from "../desk";
import { PAPER } from "../../engine/color";
import { intersects, type Rect } from "../../engine/geometry";
import type { Placed } from "../../engine/scene";
import type { Shape } from "../../protocol/generated/messages";
import { selectedWithFrames } from "../../tools/frames";
import { boardFrame, dataUrl, shapeText } from "./board_json";
import { GrowingText } from "./growing_text";
import { areaOf, BITMAP_PIXELS_MAX, inSlices, paintBitmap, paintVector, partOf, rest, scaleFor, stacked, type Page, type Wish, type Work } from "./paint_out";
import { bitmapOf, fileOf, framed, type Shown } from "./shown_pictures";

export type FileKind = "png" | "svg" | "pdf" | "json" | "excalidraw";

export interface Wanted {
  readonly kind: FileKind;
  readonly selected: boolean;
  readonly paper: boolean;
}

export interface Saved {
  readonly file: Blob;
  readonly extension: string;
}

/** Units of a vector file for one of the board: thin ink keeps its varying width. */
const VECTOR_SCALE = 2;
/** On larger boards thin ink is drawn as plain lines, which is a fiftieth of the size. */
const FINE_MAX = 4_000;
const COARSE_SCALE = 0.5;
const BITMAP_SCALE = 2;
/** Of a picture on a page of a PDF: 380 dots an inch at the board's own size. */
const PDF_PICTURE_SCALE = 4;
/** Of a page on paper: more than 300 dots an inch on A3 nobody sees. */
const PRINT_PIXELS_MAX = 18_000_000;

/** Throws `AbortError` when it was stopped. */
export async function exported(desk: Desk, wanted: Wanted, work: Work): Promise<Saved> {
  const placed = chosen(desk, wanted.selected);
  if (placed.length === 0) throw new Error("nothing to save");
  // Stacking very many took the page's time already.
  await rest(work.signal);
  switch (wanted.kind) {
    case "png":
      return { file: await png(desk, placed, areaOf(placed), { scale: BITMAP_SCALE, pixels: BITMAP_PIXELS_MAX, paper: wanted.paper }, work), extension: "png" };
    case "svg":
      return { file: await svg(desk, placed, wanted.paper, work), extension: "svg" };
    case "pdf":
      return { file: await pdf(desk, placed, wanted.selected, wanted.paper, work), extension: "pdf" };
    case "json":
      return { file: await ownFile(desk, placed, work), extension: "lanvas.json" };
    case "excalidraw": {
      const { excalidrawText, FILE_HEAD, fileTail } = await fetched(() => import("./excalidraw"));
      const sizes = await sizesOf(desk, placed);
      const text = await inPieces(shapesOf(placed), (shape) => excalidrawText(shape, sizes), work);
      const tail = fileTail(Object.fromEntries(await pictureUrls(desk, placed)));
      return { file: text.file("application/json", FILE_HEAD, tail), extension: "excalidraw" };
    }
  }
}

/** Each shape's text, with commas between; those that have none are left out. */
async function inPieces(shapes: readonly Shape[], textOf: (shape: Shape) => string, work: Work): Promise<GrowingText> {
  const all = new GrowingText();
  await inSlices(shapes, work, (shape) => {
    const text = textOf(shape);
    if (text !== "") all.add(all.isEmpty ? text : `,${text}`);
  });
  return all;
}

async function ownFile(desk: Desk, placed: readonly Placed[], work: Work): Promise<Blob> {
  const text = await inPieces(shapesOf(placed), shapeText, work);
  const { head, tail } = await boardFrame(shapesOf(placed), (name) => desk.session.files.read(name));
  return text.file("application/json", head, tail);
}

function chosen(desk: Desk, selected: boolean): Placed[] {
  const view = desk.view();
  if (!view) return [];
  return stacked(selected ? selectedWithFrames(view) : view.scene.all());
}

function shapesOf(placed: readonly Placed[]): Shape[] {
  // As they are seen: an arrow keeps its place also without what it was bound to.
  return placed.map(({ drawn }) => drawn);
}

function blobsOf(placed: readonly Placed[]): Set<string> {
  return new Set(placed.flatMap(({ shape: { body } }) => (body.kind === "image" ? [body.blob] : [])));
}

/** A bitmap of `area` with the pictures no larger than they are seen on it. */
async function png(desk: Desk, placed: readonly Placed[], area: Rect, wish: Wish, work: Work): Promise<Blob> {
  const own = framed(placed.filter(({ bounds }) => intersects(bounds, area)));
  const pictures = new Map<string, ImageBitmap>();
  try {
    for (const shown of own.pictures) {
      pictures.set(shown.key, await bitmapOf(shown, await desk.session.files.read(shown.blob), scaleFor(area, wish)));
      work.signal.throwIfAborted();
    }
    return await paintBitmap(own.placed, area, wish, pictures, work);
  } finally {
    for (const picture of pictures.values()) picture.close();
  }
}

/** How many pixels the pictures have that are seen in part. */
async function sizesOf(desk: Desk, placed: readonly Placed[]): Promise<Map<string, { readonly width: number; readonly height: number }>> {
  const all = new Map<string, { readonly width: number; readonly height: number }>();
  for (const { key, blob } of framed(placed).pictures) {
    if (key === blob || all.has(blob)) continue;
    const picture = await createImageBitmap(await desk.session.files.read(blob));
    all.set(blob, { width: picture.width, height: picture.height });
    picture.close();
  }
  return all;
}

async function pictureUrls(desk: Desk, placed: readonly Placed[]): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const blob of blobsOf(placed)) all.set(blob, await dataUrl(await desk.session.files.read(blob)));
  return all;
}

async function shownUrls(desk: Desk, pictures: readonly Shown[]): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const shown of pictures) all.set(shown.key, await dataUrl(await fileOf(shown, await desk.session.files.read(shown.blob))));
  return all;
}

function vectorScale(placed: readonly Placed[]): number {
  return placed.length > FINE_MAX ? COARSE_SCALE : VECTOR_SCALE;
}

async function svg(desk: Desk, placed: readonly Placed[], paper: boolean, work: Work): Promise<Blob> {
  const { SvgWriter } = await fetched(() => import("./svg"));
  const [area, scale] = [areaOf(placed), vectorScale(placed)];
  const own = framed(placed);
  const writer = new SvgWriter(area, scale, paper, await shownUrls(desk, own.pictures));
  await paintVector(own.placed, area, scale, writer, work);
  return writer.end();
}

/** Of the work on a PDF; the rest is making it small. */
const PDF_PAINTING = 0.4;

/** A page for each frame in their order; all on one page where there is none. */
export function pagesOf(placed: readonly Placed[]): Page[] {
  const frames = placed.flatMap(({ shape }) => (shape.body.kind === "frame" ? [{ shape, body: shape.body }] : []));
  frames.sort((a, b) => (a.body.order ?? 0) - (b.body.order ?? 0) || (a.shape.id < b.shape.id ? -1 : 1));
  if (frames.length === 0) return [{ area: areaOf(placed), name: "" }];
  return frames.map(({ shape, body }) => ({ area: { minX: shape.x, minY: shape.y, maxX: shape.x + body.w, maxY: shape.y + body.h }, name: nameOf(shape) }));
}

async function pdf(desk: Desk, placed: readonly Placed[], selected: boolean, paper: boolean, work: Work): Promise<Blob> {
  const { PdfWriter } = await fetched(() => import("./pdf"));
  const writer = new PdfWriter();
  const scale = vectorScale(placed);
  const own = framed(placed);
  for (const shown of own.pictures) {
    const picture = await bitmapOf(shown, await desk.session.files.read(shown.blob), PDF_PICTURE_SCALE);
    await writer.addPicture(shown.key, picture, work.signal);
    picture.close();
    await rest(work.signal);
  }
  const pages = selected ? [{ area: areaOf(placed), name: "" }] : pagesOf(placed);
  for (const [i, { area }] of pages.entries()) {
    const page = writer.page(area, scale);
    const [w, h] = [(area.maxX - area.minX) * scale, (area.maxY - area.minY) * scale];
    if (paper) page.fill([["M", 0, 0], ["L", w, 0], ["L", w, h], ["L", 0, h], ["Z"]], [1, 0, 0, 1, 0, 0], { color: PAPER.light, alpha: 1, multiplies: false });
    await paintVector(own.placed, area, scale, page, partOf(work, (i / pages.length) * PDF_PAINTING, PDF_PAINTING / pages.length));
  }
  return writer.end(partOf(work, PDF_PAINTING, 1 - PDF_PAINTING));
}

/** Pictures of the pages, to be printed. */
export async function printable(desk: Desk, work: Work): Promise<Blob[]> {
  const placed = chosen(desk, false);
  await rest(work.signal);
  const pages = pagesOf(placed);
  const all: Blob[] = [];
  for (const [i, { area }] of pages.entries()) {
    const part = partOf(work, i / pages.length, 1 / pages.length);
    all.push(await png(desk, placed, area, { scale: BITMAP_SCALE, pixels: PRINT_PIXELS_MAX, paper: false }, part));
  }
  return all;
}
