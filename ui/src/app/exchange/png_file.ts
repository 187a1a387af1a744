/**
 * A PNG file that is written while its picture is painted: some rows at a time,
 * deflated by the browser.
 *
 * Promises: neither time at a stretch nor the heap grows with the picture. Must not
 * know what is on it, nor on which thread it runs.
 */

/** Bytes of a file that are kept on the heap before they become a part of it. */
const PART_BYTES = 1024 * 1024;
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const SAMPLE_BITS = 8;
const COLORS = 2;
const COLORS_AND_OPACITY = 6;
const PIXEL_BYTES = 4;

export interface PngSize {
  readonly width: number;
  readonly height: number;
  /** Whether pixels may be seen through; if not, their opacity is left out. */
  readonly hasAlpha: boolean;
}

export class PngFile {
  readonly #rows: Rows;
  readonly #writer: WritableStreamDefaultWriter<BufferSource>;
  readonly #parts: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  readonly #isRead: Promise<void>;

  constructor(size: PngSize) {
    this.#rows = new Rows(size.width, size.hasAlpha);
    this.#keep(SIGNATURE, ...chunk("IHDR", header(size)));
    const deflated = new CompressionStream("deflate");
    this.#writer = deflated.writable.getWriter();
    this.#isRead = this.#read(deflated.readable.getReader());
    // Told by `add` or `end`, whichever comes first.
    this.#isRead.catch(() => undefined);
  }

  /** The next whole rows, four bytes a pixel; resolves when there is room for more. */
  async add(pixels: Uint8ClampedArray): Promise<void> {
    await this.#writer.ready;
    await this.#writer.write(this.#rows.filtered(pixels));
  }

  async end(): Promise<Blob> {
    await this.#writer.close();
    await this.#isRead;
    this.#keep(...chunk("IEND", new Uint8Array()));
    return new Blob([...this.#parts, ...this.#pieces], { type: "image/png" });
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>): Promise<void> {
    for (;;) {
      const { value } = await reader.read();
      if (!value) return;
      this.#keep(...chunk("IDAT", value));
    }
  }

  #keep(...pieces: Uint8Array<ArrayBuffer>[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#length += piece.length;
    }
    if (this.#length < PART_BYTES) return;
    this.#parts.push(new Blob(this.#pieces));
    [this.#pieces, this.#length] = [[], 0];
  }
}

/** Rows as they deflate best: each as what is different from the one above, or from the pixel before, whichever is less. */
class Rows {
  readonly #width: number;
  readonly #depth: number;
  #above: Uint8Array<ArrayBuffer>;
  #now: Uint8Array<ArrayBuffer>;

  constructor(width: number, hasAlpha: boolean) {
    this.#width = width;
    this.#depth = hasAlpha ? PIXEL_BYTES : PIXEL_BYTES - 1;
    this.#above = new Uint8Array(width * this.#depth);
    this.#now = new Uint8Array(width * this.#depth);
  }

  filtered(pixels: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
    const count = pixels.length / (this.#width * PIXEL_BYTES);
    const length = this.#now.length + 1;
    const all = new Uint8Array(count * length);
    for (let row = 0; row < count; row++) {
      this.#take(pixels, row * this.#width * PIXEL_BYTES);
      this.#filter(all, row * length);
      [this.#above, this.#now] = [this.#now, this.#above];
    }
    return all;
  }

  #take(pixels: Uint8ClampedArray, from: number): void {
    const now = this.#now;
    if (this.#depth === PIXEL_BYTES) return now.set(pixels.subarray(from, from + now.length));
    for (let to = 0, at = from; to < now.length; to += 3, at += PIXEL_BYTES) {
      now[to] = pixels[at] ?? 0;
      now[to + 1] = pixels[at + 1] ?? 0;
      now[to + 2] = pixels[at + 2] ?? 0;
    }
  }

  /** Writes the row's filter and its bytes. */
  #filter(all: Uint8Array, at: number): void {
    const [now, above, depth] = [this.#now, this.#above, this.#depth];
    const up = all.subarray(at + 1, at + 1 + now.length);
    let [byAbove, byBefore] = [0, 0];
    for (let i = 0; i < now.length; i++) {
      const byte = now[i] ?? 0;
      const [vertical, horizontal] = [byte - (above[i] ?? 0), byte - (i < depth ? 0 : (now[i - depth] ?? 0))];
      up[i] = vertical;
      byAbove += size(vertical);
      byBefore += size(horizontal);
    }
    if (byAbove <= byBefore) {
      all[at] = UP;
      return;
    }
    all[at] = SUB;
    for (let i = 0; i < now.length; i++) up[i] = (now[i] ?? 0) - (i < depth ? 0 : (now[i - depth] ?? 0));
  }
}

const SUB = 1;
const UP = 2;

/** Of a difference between two bytes, which is the same all the way around. */
function size(difference: number): number {
  const byte = difference & 255;
  return byte < 128 ? byte : 256 - byte;
}

function header({ width, height, hasAlpha }: PngSize): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  bytes.set([SAMPLE_BITS, hasAlpha ? COLORS_AND_OPACITY : COLORS], 8);
  return bytes;
}

function chunk(name: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, data.length);
  head.set(new TextEncoder().encode(name), 4);
  const tail = new Uint8Array(4);
  new DataView(tail.buffer).setUint32(0, ~sum(data, sum(head.subarray(4), ~0)));
  return [head, data, tail];
}

/** The running checksum (CRC-32) over more bytes. */
function sum(bytes: Uint8Array, before: number): number {
  let all = before;
  for (const byte of bytes) all = (all >>> 8) ^ (SUMS[(all ^ byte) & 255] ?? 0);
  return all;
}

const SUMS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let all = byte;
  for (let bit = 0; bit < 8; bit++) all = all & 1 ? (all >>> 1) ^ 0xed_b8_83_20 : all >>> 1;
  return all;
});
