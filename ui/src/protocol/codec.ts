/**
 * The two encodings of the same messages, as `codec.rs` has them.
 *
 * `lanvas.v1`: a tag byte, then MessagePack with named fields; tag 1 is raw
 * deflate of the same and comes only from the hub; tags 2 and 3 are wet ink
 * without names (`ink.ts`). `lanvas.v1.json`: JSON text,
 * with points as lists of `[x, y, pressure?, time_ms?]`. In memory points are
 * always packed.
 * Must not know: sockets.
 */
import { decode, encode } from "@msgpack/msgpack";
import type { ClientMessage, ServerMessage, Shape } from "./generated/messages";
import { inkFits, readInk, writeInk } from "./ink";
import { packPoints, unpackPoints, type Point } from "./points";

/** The WebSocket subprotocols. */
export const SUBPROTOCOL_BINARY = "lanvas.v1";
export const SUBPROTOCOL_JSON = "lanvas.v1.json";

const TAG_PLAIN = 0;
const TAG_DEFLATED = 1;
const TAG_INK_EXTENDED = 2;
const TAG_EXTEND_INK = 3;
const PRECISION_JSON = 6;

/** What came is no message: the connection cannot go on. */
export class UnreadableMessage extends Error {
  override readonly name = "UnreadableMessage";
}

export function encodeBinary(message: ClientMessage | ServerMessage): Uint8Array<ArrayBuffer> {
  if ((message.type === "extend_ink" || message.type === "ink_extended") && inkFits(message)) {
    return writeInk(message.type === "extend_ink" ? TAG_EXTEND_INK : TAG_INK_EXTENDED, message);
  }
  const body = encode(message, { ignoreUndefined: true });
  const frame = new Uint8Array(body.length + 1);
  frame[0] = TAG_PLAIN;
  frame.set(body, 1);
  return frame;
}

/** A frame that is not deflated; one that is needs `inflated` first. Throws `UnreadableMessage`. */
export function decodeBinary(frame: Uint8Array): ServerMessage {
  if (frame[0] === TAG_INK_EXTENDED) return asMessage(() => ({ type: "ink_extended", ...readInk(frame) }));
  if (frame[0] === TAG_EXTEND_INK) return asMessage(() => ({ type: "extend_ink", ...readInk(frame) }));
  if (frame[0] !== TAG_PLAIN) throw new UnreadableMessage("unknown tag");
  return asMessage(() => {
    const message = decode(frame.subarray(1)) as ServerMessage;
    if (message.type === "snapshot") gatherPoints(message.shapes);
    return message;
  });
}

/**
 * Moves the points of all strokes together: they are views of the frame, and each of
 * them would keep all of it, with every name that is written in it.
 */
function gatherPoints(shapes: readonly Shape[]): void {
  const strokes = shapes.flatMap(({ body }) => (body.kind === "stroke" ? [body] : []));
  const together = new Uint8Array(strokes.reduce((bytes, { points }) => bytes + points.length, 0));
  let at = 0;
  for (const body of strokes) {
    together.set(body.points, at);
    body.points = together.subarray(at, at + body.points.length);
    at += body.points.length;
  }
}

export function isDeflated(frame: Uint8Array): boolean {
  return frame[0] === TAG_DEFLATED;
}

/** The plain frame of a deflated one. Rejects with `UnreadableMessage`. */
export async function inflated(frame: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    const stream = new Blob([frame.subarray(1)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const body = new Uint8Array(await new Response(stream).arrayBuffer());
    const plain = new Uint8Array(body.length + 1);
    plain[0] = TAG_PLAIN;
    plain.set(body, 1);
    return plain;
  } catch (error) {
    throw new UnreadableMessage("damaged compression", { cause: error });
  }
}

export function encodeJson(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message, (_key, value: unknown) => (value instanceof Uint8Array ? pointRows(value) : value));
}

/** Throws `UnreadableMessage`. */
export function decodeJson(text: string): ServerMessage {
  return asMessage(() =>
    JSON.parse(text, (key, value: unknown) => (key === "points" && Array.isArray(value) ? packedRows(value) : value)),
  );
}

/** Every message is a map with a `type`; an unknown type is for the receiver to pass over. */
function asMessage(read: () => unknown): ServerMessage {
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    throw new UnreadableMessage("damaged", { cause: error });
  }
  if (typeof value === "object" && value !== null && "type" in value && typeof value.type === "string") {
    return value as ServerMessage;
  }
  throw new UnreadableMessage("no message");
}

type PointRow = readonly [number, number, (number | null)?, number?];

function pointRows(packed: Uint8Array): PointRow[] {
  return unpackPoints(packed).map(({ x, y, pressure, timeMs }): PointRow => {
    if (timeMs !== undefined) return [x, y, pressure ?? null, timeMs];
    return pressure === undefined ? [x, y] : [x, y, pressure];
  });
}

function packedRows(rows: readonly unknown[]): Uint8Array {
  return packPoints(rows.map(rowPoint), PRECISION_JSON);
}

function rowPoint(row: unknown): Point {
  if (!Array.isArray(row)) throw new UnreadableMessage("a point is a list");
  const [x, y, pressure, timeMs] = row as unknown[];
  const point: Point = { x: Number(x), y: Number(y) };
  if (typeof pressure === "number") point.pressure = pressure;
  if (typeof timeMs === "number") point.timeMs = timeMs;
  return point;
}
