/**
 * Wet ink without names: the twin of `codec/ink.rs`, held to the same fixtures.
 *
 * After the tag: author (varint), the id's length (a byte) and the id, red, green
 * and blue, width (little-endian single), start (varint), packed points.
 */
import { ID_LENGTH_MAX } from "./generated/limits";
import type { Ink } from "./generated/messages";

const VARINT_BYTES_MAX = 5;
const UINT32_MAX = 0xffff_ffff;
/** Tag, two varints, the id's length, colour and width. */
const HEAD_BYTES_MAX = 1 + 2 * VARINT_BYTES_MAX + 1 + 3 + 4;

/** Whether it is a pen's and all its parts fit: the rest goes as a message with names. */
export function inkFits(ink: Ink): boolean {
  const pen = (ink.nib ?? "pen") === "pen" && ink.opacity === undefined && (ink.dash ?? "solid") === "solid";
  const whole = isUint32(ink.author ?? 0) && isUint32(ink.start);
  return pen && whole && /^[\w-]{1,32}$/.test(ink.stroke) && /^#[0-9a-f]{6}$/.test(ink.color);
}

export function writeInk(tag: number, ink: Ink): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEAD_BYTES_MAX + ink.stroke.length + ink.points.length);
  frame[0] = tag;
  let at = writeVarint(frame, 1, ink.author ?? 0);
  frame[at++] = ink.stroke.length;
  for (let i = 0; i < ink.stroke.length; i++) frame[at++] = ink.stroke.charCodeAt(i);
  const color = Number.parseInt(ink.color.slice(1), 16);
  frame[at++] = color >> 16;
  frame[at++] = (color >> 8) & 0xff;
  frame[at++] = color & 0xff;
  new DataView(frame.buffer).setFloat32(at, ink.width, true);
  at = writeVarint(frame, at + 4, ink.start);
  frame.set(ink.points, at);
  return frame.slice(0, at + ink.points.length);
}

/** Throws when it is damaged; the points are looked at only when they are drawn. */
export function readInk(frame: Uint8Array): Ink {
  const author = readVarint(frame, 1);
  const length = byteAt(frame, author.after);
  if (length === 0 || length > ID_LENGTH_MAX) throw new RangeError("no id");
  const colorAt = author.after + 1 + length;
  const start = readVarint(frame, colorAt + 3 + 4);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const color = (view.getUint16(colorAt) << 8) | view.getUint8(colorAt + 2);
  return {
    author: author.value,
    stroke: String.fromCharCode(...frame.subarray(author.after + 1, colorAt)),
    color: `#${color.toString(16).padStart(6, "0")}`,
    width: view.getFloat32(colorAt + 3, true),
    start: start.value,
    points: frame.slice(start.after),
  };
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
}

function writeVarint(frame: Uint8Array, at: number, value: number): number {
  let rest = value;
  while (rest >= 0x80) {
    frame[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  frame[at++] = rest;
  return at;
}

function readVarint(frame: Uint8Array, at: number): { value: number; after: number } {
  let value = 0;
  for (let index = 0; index < VARINT_BYTES_MAX; index++) {
    const byte = byteAt(frame, at + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      if (value > UINT32_MAX) break;
      return { value, after: at + index + 1 };
    }
  }
  throw new RangeError("a varint goes on too long");
}

function byteAt(frame: Uint8Array, at: number): number {
  const byte = frame[at];
  if (byte === undefined) throw new RangeError("it ends early");
  return byte;
}
