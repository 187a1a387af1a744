import { beforeEach, expect, test } from "vitest";
import { boardOf, line, stroke } from "../../testing/ink";
import type { RecordedSurface } from "../../testing/recorded_drawing";
import { RecordedDrawing } from "../../testing/recorded_drawing";
import type { Board } from "../../document/board";
import { Scene } from "../scene";
import { DryLayer } from "./dry";
import { Painter } from "./painter";
import { TILE_SIZE } from "./tiles";
import { viewOf, type View } from "./view";

const size = { width: 1000, height: 500 };
const viewAt = (x: number, y: number, zoom = 1): View => viewOf({ x, y, zoom }, size, 1);
const plenty = { points: Infinity, ms: Infinity };

let drawing: RecordedDrawing;
let board: Board;
let scene: Scene;
let dry: DryLayer;
let now: number;
let key: number;

function setUp(...shapes: Parameters<typeof boardOf>): void {
  drawing = new RecordedDrawing();
  board = boardOf(...shapes);
  scene = new Scene(board, (text) => text.length * 50);
  dry = new DryLayer(drawing, scene, new Painter(drawing), 20 * TILE_SIZE * TILE_SIZE * 4, () => 0);
  scene.subscribe((change) => dry.follow(change));
  now = 0;
  key = 0;
}

/** Frames until nothing is left, as the engine runs them. Returns how many. */
function settle(view: View, limit = plenty): number {
  for (let frames = 1; frames < 1_000; frames++) {
    now += 16;
    const { left } = dry.work(view, now, limit);
    dry.draw(view);
    if (!left) return frames;
  }
  throw new Error("never done");
}

const filledOn = (surface: RecordedSurface) => surface.count("fill");
const submit = (operation: Parameters<Board["addPending"]>[1]) => board.addPending((key += 1), operation);

beforeEach(() => setUp(line("a", 100, 100), line("b", 300, 300)));

test("paints what is on screen, then rests, and a pan within it paints nothing", () => {
  settle(viewAt(0, 0));
  expect(drawing.count("fill")).toBe(2);
  drawing.forget();
  settle(viewAt(20, 10));
  expect(drawing.count("fill")).toBe(0);
  expect(dry.isFresh({ minX: 0, minY: 0, maxX: 500, maxY: 400 }, viewAt(20, 10))).toBe(true);
});

test("a new stroke on top is on the picture at once, alone", () => {
  settle(viewAt(0, 0));
  drawing.forget();
  submit({ type: "add_shapes", shapes: [line("c", 120, 100, 40, 2)] });
  expect(drawing.count("fill")).toBe(1);
  expect(drawing.count("clearRect")).toBe(0);
  expect(dry.isFresh({ minX: 100, minY: 90, maxX: 200, maxY: 110 }, viewAt(0, 0))).toBe(true);
  expect(settle(viewAt(0, 0))).toBe(1);
  expect(drawing.count("fill")).toBe(1);
});

test("one that lies under others has its place painted anew, in order", () => {
  settle(viewAt(0, 0));
  drawing.forget();
  submit({ type: "add_shapes", shapes: [line("under", 110, 100, 40, 0.5)] });
  expect(drawing.count("fill")).toBe(0);
  settle(viewAt(0, 0));
  expect(drawing.count("fill")).toBe(2);
});

test("what goes is cleared in its own place only, and the old picture stays until then", () => {
  settle(viewAt(0, 0));
  drawing.forget();
  submit({ type: "remove_shapes", ids: ["a"] });
  dry.draw(viewAt(0, 0));
  expect(dry.isFresh({ minX: 100, minY: 90, maxX: 150, maxY: 110 }, viewAt(0, 0))).toBe(false);
  settle(viewAt(0, 0));
  expect(drawing.count("fill")).toBe(0);
  const cleared = drawing.surfaces.flatMap((surface) => surface.calls.filter((call) => call.name === "clearRect" && call.args[2] !== TILE_SIZE));
  expect(cleared).toHaveLength(1);
  const [x, y, width, height] = cleared[0]?.args as [number, number, number, number];
  expect(x).toBeGreaterThan(80);
  expect(y).toBeGreaterThan(80);
  expect(width).toBeLessThan(80);
  expect(height).toBeLessThan(30);
});

test("painting goes on over many frames, a little in each", () => {
  setUp(...Array.from({ length: 400 }, (_, i) => line(`s${i}`, 20 + (i % 20) * 24, 20 + Math.floor(i / 20) * 22, 20)));
  const limit = { points: 100, ms: Infinity };
  let most = 0;
  for (let frame = 0; frame < 2_000; frame++) {
    drawing.forget();
    now += 16;
    const { left } = dry.work(viewAt(0, 0), now, limit);
    most = Math.max(most, drawing.count("fill"));
    if (!left) break;
  }
  expect(most).toBeLessThan(20);
  expect(dry.isFresh({ minX: 0, minY: 0, maxX: 500, maxY: 460 }, viewAt(0, 0))).toBe(true);
});

test("while the zoom changes the old picture is shown larger; afterwards it is sharp", () => {
  settle(viewAt(0, 0));
  const surface = dry.surface as RecordedSurface;
  surface.forget();
  now += 16;
  dry.work(viewAt(0, 0, 1.5), now, { points: 0, ms: 0 });
  dry.draw(viewAt(0, 0, 1.5));
  const scaled = surface.calls.filter((call) => call.name === "drawImage" && call.args.length === 5 && call.args[3] !== TILE_SIZE);
  expect(scaled.length).toBeGreaterThan(0);
  settle(viewAt(0, 0, 1.5));
  expect([...dry.tiles.scales]).toContain(1.5);
  expect(dry.isFresh({ minX: 100, minY: 90, maxX: 150, maxY: 110 }, viewAt(0, 0, 1.5))).toBe(true);
});

test("bitmaps stay within their bytes however far one travels", () => {
  setUp(stroke("long", Array.from({ length: 400 }, (_, i) => ({ x: i * 100, y: i * 60 }))));
  for (let i = 0; i < 30; i++) settle(viewAt(i * 900, i * 540));
  expect(dry.tiles.bytes).toBeLessThanOrEqual(20 * TILE_SIZE * TILE_SIZE * 4);
});

test("an empty board takes no bitmap", () => {
  setUp();
  settle(viewAt(0, 0));
  expect(dry.tiles.bytes).toBe(0);
});

test("hidden shapes are left out, faint ones come faint, and both come back", () => {
  settle(viewAt(0, 0));
  drawing.forget();
  dry.setLooks({ hidden: new Set(["a"]), faint: new Set(["b"]) });
  settle(viewAt(0, 0));
  expect(drawing.count("fill")).toBe(1);
  drawing.forget();
  dry.setLooks({ hidden: new Set(), faint: new Set() });
  settle(viewAt(0, 0));
  expect(drawing.count("fill")).toBe(2);
});

test("far out, ink is lines, many in one call", () => {
  setUp(...Array.from({ length: 100 }, (_, i) => line(`s${i}`, i * 50, 10, 40)));
  settle(viewAt(0, 0, 0.1));
  const tiles = drawing.surfaces.reduce((sum, surface) => sum + filledOn(surface), 0);
  expect(tiles).toBe(0);
  expect(drawing.count("stroke")).toBeLessThan(6);
});

test("destroy frees every bitmap", () => {
  settle(viewAt(0, 0));
  dry.destroy();
  expect(dry.tiles.bytes).toBe(0);
});
