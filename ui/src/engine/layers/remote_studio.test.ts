/** The page's and the worker's side of painting elsewhere, put together without a worker. */
import { beforeEach, expect, test } from "vitest";
import type { Board } from "../../document/board";
import { boardOf, line } from "../../testing/ink";
import { RecordedDrawing } from "../../testing/recorded_drawing";
import { Atelier } from "../atelier";
import { PictureBook } from "../pictures";
import { Scene } from "../scene";
import { DryLayer } from "./dry";
import { Painter } from "./painter";
import type { FromWorker, ToWorker, WorkerPort } from "./remote_studio";
import { TILE_SIZE } from "./tiles";
import { viewOf } from "./view";
import { Workshop } from "./workshop";

const view = viewOf({ x: 0, y: 0, zoom: 1 }, { width: 1000, height: 500 }, 1);
const plenty = { points: Infinity, ms: Infinity };
const everywhere = { minX: 0, minY: 0, maxX: 1000, maxY: 500 };

/** A worker in the same thread whose messages go when they are let. */
class FakeWorker implements WorkerPort {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly drawing = new RecordedDrawing();
  readonly inbox: ToWorker[] = [];
  readonly outbox: FromWorker[] = [];
  ended = false;
  #soon: (() => void)[] = [];
  readonly #workshop = new Workshop({
    drawing: this.drawing,
    measure: (text) => text.length * 50,
    now: () => 0,
    say: (message) => this.outbox.push(message),
    later: (then) => this.#soon.push(then),
    pictureOf: (surface) => ({ width: surface.width, height: surface.height, close: () => {}, from: surface }) as unknown as ImageBitmap,
  });

  postMessage(message: ToWorker): void {
    this.inbox.push(structuredClone(message));
  }

  terminate(): void {
    this.ended = true;
  }

  /** What the page said arrives. */
  hear(): void {
    for (const message of this.inbox.splice(0)) this.#workshop.hear(message);
  }

  paint(): void {
    for (let then = this.#soon.shift(); then; then = this.#soon.shift()) then();
  }

  /** What the worker said arrives. */
  say(...messages: FromWorker[]): void {
    for (const data of [...messages, ...this.outbox.splice(0)]) this.onmessage?.({ data } as MessageEvent<FromWorker>);
  }
}

let board: Board;
let scene: Scene;
let page: RecordedDrawing;
let dry: DryLayer;
let worker: FakeWorker;
let atelier: Atelier;
let now: number;
let key: number;

function frame(): boolean {
  now += 500;
  const { left } = dry.work(view, now, plenty);
  dry.draw(view);
  return left;
}

/** Until nothing happens any more. */
function settle(): void {
  for (let i = 0; i < 200; i++) {
    const left = frame();
    worker.hear();
    worker.paint();
    worker.say();
    if (!left && dry.isIdle && worker.inbox.length === 0) return;
  }
  throw new Error("never done");
}

const submit = (operation: Parameters<Board["addPending"]>[1]): void => board.addPending((key += 1), operation);

beforeEach(() => {
  const shapes = Array.from({ length: 320 }, (_, i) => line(`s${i}`, 20 + (i % 20) * 24, 20 + Math.floor(i / 20) * 22, 20, 1));
  [board, page, worker, now, key] = [boardOf(...shapes), new RecordedDrawing(), new FakeWorker(), 0, 0];
  scene = new Scene(board, (text) => text.length * 50);
  dry = new DryLayer(page, scene, new Painter(page), 40 * TILE_SIZE * TILE_SIZE * 4, () => -1e9);
  atelier = new Atelier({ easel: dry.easel, scene, pictures: new PictureBook(), drawing: page }, () => worker, () => {});
  scene.subscribe((change) => {
    dry.follow(change);
    atelier.follow(change);
  });
});

test("once the worker is ready it paints everything and the page nothing", () => {
  worker.say({ type: "ready" });
  settle();
  expect(worker.drawing.count("fill")).toBe(320);
  expect(page.count("fill")).toBe(0);
  expect(dry.isFresh(everywhere, view)).toBe(true);
});

test("until it is ready the page paints; a worker that cannot is never asked again", () => {
  frame();
  expect(page.count("fill")).toBeGreaterThan(0);
  worker.say({ type: "unable" });
  for (let i = 0; i < 20 && frame(); i++);
  expect(worker.ended).toBe(true);
  expect(atelier.isRemote).toBe(false);
  expect(page.count("fill")).toBe(320);
});

test("a worker that fails in the middle leaves its tiles to the page", () => {
  worker.say({ type: "ready" });
  frame();
  worker.onerror?.({ preventDefault: () => {} } as ErrorEvent);
  for (let i = 0; i < 20 && frame(); i++);
  expect(page.count("fill")).toBe(320);
  expect(dry.isFresh(everywhere, view)).toBe(true);
});

test("ink that came while a tile was being painted is on it when the picture comes, once", () => {
  worker.say({ type: "ready" });
  frame();
  worker.hear();
  worker.paint();
  // Painted, but not here yet.
  submit({ type: "add_shapes", shapes: [line("late", 100, 480, 40, 9)] });
  page.forget();
  worker.say();
  expect(page.count("fill")).toBe(1);
  settle();
  expect(worker.drawing.count("fill")).toBe(320);
});

test("ink that the worker knew of already is not painted twice", () => {
  worker.say({ type: "ready" });
  frame();
  // Ordered, not begun: the change is told before the worker looks.
  submit({ type: "add_shapes", shapes: [line("early", 100, 480, 40, 9)] });
  worker.hear();
  worker.paint();
  page.forget();
  worker.say();
  expect(page.count("fill")).toBe(0);
  settle();
  expect(worker.drawing.count("fill") + page.count("fill")).toBe(321);
});

test("what goes while its tile is painted is gone from the next picture", () => {
  worker.say({ type: "ready" });
  frame();
  worker.hear();
  worker.paint();
  submit({ type: "remove_shapes", ids: ["s0"] });
  worker.say();
  expect(dry.isFresh({ minX: 20, minY: 10, maxX: 40, maxY: 30 }, view)).toBe(false);
  settle();
  expect(dry.isFresh(everywhere, view)).toBe(true);
});

test("looks reach the worker", () => {
  worker.say({ type: "ready" });
  settle();
  worker.drawing.forget();
  dry.setLooks({ hidden: new Set(["s0", "s1"]), faint: new Set() });
  settle();
  const again = worker.drawing.count("fill");
  expect(again).toBeGreaterThan(0);
  expect(again).toBeLessThan(40);
});

test("destroying ends the worker", () => {
  worker.say({ type: "ready" });
  settle();
  dry.destroy();
  atelier.destroy();
  expect(worker.ended).toBe(true);
});
