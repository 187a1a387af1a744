import { expect, test } from "vitest";
import type { Shape } from "../protocol/generated/messages";
import { someShape } from "../testing/some_shapes";
import { only, PLAIN, sample, viewOn } from "../testing/tool_view";
import { runCommand } from "./commands";
import { copied } from "./copies";
import { DRAW_IDLE, stepDraw } from "./draw";
import type { Effect } from "./effect";
import { selectedWithFrames } from "./frames";
import { SELECT_IDLE, stepSelect, type SelectState } from "./select";
import type { Modifiers, ToolEvent, ToolView } from "./tool";

const frame = (id: string, x: number, text: string, order: number): Shape => someShape(id, { kind: "frame", w: 300, h: 200, text, order }, { x, z: -1 });
const box = (id: string, x: number, part: Partial<Shape> = {}): Shape =>
  someShape(id, { kind: "geo", form: "rectangle", w: 40, h: 20, width: 2, text: "", size: 20 }, { x, y: 50, z: 1, ...part });
/** A page with a sheet that is locked, a box and a seal on it; beside it one box that only leans over its edge. */
const shapes = [frame("page", 0, "Page 1", 1), box("sheet", 10, { locked: true, z: 0 }), box("in", 100), box("sealed", 200, { sealed: true }), box("leans", 280)];
const ALT: Modifiers = { ...PLAIN, alt: true };

function played(view: ToolView, ...events: ToolEvent[]): Effect[] {
  let state: SelectState = SELECT_IDLE;
  return events.flatMap((event) => {
    const step = stepSelect(state, event, view);
    state = step.state;
    return step.effects;
  });
}

function drag(modifiers: Modifiers): Effect[] {
  const view = viewOn(shapes, { selection: ["page"] });
  const at = sample(100, 90);
  return played(view, { type: "down", at: sample(60, 130), fresh: "g", reach: 6, modifiers }, { type: "move", samples: [at], modifiers }, { type: "up", at, modifiers });
}

test("what lies in a frame is seen to go with it while it is dragged, and lies there afterwards", () => {
  const effects = drag(PLAIN);
  const { ids = [], dx, dy } = only(effects, "set_preview")[0]?.preview.move ?? {};
  expect([new Set(ids), dx, dy]).toEqual([new Set(["page", "sheet", "in"]), 40, -40]);
  const [moved] = only(effects, "submit").map(({ operation }) => operation);
  expect(moved?.type === "update_shapes" && moved.changes.map(({ id, x }) => [id, x])).toEqual([["page", 40], ["sheet", 50], ["in", 140]]);
});

function copiesIn(effects: readonly Effect[]): Shape[] {
  return only(effects, "submit").flatMap(({ operation }) => (operation.type === "add_shapes" ? operation.shapes : []));
}

test.each<[string, () => Effect[], number]>([
  ["duplicated", () => runCommand("duplicate", viewOn(shapes, { selection: ["page"] }), { fresh: "g", copiedStyle: null }), 16],
  ["dragged with Alt", () => drag(ALT), 40],
])("a frame that is %s takes along what lies in it, and is the one thing selected", (_, act, dx) => {
  const effects = act();
  const copies = copiesIn(effects);
  expect(copies.map(({ body, x }) => [body.kind, x])).toEqual([["frame", dx], ["geo", 10 + dx], ["geo", 100 + dx]]);
  expect(only(effects, "set_selection").at(-1)?.ids).toEqual(copies.filter(({ body }) => body.kind === "frame").map(({ id }) => id));
});

test("a frame that is removed leaves what lies in it", () => {
  const effects = runCommand("delete", viewOn(shapes, { selection: ["page"] }), { fresh: "g", copiedStyle: null });
  expect(only(effects, "submit").map(({ operation }) => operation)).toEqual([{ type: "remove_shapes", ids: ["page"] }]);
});

test("what goes on the clipboard with a frame is what lies in it", () => {
  expect(selectedWithFrames(viewOn(shapes, { selection: ["page", "leans"] })).map(({ shape }) => shape.id).sort()).toEqual(["in", "leans", "page", "sheet"]);
});

const pageOf = ({ body }: Shape): unknown => body.kind === "frame" && [body.text, body.order];

test("a new page has a name and a place that none has, also after one was taken away", () => {
  const view = viewOn([frame("b", 400, "Page 2", 2), frame("c", 800, "Page 3", 3)]);
  const begun = stepDraw(DRAW_IDLE, { type: "down", at: sample(0, 0), fresh: "g", reach: 6, modifiers: PLAIN }, view, "frame");
  const { effects } = stepDraw(begun.state, { type: "up", at: sample(200, 200), modifiers: PLAIN }, view, "frame");
  expect(copiesIn(effects).map(pageOf)).toEqual([["Page 4", 4]]);
});

test("copies of pages come last, in their order; only usual names that are taken become others", () => {
  const [b, a, own] = [frame("b", 0, "Page 2", 2), frame("a", 0, "Page 1", 1), frame("o", 0, "Budget", 3)];
  const { scene } = viewOn([b, a, own]);
  expect(copied([own, b, a], "f", { x: 9, y: 9 }, scene).map(pageOf)).toEqual([["Budget", 6], ["Page 5", 5], ["Page 4", 4]]);
  expect(copied([b], "f", { x: 9, y: 9 }, viewOn([]).scene).map(pageOf)).toEqual([["Page 2", 1]]);
});

const nudge = (key: string, timeMs: number, fresh: string): ToolEvent => ({ type: "key", key, fresh, modifiers: PLAIN, timeMs });

test("nudges that follow each other are taken back together; a pause or another selection begins anew", () => {
  const view = viewOn(shapes, { selection: ["in"] });
  const gestures = (...events: ToolEvent[]): string[] => only(played(view, ...events), "submit").map(({ gesture }) => gesture);
  expect(gestures(nudge("ArrowRight", 0, "a"), nudge("ArrowRight", 900, "b"), nudge("ArrowDown", 1_800, "c"))).toEqual(["a", "a", "a"]);
  expect(gestures(nudge("ArrowRight", 0, "a"), nudge("ArrowRight", 1_100, "b"))).toEqual(["a", "b"]);
  const first = stepSelect(SELECT_IDLE, nudge("ArrowRight", 0, "a"), view);
  const other = stepSelect(first.state, nudge("ArrowRight", 10, "b"), { ...view, selection: ["leans"] });
  expect(only(other.effects, "submit").map(({ gesture }) => gesture)).toEqual(["b"]);
});
