import { expect, test } from "vitest";
import { ALL_TOOLS, arranged, moved, readBar, roomFor, toggled, USUAL_BAR } from "./tool_bar";

test.each([[320, 3], [390, 4], [720, 6], [1_024, 18], [1_061, 10], [1_280, 15]])("a stage of %i pixels has room for %i tools", (width, room) => {
  expect(roomFor(width)).toBe(room);
});

test("on a phone there is what a finger needs, in the bar's order", () => {
  expect(arranged(USUAL_BAR, roomFor(390)).shown).toEqual(["select", "pen", "eraser", "shape"]);
});

test("whatever fits, every tool is somewhere, once", () => {
  for (let room = 3; room < 20; room++) {
    const { shown, behind } = arranged(readBar(["laser", "pen", "shape"]), room);
    expect([...shown, ...behind].sort()).toEqual([...ALL_TOOLS].sort());
  }
});

test.each<[string, unknown, readonly string[]]>([
  ["nothing", null, USUAL_BAR],
  ["what is no list", "pen", USUAL_BAR],
  ["unknown and doubled tools", ["bucket", "pen", "pen", 3], ["select", "shape", "pen"]],
  ["an order", ["shape", "laser", "select"], ["shape", "laser", "select"]],
])("of %s is read what can be used", (_, kept, bar) => {
  expect(readBar(kept)).toEqual(bar);
});

test("tools come, go and change places; those that are always there stay", () => {
  expect(toggled(["select", "shape"], "laser")).toEqual(["select", "shape", "laser"]);
  expect(toggled(["select", "shape", "laser"], "laser")).toEqual(["select", "shape"]);
  expect(toggled(["select", "shape"], "select")).toEqual(["select", "shape"]);
  expect(moved(["select", "shape", "pen"], "pen", -1)).toEqual(["select", "pen", "shape"]);
  expect(moved(["select", "shape"], "select", -1)).toEqual(["select", "shape"]);
});
