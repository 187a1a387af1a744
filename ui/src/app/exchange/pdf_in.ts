/**
 * Pages of a PDF as the ground to write on: each becomes a locked picture in a frame
 * of its own, so that they are shown, printed and saved as pages again.
 *
 * pdf.js (Apache-2.0, Mozilla) reads the file, in a worker of its own that is
 * bundled and loaded when the first PDF comes.
 */
import { getDocument, GlobalWorkerOptions, type PDFPageProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { normalShape } from "../../document/shape";
import { isEmpty } from "../../engine/geometry";
import { randomId } from "../../lib/random";
import type { Shape } from "../../protocol/generated/messages";
import type { Desk } from "../desk";
import { NotTaken, PDF_BYTES_MAX, PDF_PAGE_PIXELS_MAX, PDF_PAGES_MAX } from "./not_taken";

/** Board units for a point of the file: a page is as large as on paper, at 100 %. */
const UNITS = 4 / 3;
/** Pixels for a board unit: words stay sharp when one looks closer. */
const SHARPNESS = 2;
const GAP = 48;

/** Puts the pages on the board. Whether all of them came; throws `NotTaken` when none can. */
export async function pagesOf(desk: Desk, file: Blob & { readonly name?: string }): Promise<boolean> {
  if (file.size > PDF_BYTES_MAX) throw new NotTaken("pdf_too_large");
  GlobalWorkerOptions.workerSrc = workerUrl;
  const task = getDocument({ data: new Uint8Array(await file.arrayBuffer()), useSystemFonts: true });
  try {
    const pdf = await task.promise;
    const shapes: Shape[] = [];
    const bounds = desk.engine?.scene.bounds();
    const seen = desk.engine?.visible ?? { minX: 0, minY: 0, maxX: 0, maxY: 0 };
    let x = bounds && !isEmpty(bounds) ? bounds.maxX + GAP * 2 : seen.minX + GAP;
    const top = bounds && !isEmpty(bounds) ? bounds.minY : seen.minY + GAP * 2;
    const name = (file.name ?? "PDF").replace(/\.pdf$/i, "").slice(0, 200);
    for (let number = 1; number <= Math.min(pdf.numPages, PDF_PAGES_MAX); number++) {
      const page = await pageShapes(desk, await pdf.getPage(number), `${name}, page ${number}`, { x, y: top, order: number });
      if (!page) break;
      shapes.push(...page.shapes);
      x += page.width + GAP;
    }
    if (shapes.length === 0) throw new NotTaken("pdf_unreadable");
    desk.add(shapes);
    desk.zoomFit();
    return pdf.numPages <= PDF_PAGES_MAX;
  } catch {
    throw new NotTaken("pdf_unreadable");
  } finally {
    await task.destroy();
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly order: number;
}

async function pageShapes(desk: Desk, page: PDFPageProxy, name: string, { x, y, order }: Place): Promise<{ shapes: Shape[]; width: number } | null> {
  const paper = page.getViewport({ scale: UNITS });
  const sharpness = Math.min(SHARPNESS, Math.sqrt(PDF_PAGE_PIXELS_MAX / (paper.width * paper.height)));
  const viewport = page.getViewport({ scale: UNITS * sharpness });
  const canvas = document.createElement("canvas");
  // Rounded up it could have a row more than there may be.
  [canvas.width, canvas.height] = [Math.max(1, Math.floor(viewport.width)), Math.max(1, Math.floor(viewport.height))];
  await page.render({ canvas, viewport }).promise;
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  [canvas.width, canvas.height] = [0, 0];
  const brought = picture && (await desk.pictures.bring(new File([picture], name, { type: "image/png" })));
  if (!brought) return null;
  const [w, h] = [paper.width, paper.height];
  const bottom = -1_000_000 + order;
  const common = { author: 0, x, y, color: "#64748b", name, locked: true };
  const sheet = normalShape({ ...common, id: randomId(), z: bottom, body: { kind: "image", w, h, blob: brought.blob } });
  const frame = normalShape({ ...common, id: randomId(), z: bottom - 1_000, body: { kind: "frame", w, h, text: name, order } });
  return { shapes: [frame, sheet], width: w };
}
