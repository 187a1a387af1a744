import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Desk } from "../desk";
import { PDF_BYTES_MAX, PDF_PAGE_PIXELS_MAX, PDF_PAGES_MAX } from "./not_taken";
import { pagesOf } from "./pdf_in";

/** What the reader of PDF says of the file: how many pages, and how large in points. */
const read = { pages: 1, width: 595, height: 842 };

vi.mock("pdfjs-dist/build/pdf.worker.min.mjs?url", () => ({ default: "" }));
vi.mock("pdfjs-dist", () => {
  const page = {
    getViewport: ({ scale }: { scale: number }) => ({ width: read.width * scale, height: read.height * scale }),
    render: () => ({ promise: Promise.resolve() }),
  };
  const getDocument = (): object => ({ promise: Promise.resolve({ numPages: read.pages, getPage: () => Promise.resolve(page) }), destroy: () => Promise.resolve() });
  return { getDocument, GlobalWorkerOptions: {} };
});

const painted: { width: number; height: number }[] = [];
const added: { body: { kind: string } }[] = [];
const desk = {
  engine: null,
  pictures: { bring: () => Promise.resolve({ blob: "a5".repeat(32) }) },
  add: (shapes: typeof added) => void added.push(...shapes),
  zoomFit: () => undefined,
} as unknown as Desk;

function canvas(): object {
  const size = { width: 0, height: 0 };
  return Object.assign(size, {
    toBlob(done: (blob: Blob) => void) {
      painted.push({ ...size });
      done(new Blob(["picture"]));
    },
  });
}

beforeEach(() => {
  Object.assign(read, { pages: 1, width: 595, height: 842 });
  painted.length = 0;
  added.length = 0;
  vi.stubGlobal("document", { createElement: canvas });
});
afterEach(() => void vi.unstubAllGlobals());

/** As large as is wanted, without being so. */
function fileOf(size: number): Blob {
  return { size, arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) } as Blob;
}

test("a file of 128 MiB is read, one byte more is not", async () => {
  expect(PDF_BYTES_MAX).toBe(134_217_728);
  await expect(pagesOf(desk, fileOf(PDF_BYTES_MAX))).resolves.toBe(true);
  expect(added).toHaveLength(2);
  await expect(pagesOf(desk, fileOf(PDF_BYTES_MAX + 1))).rejects.toMatchObject({ why: "pdf_too_large" });
  expect(added).toHaveLength(2);
});

test.each([
  [199, 199, true],
  [PDF_PAGES_MAX, 200, true],
  [PDF_PAGES_MAX + 1, 200, false],
])("of %i pages %i come, and whether that is all of them is said", async (pages, come, all) => {
  read.pages = pages;
  await expect(pagesOf(desk, fileOf(1))).resolves.toBe(all);
  expect(added.filter(({ body }) => body.kind === "frame")).toHaveLength(come);
  expect(added.filter(({ body }) => body.kind === "image")).toHaveLength(come);
});

test.each([
  ["a sheet keeps twice its size", 595, 842, 1586, 2245],
  ["at the edge too", 1500, 1500, 4000, 4000],
  ["past it the picture is coarser", 1500.75, 1500.75, 4000, 4000],
  ["a poster", 30_000, 30_000, 4000, 4000],
  ["a long strip", 750.1, 2999.7, 2000, 7999],
])("no page is painted with more than 16 million pixels: %s", async (_, width, height, wide, high) => {
  Object.assign(read, { width, height });
  await pagesOf(desk, fileOf(1));
  const [{ width: x, height: y }] = painted as [{ width: number; height: number }];
  expect(x * y).toBeLessThanOrEqual(PDF_PAGE_PIXELS_MAX);
  // A part of a pixel is as good as none.
  expect(Math.abs(x - wide)).toBeLessThanOrEqual(1);
  expect(Math.abs(y - high)).toBeLessThanOrEqual(1);
  expect(added.at(-1)?.body).toMatchObject({ kind: "image" });
});
