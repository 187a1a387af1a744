import { beforeEach, expect, test } from "vitest";
import type { Board } from "../document/board";
import type { ShapeId } from "../protocol/generated/messages";
import { boardOf, line } from "../testing/ink";
import { RecordedDrawing } from "../testing/recorded_drawing";
import { Carrier } from "./carrier";
import { DryLayer } from "./layers/dry";
import { Painter } from "./layers/painter";
import { RAFT_SHAPES_MIN } from "./layers/raft";
import { TILE_SIZE } from "./layers/tiles";
import { viewOf } from "./layers/view";
import { WetLayer } from "./layers/wet";
import { Scene } from "./scene";

const view = viewOf({ x: 0, y: 0, zoom: 1 }, { width: 1000, height: 500 }, 1);
const plenty = { points: Infinity, ms: Infinity };
const MANY = RAFT_SHAPES_MIN + 10;

let board: Board;
let drawing: RecordedDrawing;
let scene: Scene;
let dry: DryLayer;
let wet: WetLayer;
let carrier: Carrier;
let changes: number;
let now: number;
let ids: ShapeId[];

/** As the engine does when what is carried changed. */
const applyLooks = (): void => dry.setLooks({ hidden: carrier.hidden(), faint: new Set() });

function show(dx: number, dy: number, carried: readonly ShapeId[] = ids): void {
  carrier.show({ move: { ids: carried, dx, dy } }, view);
  applyLooks();
}

function settle(): void {
  for (let frames = 0; frames < 100; frames++) {
    now += 500;
    const { left } = dry.work(view, now, plenty);
    carrier.putDown(view, !left && dry.isIdle);
    if (!left) return;
  }
  throw new Error("never done");
}

const liftedIds = (): ShapeId[] => wet.lifted.shapes.map(({ shape }) => shape.id);

function drop(dx: number, dy: number): void {
  const moved = ids.flatMap((id) => {
    const shape = scene.get(id)?.shape;
    return shape ? [{ id, x: shape.x + dx, y: shape.y + dy }] : [];
  });
  board.applyConfirmed({ type: "update_shapes", changes: moved });
  carrier.show({}, view);
  applyLooks();
}

function setUp(count: number): void {
  ids = Array.from({ length: count }, (_, i) => `s${i}`);
  drawing = new RecordedDrawing();
  board = boardOf(line("still", 700, 400), ...ids.map((id, i) => line(id, 40 + (i % 20) * 30, 40 + Math.floor(i / 20) * 30, 20, i + 2)));
  scene = new Scene(board, () => 0);
  const painter = new Painter(drawing);
  dry = new DryLayer(drawing, scene, painter, 20 * TILE_SIZE * TILE_SIZE * 4, () => 0);
  wet = new WetLayer(drawing, painter);
  scene.subscribe((change) => dry.follow(change));
  [changes, now] = [0, 0];
  carrier = new Carrier(scene, dry, wet, () => {
    changes += 1;
    applyLooks();
  });
  settle();
}

beforeEach(() => setUp(3));

test("a few are off the dry layer at once and on the wet one where they would be", () => {
  show(30, 10);
  expect(carrier.hidden()).toEqual(new Set(ids));
  expect(liftedIds()).toEqual(ids);
  expect([wet.lifted.dx, wet.lifted.dy]).toEqual([30, 10]);
});

test("put down, they stay on the wet layer until the dry one shows them", () => {
  show(30, 10);
  settle();
  drop(30, 10);
  expect(liftedIds()).toEqual(ids);
  expect([wet.lifted.dx, wet.lifted.dy]).toEqual([0, 0]);
  expect(carrier.hidden().size).toBe(0);
  settle();
  expect(wet.isEmpty).toBe(true);
});

test("a gesture that is given up leaves them where they were", () => {
  show(30, 10);
  settle();
  carrier.show({}, view);
  applyLooks();
  settle();
  expect(wet.isEmpty).toBe(true);
  expect(scene.get("s0")?.shape.x).toBe(40);
  expect(dry.isFresh(scene.bounds(), view)).toBe(true);
});

test("drafts are shown in place of those on the board", () => {
  const shape = scene.get("s1")?.shape;
  carrier.show({ draft: shape ? [{ ...shape, x: 333 }] : [] }, view);
  expect(wet.lifted.still.map(({ shape: { id, x } }) => [id, x])).toEqual([["s1", 333]]);
  expect(carrier.hidden()).toEqual(new Set(["s1"]));
});

test("many stay where they are until there is a picture of them, then they move as one", () => {
  setUp(MANY);
  show(30, 10);
  expect([carrier.hidden().size, wet.isEmpty]).toEqual([0, true]);
  settle();
  expect(changes).toBe(1);
  expect(carrier.hidden()).toEqual(new Set(ids));
  expect(wet.lifted.shapes).toEqual([]);
  show(60, 20);
  expect([wet.lifted.raft?.isReady, wet.lifted.dx]).toEqual([true, 60]);
});

test("many that are put down are seen until the dry layer has them, and the picture is let go", () => {
  setUp(MANY);
  show(30, 10);
  settle();
  drop(30, 10);
  expect(wet.lifted.raft?.shapes.length).toBe(MANY);
  settle();
  expect([wet.isEmpty, carrier.hidden().size]).toEqual([true, 0]);
});

test("many that were made ready move with the first frame", () => {
  setUp(MANY);
  carrier.prepare(ids, view);
  settle();
  expect([carrier.hidden().size, wet.isEmpty, changes]).toEqual([0, true, 0]);
  drawing.forget();
  // A gesture's own list, of the same shapes.
  show(30, 10, [...ids]);
  expect([wet.lifted.raft?.isReady, wet.lifted.dx]).toEqual([true, 30]);
  expect(carrier.hidden()).toEqual(new Set(ids));
});

test("what was made ready and changed since is taken up anew", () => {
  setUp(MANY);
  carrier.prepare(ids, view);
  settle();
  board.applyConfirmed({ type: "update_shapes", changes: [{ id: "s7", x: 500 }] });
  settle();
  show(30, 10);
  expect(wet.isEmpty).toBe(true);
  settle();
  expect(wet.lifted.raft?.isReady).toBe(true);
});

test("with little selected nothing is kept ready", () => {
  setUp(MANY);
  carrier.prepare(ids, view);
  settle();
  expect(carrier.awaits([])).toBe(true);
  carrier.prepare([], view);
  expect(carrier.awaits([])).toBe(false);
});
