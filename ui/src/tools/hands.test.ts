/** Eraser by parts, recognition on hold, laser, lasso, snapping, taps of fingers: what hands do beside drawing. */
import { expect, test } from "vitest";
import { remainder } from "../document/shape";
import { unpackPoints } from "../protocol/points";
import { line, stroke } from "../testing/ink";
import { someShape } from "../testing/some_shapes";
import { only, PLAIN, sample, viewOn } from "../testing/tool_view";
import type { Effect } from "./effect";
import { ERASER_IDLE, stepEraser } from "./eraser";
import { initialGestures, stepGestures, type Input } from "./gestures";
import { LASER_IDLE, stepLaser } from "./laser";
import { insideLasso } from "./lasso";
import { PEN_IDLE, stepPen } from "./pen";
import { snapped } from "./snap";
import type { Sample, ToolEvent, ToolView } from "./tool";

const down = (at: Sample): ToolEvent => ({ type: "down", at, fresh: "g", reach: 6, modifiers: PLAIN });
const move = (...samples: Sample[]): ToolEvent => ({ type: "move", samples, modifiers: PLAIN });
const up = (at: Sample): ToolEvent => ({ type: "up", at, modifiers: PLAIN });

function play<S>(step: (state: S, event: ToolEvent, view: ToolView) => { state: S; effects: readonly Effect[] }, idle: S, view: ToolView, ...events: ToolEvent[]) {
  let state = idle;
  const effects: Effect[] = [];
  for (const event of events) {
    const next = step(state, event, view);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const byParts = (view: ToolView): ToolView => ({ ...view, style: { ...view.style, eraser: "parts" } });

test("by parts, what is left of a stroke keeps its look; it is one operation", () => {
  const long = { ...stroke("a", Array.from({ length: 41 }, (_, i) => ({ x: i * 10, y: 0 }))), color: "#2f9e44", opacity: 0.5 };
  const view = byParts(viewOn([long]));
  const { effects } = play(stepEraser, ERASER_IDLE, view, down(sample(200, -40)), move(sample(200, 40)), up(sample(200, 40)));
  const [cut, ...more] = only(effects, "submit");
  expect([cut?.gesture, cut?.operation, more]).toMatchObject(["g", { type: "remove_shapes", ids: ["a"] }, []]);
  const left = cut?.operation.type === "remove_shapes" ? (cut.operation.left ?? []) : [];
  const parts = left.flatMap((piece) => remainder(long, piece) ?? []);
  expect(parts.map(({ color, opacity }) => [color, opacity])).toEqual([["#2f9e44", 0.5], ["#2f9e44", 0.5]]);
  const ends = left.map(({ points }) => [unpackPoints(points)[0]?.x ?? NaN, unpackPoints(points).at(-1)?.x ?? NaN]);
  expect(ends[0]?.[0]).toBe(0);
  expect(ends[0]?.[1]).toBeLessThan(195);
  expect(ends[1]?.[0]).toBeGreaterThan(205);
  expect(ends[1]?.[1]).toBeCloseTo(400, 0);
});

test("by parts, what is no ink goes whole, what is locked stays", () => {
  const form = (id: string, x: number, locked: boolean) => someShape(id, { kind: "geo", form: "rectangle", w: 50, h: 50, width: 2, text: "", size: 20 }, { x, fill: "#ffec99", locked });
  const { effects } = play(stepEraser, ERASER_IDLE, byParts(viewOn([form("a", 0, false), form("b", 100, true)])), down(sample(-20, 20)), move(sample(200, 20)), up(sample(200, 20)));
  expect(only(effects, "submit").map(({ operation }) => operation)).toEqual([{ type: "remove_shapes", ids: ["a"] }]);
});

test("a stroke held still becomes what it looks like; going on makes it ink again", () => {
  const box = [...Array(21).keys()].map((i) => sample(i * 10, 0, i * 8)).concat([...Array(21).keys()].map((i) => sample(200, i * 10, 200 + i * 8)), [...Array(21).keys()].map((i) => sample(200 - i * 10, 200, 400 + i * 8)), [...Array(20).keys()].map((i) => sample(0, 200 - i * 10, 600 + i * 8)));
  const held: ToolEvent[] = [down(sample(0, 0, 0)), move(...box), { type: "frame", now: 1_000 }, { type: "frame", now: 1_500 }];
  const rest = play(stepPen, PEN_IDLE, viewOn([]), ...held, up(sample(0, 10, 1_600)));
  const [operation] = only(rest.effects, "submit").map((submit) => submit.operation);
  expect(operation?.type === "add_shapes" && operation.shapes[0]?.body).toMatchObject({ kind: "geo", form: "rectangle" });
  expect(only(rest.effects, "set_preview").at(-1)?.preview).toEqual({});
  const on = play(stepPen, PEN_IDLE, viewOn([]), ...held, move(sample(90, 90, 1_700)), up(sample(95, 95, 1_750)));
  const [ink] = only(on.effects, "submit").map((submit) => submit.operation);
  expect(ink?.type === "add_shapes" && ink.shapes[0]?.body.kind).toBe("stroke");
});

test("a laser leaves nothing behind", () => {
  const { effects } = play(stepLaser, LASER_IDLE, viewOn([]), down(sample(0, 0, 0)), move(sample(50, 0, 16)), { type: "frame", now: 16 }, up(sample(60, 0, 32)));
  expect(only(effects, "submit")).toEqual([]);
  expect(only(effects, "extend_ink")[0]?.ink).toMatchObject({ nib: "laser", start: 0 });
  expect(only(effects, "cancel_ink")).toEqual([{ type: "cancel_ink", stroke: "g" }]);
  expect(only(effects, "set_local_ink").at(-1)?.ink).toBeNull();
});

test("a lasso takes what lies in it, not what it only touches", () => {
  const view = viewOn([line("in", 20, 20, 40), line("half", 60, 50, 200), line("out", 300, 20, 40)]);
  const way = [{ x: 0, y: 0 }, { x: 120, y: 0 }, { x: 120, y: 100 }, { x: 0, y: 100 }];
  expect(insideLasso(view.scene, way)).toEqual(["in"]);
});

test("edges come to lie in line, unless Ctrl is down; or on the grid", () => {
  const form = (id: string, x: number, y: number) => someShape(id, { kind: "image", w: 100, h: 100, blob: "a5".repeat(32) }, { x, y });
  const view = viewOn([form("still", 0, 0), form("moves", 300, 200)]);
  const on = { ...view, style: { ...view.style, snap: true } };
  const box = view.scene.boundsOf(["moves"]);
  const fit = snapped(box, -297, 0, new Set(["moves"]), on, false);
  expect(fit.dx).toBe(-300);
  expect(fit.guides.length).toBeGreaterThan(0);
  expect(snapped(box, -297, 0, new Set(["moves"]), on, true).dx).toBe(-297);
  const grid = { ...view, style: { ...view.style, grid: true } };
  expect(snapped(box, 13, 0, new Set(["moves"]), grid, false).dx).toBe(20);
  // Where a form is on the grid its line is not: half of its breadth lies outside.
  const broad = viewOn([someShape("broad", { kind: "geo", form: "rectangle", w: 100, h: 60, width: 12, text: "", size: 20 }, { x: 40, y: 40 })], { style: grid.style });
  expect(snapped(broad.scene.boundsOf(["broad"]), 17, -18, new Set(["broad"]), broad, false)).toMatchObject({ dx: 20, dy: -20 });
});

test.each([
  [2, "undo"],
  [3, "redo"],
])("%i fingers that tap: %s", (fingers, expected) => {
  let state = initialGestures("pen");
  const view = viewOn([]);
  const effects: Effect[] = [];
  const inputs: Input[] = [];
  for (let finger = 1; finger <= fingers; finger++) {
    inputs.push({ type: "pointer_down", pointer: finger, kind: "touch", button: 0, at: { x: finger * 60, y: 100, timeMs: finger * 10 }, modifiers: PLAIN, fresh: `f${finger}` });
  }
  for (let finger = 1; finger <= fingers; finger++) inputs.push({ type: "pointer_up", pointer: finger, at: { x: finger * 60, y: 100, timeMs: 120 + finger }, modifiers: PLAIN });
  for (const input of inputs) {
    const step = stepGestures(state, input, view);
    state = step.state;
    effects.push(...step.effects);
  }
  expect(effects.filter(({ type }) => type === "undo" || type === "redo").map(({ type }) => type)).toEqual([expected]);
  expect(only(effects, "submit")).toEqual([]);
  expect(state.mode.type).toBe("idle");
});
