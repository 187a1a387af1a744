import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { Random } from "../../testing/random";
import { PngFile, type PngSize } from "./png_file";

/** What a reader of the file sees: its chunks, and the pixels that the filtered rows stand for. */
async function read(file: Blob): Promise<{ readonly names: string[]; readonly header: number[]; readonly pixels: Uint8Array }> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const names: string[] = [];
  const data: Uint8Array[] = [];
  let header: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at);
    const name = new TextDecoder().decode(bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    expect(view.getUint32(at + 8 + length), `the checksum of ${name}`).toBe(checksum(bytes.subarray(at + 4, at + 8 + length)));
    names.push(name);
    if (name === "IDAT") data.push(body);
    if (name === "IHDR") header = [view.getUint32(at + 8), view.getUint32(at + 12), ...body.subarray(8)];
    at += 12 + length;
  }
  const [width = 0, , , kind] = header;
  return { names, header, pixels: unfiltered(inflateSync(Buffer.concat(data)), width, kind === 6 ? 4 : 3) };
}

/** CRC-32 bit by bit, as the format's own text has it. */
function checksum(bytes: Uint8Array): number {
  let all = 0xff_ff_ff_ff;
  for (const byte of bytes) {
    all ^= byte;
    for (let bit = 0; bit < 8; bit++) all = (all >>> 1) ^ (all & 1 ? 0xed_b8_83_20 : 0);
  }
  return ~all >>> 0;
}

function unfiltered(rows: Uint8Array, width: number, depth: number): Uint8Array {
  const length = width * depth;
  const pixels = new Uint8Array((rows.length / (length + 1)) * length);
  for (let row = 0; row * length < pixels.length; row++) {
    const filter = rows[row * (length + 1)] ?? 0;
    for (let i = 0; i < length; i++) {
      const at = row * length + i;
      const near = filter === 2 ? at - length : i < depth ? -1 : at - 1 - (depth - 1);
      pixels[at] = (rows[row * (length + 1) + 1 + i] ?? 0) + (filter === 0 || near < 0 ? 0 : (pixels[near] ?? 0));
    }
  }
  return pixels;
}

/** Blank paper, ramps and noise, so that each filter is the better one somewhere. */
function picture({ width, height }: PngSize): Uint8ClampedArray {
  const random = new Random(7);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < pixels.length; i++) {
    const [row, column] = [Math.floor(i / (width * 4)), i % (width * 4)];
    pixels[i] = row % 3 === 0 ? 255 : row % 3 === 1 ? column : random.below(256);
  }
  return pixels;
}

async function written(size: PngSize, rowsAtOnce: number): Promise<Blob> {
  const pixels = picture(size);
  const file = new PngFile(size);
  const step = rowsAtOnce * size.width * 4;
  for (let at = 0; at < pixels.length; at += step) await file.add(pixels.slice(at, at + step));
  return file.end();
}

test.each([
  { width: 1, height: 1, rows: 1 },
  { width: 3, height: 7, rows: 1 },
  { width: 64, height: 50, rows: 7 },
  { width: 200, height: 300, rows: 300 },
])("a picture of $width x $height, $rows rows at a time, is read as it was", async ({ width, height, rows }) => {
  const size = { width, height, hasAlpha: true };
  const { names, header, pixels } = await read(await written(size, rows));
  expect(header).toEqual([width, height, 8, 6, 0, 0, 0]);
  expect([names[0], names.at(-1)]).toEqual(["IHDR", "IEND"]);
  expect(Buffer.from(pixels).equals(Buffer.from(picture(size)))).toBe(true);
});

test("what cannot be seen through has no opacity in the file", async () => {
  const size = { width: 31, height: 9, hasAlpha: false };
  const { header, pixels } = await read(await written(size, 2));
  expect(header).toEqual([31, 9, 8, 2, 0, 0, 0]);
  expect([...pixels]).toEqual([...picture(size)].filter((_, i) => i % 4 !== 3));
});

test("a file of more than a part is read as it was", async () => {
  const size = { width: 800, height: 1400, hasAlpha: true };
  const { pixels } = await read(await written(size, 150));
  expect(Buffer.from(pixels).equals(Buffer.from(picture(size)))).toBe(true);
});
