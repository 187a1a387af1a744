import { expect, test } from "vitest";
import type { Shape } from "../protocol/generated/messages";
import { someShape } from "../testing/some_shapes";
import { COMMAND, only, PLAIN, sample, SHIFT, viewOn } from "../testing/tool_view";
import { DRAW_IDLE, stepDraw, type DrawKind } from "./draw";
import type { Effect } from "./effect";
import type { Modifiers, ToolEvent, ToolView } from "./tool";

const down = (x: number, y: number, modifiers: Modifiers = PLAIN): ToolEvent => ({ type: "down", at: sample(x, y), fresh: "g", reach: 6, modifiers });
const move = (x: number, y: number, modifiers: Modifiers = PLAIN): ToolEvent => ({ type: "move", samples: [sample(x, y)], modifiers });
const up = (x: number, y: number, modifiers: Modifiers = PLAIN): ToolEvent => ({ type: "up", at: sample(x, y), modifiers });

function draw(kind: DrawKind, view: ToolView, ...events: ToolEvent[]): { made: Shape | undefined; effects: Effect[] } {
  let state = DRAW_IDLE;
  const effects: Effect[] = [];
  for (const event of events) {
    const step = stepDraw(state, event, view, kind);
    state = step.state;
    effects.push(...step.effects);
  }
  expect(state).toEqual(DRAW_IDLE);
  const [operation] = only(effects, "submit").map((submit) => submit.operation);
  return { made: operation?.type === "add_shapes" ? operation.shapes[0] : undefined, effects };
}

const box = (id: string, x: number, y: number): Shape => someShape(id, { kind: "geo", form: "rectangle", w: 100, h: 60, width: 2, text: "", size: 20 }, { x, y, z: 1 });

test.each<[string, DrawKind, ToolEvent[], object]>([
  ["a drag", "shape", [down(10, 20), move(60, 90), up(110, 80)], { x: 10, y: 20, body: { kind: "geo", w: 100, h: 60 } }],
  ["a drag up and left", "shape", [down(110, 80), move(60, 50), up(10, 20)], { x: 10, y: 20, body: { w: 100, h: 60 } }],
  ["Shift makes it even", "shape", [down(0, 0, SHIFT), move(50, 20, SHIFT), up(80, 40, SHIFT)], { body: { w: 80, h: 80 } }],
  ["Alt from the middle", "shape", [down(50, 50), move(60, 60, { ...PLAIN, alt: true }), up(80, 70, { ...PLAIN, alt: true })], { x: 20, y: 30, body: { w: 60, h: 40 } }],
  ["a click", "shape", [down(200, 200), up(200, 200)], { x: 120, y: 150, body: { w: 160, h: 100 } }],
  ["a note is even", "note", [down(0, 0), move(90, 30), up(100, 50)], { body: { kind: "note", w: 100, h: 100, text: "" } }],
  ["a frame", "frame", [down(0, 0), move(90, 30), up(400, 300)], { z: -1, body: { kind: "frame", w: 400, h: 300, text: "Page 1", order: 1 } }],
  ["an arrow", "arrow", [down(0, 0), move(90, 30), up(100, 50)], { x: 0, y: 0, body: { kind: "connector", w: 100, h: 50, head_end: "arrow" } }],
  ["a line in steps", "line", [down(0, 0, SHIFT), move(90, 3, SHIFT), up(100, 4, SHIFT)], { body: { kind: "connector", h: 0, head_end: "none" } }],
])("%s", (_, kind, events, expected) => {
  const { made, effects } = draw(kind, viewOn([]), ...events);
  expect(made).toMatchObject(expected);
  expect(only(effects, "set_preview").at(-1)?.preview).toEqual({});
  expect(only(effects, "set_tool")).toEqual([{ type: "set_tool", tool: "select" }]);
});

test("ends are bound to what they lie on, but not while Ctrl is down", () => {
  const view = viewOn([box("p", 0, 0), box("q", 300, 0)]);
  const bound = draw("arrow", view, down(50, 30), move(200, 30), up(390, 31));
  expect(bound.made?.body).toMatchObject({ from: "p", to: "q", to_x: 0.9 });
  expect(only(bound.effects, "set_preview").some(({ preview }) => preview.target === "q")).toBe(false);
  const free = draw("arrow", view, down(50, 30, COMMAND), move(200, 30, COMMAND), up(350, 31, COMMAND));
  expect(Object.keys(free.made?.body ?? {})).not.toContain("from");
});

test("a click is no line, and Escape leaves nothing", () => {
  expect(draw("line", viewOn([]), down(0, 0), up(1, 1)).made).toBeUndefined();
  const { made, effects } = draw("shape", viewOn([]), down(0, 0), move(50, 50), { type: "key", key: "Escape", fresh: "k", modifiers: PLAIN, timeMs: 0 });
  expect([made, effects.at(-1)]).toEqual([undefined, { type: "set_preview", preview: {} }]);
});

test("a kept tool stays in hand, a new note is written on", () => {
  const kept = viewOn([], { style: { ...viewOn([]).style, keepTool: true } });
  expect(only(draw("shape", kept, down(0, 0), move(50, 50), up(60, 60)).effects, "set_tool")).toEqual([]);
  expect(only(draw("note", viewOn([]), down(0, 0), up(0, 0)).effects, "edit_text")[0]?.edit).toMatchObject({ id: "g", text: "" });
});
