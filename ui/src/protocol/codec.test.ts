import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBinary, decodeJson, encodeBinary, encodeJson, UnreadableMessage } from "./codec";
import { Inbox } from "./inbox";
import type { ServerMessage } from "./generated/messages";
import { unpackPoints } from "./points";

interface Row {
  name: string;
  from: "client" | "server";
  json: ServerMessage;
  binary: string;
}

const FIXTURES = new URL("../../../src-tauri/crates/lanvas-protocol/fixtures/", import.meta.url);
const rows = JSON.parse(readFileSync(new URL("messages.json", FIXTURES), "utf8")) as Row[];

/** The same value with points as lists, whichever way they came, and pressures as the bytes they are. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return unpackPoints(value).map((p) => [p.x, p.y, byte(p.pressure), p.timeMs]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

function byte(pressure: number | undefined): number | undefined {
  return pressure === undefined ? undefined : Math.round(pressure * 255);
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

describe("both encodings hold what the Rust side wrote", () => {
  test.each(rows)("$name", ({ binary, json }) => {
    const meant = plain(decodeJson(JSON.stringify(json)));
    expect(plain(decodeBinary(bytes(binary)))).toEqual(meant);
  });

  test.each(rows)("$name comes back from our own encoders", ({ binary }) => {
    const message = decodeBinary(bytes(binary));
    expect(decodeBinary(encodeBinary(message))).toEqual(message);
    expect(plain(decodeJson(encodeJson(message)))).toEqual(plain(message));
  });

  test.each(rows)("$name in JSON is the text the Rust side reads and writes", ({ json }) => {
    const written: unknown = JSON.parse(encodeJson(decodeJson(JSON.stringify(json))));
    expect(asBytes(written)).toEqual(asBytes(json));
  });
});

/** JSON with the pressures of points as bytes: the two sides print a 255th with different digits. */
function asBytes(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    key === "points" && Array.isArray(value)
      ? value.map(([x, y, pressure, time]: (number | undefined)[]) => [x, y, byte(pressure), time])
      : value,
  );
}

test("what is absent is left out, not sent as null", () => {
  const frame = encodeBinary({ type: "hello", name: "Ann", password: undefined } as never);
  expect(decodeBinary(frame)).toEqual({ type: "hello", name: "Ann" });
});

test("a pen's ink is small, and any ink survives", () => {
  const ink = fc.record({
    author: fc.nat({ max: 0xffff_ffff }),
    stroke: fc.stringMatching(/^[a-zA-Z0-9_-]{1,32}$/),
    color: fc.stringMatching(/^#[0-9a-f]{6}$/),
    width: fc.float({ min: Math.fround(0.1), max: 500, noNaN: true }),
    start: fc.nat({ max: 0xffff_ffff }),
    points: fc.uint8Array({ maxLength: 40 }),
  });
  fc.assert(
    fc.property(ink, fc.boolean(), (ink, marker) => {
      const message = { type: "ink_extended" as const, ...ink, ...(marker ? { nib: "marker" as const } : {}) };
      const frame = encodeBinary(message);
      expect(decodeBinary(frame)).toEqual(message);
      if (!marker) expect(frame.length).toBeLessThanOrEqual(19 + ink.stroke.length + ink.points.length);
    }),
  );
});

test("any bytes are a message or unreadable", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      for (const frame of [noise, ...[0, 2, 3].map((tag) => Uint8Array.of(tag, ...noise))]) {
        try {
          expect(typeof decodeBinary(frame).type).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableMessage);
        }
      }
    }),
  );
});

function deflated(message: ServerMessage): ArrayBuffer {
  const body = deflateRawSync(encodeBinary(message).subarray(1));
  return Uint8Array.of(1, ...body).buffer;
}

function stored(number: number): ServerMessage {
  return { type: "stored", number };
}

test("a message behind a compressed one waits for it", async () => {
  const got: ServerMessage[] = [];
  const inbox = new Inbox((message) => got.push(message), (error) => expect.fail(String(error)));
  inbox.receive(encodeBinary(stored(1)).buffer);
  expect(got).toEqual([stored(1)]);
  inbox.receive(deflated(stored(2)));
  inbox.receive(encodeBinary(stored(3)).buffer);
  inbox.receive(deflated(stored(4)));
  inbox.receive(encodeJson(stored(5)));
  expect(got).toEqual([stored(1)]);
  await expect.poll(() => got).toEqual([1, 2, 3, 4, 5].map(stored));
});

test("nothing comes after an unreadable frame, nor after closing", async () => {
  const got: ServerMessage[] = [];
  const failed: Error[] = [];
  const inbox = new Inbox((message) => got.push(message), (error) => failed.push(error));
  inbox.receive(Uint8Array.of(1, 255, 255, 255).buffer);
  inbox.receive(encodeBinary(stored(1)).buffer);
  await expect.poll(() => failed.length).toBe(1);
  inbox.receive(encodeBinary(stored(2)).buffer);
  expect(got).toEqual([]);
});
