/** Every tool by the arrow keys and Enter. */
import { expect, test } from "vitest";
import { line } from "../testing/ink";
import { someShape } from "../testing/some_shapes";
import { only, PLAIN, SHIFT, viewOn } from "../testing/tool_view";
import type { Effect, ToolName } from "./effect";
import { initialGestures, stepGestures, type GestureState, type Input } from "./gestures";
import type { Modifiers, ToolView } from "./tool";

/** On a view of 1,000 x 600, whose middle is (500, 300). */
function press(tool: ToolName, view: ToolView, ...keys: (string | [string, Modifiers])[]) {
  let state: GestureState = initialGestures(tool);
  let now = view;
  const effects: Effect[] = [];
  for (const [at, each] of keys.entries()) {
    const [key, modifiers] = typeof each === "string" ? [each, PLAIN] : each;
    const inputs: Input[] = [{ type: "key", meaning: { type: "key", key }, fresh: `k${at}`, modifiers, timeMs: at * 1_000 }, { type: "frame", now: at * 1_000 + 900 }];
    for (const input of inputs) {
      const step = stepGestures(state, input, now);
      state = step.state;
      effects.push(...step.effects);
      now = { ...now, camera: only(step.effects, "set_camera").at(-1)?.camera ?? now.camera };
    }
  }
  return { state, effects, view: now, operations: only(effects, "submit").map(({ operation }) => operation) };
}

const SQUARE = ["Enter", ...Array.from({ length: 6 }, () => "ArrowRight"), ...Array.from({ length: 6 }, () => "ArrowDown"), "Enter"];

test.each(["pen", "marker", "brush"] as const)("the %s draws where the arrows went, and rest is no hold", (tool) => {
  const { operations, state } = press(tool, viewOn([]), ...SQUARE);
  expect(operations).toHaveLength(1);
  expect(operations[0]).toMatchObject({ type: "add_shapes", shapes: [{ x: 500, y: 300, body: { kind: "stroke", ...(tool === "pen" ? {} : { nib: tool }) } }] });
  expect(state.keyed).toEqual({ x: 560, y: 360 });
});

test("a form and an arrow are drawn from where the arrows went to where they went on", () => {
  const steps: (string | [string, Modifiers])[] = ["ArrowLeft", ["ArrowUp", SHIFT], "Enter", ["ArrowRight", SHIFT], ["ArrowDown", SHIFT], "Enter"];
  expect(press("shape", viewOn([]), ...steps).operations[0]).toMatchObject({ shapes: [{ x: 490, y: 250, body: { kind: "geo", w: 50, h: 50 } }] });
  expect(press("arrow", viewOn([]), ...steps).operations[0]).toMatchObject({ shapes: [{ x: 490, y: 250, body: { kind: "connector", w: 50, h: 50 } }] });
});

test("Enter alone draws the usual form in the middle", () => {
  expect(press("shape", viewOn([]), "Enter").operations[0]).toMatchObject({ shapes: [{ x: 420, y: 250, body: { w: 160, h: 100 } }] });
});

test("a stamp, a note and a label are put where the pointer is", () => {
  expect(press("stamp", viewOn([]), "ArrowRight", "Enter").operations[0]).toMatchObject({ shapes: [{ x: 482, y: 272 }] });
  expect(press("note", viewOn([]), "ArrowRight", "Enter").operations[0]).toMatchObject({ shapes: [{ x: 410, y: 200 }] });
  expect(only(press("text", viewOn([]), "ArrowRight", "Enter").effects, "edit_text")).toHaveLength(1);
});

test("the eraser and the lasso take what the pointer goes over and round", () => {
  const ink = line("a", 480, 300, 60);
  expect(press("eraser", viewOn([ink]), "ArrowUp", "Enter", "ArrowDown", "ArrowDown", "Enter").operations[0]).toMatchObject({ type: "remove_shapes", ids: ["a"] });
  const round = ["ArrowLeft", "ArrowLeft", "ArrowUp", "Enter", ["ArrowRight", SHIFT], ["ArrowRight", SHIFT], ["ArrowDown", SHIFT], ["ArrowLeft", SHIFT], ["ArrowLeft", SHIFT], ["ArrowUp", SHIFT], "Enter"];
  const { effects } = press("lasso", viewOn([line("n", 500, 310, 60)]), ...(round as string[]));
  expect(only(effects, "set_selection").at(-1)?.ids).toEqual(["n"]);
});

test("Escape gives the stroke up, a second one the pointer", () => {
  const { operations, effects, state } = press("pen", viewOn([]), "Enter", "ArrowRight", "Escape", "Escape");
  expect(operations).toEqual([]);
  expect(only(effects, "cancel_ink")).toHaveLength(1);
  expect(only(effects, "show_pointer").at(-1)?.at).toBeNull();
  expect(state.down.size).toBe(0);
});

test("at the edge the view goes on", () => {
  const { view, state } = press("pen", viewOn([]), ...Array.from({ length: 12 }, () => ["ArrowRight", SHIFT] as [string, Modifiers]));
  expect(state.keyed).toEqual({ x: 976, y: 300 });
  expect(view.camera.x).toBe(124);
});

test("arrows move the view with the hand, and with nothing selected; what is selected is moved", () => {
  expect(press("hand", viewOn([]), "ArrowRight").view.camera.x).toBe(10);
  expect(press("select", viewOn([]), ["ArrowDown", SHIFT]).view.camera.y).toBe(50);
  const note = someShape("n", { kind: "note", w: 20, h: 20, text: "", size: 20 });
  const selected = press("select", viewOn([note], { selection: ["n"] }), "ArrowRight");
  expect(selected.view.camera.x).toBe(0);
  expect(selected.operations).toHaveLength(1);
});

test("a mouse that is pressed has the tool again", () => {
  const step = stepGestures({ ...initialGestures("pen"), keyed: { x: 1, y: 1 } }, { type: "pointer_down", pointer: 1, kind: "mouse", button: 0, at: { x: 5, y: 5, timeMs: 0 }, modifiers: PLAIN, fresh: "f" }, viewOn([]));
  expect(step.state.keyed).toBeNull();
  expect(only(step.effects, "show_pointer")).toEqual([{ type: "show_pointer", at: null, isDown: false }]);
});
