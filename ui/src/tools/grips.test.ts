/** The knob of a selection, and the keys that do the same: how far things are turned. */
import { expect, test } from "vitest";
import { handlesOf } from "../engine/handles";
import type { Shape, ShapeChange } from "../protocol/generated/messages";
import { line } from "../testing/ink";
import { someShape } from "../testing/some_shapes";
import { only, PLAIN, SHIFT, viewOn } from "../testing/tool_view";
import { runCommand } from "./commands";
import { dragged } from "./grips";
import type { Modifiers } from "./tool";

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Its middle is at (350, 330), whichever way it is turned. */
function form(id: string, degrees = 0): Shape {
  return someShape(id, { kind: "geo", form: "rectangle", w: 100, h: 60, width: 4, text: "", size: 20 }, { x: 300, y: 300, rotation: radians(degrees) });
}

/** What it makes of the selection that its knob goes round by so many degrees. */
function turn(shapes: readonly Shape[], degrees: number, modifiers: Modifiers): ShapeChange[] {
  const view = viewOn(shapes, { selection: shapes.map(({ id }) => id) });
  const placed = view.selection.flatMap((id) => view.scene.get(id) ?? []);
  const handles = handlesOf(placed);
  const knob = handles?.grips.find(({ name }) => name === "turn");
  if (!handles || !knob) throw new Error("there is no knob");
  const at = (turned: number) => ({ x: 350 + 100 * Math.sin(radians(turned)), y: 330 - 100 * Math.cos(radians(turned)) });
  const begun = shapes.length === 1 ? ((shapes[0]?.rotation ?? 0) * 180) / Math.PI : 0;
  return dragged(knob, handles, placed, at(begun), at(begun + degrees), modifiers, view);
}

function press(shapes: readonly Shape[], name: "turn_right" | "turn_left"): readonly ShapeChange[] {
  const effects = runCommand(name, viewOn(shapes, { selection: shapes.map(({ id }) => id) }), { fresh: "f", copiedStyle: null });
  return only(effects, "submit").flatMap(({ operation }) => (operation.type === "update_shapes" ? operation.changes : []));
}

const degreesOf = (change: ShapeChange | undefined): number => ((change?.rotation ?? 0) * 180) / Math.PI;

test.each<[string, Modifiers, number, number, number]>([
  ["as far as the hand", PLAIN, 0, 20, 20],
  ["as far as the hand", PLAIN, 0, -133, -133],
  ["as far as the hand, not by steps", PLAIN, 0, 44, 44],
  ["on from how it was turned", PLAIN, 30, 11, 41],
  ["to a right angle that is near", PLAIN, 0, 88, 90],
  ["to a right angle that is near", PLAIN, 0, -92, -90],
  ["upright when that is near", PLAIN, 20, -18, 0],
  ["past a right angle that is not so near", PLAIN, 0, 94, 94],
  ["not at all by a little", PLAIN, 0, 2, 0],
  ["in steps of 15°", SHIFT, 0, 20, 15],
  ["in steps of 15°", SHIFT, 0, 23, 30],
  ["in steps of 15°", SHIFT, 0, -50, -45],
  ["in steps of 15°", SHIFT, 0, 179, 180],
  ["to a step that is none from where it was", SHIFT, 7, 10, 15],
  ["back to none", SHIFT, 7, -5, 0],
])("the knob turns %s (%j): %d° and by %d°", (_, modifiers, before, by, after) => {
  const [change] = turn([form("a", before)], by, modifiers);
  expect(Math.abs(degreesOf(change) - after) % 360).toBeCloseTo(0, 6);
  expect(change?.x, "about its middle").toBeCloseTo(300, 6);
  expect(change?.y).toBeCloseTo(300, 6);
});

test.each<[Modifiers, number, number]>([[PLAIN, 50, 50], [PLAIN, 91, 90], [SHIFT, 50, 45]])("several are turned as one (%j): by %d°", (modifiers, by, after) => {
  const changes = turn([form("a"), form("b", 10)], by, modifiers);
  expect(changes.map(degreesOf).map(Math.round)).toEqual([after, after + 10]);
});

test.each<[number, number, number]>([
  [0, 15, -15],
  [15, 30, 0],
  [7, 15, 0],
  [-7, 0, -15],
  [90, 105, 75],
  [179.9999, -165, 165],
  [radians(1), 15, 0],
])("a press of a key turns what is at %d° on to %d°, or back to %d°", (before, on, back) => {
  expect(degreesOf(press([form("a", before)], "turn_right")[0])).toBeCloseTo(on, 3);
  expect(degreesOf(press([form("a", before)], "turn_left")[0])).toBeCloseTo(back, 3);
});

test("keys turn several together, and ink", () => {
  expect(press([form("a"), form("b", 10)], "turn_right").map(degreesOf).map(Math.round)).toEqual([15, 25]);
  expect(press([line("s", 0, 0)], "turn_left")).toMatchObject([{ id: "s", points: expect.anything() as unknown }]);
});
