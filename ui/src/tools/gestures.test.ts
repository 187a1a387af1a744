import fc from "fast-check";
import { expect, test } from "vitest";
import { line } from "../testing/ink";
import { only, PLAIN, viewOn } from "../testing/tool_view";
import type { Effect, ToolName } from "./effect";
import { cursorOf, initialGestures, stepGestures, type GestureState, type Input, type PointerKind } from "./gestures";
import { meaningOf, type KeyMeaning } from "./keys";
import { choiceWith, PLAIN_STYLE, type Style } from "./style";
import type { ToolView } from "./tool";

interface Played {
  readonly state: GestureState;
  readonly effects: Effect[];
  readonly view: ToolView;
}

function play(tool: ToolName, view: ToolView, ...inputs: Input[]): Played {
  let state = initialGestures(tool);
  let now = view;
  const effects: Effect[] = [];
  for (const input of inputs) {
    const step = stepGestures(state, input, now);
    state = step.state;
    effects.push(...step.effects);
    const camera = only(step.effects, "set_camera").at(-1)?.camera ?? now.camera;
    now = { ...now, camera, selection: only(step.effects, "set_selection").at(-1)?.ids ?? now.selection };
  }
  return { state, effects, view: now };
}

const down = (pointer: number, kind: PointerKind, x: number, y: number, timeMs = 0, button = 0): Input => ({
  type: "pointer_down", pointer, kind, button, at: { x, y, timeMs }, modifiers: PLAIN, fresh: `f${pointer}-${timeMs}`,
});
const move = (pointer: number, kind: PointerKind, x: number, y: number, timeMs = 0): Input => ({
  type: "pointer_move", pointer, kind, samples: [{ x, y, timeMs }], modifiers: PLAIN,
});
const up = (pointer: number, x: number, y: number, timeMs = 0): Input => ({ type: "pointer_up", pointer, at: { x, y, timeMs }, modifiers: PLAIN });
const key = (meaning: KeyMeaning): Input => ({ type: "key", meaning, fresh: "k", modifiers: PLAIN, timeMs: 0 });

test("a mouse draws, also when it is released outside", () => {
  const { effects, state } = play("pen", viewOn([]), down(1, "mouse", 10, 10), move(1, "mouse", 60, 10, 16), up(1, -400, 2_000, 32));
  expect(only(effects, "submit")).toHaveLength(1);
  expect(state.mode.type).toBe("idle");
});

test("a highlighter begins bright and broad, and has its own colour and width as the pen has", () => {
  const first = (tool: ToolName, style: Partial<Style> = {}) => {
    const [submit] = only(play(tool, viewOn([], { style: { ...PLAIN_STYLE, ...style } }), down(1, "mouse", 10, 10), move(1, "mouse", 60, 10, 16), up(1, 60, 10, 32)).effects, "submit");
    return submit?.operation.type === "add_shapes" ? submit.operation.shapes[0] : undefined;
  };
  expect(first("pen")).toMatchObject({ color: PLAIN_STYLE.color, body: { width: 4 } });
  expect(first("marker")).toMatchObject({ color: "#ffd60a", body: { width: 18, nib: "marker" } });
  expect(first("marker", choiceWith("marker", { color: "#2f9e44", width: 40 }))).toMatchObject({ color: "#2f9e44", body: { width: 40 } });
  expect(first("pen", choiceWith("marker", { color: "#2f9e44", width: 40 }))).toMatchObject({ color: PLAIN_STYLE.color, body: { width: 4 } });
  expect(choiceWith("marker", { dash: "dotted" })).toEqual({ dash: "dotted" });
  expect(first("marker", choiceWith("pen", { color: "#2f9e44", width: 8 }))).toMatchObject({ color: "#ffd60a", body: { width: 18 } });
});

test("positions are the board's, wherever the camera is", () => {
  const view = viewOn([], { camera: { x: 100, y: -50, zoom: 2 } });
  const { effects } = play("pen", view, down(1, "mouse", 20, 40));
  expect(only(effects, "set_local_ink")[0]?.ink?.points[0]).toMatchObject({ x: 110, y: -30 });
});

test("a second finger takes back a young stroke and moves the view", () => {
  const { effects, view, state } = play(
    "pen", viewOn([]),
    down(1, "touch", 100, 100), move(1, "touch", 110, 100, 20), { type: "frame", now: 20 },
    down(2, "touch", 300, 100, 60), move(1, "touch", 110, 150, 80), move(2, "touch", 300, 150, 90),
  );
  expect(only(effects, "submit")).toEqual([]);
  expect(only(effects, "cancel_ink")).toHaveLength(1);
  expect(state.mode.type).toBe("pinch");
  expect(view.camera.y).toBeCloseTo(-50, 0);
});

test("a stroke that is long under way is kept when a second finger comes", () => {
  const { effects, state } = play(
    "pen", viewOn([]),
    down(1, "touch", 100, 100), move(1, "touch", 200, 100, 300), move(1, "touch", 300, 100, 900), down(2, "touch", 400, 300, 910),
  );
  expect(only(effects, "submit")).toHaveLength(1);
  expect(state.mode.type).toBe("pinch");
});

test("the finger that stays after a pinch pans and does not draw", () => {
  const { effects, state, view } = play(
    "pen", viewOn([]),
    down(1, "touch", 100, 100), down(2, "touch", 300, 100, 10), up(2, 300, 100, 50), move(1, "touch", 140, 100, 60), up(1, 140, 100, 70),
  );
  expect(only(effects, "submit")).toEqual([]);
  expect(view.camera.x).toBeCloseTo(-40);
  expect(state.mode.type).toBe("idle");
});

test("after a pen was seen one finger pans, and the palm beside the pen does nothing", () => {
  const pen = [down(1, "pen", 50, 50), move(1, "pen", 90, 50, 10)];
  const { effects, view } = play("pen", viewOn([]), ...pen, down(2, "touch", 200, 300), move(2, "touch", 260, 300), up(2, 260, 300), up(1, 90, 50, 20));
  expect(only(effects, "submit")).toHaveLength(1);
  expect(view.camera.x).toBe(0);
  const after = play("pen", viewOn([]), ...pen, up(1, 90, 50, 20), down(2, "touch", 200, 300), move(2, "touch", 260, 300), up(2, 260, 300));
  expect(only(after.effects, "submit")).toHaveLength(1);
  expect(after.view.camera.x).toBe(-60);
});

test("who wants to draws with fingers beside a pen, and moves the board with them again", () => {
  const pen = [down(1, "pen", 50, 50), move(1, "pen", 90, 50, 10), up(1, 90, 50, 20)];
  const finger = [down(2, "touch", 200, 300), move(2, "touch", 260, 300), up(2, 260, 300)];
  const drawn = play("pen", viewOn([]), ...pen, { type: "turn_fingers" }, ...finger, ...pen, ...finger);
  expect(only(drawn.effects, "submit")).toHaveLength(4);
  expect(drawn.view.camera.x).toBe(0);
  const moved = play("pen", viewOn([]), ...pen, { type: "turn_fingers" }, { type: "turn_fingers" }, ...finger);
  expect(only(moved.effects, "submit")).toHaveLength(1);
  expect(moved.view.camera.x).toBe(-60);
});

test("that fingers move the board beside a pen is told once, and never of a palm", () => {
  const pen = [down(1, "pen", 50, 50), move(1, "pen", 90, 50, 10), up(1, 90, 50, 20)];
  const finger = [down(2, "touch", 200, 300), move(2, "touch", 260, 300), up(2, 260, 300)];
  expect(only(play("pen", viewOn([]), ...pen, ...finger, ...finger).effects, "show_hint")).toEqual([{ type: "show_hint", hint: "fingers" }]);
  const palm = play("pen", viewOn([]), ...pen, down(2, "touch", 200, 300), ...pen, up(2, 200, 300));
  expect(only(palm.effects, "show_hint")).toEqual([]);
  expect(only(play("pen", viewOn([]), ...finger).effects, "show_hint")).toEqual([]);
});

test("a pen that comes after its palm draws, and the palm's mark goes", () => {
  const { effects } = play("pen", viewOn([]), down(1, "touch", 200, 300), move(1, "touch", 203, 300, 5), down(2, "pen", 50, 50, 10), move(2, "pen", 90, 50, 20), up(2, 90, 50, 30));
  const submits = only(effects, "submit");
  expect(submits).toHaveLength(1);
  expect(submits[0]?.gesture).toBe("f2-10");
});

test("a pen turned round erases, and is the chosen tool again afterwards", () => {
  const { effects, state } = play("pen", viewOn([line("a", 0, 0, 100)]), down(1, "pen", 50, -20, 0, 5), move(1, "pen", 50, 20, 10), up(1, 50, 20, 20));
  expect(only(effects, "submit")[0]?.operation).toEqual({ type: "remove_shapes", ids: ["a"] });
  expect([state.tool, state.inHand.tool]).toEqual(["pen", "pen"]);
});

test.each<[string, ToolName, Input[]]>([
  ["the hand", "hand", [down(1, "mouse", 0, 0)]],
  ["the middle button", "pen", [down(1, "mouse", 0, 0, 0, 1)]],
  ["Space", "pen", [key({ type: "space" }), down(1, "mouse", 0, 0)]],
])("%s drags the canvas", (_, tool, begin) => {
  const { effects, view, state } = play(tool, viewOn([]), ...begin, move(1, "mouse", 30, 20), up(1, 30, 20));
  expect(view.camera).toEqual({ x: -30, y: -20, zoom: 1 });
  expect(only(effects, "submit")).toEqual([]);
  expect(state.mode.type).toBe("idle");
});

test("the right button does nothing", () => {
  expect(only(play("pen", viewOn([]), down(1, "mouse", 0, 0, 0, 2), move(1, "mouse", 50, 0), up(1, 50, 0)).effects, "submit")).toEqual([]);
});

test("a pointer that the system takes ends without a trace", () => {
  const { effects, state } = play("pen", viewOn([]), down(1, "touch", 0, 0), { type: "frame", now: 1 }, { type: "pointer_cancel", pointer: 1 }, { type: "pointer_cancel", pointer: 1 });
  expect(only(effects, "submit")).toEqual([]);
  expect(only(effects, "cancel_ink")).toHaveLength(1);
  expect([state.mode.type, state.down.size]).toEqual(["idle", 0]);
});

test("two clicks at one place are a double click; far apart or late they are not", () => {
  const clicks = (x: number, timeMs: number) =>
    play("select", viewOn([]), down(1, "touch", 50, 50, 0), up(1, 50, 50, 60), down(1, "touch", x, 50, timeMs), up(1, x, 50, timeMs + 50));
  expect(only(clicks(54, 200).effects, "edit_text")).toHaveLength(1);
  expect(only(clicks(90, 200).effects, "edit_text")).toHaveLength(0);
  expect(only(clicks(54, 900).effects, "edit_text")).toHaveLength(0);
});

test("others see the pointer of a mouse always, of a finger while it is down", () => {
  const mouse = play("pen", viewOn([]), move(1, "mouse", 5, 6), { type: "pointer_leave" });
  expect(only(mouse.effects, "show_cursor").map(({ at }) => at)).toEqual([{ x: 5, y: 6 }, null]);
  const finger = play("pen", viewOn([]), down(1, "touch", 5, 6), up(1, 5, 6));
  expect(only(finger.effects, "show_cursor").map(({ at }) => at)).toEqual([{ x: 5, y: 6 }, null]);
});

test("another tool chosen in the middle of a stroke ends it, and the selection goes with its tool", () => {
  const { effects, state } = play("pen", viewOn([]), down(1, "mouse", 0, 0), move(1, "mouse", 50, 0, 9), { type: "choose_tool", tool: "eraser" });
  expect(only(effects, "submit")).toEqual([]);
  expect([state.tool, state.mode.type]).toEqual(["eraser", "idle"]);
  const select = play("select", viewOn([line("a", 0, 0)], { selection: ["a"] }), key({ type: "tool", tool: "pen" }));
  expect(only(select.effects, "set_selection")).toEqual([{ type: "set_selection", ids: [] }]);
});

test("Escape in a drag leaves things be, and the rest of the drag means nothing", () => {
  const view = viewOn([line("a", 0, 0, 100)], { selection: ["a"] });
  const { effects, state } = play("select", view, down(1, "mouse", 50, 0), move(1, "mouse", 90, 40), key({ type: "key", key: "Escape" }), move(1, "mouse", 200, 90), up(1, 200, 90));
  expect(only(effects, "submit")).toEqual([]);
  expect(state.mode.type).toBe("idle");
});

test("whatever hands do, a gesture that begins also ends", () => {
  const pointer = fc.integer({ min: 1, max: 3 });
  const kind = fc.constantFrom<PointerKind>("mouse", "pen", "touch");
  const at = fc.integer({ min: 0, max: 400 });
  const button = fc.constantFrom(0, 0, 0, 1, 2, 5);
  const input = fc.oneof(
    fc.tuple(pointer, kind, at, at, at, button).map((all) => down(...all)),
    fc.tuple(pointer, kind, at, at, at).map((all) => move(...all)),
    fc.tuple(pointer, at, at, at).map((all) => up(...all)),
    pointer.map((id): Input => ({ type: "pointer_cancel", pointer: id })),
    fc.constantFrom<Input>({ type: "frame", now: 50 }, { type: "space_up" }, key({ type: "space" }), key({ type: "key", key: "Escape" }), { type: "choose_tool", tool: "select" }, { type: "choose_tool", tool: "pen" }),
  );
  const end: Input[] = [1, 2, 3].map((id) => ({ type: "pointer_cancel", pointer: id }));
  fc.assert(
    fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
      const { state, effects } = play("pen", viewOn([line("a", 100, 100, 100)]), ...inputs, ...end);
      expect(state.mode.type).toBe("idle");
      expect(state.inHand.state === null || state.inHand.state.type === "idle").toBe(true);
      // The last word on each shown thing is that nothing is shown.
      expect(only(effects, "set_local_ink").at(-1)?.ink ?? null).toBeNull();
      expect(only(effects, "set_preview").at(-1)?.preview ?? {}).toEqual({});
      // Ink the others were shown is committed or taken back.
      const shown = new Set(only(effects, "extend_ink").map(({ ink }) => ink.stroke));
      const over = new Set([
        ...only(effects, "cancel_ink").map(({ stroke }) => stroke),
        ...only(effects, "submit").flatMap(({ operation }) => (operation.type === "add_shapes" ? operation.shapes.map((shape) => shape.id) : [])),
      ]);
      for (const stroke of shown) expect(over).toContain(stroke);
    }),
    { numRuns: 400 },
  );
});

test.each<[string, string, Partial<Record<"shift" | "command" | "alt", boolean>>, KeyMeaning | null]>([
  ["v", "KeyV", {}, { type: "tool", tool: "select" }],
  ["h", "KeyH", {}, { type: "tool", tool: "hand" }],
  ["p", "KeyP", {}, { type: "tool", tool: "pen" }],
  ["d", "KeyD", {}, { type: "tool", tool: "pen" }],
  ["e", "KeyE", {}, { type: "tool", tool: "eraser" }],
  ["t", "KeyT", {}, { type: "tool", tool: "text" }],
  ["е", "KeyT", {}, { type: "tool", tool: "text" }],
  ["z", "KeyZ", { command: true }, { type: "undo" }],
  ["Z", "KeyZ", { command: true, shift: true }, { type: "redo" }],
  ["y", "KeyY", { command: true }, { type: "redo" }],
  ["a", "KeyA", { command: true }, { type: "command", command: "select_all" }],
  ["!", "Digit1", { shift: true }, { type: "fit" }],
  ["@", "Digit2", { shift: true }, { type: "fit_selection" }],
  ["0", "Digit0", { command: true }, { type: "zoom_100" }],
  ["=", "Equal", { command: true }, { type: "zoom_in" }],
  ["-", "Minus", { command: true }, { type: "zoom_out" }],
  [" ", "Space", {}, { type: "space" }],
  ["Delete", "Delete", {}, { type: "key", key: "Delete" }],
  ["ArrowLeft", "ArrowLeft", { shift: true }, { type: "key", key: "ArrowLeft" }],
  ["v", "KeyV", { command: true }, null],
  ["v", "KeyV", { alt: true }, null],
  ["r", "KeyR", { command: true }, null],
  ["q", "KeyQ", {}, { type: "command", command: "keep_tool" }],
  ["m", "KeyM", {}, { type: "tool", tool: "marker" }],
  ["D", "KeyD", { shift: true }, { type: "tool", tool: "marker" }],
  ["1", "Digit1", {}, { type: "place", place: 0 }],
  ["0", "Digit0", {}, { type: "place", place: 9 }],
  ["o", "KeyO", {}, { type: "command", command: "ellipse" }],
  ["g", "KeyG", { command: true }, { type: "command", command: "group" }],
  ["G", "KeyG", { command: true, shift: true }, { type: "command", command: "ungroup" }],
  ["L", "KeyL", { command: true, shift: true }, { type: "command", command: "lock" }],
  ["]", "BracketRight", {}, { type: "command", command: "to_front" }],
  ["[", "BracketLeft", { command: true }, { type: "command", command: "backward" }],
  ["ArrowLeft", "ArrowLeft", { command: true, shift: true }, { type: "command", command: "align_left" }],
  ["H", "KeyH", { shift: true }, { type: "command", command: "flip_x" }],
  [":", "Period", { shift: true }, { type: "command", command: "turn_right" }],
  ["<", "Comma", { shift: true }, { type: "command", command: "turn_left" }],
  ["c", "KeyC", { command: true, alt: true }, { type: "command", command: "copy_style" }],
  ["/", "Slash", { command: true }, { type: "command", command: "palette" }],
  ["f", "KeyF", { command: true }, { type: "command", command: "find" }],
  ["Tab", "Tab", {}, null],
  ["PageDown", "PageDown", { shift: true }, { type: "pan", x: 1, y: 0 }],
  ["c", "KeyC", { command: true }, null],
])("the key %s (%s) %j", (pressed, code, modifiers, expected) => {
  expect(meaningOf({ key: pressed, code, modifiers: { ...PLAIN, ...modifiers } })).toEqual(expected);
});

test("a step that is asked for while the view glides begins where the glide ends", () => {
  const gliding = viewOn([], { camera: { x: 0, y: 0, zoom: 1.1 }, heading: { x: 0, y: 0, zoom: 2 } });
  const after = (meaning: KeyMeaning) => only(play("pen", gliding, key(meaning)).effects, "set_camera")[0]?.camera;
  expect(after({ type: "zoom_in" })?.zoom).toBeGreaterThan(2);
  expect(after({ type: "zoom_out" })?.zoom).toBeGreaterThan(1.1);
  expect(after({ type: "pan", x: 1, y: 0 })?.zoom).toBe(2);
});

test("the pointer's look says what it would do", () => {
  const look = (tool: ToolName, ...inputs: Input[]) => cursorOf(play(tool, viewOn([]), ...inputs).state);
  expect(look("pen")).toBe("crosshair");
  expect(look("text")).toBe("text");
  expect(look("pen", key({ type: "space" }))).toBe("grab");
  expect(look("hand", down(1, "mouse", 0, 0))).toBe("grabbing");
});
