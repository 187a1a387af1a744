/** Boards to measure with, the same each time: what a hub would send for them. */
import { encodeBinary } from "../../src/protocol/codec";
import type { ServerMessage, Shape } from "../../src/protocol/generated/messages";
import { packPoints, type Point } from "../../src/protocol/points";

const COLORS = ["#1e1f22", "#e03131", "#2f6fed", "#2f9e44", "#f08c00", "#9c36b5"];
const ADDED_MS = 1_790_000_000_000;
/** As the hub parts its snapshots. */
const PART_BYTES = 64 * 1024;

/** Numbers that look random and are the same each time. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A freehand stroke: a walk whose direction turns smoothly. */
export function freehand(next: () => number, count: number): Point[] {
  let [x, y, heading, bend] = [0, 0, next() * Math.PI * 2, 0];
  return Array.from({ length: count }, (_, i) => {
    bend = bend * 0.8 + (next() - 0.5) * 0.5;
    heading += bend;
    x += Math.cos(heading) * 6;
    y += Math.sin(heading) * 6;
    return { x, y, timeMs: i * 16 };
  });
}

export function* strokes(count: number, points: number, extent: number): Generator<Shape> {
  const next = numbers(7);
  for (let i = 0; i < count; i++) {
    yield {
      id: `seed-${i}`,
      author: 1,
      added_ms: ADDED_MS + i,
      x: Math.round(next() * extent),
      y: Math.round(next() * extent),
      z: i + 1,
      color: COLORS[Math.floor(next() * COLORS.length)] ?? "#000000",
      body: { kind: "stroke", width: 2 + Math.floor(next() * 4), points: packPoints(freehand(next, points), 4) },
    };
  }
}

const FORMS = ["rectangle", "ellipse", "diamond", "star", "cloud"] as const;

/** As many things of all kinds; one in ten is a picture, connectors are bound to the form before them. */
export function* mixed(count: number, extent: number): Generator<Shape> {
  const next = numbers(11);
  let form = "";
  for (let i = 0; i < count; i++) {
    const place = { id: `seed-${i}`, author: 1, added_ms: ADDED_MS + i, x: Math.round(next() * extent), y: Math.round(next() * extent), z: i + 1, color: COLORS[i % COLORS.length] ?? "#000000" };
    const words = `number ${i}`;
    if (i % 10 === 0) yield { ...place, body: { kind: "image", w: 240, h: 160, blob: (i % 50).toString(16).padStart(64, "0") } };
    else if (i % 10 < 5) {
      form = place.id;
      yield { ...place, fill: i % 2 === 0 ? "#ffec99" : "none", body: { kind: "geo", form: FORMS[i % FORMS.length] ?? "rectangle", w: 180, h: 110, width: 3, text: words, size: 20 } };
    } else if (i % 10 < 7) yield { ...place, body: { kind: "text", text: `${words}\nand a second line`, size: 24 } };
    else if (i % 10 < 9) {
      yield { ...place, body: { kind: "connector", w: 200, h: 90, width: 3, route: "straight", head_start: "none", head_end: "arrow", from: form, size: 18 } };
    } else yield { ...place, color: "#ffec99", body: { kind: "note", w: 200, h: 200, text: words, size: 20 } };
  }
}

function weight({ body }: Shape): number {
  return 60 + (body.kind === "stroke" ? body.points.length : 60);
}

/** The frames of a snapshot with these shapes, not compressed. */
export function snapshotFrames(shapes: Iterable<Shape>): Uint8Array[] {
  const parts: Shape[][] = [[]];
  let bytes = 0;
  for (const shape of shapes) {
    if (bytes > PART_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(shape);
    bytes += weight(shape);
  }
  return parts.map((part, i) => {
    const rest = i === 0 ? { rest: { title: "", notes: "", messages: [], messages_before: null } } : {};
    return encodeBinary({ type: "snapshot", number: 1, part: i, parts: parts.length, shapes: part, ...rest } as unknown as ServerMessage);
  });
}
