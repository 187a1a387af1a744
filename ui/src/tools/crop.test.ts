/** Cropping by handles, by moving the picture behind its frame, and by keys. */
import { describe, expect, test } from "vitest";
import { changedShape } from "../document/shape";
import { wholeOf } from "../engine/crop";
import type { ImageShape } from "./framing";
import { someShape } from "../testing/some_shapes";
import { only, PLAIN, sample, SHIFT, viewOn } from "../testing/tool_view";
import { runCommand } from "./commands";
import type { Effect } from "./effect";
import { SELECT_IDLE, stepSelect, type SelectState } from "./select";
import type { ToolEvent, ToolView } from "./tool";

/** Twice as wide as high, from (100, 100) to (300, 200). */
const picture = (part: object = {}, shape: object = {}) => someShape("p", { kind: "image", w: 200, h: 100, blob: "aa".repeat(32), ...part }, { x: 100, y: 100, ...shape }) as ImageShape;
const key = (name: string, modifiers = PLAIN): ToolEvent => ({ type: "key", key: name, fresh: "k", modifiers, timeMs: 0 });
const drag = (from: [number, number], to: [number, number]): ToolEvent[] => [
  { type: "down", at: sample(...from), fresh: "g", reach: 6, modifiers: PLAIN },
  { type: "move", samples: [sample(...to)], modifiers: PLAIN },
  { type: "up", at: sample(...to), modifiers: PLAIN },
];

function play(view: ToolView, ...events: ToolEvent[]) {
  let state: SelectState = SELECT_IDLE;
  const effects: Effect[] = [];
  for (const event of events) {
    const step = stepSelect(state, event, view);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

/** What the picture becomes. */
function after(shape: ImageShape, ...events: ToolEvent[]): ImageShape {
  const { effects } = play(viewOn([shape], { selection: ["p"] }), key("Enter"), ...events);
  const submits = only(effects, "submit");
  expect(submits.length).toBeLessThan(2);
  const operation = submits[0]?.operation;
  return (operation?.type === "update_shapes" ? operation.changes.reduce(changedShape, shape) : shape) as ImageShape;
}

describe("a handle cuts at its side, and the rest stays where it is", () => {
  test.each<[string, [number, number], [number, number], object]>([
    ["right", [300, 150], [250, 150], { x: 100, y: 100, body: { w: 150, h: 100, crop_right: 0.25 } }],
    ["left", [100, 150], [150, 150], { x: 150, y: 100, body: { w: 150, h: 100, crop_left: 0.25 } }],
    ["top left", [100, 100], [120, 150], { x: 120, y: 150, body: { w: 180, h: 50, crop_left: Math.fround(0.1), crop_top: 0.5 } }],
    ["bottom, past the other side", [200, 200], [200, 0], { y: 100, body: { h: 12, crop_bottom: Math.fround(0.88) } }],
  ])("%s", (_, from, to, expected) => {
    const cut = after(picture(), ...drag(from, to));
    expect(cut).toMatchObject(expected);
    expect(wholeOf(cut).minX + cut.x).toBeCloseTo(100, 3);
  });

  test("and gives back no more than there is", () => {
    const back = after(picture({ w: 100, crop_right: 0.5 }), ...drag([200, 150], [500, 150]));
    expect(back.body).toEqual(picture().body);
  });

  test("of a picture that is turned and mirrored, too", () => {
    // Clockwise by a right angle: its top is at the right.
    const turned = picture({}, { rotation: Math.PI / 2, mirrored: true });
    const cut = after(turned, ...drag([250, 150], [225, 150]));
    expect(cut.body).toMatchObject({ w: 200, h: 75, crop_top: 0.25 });
    expect(cut.x + cut.body.w / 2).toBeCloseTo(200 - 12.5);
    expect(after(turned, ...drag([200, 50], [200, 100])).body).toMatchObject({ w: 150, crop_right: 0.25 });
  });
});

test("a drag in it moves the picture, not the frame, as far as there is more of it", () => {
  const shape = picture({ w: 100, crop_left: 0.25, crop_right: 0.25 });
  expect(after(shape, ...drag([150, 150], [170, 150]))).toMatchObject({ x: 100, body: { w: 100, crop_left: Math.fround(0.15), crop_right: Math.fround(0.35) } });
  expect(after(shape, ...drag([150, 150], [350, 150])).body).toMatchObject({ w: 100, crop_right: 0.5 });
});

test.each<[string, ToolEvent, object]>([
  ["an arrow cuts at its side", key("ArrowLeft"), { w: 192, crop_left: Math.fround(0.04) }],
  ["with Shift it gives back", key("ArrowRight", SHIFT), { w: 200 }],
])("%s", (_, press, body) => {
  expect(after(picture(press.type === "key" && press.modifiers.shift ? { w: 192, crop_right: 0.04 } : {}), press).body).toMatchObject(body);
});

test.each<[string, ToolEvent[], SelectState["type"]]>([
  ["Escape", [key("Escape")], "idle"],
  ["Enter", [key("Enter")], "idle"],
  ["a press elsewhere", [{ type: "down", at: sample(800, 500), fresh: "g", reach: 6, modifiers: PLAIN }], "pressing"],
])("%s ends it", (_, events, left) => {
  const { state, effects } = play(viewOn([picture()], { selection: ["p"] }), key("Enter"), ...events);
  expect(only(effects, "show_hint").map(({ hint }) => hint)).toEqual(["crop", null]);
  expect(only(effects, "set_preview").at(-1)?.preview).toEqual({});
  expect(state.type).toBe(left);
});

test("a double click begins it; what is locked is not cropped", () => {
  const twice: ToolEvent = { type: "double", at: sample(200, 150), reach: 6 };
  expect(play(viewOn([picture()]), twice).state).toMatchObject({ type: "cropping", id: "p" });
  expect(play(viewOn([picture({}, { locked: true })]), twice).state.type).toBe("idle");
});

test("all of it comes back by one command", () => {
  const cut = picture({ w: 50, h: 50, crop_left: 0.5, crop_right: 0.25, crop_top: 0.5 });
  const [submit] = only(runCommand("uncrop", viewOn([cut], { selection: ["p"] }), { fresh: "f", copiedStyle: null }), "submit");
  const change = submit?.operation.type === "update_shapes" ? submit.operation.changes[0] : undefined;
  expect(change && changedShape(cut, change)).toMatchObject({ x: 0, y: 50, body: picture().body });
});
