/**
 * A page with the canvas and nothing else, to look at and to measure: no hub, no
 * framework. Driven by the programs beside it; not part of what is shipped.
 */
import { Board } from "../../src/document/board";
import { WetInk } from "../../src/document/wet_ink";
import { Engine } from "../../src/engine/engine";
import { randomId } from "../../src/lib/random";
import { Inbox } from "../../src/protocol/inbox";
import type { Operation, Shape } from "../../src/protocol/generated/messages";
import { packPoints } from "../../src/protocol/points";
import type { Desk } from "../../src/app/desk";
import type { FileKind as SavedKind } from "../../src/app/exchange/export";
import type { AppEffect } from "../../src/tools/effect";
import { CanvasInput } from "../../src/tools/pointer";
import { PLAIN_STYLE } from "../../src/tools/style";
import { freehand, numbers } from "./boards";

type FileKind = SavedKind | "print";

const host = document.querySelector<HTMLElement>("#host");
if (!host) throw new Error("the page has a host");
const board = new Board();
const engine = new Engine(host, board);
const wet = new WetInk();
wet.subscribe(() => engine.setRemoteInk(wet.strokes.values()));
let pending = 0;
/** What the tools asked for, for tests. */
const effects: AppEffect[] = [];

function onEffect(effect: AppEffect): void {
  effects.push(effect);
  if (effect.type === "submit") board.addPending((pending += 1), effect.operation);
}

const input = new CanvasInput(host, engine, {
  tool: "pen",
  style: { ...PLAIN_STYLE, color: "#1e1f22" },
  freshId: randomId,
  walk: () => false,
  onEffect,
});

/** When the ink of a sample is drawn, for the trace: after the engine's own frame callback. */
function markInk(): void {
  host?.addEventListener("pointermove", ({ timeStamp, buttons }) => {
    if (buttons !== 0) requestAnimationFrame(() => performance.mark(`ink:${timeStamp}`));
  });
}

/** Opens a board as it comes from a socket: frame by frame, each in a turn of its own. */
async function load(url: string): Promise<{ read: number; visible: number; whole: number; blocked: number }> {
  let blocked = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) blocked = Math.max(blocked, duration);
  });
  const frames = await fetchFrames(url);
  observer.observe({ type: "longtask" });
  const started = performance.now();
  let parts = 0;
  const all = new Promise<number>((done) => {
    const inbox = new Inbox(
      (message) => {
        if (message.type !== "snapshot") return;
        if (message.part === 0) board.reset(message.shapes, []);
        else board.extend(message.shapes);
        parts += 1;
        if (parts === frames.length) done(performance.now() - started);
      },
      (error) => reportError(error),
    );
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => inbox.receive(data);
    for (const frame of frames) channel.port2.postMessage(frame, [frame]);
  });
  const read = await all;
  const visible = await rested(() => engine.isVisible, started);
  const whole = await rested(() => engine.isAtRest, started);
  await new Promise((done) => setTimeout(done, 50));
  observer.disconnect();
  return { read, visible, whole, blocked };
}

const READ_BYTES = 1024 * 1024;

/**
 * The frames of a file of them, each after its length. As behind a socket, nothing but
 * they is in memory in the end: what `fetch` brings, tools that drive a browser keep as well.
 */
async function fetchFrames(url: string): Promise<ArrayBuffer[]> {
  const file = await fileAt(url);
  const frames: ArrayBuffer[] = [];
  let rest = new Uint8Array();
  for (let from = 0; from < file.size; from += READ_BYTES) {
    const next = new Uint8Array(await file.slice(from, from + READ_BYTES).arrayBuffer());
    const bytes = new Uint8Array(rest.length + next.length);
    bytes.set(rest);
    bytes.set(next, rest.length);
    const end = takeFrames(bytes, frames);
    rest = bytes.slice(end);
  }
  return frames;
}

/** Returns where the frame begins that is not there wholly. */
function takeFrames(bytes: Uint8Array<ArrayBuffer>, frames: ArrayBuffer[]): number {
  const view = new DataView(bytes.buffer);
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) break;
    frames.push(bytes.buffer.slice(at + 4, end));
    at = end;
  }
  return at;
}

function fileAt(url: string): Promise<Blob> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "blob";
    request.onload = () => done(request.response as Blob);
    request.onerror = () => fail(new Error(url));
    request.send();
  });
}

/** Milliseconds from `since` until `holds` at the end of a frame. */
function rested(holds: () => boolean, since: number): Promise<number> {
  return new Promise((done) => {
    const look = (): void => {
      if (holds()) done(performance.now() - since);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Calls `step` in each of `frames` frames. */
function each(frames: number, step: (i: number) => void): Promise<void> {
  return new Promise((done) => {
    let i = 0;
    const tick = (): void => {
      step(i);
      i += 1;
      if (i < frames) requestAnimationFrame(tick);
      else done();
    };
    requestAnimationFrame(tick);
  });
}

const FIT = { x: -3_000, y: 0, zoom: 0.08 };

/** What the figures are of. Each takes about three seconds. */
const scenes: Readonly<Record<string, { readonly camera: { x: number; y: number; zoom: number }; readonly run: () => Promise<void> }>> = {
  "pan, all in view": {
    camera: FIT,
    run: () => each(180, (i) => engine.setCamera({ ...FIT, x: FIT.x + Math.sin(i / 20) * 900, y: Math.cos(i / 20) * 600 })),
  },
  "pan at 100 %": {
    camera: { x: 3_000, y: 3_000, zoom: 1 },
    run: () => each(240, (i) => engine.setCamera({ x: 3_000 + i * 12, y: 3_000 + i * 7, zoom: 1 })),
  },
  "zoom 8 % to 100 % and back": {
    camera: FIT,
    run: () =>
      each(240, (i) => {
        const zoom = 0.08 * Math.exp(Math.sin((Math.PI * i) / 240) * Math.log(12.5));
        engine.setCamera({ x: 5_000 - 640 / zoom, y: 5_000 - 400 / zoom, zoom });
      }),
  },
  "draw a stroke of 200 points": { camera: { x: 3_600, y: 3_600, zoom: 1 }, run: () => draw(200) },
  "10 remote strokes growing": { camera: { x: 3_600, y: 3_600, zoom: 1 }, run: () => watch(10, 180) },
};

/** Only on a board of few and mixed shapes. */
const mixedScenes: typeof scenes = {
  "select all": {
    camera: FIT,
    run: async () => {
      const ids = [...board.shapes()].map(({ id }) => id);
      engine.showHandles(true);
      await each(90, (i) => engine.setSelection(i % 2 === 0 ? ids : []));
    },
  },
  "drag all": {
    camera: FIT,
    run: async () => {
      const ids = [...board.shapes()].map(({ id }) => id);
      engine.setSelection(ids);
      await each(180, (i) => engine.setPreview({ move: { ids, dx: i * 12, dy: i * 5 } }));
      const changes = [...board.shapes()].map(({ id, x, y }) => ({ id, x: x + 2_148, y: y + 895 }));
      submit({ type: "update_shapes", changes });
      engine.setPreview({});
      // Something new in each frame, so that a frame that is late is seen.
      await each(60, (i) => engine.setCamera({ ...FIT, x: FIT.x + i * 30 }));
    },
  },
};

/** A picture of its own for each key, of the size that shared ones have. */
function bringPictures(): void {
  engine.pictures.onWanted((key) => {
    const canvas = new OffscreenCanvas(640, 427);
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.fillStyle = `hsl(${Number.parseInt(key.slice(-2), 16) * 7} 60% 60%)`;
    pen.fillRect(0, 0, 640, 427);
    setTimeout(() => engine.addPicture(key, canvas.transferToImageBitmap()), 20);
  });
}
bringPictures();

/** Ink as the pen tool shows and commits it. */
async function draw(count: number): Promise<void> {
  const points = freehand(numbers(3), count).map((point) => ({ ...point, x: point.x + 4_200, y: point.y + 4_000 }));
  const stroke = randomId();
  await each(count, (i) => engine.setLocalInk({ stroke, color: "#e03131", width: 4, points: points.slice(0, i + 1) }));
  const [{ x, y }] = points as [{ x: number; y: number }];
  const own = points.map((point) => ({ ...point, x: point.x - x, y: point.y - y }));
  submit({ type: "add_shapes", shapes: [{ id: stroke, author: 1, x, y, z: engine.scene.topZ + 1, color: "#e03131", body: { kind: "stroke", width: 4, points: packPoints(own, 4) } }] });
  engine.setLocalInk(null);
}

async function watch(people: number, frames: number): Promise<void> {
  const ways = Array.from({ length: people }, (_, k) => freehand(numbers(k + 5), frames).map(({ x, y, timeMs }) => ({ x: x + 3_800 + k * 90, y: y + 4_000, timeMs: timeMs ?? 0 })));
  const ids = ways.map(() => randomId());
  await each(frames, (i) => {
    ways.forEach((way, k) => {
      wet.extend({ stroke: ids[k] ?? "", author: k + 2, color: "#2f6fed", width: 4, start: i, points: packPoints(way.slice(i, i + 1), 4) });
    });
  });
  for (const id of ids) wet.end(id);
}

/** How long the page needs for a file of the board, and its longest task meanwhile. */
async function save(kind: FileKind): Promise<{ ms: number; blocked: number; bytes: number; parts: number; files: readonly Blob[] }> {
  const { exported, printable } = await import("../../src/app/exchange/export");
  const desk = { engine, selection: { now: [] }, session: { files: { read: pictureFile } } } as unknown as Desk;
  let [blocked, parts] = [0, 0];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) blocked = Math.max(blocked, duration);
  });
  observer.observe({ type: "longtask" });
  const started = performance.now();
  const work = { onPart: () => void (parts += 1), signal: new AbortController().signal };
  const files = kind === "print" ? await printable(desk, work) : [(await exported(desk, { kind, selected: false, paper: true }, work)).file];
  const ms = performance.now() - started;
  await new Promise((done) => setTimeout(done, 100));
  observer.disconnect();
  return { ms, blocked, parts, bytes: files.reduce((sum, { size }) => sum + size, 0), files };
}

async function pictureFile(): Promise<Blob> {
  const canvas = new OffscreenCanvas(640, 427);
  canvas.getContext("2d")?.fillRect(0, 0, 320, 200);
  return canvas.convertToBlob({ type: "image/png" });
}

function submit(operation: Operation): void {
  board.addPending((pending += 1), operation);
}

const bench = {
  board,
  engine,
  input,
  effects,
  scenes: { ...scenes, ...mixedScenes },
  scenesFor: (board: string) => Object.keys(board === "mixed" ? { ...scenes, ...mixedScenes } : scenes),
  load,
  markInk,
  save,
  submit,
  pack: packPoints,
  seed: (shapes: Shape[]) => board.reset(shapes, []),
};
declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
