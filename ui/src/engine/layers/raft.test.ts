import { beforeEach, expect, test } from "vitest";
import type { Board } from "../../document/board";
import { boardOf, line } from "../../testing/ink";
import { RecordedDrawing, RecordedSurface } from "../../testing/recorded_drawing";
import { Scene, type Placed } from "../scene";
import { DryLayer } from "./dry";
import { Painter } from "./painter";
import { Raft } from "./raft";
import { TILE_SIZE } from "./tiles";
import { viewOf, type View } from "./view";

const viewAt = (x: number, y: number, zoom = 1): View => viewOf({ x, y, zoom }, { width: 1000, height: 500 }, 1);
const view = viewAt(0, 0);
const plenty = { points: Infinity, ms: Infinity };

let board: Board;
let drawing: RecordedDrawing;
let scene: Scene;
let dry: DryLayer;
let raft: Raft;
let came: number;
let now: number;

function settle(): void {
  for (let frames = 0; frames < 100; frames++) {
    now += 500;
    if (!dry.work(view, now, plenty).left) return;
  }
  throw new Error("never done");
}

const all = (): Placed[] => scene.query({ minX: -1e6, minY: -1e6, maxX: 1e6, maxY: 1e6 });

/** What the raft puts on a layer: where and how large. */
function shownAt(at: View, dx: number, dy: number): readonly unknown[][] {
  const layer = new RecordedSurface(1000, 500);
  raft.draw(layer.pen, at, dx, dy);
  return layer.calls.filter(({ name }) => name === "drawImage").map(({ args }) => args.slice(1));
}

beforeEach(() => {
  drawing = new RecordedDrawing();
  board = boardOf(...Array.from({ length: 12 }, (_, i) => line(`s${i}`, 100 + i * 40, 100 + i * 20)));
  scene = new Scene(board, () => 0);
  dry = new DryLayer(drawing, scene, new Painter(drawing), 20 * TILE_SIZE * TILE_SIZE * 4, () => 0);
  scene.subscribe((change) => dry.follow(change));
  [came, now] = [0, 0];
  raft = new Raft(dry.easel, () => (came += 1));
  settle();
});

test("it is ready when its picture has come, and then a frame costs one image", () => {
  raft.take(all(), view);
  expect(raft.isReady).toBe(false);
  expect(shownAt(view, 0, 0)).toEqual([]);
  drawing.forget();
  settle();
  expect([raft.isReady, came, drawing.count("fill")]).toEqual([true, 1, 12]);
  drawing.forget();
  const [[x, y] = []] = shownAt(view, 0, 0);
  expect(shownAt(view, 30, -7)).toEqual([[Number(x) + 30, Number(y) - 7, expect.any(Number), expect.any(Number)]]);
  expect(drawing.count("fill")).toBe(0);
});

test("it moves and grows with the view", () => {
  raft.take(all(), view);
  settle();
  const [[x, y, width, height] = []] = shownAt(view, 0, 0);
  const [[x2, y2, width2, height2] = []] = shownAt(viewAt(50, 20, 2), 0, 0);
  expect([x2, y2]).toEqual([(Number(x) - 50) * 2, (Number(y) - 20) * 2]);
  expect([width2, height2]).toEqual([Number(width) * 2, Number(height) * 2]);
});

test("what is far larger than the screen is taken only so far around it", () => {
  board.applyConfirmed({ type: "add_shapes", shapes: [line("far", 900_000, 900_000)] });
  raft.take(all(), view);
  settle();
  const [[, , width, height] = []] = shownAt(view, 0, 0);
  expect(Number(width)).toBeLessThan(2_600);
  expect(Number(height)).toBeLessThan(2_100);
});

test("shapes of which nothing is near the screen are taken without a picture", () => {
  board.applyConfirmed({ type: "add_shapes", shapes: [line("far", 900_000, 900_000)] });
  raft.take(all().filter(({ shape }) => shape.id === "far"), view);
  settle();
  expect(shownAt(view, 0, 0)).toEqual([]);
});

test("what it took up ahead of time holds until something of it changes or more of it is to be seen", () => {
  const shapes = all();
  raft.take(shapes, view);
  expect(raft.holds(all(), view)).toBe(true);
  expect(raft.holds(shapes, viewAt(40, 0))).toBe(true);
  expect(raft.holds(shapes, viewAt(0, 0, 2))).toBe(false);
  expect(raft.holds(shapes.slice(1), view)).toBe(false);
  dry.easel.setScheme("dark");
  expect(raft.holds(shapes, view)).toBe(false);
  dry.easel.setScheme("light");
  board.applyConfirmed({ type: "update_shapes", changes: [{ id: "s3", x: 5 }] });
  expect(raft.holds(all(), view)).toBe(false);
});

test("what lies beyond what was taken is missed when it comes into view", () => {
  board.applyConfirmed({ type: "add_shapes", shapes: [line("far", 4_000, 100)] });
  const shapes = all();
  raft.take(shapes, view);
  expect(raft.holds(shapes, view)).toBe(true);
  expect(raft.holds(shapes, viewAt(3_500, 0))).toBe(false);
});

test("dropped, it shows nothing, and a picture that comes late is nobody's", () => {
  raft.take(all(), view);
  raft.drop();
  settle();
  expect([raft.isReady, came, raft.shapes.length]).toEqual([false, 0, 0]);
  expect(raft.holds(all(), view)).toBe(false);
  expect(dry.isIdle).toBe(true);
});
