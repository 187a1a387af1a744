import { expect, test } from "vitest";
import { label, line, stroke } from "../testing/ink";
import { only, PLAIN, sample, SHIFT, viewOn } from "../testing/tool_view";
import type { Shape } from "../protocol/generated/messages";
import type { Effect } from "./effect";
import { SELECT_IDLE, stepSelect } from "./select";
import { finishEdit, stepText, TEXT_IDLE } from "./text";
import type { Modifiers, Sample, ToolEvent, ToolView } from "./tool";

const down = (at: Sample, modifiers = PLAIN): ToolEvent => ({ type: "down", at, fresh: "g", reach: 6, modifiers });
const move = (at: Sample, modifiers = PLAIN): ToolEvent => ({ type: "move", samples: [at], modifiers });
const up = (at: Sample, modifiers = PLAIN): ToolEvent => ({ type: "up", at, modifiers });
const press = (key: string, modifiers: Modifiers = PLAIN, timeMs = 0, fresh = "k"): ToolEvent => ({ type: "key", key, fresh, modifiers, timeMs });

/** Plays events as the shell does: what is selected is in view for the next one. */
function play(view: ToolView, ...events: ToolEvent[]): { selection: readonly string[]; effects: Effect[]; type: string } {
  let state = SELECT_IDLE;
  let selection = view.selection;
  const effects: Effect[] = [];
  for (const event of events) {
    const step = stepSelect(state, event, { ...view, selection });
    state = step.state;
    effects.push(...step.effects);
    selection = only(step.effects, "set_selection").at(-1)?.ids ?? selection;
  }
  return { selection, effects, type: state.type };
}

const shapes = [line("a", 0, 0, 100), line("b", 0, 50, 100), line("c", 0, 200, 100), label("words", 300, 0, "hello")];

test.each<[string, readonly string[], ToolEvent[], readonly string[]]>([
  ["a click selects", [], [down(sample(50, 0)), up(sample(50, 0))], ["a"]],
  ["a click on another selects that one", ["a"], [down(sample(50, 50)), up(sample(50, 50))], ["b"]],
  ["a click on nothing selects nothing", ["a", "b"], [down(sample(50, 120)), up(sample(50, 120))], []],
  ["Shift adds", ["a"], [down(sample(50, 50), SHIFT), up(sample(50, 50), SHIFT)], ["a", "b"]],
  ["Shift takes away", ["a", "b"], [down(sample(50, 50), SHIFT), up(sample(50, 50), SHIFT)], ["a"]],
  ["Shift beside everything changes nothing", ["a"], [down(sample(50, 120), SHIFT), up(sample(50, 120), SHIFT)], ["a"]],
  ["a click on one of several selects it alone", ["a", "b"], [down(sample(50, 50)), up(sample(50, 50))], ["b"]],
  ["a box selects what it meets", [], [down(sample(-20, -20)), move(sample(60, 100)), up(sample(60, 100))], ["a", "b"]],
  ["a box with Shift adds", ["c"], [down(sample(-20, -20), SHIFT), move(sample(60, 10), SHIFT), up(sample(60, 10), SHIFT)], ["c", "a"]],
  ["Escape selects nothing", ["a"], [press("Escape")], []],
])("%s", (_, selection, events, expected) => {
  const after = play(viewOn(shapes, { selection }), ...events);
  expect(after.selection).toEqual(expected);
  expect(after.type).toBe("idle");
});

test("a drag carries the selection and puts it on the board once, at the end", () => {
  const view = viewOn(shapes, { selection: ["a", "b"] });
  const { effects } = play(view, down(sample(50, 0)), move(sample(60, 5)), move(sample(80, 30)), up(sample(80, 30)));
  expect(only(effects, "set_preview")[0]?.preview.move).toEqual({ ids: ["a", "b"], dx: 10, dy: 5 });
  const submits = only(effects, "submit");
  expect(submits).toHaveLength(1);
  expect(submits[0]?.operation).toEqual({
    type: "update_shapes",
    changes: [{ id: "a", x: 30, y: 30 }, { id: "b", x: 30, y: 80 }],
  });
  expect(effects.at(-1)).toEqual({ type: "set_preview", preview: {} });
});

test("dragging something else takes that along instead", () => {
  const { selection, effects } = play(viewOn(shapes, { selection: ["a"] }), down(sample(50, 200)), move(sample(50, 260)), up(sample(50, 260)));
  expect(selection).toEqual(["c"]);
  expect(only(effects, "submit")[0]?.operation).toEqual({ type: "update_shapes", changes: [{ id: "c", x: 0, y: 260 }] });
});

test("a hand that trembles clicks", () => {
  const { effects } = play(viewOn(shapes), down(sample(50, 0)), move(sample(52, 1)), up(sample(52, 1)));
  expect(only(effects, "submit")).toEqual([]);
});

test.each<[string, ToolEvent]>([["Escape", press("Escape")], ["a cancel", { type: "cancel" }]])("%s in a drag leaves all in its place", (_, end) => {
  const { effects, type, selection } = play(viewOn(shapes, { selection: ["a"] }), down(sample(50, 0)), move(sample(90, 90)), end);
  expect(only(effects, "submit")).toEqual([]);
  expect([type, selection, effects.at(-1)]).toEqual(["idle", ["a"], { type: "set_preview", preview: {} }]);
});

test.each([["Delete"], ["Backspace"]])("%s removes what is selected", (key) => {
  const { effects, selection } = play(viewOn(shapes, { selection: ["a", "c"] }), press(key));
  expect(only(effects, "submit")[0]?.operation).toEqual({ type: "remove_shapes", ids: ["a", "c"] });
  expect(selection).toEqual([]);
});

test.each<[string, Modifiers, number, number]>([
  ["ArrowLeft", PLAIN, -0.5, 0],
  ["ArrowRight", SHIFT, 5, 0],
  ["ArrowUp", PLAIN, 0, -0.5],
  ["ArrowDown", SHIFT, 0, 5],
])("%s nudges by pixels of the screen", (key, modifiers, x, y) => {
  const view = viewOn(shapes, { selection: ["a"], camera: { x: 0, y: 0, zoom: 2 } });
  expect(only(play(view, press(key, modifiers)).effects, "submit")[0]?.operation).toEqual({ type: "update_shapes", changes: [{ id: "a", x, y }] });
});

test("nothing selected: keys do nothing", () => {
  for (const key of ["Delete", "ArrowLeft", "Enter"]) expect(only(play(viewOn(shapes), press(key)).effects, "submit")).toEqual([]);
});

test("Enter or a double click rewrites a label; a double click elsewhere begins one", () => {
  const edit = { id: "words", x: 300, y: 0, size: 20, color: "#1e1f22", text: "hello", rotation: 0, look: { font: "sans", bold: false, italic: false } };
  expect(only(play(viewOn(shapes, { selection: ["words"] }), press("Enter")).effects, "edit_text")).toEqual([{ type: "edit_text", edit }]);
  const double = (x: number, y: number): ToolEvent => ({ type: "double", at: { x, y }, reach: 6 });
  expect(only(play(viewOn(shapes), double(310, 5)).effects, "edit_text")).toEqual([{ type: "edit_text", edit }]);
  expect(only(play(viewOn(shapes), double(600, 300)).effects, "edit_text")[0]?.edit).toMatchObject({ id: null, x: 600, text: "" });
});

const form = (id: string, body: Partial<Extract<Shape["body"], { kind: "geo" }>> = {}, part: Partial<Shape> = {}): Shape => ({
  id, author: 1, x: 0, y: 0, z: 1, color: "#1e1f22", body: { kind: "geo", form: "rectangle", w: 200, h: 200, width: 2, text: "", size: 20, ...body }, ...part,
});
const dot = (id: string, x: number, y: number, z: number): Shape => stroke(id, [{ x, y }, { x: x + 10, y }], { z });
const frame: Shape = { id: "page", author: 1, x: 0, y: 0, z: 0, color: "#1e1f22", body: { kind: "frame", w: 400, h: 400, text: "Page" } };

test.each<[string, readonly Shape[], string | null]>([
  ["an empty rectangle", [form("f")], "f"],
  ["an empty ellipse", [form("f", { form: "ellipse" })], "f"],
  ["an empty diamond", [form("f", { form: "diamond" })], "f"],
  ["beside the edge of an ellipse, in its box", [form("f", { form: "ellipse", w: 110, h: 110 })], null],
  ["a form with words elsewhere", [form("f", { text: "below", h: 400 })], "f"],
  ["a label on a form", [form("f"), { ...label("on", 95, 90, "words"), z: 2 }], "on"],
  ["a label under a form, within it", [label("under", 95, 90, "words"), form("f", {}, { z: 2 })], "under"],
  ["a large filled form under a small empty one", [form("big", { w: 500, h: 500 }, { x: -100, y: -100, z: 1, fill: "#ffec99" }), form("f", {}, { z: 2 })], "f"],
  ["a small empty form under a large empty one", [form("f"), form("big", { w: 500, h: 500 }, { x: -100, y: -100, z: 2 })], "f"],
  ["a form on a frame", [frame, form("f")], "f"],
  ["a frame alone", [frame], null],
  ["a locked form", [form("f", {}, { locked: true })], null],
])("the words of %s are written by a double click and by the text tool", (_, shapes, expected) => {
  const view = viewOn(shapes);
  const double: ToolEvent = { type: "double", at: { x: 100, y: 100 }, reach: 6 };
  expect(only(play(view, double).effects, "edit_text")[0]?.edit.id).toBe(expected);
  const pressed = stepText(TEXT_IDLE, down(sample(100, 100)), view);
  expect(only(stepText(pressed.state, up(sample(100, 100)), view).effects, "edit_text")[0]?.edit.id).toBe(expected);
});

test("a stroke on an empty form is chosen by a double click, not written into", () => {
  expect(play(viewOn([form("f"), dot("ink", 95, 100, 2)]), { type: "double", at: { x: 100, y: 100 }, reach: 6 }).selection).toEqual(["ink"]);
});

test("the text tool begins a label where it is clicked and gives the selection back the hand", () => {
  const view = viewOn([]);
  const pressed = stepText(TEXT_IDLE, down(sample(100, 100)), view);
  expect(pressed.effects).toEqual([]);
  const { effects } = stepText(pressed.state, up(sample(101, 100)), view);
  expect(only(effects, "edit_text")[0]?.edit).toEqual({ id: null, x: 100, y: 87, size: 20, color: "#e03131", text: "", look: { font: "sans" } });
  expect(only(effects, "set_tool")).toEqual([{ type: "set_tool", tool: "select" }]);
});

test.each([
  ["new words", "words", "hello", "bye  \n", { type: "update_shapes", changes: [{ id: "words", text: "bye" }] }],
  ["the same words", "words", "hello", "hello", null],
  ["no words", "words", "hello", " \n", { type: "remove_shapes", ids: ["words"] }],
  ["a new label without words", null, "", "  ", null],
])("a label that was edited: %s", (_, id, text, written, expected) => {
  expect(finishEdit({ id, x: 0, y: 0, size: 20, color: "#000000", text }, written, "new", 3)).toEqual(expected);
});

test("a new label is on top, with plain line ends", () => {
  const edit = { id: null, x: 1, y: 2, size: 20, color: "#000000", text: "" };
  expect(finishEdit(edit, "a\r\nb\rc", "new", 3)).toEqual({
    type: "add_shapes",
    shapes: [{ id: "new", author: 0, x: 1, y: 2, z: 4, color: "#000000", body: { kind: "text", text: "a\nb\nc", size: 20 } }],
  });
});
