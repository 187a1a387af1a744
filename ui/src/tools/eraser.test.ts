import { expect, test } from "vitest";
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import { line, stroke } from "../testing/ink";
import { only, PLAIN, sample, viewOn } from "../testing/tool_view";
import type { Effect } from "./effect";
import { ERASER_IDLE, stepEraser } from "./eraser";
import type { Sample, ToolEvent, ToolView } from "./tool";

const down = (at: Sample): ToolEvent => ({ type: "down", at, fresh: "g", reach: 6, modifiers: PLAIN });
const move = (...samples: Sample[]): ToolEvent => ({ type: "move", samples, modifiers: PLAIN });
const up = (at: Sample): ToolEvent => ({ type: "up", at, modifiers: PLAIN });
const post = (id: string, x: number) => stroke(id, [{ x, y: -30 }, { x, y: 30 }]);

function play(view: ToolView, ...events: ToolEvent[]): { state: unknown; effects: Effect[] } {
  let state = ERASER_IDLE;
  const effects: Effect[] = [];
  for (const event of events) {
    const step = stepEraser(state, event, view);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const erased = (effects: readonly Effect[]) =>
  only(effects, "submit").map(({ operation }) => (operation.type === "remove_shapes" ? operation.ids : []));

test("takes what lies between two samples, in one operation, on release", () => {
  const view = viewOn([post("a", 100), post("b", 250), post("c", 900)]);
  const before = play(view, down(sample(0, 0)), move(sample(400, 0)));
  expect(only(before.effects, "set_preview").at(-1)?.preview.erase).toEqual(["a", "b"]);
  expect(erased(before.effects)).toEqual([]);
  const { state, effects } = play(view, down(sample(0, 0)), move(sample(400, 0)), up(sample(400, 10)));
  expect(erased(effects)).toEqual([["a", "b"]]);
  expect(effects.at(-1)).toEqual({ type: "set_preview", preview: {} });
  expect(state).toEqual(ERASER_IDLE);
});

test("the faint list stays the same while nothing is added", () => {
  const view = viewOn([post("a", 100)]);
  const previews = only(play(view, down(sample(90, 0)), move(sample(110, 0)), move(sample(200, 0))).effects, "set_preview");
  expect(previews[2]?.preview.erase).toBe(previews[1]?.preview.erase);
});

test.each<[string, ToolEvent]>([
  ["a cancel", { type: "cancel" }],
  ["Escape", { type: "key", key: "Escape", fresh: "k", modifiers: PLAIN, timeMs: 0 }],
])("%s leaves everything", (_, end) => {
  const { state, effects } = play(viewOn([post("a", 0)]), down(sample(0, 0)), end);
  expect(erased(effects)).toEqual([]);
  expect([state, effects.at(-1)]).toEqual([ERASER_IDLE, { type: "set_preview", preview: {} }]);
});

test("its trail fades behind it", () => {
  const { effects } = play(viewOn([]), down(sample(0, 0, 0)), move(sample(50, 0, 100), sample(90, 0, 300)), { type: "frame", now: 310 });
  expect(only(effects, "set_preview").at(-1)?.preview.trail).toHaveLength(1);
});

test("what is already gone is not taken again, and a great many go in runs the wire takes", () => {
  const shapes = Array.from({ length: OPERATION_SHAPES_MAX + 20 }, (_, i) => line(`s${i}`, 0, i * 2, 10));
  const { effects } = play(viewOn(shapes), down(sample(5, -10)), move(sample(5, 3_000)), up(sample(5, 3_000)));
  expect(erased(effects).map((ids) => ids.length)).toEqual([OPERATION_SHAPES_MAX, 20]);
});
