/**
 * Pages as PDF: paths stay paths and words stay words where the file's own letters
 * have them; other words and pictures go in as pictures.
 *
 * Written by hand because it needs so little of the format: objects, one stream of
 * drawing for each page, deflated by the browser. Must not know shapes.
 */
import type { Rect } from "../../engine/geometry";
import type { Line, Look, Matrix, PathStep, VectorSink } from "../../engine/vector/vector_pen";
import { partOf, rest, type Work } from "./paint_out";

/** CSS pixels to points. */
const POINT = 0.75;
/** Of a page's drawing, at once. */
const PIECE_LENGTH = 256 * 1024;
/** No page may be longer. */
const SIDE_MAX = 14_400;
const round = (value: number): string => String(Math.round(value * 1000) / 1000);

type Chunk = string | Uint8Array<ArrayBuffer>;

/** A picture as PDF wants it: three bytes a pixel, and one of opacity. */
interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array<ArrayBuffer>;
  readonly alpha: Uint8Array<ArrayBuffer>;
}

interface Packed {
  readonly width: number;
  readonly height: number;
  readonly colors: Uint8Array<ArrayBuffer>;
  readonly mask: Uint8Array<ArrayBuffer>;
}

/** One page's drawing. Names of fonts, states and pictures are the document's. */
export class PdfPage implements VectorSink {
  readonly #pdf: PdfWriter;
  readonly #ops: string[];
  readonly width: number;
  readonly height: number;

  constructor(pdf: PdfWriter, area: Rect, scale: number) {
    const [w, h] = [area.maxX - area.minX, area.maxY - area.minY];
    const k = Math.min(POINT, SIDE_MAX / w, SIDE_MAX / h);
    this.#pdf = pdf;
    [this.width, this.height] = [w * k, h * k];
    // Down is positive on the board, up in the file.
    this.#ops = ["1 J 1 j", `0 0 ${round(this.width)} ${round(this.height)} re W n`, `${round(k / scale)} 0 0 ${round(-k / scale)} 0 ${round(this.height)} cm`];
  }

  /** The drawing in pieces that take a moment each; `onPart` hears how far it is. */
  *content(onPart: (part: number) => void): Generator<string> {
    let piece = "";
    for (const [i, op] of this.#ops.entries()) {
      piece += `${op}\n`;
      if (piece.length < PIECE_LENGTH) continue;
      onPart(i / this.#ops.length);
      yield piece;
      piece = "";
    }
    yield piece;
  }

  fill(path: readonly PathStep[], matrix: Matrix, look: Look): void {
    if (path.length > 0) this.#ops.push(`q ${cm(matrix)}${this.#state(look)} ${rgb(look.color)} rg ${steps(path)} f Q`);
  }

  stroke(path: readonly PathStep[], matrix: Matrix, line: Line): void {
    if (path.length === 0) return;
    const dash = line.dash.length > 0 ? `[${line.dash.map(round).join(" ")}] 0 d ` : "";
    this.#ops.push(`q ${cm(matrix)}${this.#state(line)} ${rgb(line.color)} RG ${round(line.width)} w ${dash}${steps(path)} S Q`);
  }

  words(text: string, x: number, y: number, font: string, matrix: Matrix, look: Look): void {
    const coded = winAnsi(text);
    const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 10);
    if (coded === null) return this.#paintedWords(text, x, y, font, size, matrix, look);
    const { name, css } = fontOf(font);
    const [wanted, own] = [widthOf(text, font), widthOf(text, `${css.replace("SIZE", String(size))}`)];
    const stretch = own > 0 ? Math.min(200, Math.max(50, (wanted / own) * 100)) : 100;
    this.#ops.push(`q ${cm(matrix)}${this.#state(look)} ${rgb(look.color)} rg BT /${name} ${round(size)} Tf ${round(stretch)} Tz 1 0 0 -1 ${round(x)} ${round(y)} Tm (${coded}) Tj ET Q`);
  }

  picture(key: string, w: number, h: number, matrix: Matrix, alpha: number): void {
    const name = this.#pdf.pictureName(key);
    if (name !== null) this.#draw(name, 0, 0, w, h, matrix, { color: "#000000", alpha, multiplies: false });
  }

  #draw(name: string, x: number, y: number, w: number, h: number, matrix: Matrix, look: Look): void {
    this.#ops.push(`q ${cm(matrix)}${this.#state(look)} ${round(w)} 0 0 ${round(-h)} ${round(x)} ${round(y + h)} cm /${name} Do Q`);
  }

  /** Words that the file's own letters have not, as a picture. */
  #paintedWords(text: string, x: number, y: number, font: string, size: number, matrix: Matrix, look: Look): void {
    const by = 3;
    const canvas = document.createElement("canvas");
    const wide = widthOf(text, font) + size * 0.4;
    [canvas.width, canvas.height] = [Math.min(8_000, Math.ceil(wide * by)), Math.min(2_000, Math.ceil(size * 1.5 * by))];
    const pen = canvas.getContext("2d");
    if (!pen || canvas.width === 0) return;
    pen.scale(by, by);
    pen.font = font;
    pen.fillStyle = look.color;
    pen.fillText(text, size * 0.2, size * 1.1);
    const name = this.#pdf.addBitmap(bitmapOf(pen.getImageData(0, 0, canvas.width, canvas.height)));
    this.#draw(name, x - size * 0.2, y - size * 1.1, canvas.width / by, canvas.height / by, matrix, look);
  }

  #state({ alpha, multiplies }: Look): string {
    return alpha === 1 && !multiplies ? "" : ` /${this.#pdf.stateName(alpha, multiplies)} gs`;
  }
}

export class PdfWriter {
  readonly #pages: PdfPage[] = [];
  readonly #states = new Map<string, string>();
  readonly #pictures = new Map<string, string>();
  /** Packed at once those that the board shows; words wait for the end. */
  readonly #bitmaps: (Bitmap | Packed)[] = [];

  page(area: Rect, scale: number): PdfPage {
    const page = new PdfPage(this, area, scale);
    this.#pages.push(page);
    return page;
  }

  /** Packs it: `picture` can be let go. Throws when it was stopped. */
  async addPicture(key: string, picture: ImageBitmap, signal: AbortSignal): Promise<void> {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.drawImage(picture, 0, 0);
    const bitmap = bitmapOf(pen.getImageData(0, 0, canvas.width, canvas.height));
    [canvas.width, canvas.height] = [0, 0];
    this.#pictures.set(key, this.addBitmap(await packed(bitmap, signal)));
  }

  addBitmap(bitmap: Bitmap | Packed): string {
    this.#bitmaps.push(bitmap);
    return `I${this.#bitmaps.length - 1}`;
  }

  pictureName(key: string): string | null {
    return this.#pictures.get(key) ?? null;
  }

  stateName(alpha: number, multiplies: boolean): string {
    const key = `${round(alpha)}${multiplies ? "m" : ""}`;
    const known = this.#states.get(key) ?? `G${this.#states.size}`;
    this.#states.set(key, known);
    return known;
  }

  /** Throws when it was stopped. */
  async end(work: Work): Promise<Blob> {
    const file = new PdfFile(work.signal);
    const fonts = FONTS.map(({ name, base }) => `/${name} ${file.add(`<< /Type /Font /Subtype /Type1 /BaseFont /${base} /Encoding /WinAnsiEncoding >>`)} 0 R`).join(" ");
    const states = [...this.#states].map(([key, name]) => {
      const alpha = key.replace("m", "");
      return `/${name} << /ca ${alpha} /CA ${alpha}${key.endsWith("m") ? " /BM /Multiply" : ""} >>`;
    });
    const pictures: string[] = [];
    for (const [i, bitmap] of this.#bitmaps.entries()) pictures.push(`/I${i} ${file.addBitmap("rgb" in bitmap ? await packed(bitmap, work.signal) : bitmap)} 0 R`);
    const resources = file.add(`<< /Font << ${fonts} >> /ExtGState << ${states.join(" ")} >> /XObject << ${pictures.join(" ")} >> >>`);
    const tree = file.reserve();
    const kids: string[] = [];
    for (const [i, page] of this.#pages.entries()) {
      const part = partOf(work, i / this.#pages.length, 1 / this.#pages.length);
      const content = await file.addStream("", encoded(page.content(part.onPart)));
      kids.push(`${file.add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${round(page.width)} ${round(page.height)}] /Resources ${resources} 0 R /Contents ${content} 0 R >>`)} 0 R`);
    }
    file.put(tree, `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${kids.length} >>`);
    return file.end(file.add(`<< /Type /Catalog /Pages ${tree} 0 R >>`));
  }
}

/** Numbered objects and where they begin. */
class PdfFile {
  readonly #objects: Chunk[][] = [];
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  reserve(): number {
    this.#objects.push([]);
    return this.#objects.length;
  }

  put(number: number, ...chunks: Chunk[]): void {
    this.#objects[number - 1] = chunks;
  }

  add(...chunks: Chunk[]): number {
    const number = this.reserve();
    this.put(number, ...chunks);
    return number;
  }

  async addStream(head: string, bytes: Iterable<Uint8Array<ArrayBuffer>>): Promise<number> {
    return this.addPacked(head, await deflated(bytes, this.#signal));
  }

  addPacked(head: string, bytes: Uint8Array<ArrayBuffer>): number {
    return this.add(`<< ${head} /Filter /FlateDecode /Length ${bytes.length} >>\nstream\n`, bytes, "\nendstream");
  }

  addBitmap({ width, height, colors, mask }: Packed): number {
    const head = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8`;
    const opacity = this.addPacked(`${head} /ColorSpace /DeviceGray`, mask);
    return this.addPacked(`${head} /ColorSpace /DeviceRGB /SMask ${opacity} 0 R`, colors);
  }

  end(root: number): Blob {
    const chunks: Chunk[] = ["%PDF-1.7\n"];
    let at = "%PDF-1.7\n".length;
    const places: number[] = [];
    const write = (chunk: Chunk): void => {
      chunks.push(chunk);
      at += typeof chunk === "string" ? new TextEncoder().encode(chunk).length : chunk.length;
    };
    this.#objects.forEach((object, i) => {
      places.push(at);
      write(`${i + 1} 0 obj\n`);
      object.forEach(write);
      write("\nendobj\n");
    });
    const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
    const start = at;
    chunks.push(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${places.length + 1} /Root ${root} 0 R >>\nstartxref\n${start}\n%%EOF\n`);
    return new Blob(chunks, { type: "application/pdf" });
  }
}

function* encoded(pieces: Iterable<string>): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for (const piece of pieces) yield encoder.encode(piece);
}

async function packed({ width, height, rgb: colors, alpha }: Bitmap, signal: AbortSignal): Promise<Packed> {
  return { width, height, colors: await deflated([colors], signal), mask: await deflated([alpha], signal) };
}

/** Piece by piece: the page goes on in between. */
async function deflated(pieces: Iterable<Uint8Array<ArrayBuffer>>, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CompressionStream("deflate");
  const packed = new Response(stream.readable).arrayBuffer();
  const writer = stream.writable.getWriter();
  for (const piece of pieces) {
    await writer.ready;
    await writer.write(piece);
    await rest(signal);
  }
  await writer.close();
  return new Uint8Array(await packed);
}

function bitmapOf({ width, height, data }: ImageData): Bitmap {
  const colors = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  for (let i = 0, from = 0, to = 0; i < alpha.length; i++, from += 4, to += 3) {
    colors[to] = data[from] ?? 0;
    colors[to + 1] = data[from + 1] ?? 0;
    colors[to + 2] = data[from + 2] ?? 0;
    alpha[i] = data[from + 3] ?? 255;
  }
  return { width, height, rgb: colors, alpha };
}

const FONTS = [
  { name: "F0", base: "Helvetica" }, { name: "F1", base: "Helvetica-Bold" }, { name: "F2", base: "Helvetica-Oblique" }, { name: "F3", base: "Helvetica-BoldOblique" },
  { name: "F4", base: "Times-Roman" }, { name: "F5", base: "Times-Bold" }, { name: "F6", base: "Times-Italic" }, { name: "F7", base: "Times-BoldItalic" },
  { name: "F8", base: "Courier" }, { name: "F9", base: "Courier-Bold" }, { name: "F10", base: "Courier-Oblique" }, { name: "F11", base: "Courier-BoldOblique" },
] as const;

/** The file's letters that are nearest to a CSS font, and CSS for letters as wide as they. */
function fontOf(font: string): { readonly name: string; readonly css: string } {
  const [bold, italic] = [font.includes("700 "), font.includes("italic ")];
  const family = font.includes("monospace") ? 2 : /Georgia|Palatino/.test(font) ? 1 : 0;
  const css = ['Arial, "Liberation Sans", Helvetica, sans-serif', '"Times New Roman", "Liberation Serif", serif', '"Courier New", "Liberation Mono", monospace'][family] ?? "";
  return { name: `F${family * 4 + (bold ? 1 : 0) + (italic ? 2 : 0)}`, css: `${italic ? "italic " : ""}${bold ? "700 " : ""}SIZEpx ${css}` };
}

let measure: CanvasRenderingContext2D | null = null;

function widthOf(text: string, font: string): number {
  measure ??= document.createElement("canvas").getContext("2d");
  if (!measure) return 0;
  measure.font = font;
  return measure.measureText(text).width;
}

/** Typographic signs that the encoding has between its two halves. */
const WIN_ANSI: Readonly<Record<string, number>> = { "€": 0x80, "‚": 0x82, "„": 0x84, "…": 0x85, "‘": 0x91, "’": 0x92, "“": 0x93, "”": 0x94, "•": 0x95, "–": 0x96, "—": 0x97, "™": 0x99 };

/** The text in the file's encoding, escaped; null if a letter is not in it. */
function winAnsi(text: string): string | null {
  let coded = "";
  for (const letter of text) {
    const code = WIN_ANSI[letter] ?? letter.codePointAt(0) ?? 0;
    if ((code < 0x20 || code > 0xff || (code > 0x7e && code < 0xa0)) && WIN_ANSI[letter] === undefined) return null;
    coded += code > 0x7e || letter === "(" || letter === ")" || letter === "\\" ? `\\${code.toString(8).padStart(3, "0")}` : letter;
  }
  return coded;
}

function rgb(color: string): string {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255].map((part) => round(part / 255)).join(" ");
}

function cm(matrix: Matrix): string {
  return matrix.every((value, i) => value === (i === 0 || i === 3 ? 1 : 0)) ? "" : `${matrix.map((value) => String(Math.round(value * 1e6) / 1e6)).join(" ")} cm`;
}

/** Of a place within a path. */
const near = (value: number): string => String(Math.round(value * 100) / 100);

function steps(path: readonly PathStep[]): string {
  return path.map(([name, ...values]) => (name === "Z" ? "h" : `${values.map(near).join(" ")} ${name.toLowerCase()}`)).join(" ");
}
