/** What the handles of a selection do near other things: their sides come to lie in line. */
import { beforeAll, expect, test } from "vitest";
import { handlesOf, type GripName } from "../engine/handles";
import type { Shape } from "../protocol/generated/messages";
import { label } from "../testing/ink";
import { someShape } from "../testing/some_shapes";
import { COMMAND, only, PLAIN, sample, SHIFT, viewOn } from "../testing/tool_view";
import { dragged } from "./grips";
import { fetchLate } from "./late";
import { SELECT_IDLE, stepSelect, type SelectState } from "./select";
import { snappedGrip } from "./snap";
import type { Modifiers, ToolEvent, ToolView } from "./tool";

const ALT: Modifiers = { ...PLAIN, alt: true };

/** Without a line round it, so that it is seen just where it is. */
function frameless(id: string, x: number, y: number, w: number, h: number, part: Partial<Shape> = {}): Shape {
  return someShape(id, { kind: "image", w, h, blob: "a5".repeat(32) }, { x, y, ...part });
}

function form(id: string, x: number, y: number, w: number, h: number, width = 4, part: Partial<Shape> = {}): Shape {
  return someShape(id, { kind: "geo", form: "rectangle", w, h, width, text: "", size: 20 }, { x, y, ...part });
}

/** One to the left and above, one to the right and below of (300, 300) to (400, 360). */
const LEFT = form("left", 200, 200, 50, 50);
const RIGHT = form("right", 450, 420, 50, 50);

/** What a drag of `name` by (dx, dy) makes of the selection, and its guides. */
function drag(view: ToolView, name: GripName, dx: number, dy: number, modifiers = PLAIN) {
  const placed = view.selection.flatMap((id) => view.scene.get(id) ?? []);
  const handles = handlesOf(placed);
  const grip = handles?.grips.find((each) => each.name === name);
  if (!handles || !grip) throw new Error(`there is no handle ${name}`);
  const { to, guides } = snappedGrip(name, placed, grip.at, { x: grip.at.x + dx, y: grip.at.y + dy }, modifiers, view);
  const changes = dragged(grip, handles, placed, grip.at, to, modifiers, view);
  return { by: { x: to.x - grip.at.x, y: to.y - grip.at.y }, guides, changes };
}

function on(shapes: readonly Shape[], selection: readonly string[], part: Partial<ToolView> = {}): ToolView {
  const view = viewOn(shapes, { selection, ...part });
  return { ...view, style: { ...view.style, snap: true, ...part.style } };
}

test.each<[GripName, number, number, { x: number; y: number; w: number; h: number }, number]>([
  ["nw", -97, -98, { x: 200, y: 200, w: 200, h: 160 }, 2],
  ["n", 0, -98, { x: 300, y: 200, w: 100, h: 160 }, 1],
  ["ne", 97, -98, { x: 300, y: 200, w: 200, h: 160 }, 2],
  ["e", 97, 0, { x: 300, y: 300, w: 200, h: 60 }, 1],
  ["se", 97, 112, { x: 300, y: 300, w: 200, h: 170 }, 2],
  ["s", 0, 112, { x: 300, y: 300, w: 100, h: 170 }, 1],
  ["sw", -97, 112, { x: 200, y: 300, w: 200, h: 170 }, 2],
  ["w", -97, 0, { x: 200, y: 300, w: 200, h: 60 }, 1],
])("the sides that %s moves come in line", (name, dx, dy, expected, guides) => {
  const after = drag(on([form("a", 300, 300, 100, 60), LEFT, RIGHT], ["a"]), name, dx, dy);
  expect(after.changes).toEqual([{ id: "a", ...expected }]);
  expect(after.guides).toHaveLength(guides);
});

test("a guide goes along the line from one end of both to the other", () => {
  const { guides } = drag(on([frameless("a", 300, 300, 100, 60), frameless("right", 450, 420, 50, 50)], ["a"]), "e", 97, 0);
  expect(guides).toEqual([[{ x: 500, y: 300 }, { x: 500, y: 470 }]]);
});

const alone = [form("a", 300, 300, 100, 60), LEFT, RIGHT];

test.each<[string, ToolView, GripName, number, number, Modifiers]>([
  ["Ctrl is down", on(alone, ["a"]), "se", 97, 112, COMMAND],
  ["the grid is on", on(alone, ["a"], { style: { ...viewOn([]).style, snap: true, grid: true } }), "se", 97, 112, PLAIN],
  ["it is switched off", viewOn(alone, { selection: ["a"] }), "se", 97, 112, PLAIN],
  ["nothing is near", on(alone, ["a"]), "se", 80, 60, PLAIN],
  ["it is beyond the reach", on(alone, ["a"]), "e", 93, 0, PLAIN],
  ["it is turned", on([form("a", 300, 300, 100, 60, 4, { rotation: Math.PI }), LEFT, RIGHT], ["a"]), "se", 97, 112, PLAIN],
  ["one of several is turned", on([...alone, form("b", 320, 380, 40, 20, 4, { rotation: Math.PI })], ["a", "b"]), "e", 101, 0, PLAIN],
  ["letters grow", on([label("a", 300, 300, "hello"), LEFT, RIGHT], ["a"]), "se", 148, 20, PLAIN],
  ["it is pulled over its other side", on(alone, ["a"]), "w", 148, 0, PLAIN],
  ["it is turned by the knob", on(alone, ["a"]), "turn", 0, -98, PLAIN],
])("a handle goes where the pointer does when %s", (_, view, name, dx, dy, modifiers) => {
  expect(drag(view, name, dx, dy, modifiers)).toMatchObject({ by: { x: dx, y: dy }, guides: [] });
});

test("where it is switched off, Ctrl brings in line", () => {
  expect(drag(viewOn(alone, { selection: ["a"] }), "e", 97, 0, COMMAND).by.x).toBe(100);
});

test.each([[1, 5, 100], [1, 7, 93], [4, 1, 100], [4, 2, 98], [0.5, 11, 100]])("at a zoom of %f what is %f off the line goes by %f", (zoom, off, expected) => {
  const camera = { x: 250, y: 250, zoom };
  expect(drag(on(alone, ["a"], { camera, size: { width: 2_000, height: 2_000 } }), "e", 100 - off, 0).by.x).toBe(expected);
});

test("from the middle, while Alt is down, the side that is held comes in line", () => {
  const view = on([frameless("a", 300, 300, 100, 60), frameless("right", 450, 420, 50, 50)], ["a"]);
  const { changes, guides } = drag(view, "se", 97, 20, { ...ALT, shift: true });
  expect(changes).toEqual([{ id: "a", x: 200, y: 280, w: 300, h: 100 }]);
  expect(guides).toEqual([[{ x: 500, y: 280 }, { x: 500, y: 470 }]]);
});

test.each<[string, Shape, Modifiers, number, number]>([
  ["a form with Shift", form("a", 300, 300, 100, 60), SHIFT, 97, 3],
  ["a picture", frameless("a", 300, 300, 100, 60), PLAIN, 97, 3],
])("what keeps its ratio has the side in line that leads, and the other follows: %s", (_, shape, modifiers, dx, dy) => {
  const others = shape.body.kind === "image" ? frameless("right", 450, 420, 50, 50) : RIGHT;
  const { changes, guides } = drag(on([shape, others], ["a"]), "se", dx, dy, modifiers);
  expect(changes).toEqual([{ id: "a", x: 300, y: 300, w: 200, h: 120 }]);
  expect(guides).toHaveLength(1);
});

test("the side that follows is put in line with nothing", () => {
  const { changes, guides } = drag(on([frameless("a", 300, 300, 100, 60), frameless("below", 330, 420, 15, 15)], ["a"]), "se", 97, 3);
  expect(changes).toEqual([{ id: "a", x: 300, y: 300, w: 197, h: expect.closeTo(118.2) as number }]);
  expect(guides).toEqual([]);
});

test.each<[string, GripName, number, number, Modifiers, number | null]>([
  ["a side", "e", 101, 0, PLAIN, null],
  ["a corner, in ratio", "se", 101, 3, PLAIN, null],
  ["a corner, each side by itself", "se", 101, 73, SHIFT, 470],
  ["from the middle", "e", 211, 0, ALT, null],
])("several come in line, whose lines do not get broader: %s", (_, name, dx, dy, modifiers, bottom) => {
  const view = on([form("a", 300, 300, 40, 40), form("b", 360, 360, 40, 40), RIGHT], ["a", "b"]);
  const { changes, guides } = drag(view, name, dx, dy, modifiers);
  const { x = NaN, y = NaN, w = NaN, h = NaN } = changes.find(({ id }) => id === "b") ?? {};
  expect(x + w).toBeCloseTo(500, 9);
  if (bottom !== null) expect(y + h).toBeCloseTo(bottom, 9);
  expect(guides).toHaveLength(bottom === null ? 1 : 2);
});

beforeAll(fetchLate);

test("a drag by a corner shows the guides and puts it in line, once, at the end", () => {
  const view = on(alone, ["a"]);
  const events: ToolEvent[] = [
    { type: "down", at: sample(400, 360), fresh: "g", reach: 6, modifiers: PLAIN },
    { type: "move", samples: [sample(497, 472)], modifiers: PLAIN },
    { type: "up", at: sample(497, 472), modifiers: PLAIN },
  ];
  let state: SelectState = SELECT_IDLE;
  const effects = events.flatMap((event) => {
    const step = stepSelect(state, event, view);
    state = step.state;
    return step.effects;
  });
  expect(only(effects, "set_preview").map(({ preview }) => preview.guides?.length ?? 0)).toEqual([2, 0]);
  expect(only(effects, "submit").map(({ operation }) => operation)).toEqual([{ type: "update_shapes", changes: [{ id: "a", x: 300, y: 300, w: 200, h: 170 }] }]);
});
