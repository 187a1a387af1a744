import { expect, test } from "vitest";
import { CONTEXT } from "../engine/outline";
import { STROKE_POINTS_MAX } from "../protocol/generated/limits";
import type { Shape } from "../protocol/generated/messages";
import { unpackPoints } from "../protocol/points";
import { line } from "../testing/ink";
import { only, PLAIN, sample, viewOn } from "../testing/tool_view";
import type { Effect } from "./effect";
import { PEN_IDLE, stepPen, type PenState } from "./pen";
import type { Sample, ToolEvent, ToolView } from "./tool";

const down = (at: Sample): ToolEvent => ({ type: "down", at, fresh: "s1", reach: 6, modifiers: PLAIN });
const move = (...samples: Sample[]): ToolEvent => ({ type: "move", samples, modifiers: PLAIN });
const up = (at: Sample): ToolEvent => ({ type: "up", at, modifiers: PLAIN });

function play(view: ToolView, ...events: ToolEvent[]): { state: PenState; effects: Effect[] } {
  let state = PEN_IDLE;
  const effects: Effect[] = [];
  for (const event of events) {
    const step = stepPen(state, event, view);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

function shapesOf(effects: readonly Effect[]): Shape[] {
  return only(effects, "submit").flatMap(({ operation }) => (operation.type === "add_shapes" ? operation.shapes : []));
}

test("a stroke is on the board when the pen is lifted, on top, with its own points", () => {
  const view = viewOn([line("below", 0, 0, 40, 7)]);
  const { state, effects } = play(view, down(sample(10, 20, 1_000)), move(sample(15, 20, 1_008), sample(20, 25, 1_016)), up(sample(30, 30, 1_032)));
  expect(state).toEqual(PEN_IDLE);
  const [shape] = shapesOf(effects);
  expect(shape).toMatchObject({ id: "s1", x: 10, y: 20, z: 8, color: "#e03131", body: { kind: "stroke", width: 4 } });
  expect(shape?.body.kind === "stroke" && unpackPoints(shape.body.points)).toEqual([
    { x: 0, y: 0, timeMs: 0 },
    { x: 5, y: 0, timeMs: 8 },
    { x: 10, y: 5, timeMs: 16 },
    { x: 20, y: 10, timeMs: 32 },
  ]);
  expect(effects.at(-1)).toEqual({ type: "set_local_ink", ink: null });
});

test("a tap is a stroke of one point", () => {
  const [shape] = shapesOf(play(viewOn([]), down(sample(5, 5)), up(sample(5, 5, 30))).effects);
  expect(shape?.body.kind === "stroke" && unpackPoints(shape.body.points)).toHaveLength(1);
});

test("moves that nobody could see are dropped, by what they are on the screen", () => {
  const near = (zoom: number) => {
    const view = viewOn([], { camera: { x: 0, y: 0, zoom } });
    const { state } = play(view, down(sample(0, 0)), move(sample(0.1, 0), sample(0.2, 0), sample(1, 0)));
    return state.type === "drawing" ? state.points.length : 0;
  };
  expect(near(1)).toBe(2);
  expect(near(16)).toBe(4);
});

test("the others get each point once, frame by frame", () => {
  const { effects } = play(
    viewOn([]),
    down(sample(0, 0, 100)),
    { type: "frame", now: 110 },
    { type: "frame", now: 120 },
    move(sample(5, 0, 124), sample(10, 0, 128)),
    { type: "frame", now: 130 },
  );
  expect(only(effects, "extend_ink").map(({ ink }) => ink)).toEqual([
    { stroke: "s1", color: "#e03131", width: 4, start: 0, points: [{ x: 0, y: 0, timeMs: 0 }] },
    { stroke: "s1", color: "#e03131", width: 4, start: 1, points: [{ x: 5, y: 0, timeMs: 24 }, { x: 10, y: 0, timeMs: 28 }] },
  ]);
});

test.each<[string, ToolEvent]>([
  ["cancelled", { type: "cancel" }],
  ["given up by Escape", { type: "key", key: "Escape", fresh: "k", modifiers: PLAIN, timeMs: 0 }],
])("a stroke that is %s leaves nothing, here and with the others", (_, end) => {
  const { state, effects } = play(viewOn([]), down(sample(0, 0)), { type: "frame", now: 1 }, end);
  expect(state).toEqual(PEN_IDLE);
  expect(only(effects, "submit")).toEqual([]);
  expect(only(effects, "cancel_ink")).toEqual([{ type: "cancel_ink", stroke: "s1" }]);
  expect(only(effects, "set_local_ink").at(-1)).toEqual({ type: "set_local_ink", ink: null });
});

test("what the others never saw need not be cancelled with them", () => {
  expect(only(play(viewOn([]), down(sample(0, 0)), { type: "cancel" }).effects, "cancel_ink")).toEqual([]);
});

test("pressure goes with every point or with none, and time does not run backwards", () => {
  const pressed = play(viewOn([]), down({ ...sample(0, 0, 50), pressure: 0.5 }), move(sample(9, 0, 40)), up({ ...sample(18, 0, 60), pressure: 0.75 }));
  const plain = play(viewOn([]), down(sample(0, 0)), up({ ...sample(9, 0, 8), pressure: 0.9 }));
  const points = (effects: readonly Effect[]) => shapesOf(effects).flatMap(({ body }) => (body.kind === "stroke" ? unpackPoints(body.points) : []));
  expect(points(pressed.effects).map((point) => point.pressure?.toFixed(1))).toEqual(["0.5", "0.5", "0.7"]);
  expect(points(pressed.effects).map((point) => point.timeMs)).toEqual([0, 0, 10]);
  expect(points(plain.effects).every((point) => point.pressure === undefined)).toBe(true);
});

test("a stroke without end is committed in parts that overlap and are undone together", () => {
  const samples = Array.from({ length: STROKE_POINTS_MAX + 500 }, (_, i) => sample(i, Math.sin(i / 30) * 50, i));
  const { effects } = play(viewOn([]), down(sample(-1, 0)), ...Array.from({ length: 21 }, (_, i) => move(...samples.slice(i * 500, i * 500 + 500))), up(sample(11_000, 0, 20_000)));
  const shapes = shapesOf(effects);
  expect(shapes.map((shape) => shape.id)).toEqual(["s1", "s1-1"]);
  expect(new Set(only(effects, "submit").map(({ gesture }) => gesture))).toEqual(new Set(["s1"]));
  const [first, second] = shapes.map(({ x, body }) => (body.kind === "stroke" ? unpackPoints(body.points).map((point) => point.x + x) : []));
  expect(first).toHaveLength(STROKE_POINTS_MAX);
  expect(second?.slice(0, 2 * CONTEXT)).toEqual(first?.slice(-2 * CONTEXT));
});
