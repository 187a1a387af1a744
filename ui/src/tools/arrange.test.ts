import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedShape, sameShape } from "../document/shape";
import type { Shape, ShapeChange } from "../protocol/generated/messages";
import { line } from "../testing/ink";
import { SOME_BODIES, someShape } from "../testing/some_shapes";
import { viewOn } from "../testing/tool_view";
import { aligned, distributed, restacked } from "./arrange";
import { canRun, draftOf, runCommand, type CommandName } from "./commands";
import { copied } from "./copies";
import { grouped, groupsOf, ungrouped, withGroup, withGroups } from "./groups";
import { boxOf } from "../engine/boxes";
import { flippedOver, scaledBy, turnedBy } from "./transform";

const box = (id: string, x: number, y: number, part: Partial<Shape> = {}): Shape =>
  someShape(id, { kind: "geo", form: "rectangle", w: 40, h: 20, width: 2, text: "", size: 20 }, { x, y, z: 1, ...part });
const shapes = [box("a", 0, 0), box("b", 100, 50), box("c", 300, 10)];
const view = viewOn(shapes);
const all = [...view.scene.all()];
const places = (changes: readonly ShapeChange[]): object => Object.fromEntries(draftOf(shapes, changes).map(({ id, x, y }) => [id, [x, y]]));

test.each([
  ["left", { b: [0, 50], c: [0, 10] }],
  ["right", { a: [300, 0], b: [300, 50] }],
  ["top", { b: [100, 0], c: [300, 0] }],
  ["bottom", { a: [0, 50], c: [300, 50] }],
  ["center", { a: [150, 0], b: [150, 50], c: [150, 10] }],
  ["middle", { a: [0, 25], b: [100, 25], c: [300, 25] }],
] as const)("aligned %s", (edge, expected) => {
  expect(places(aligned(all, edge))).toEqual(expected);
});

test("distributed: the outermost stay, the gaps are the same", () => {
  expect(places(distributed(all, "x"))).toEqual({ b: [150, 50] });
  expect(distributed(all.slice(0, 2), "x")).toEqual([]);
});

test("a group is aligned as one", () => {
  const grouped = viewOn([box("a", 0, 0, { group: "g" }), box("b", 100, 50, { group: "g" }), box("c", 300, 10)]);
  const moved = draftOf([...grouped.scene.all()].map(({ shape }) => shape), aligned([...grouped.scene.all()], "right"));
  expect(moved.map(({ id, x }) => [id, x])).toEqual([["a", 200], ["b", 300]]);
});

describe("stacking", () => {
  const layered = viewOn([box("a", 0, 0, { z: 1 }), box("b", 10, 0, { z: 2 }), box("c", 20, 0, { z: 3 })]);
  const order = (id: string, level: "front" | "back" | "forward" | "backward"): string => {
    const placed = layered.scene.get(id);
    const changed = restacked(layered.scene, placed ? [placed] : [], level);
    const now = [...layered.scene.all()].map(({ shape }) => changed.reduce((each, change) => (change.id === each.id ? changedShape(each, change) : each), shape));
    return now.sort((x, y) => x.z - y.z).map((shape) => shape.id).join("");
  };
  test.each([
    ["a", "front", "bca"], ["c", "back", "cab"], ["a", "forward", "bac"], ["c", "backward", "acb"], ["c", "forward", "abc"], ["a", "backward", "abc"],
  ] as const)("%s to the %s: %s", (id, level, expected) => expect(order(id, level)).toBe(expected));
});

test("groups nest, and ungrouping takes the outermost away", () => {
  const [once] = draftOf(shapes, grouped(shapes.slice(0, 2), "g1"));
  const twice = once && draftOf([once], grouped([once], "g2"))[0];
  expect(twice && groupsOf(twice)).toEqual(["g2", "g1"]);
  expect(twice && ungrouped([twice])).toEqual([{ id: "a", group: "g1" }]);
  const nested = viewOn([box("a", 0, 0, { group: "o/i" }), box("b", 9, 0, { group: "o/i" }), box("c", 20, 0, { group: "o" }), box("d", 40, 0)]);
  expect(withGroup(nested.scene, "a")).toEqual(["a", "b", "c"]);
  expect(withGroup(nested.scene, "a", ["o"])).toEqual(["a", "b"]);
  expect(withGroup(nested.scene, "a", ["o", "i"])).toEqual(["a"]);
  expect(withGroups(nested.scene, ["d"])).toEqual(["d"]);
});

test("copies have ids, groups and bonds of their own", () => {
  const arrow = someShape("x", { kind: "connector", w: 9, h: 9, width: 2, route: "straight", head_start: "none", head_end: "arrow", size: 20, from: "a", to: "gone" }, { group: "g" });
  const [a, x] = copied([box("a", 0, 0, { group: "g" }), arrow], "f", { x: 5, y: 6 }, view.scene);
  expect(a).toMatchObject({ id: "f-0", x: 5, y: 6, group: "fg0" });
  expect(x).toMatchObject({ id: "f-1", group: "fg0", body: { from: "f-0" } });
  expect(Object.keys(x?.body ?? {})).not.toContain("to");
});

const middleOf = (shape: Shape) => {
  const { w, h } = boxOf(shape) ?? { w: 0, h: 0 };
  return { x: shape.x + w / 2, y: shape.y + h / 2 };
};

describe.each(SOME_BODIES.map((body) => [body.kind, someShape("a", body, { x: 30, y: 40 })] as const))("a %s", (_, shape) => {
  const apply = (change: ShapeChange, to = shape): Shape => changedShape(to, change);

  test("flipped twice is as it was", () => {
    for (const axis of ["x", "y"] as const) {
      const back = apply(flippedOver(apply(flippedOver(shape, axis, 100)), axis, 100), apply(flippedOver(shape, axis, 100)));
      expect(sameShape(back, shape)).toBe(true);
    }
  });

  test("turned there and back is where it was", () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (angle) => {
        const turned = apply(turnedBy(shape, { x: 7, y: 9 }, angle));
        const back = apply(turnedBy(turned, { x: 7, y: 9 }, -angle), turned);
        expect(middleOf(back).x).toBeCloseTo(middleOf(shape).x, 0);
        expect(middleOf(back).y).toBeCloseTo(middleOf(shape).y, 0);
      }),
      { numRuns: 30 },
    );
  });

  test("twice as large has its box twice as large about the anchor", () => {
    const scaled = apply(scaledBy(shape, { x: 0, y: 0 }, 2, 2));
    expect(middleOf(scaled).x).toBeCloseTo(middleOf(shape).x * 2, 0);
    const [before, after] = [boxOf(shape), boxOf(scaled)];
    if (before && after && shape.body.kind !== "note") expect(after.w).toBeCloseTo(before.w * 2, 0);
  });
});

const COMMANDS: CommandName[] = ["delete", "duplicate", "group", "ungroup", "lock", "to_front", "forward", "flip_x", "turn_right", "align_left", "distribute_x", "copy_style", "paste_style", "bold"];

test.each(COMMANDS)("%s does nothing to what is locked, or to nothing", (name) => {
  const locked = viewOn([box("a", 0, 0, { locked: true })], { selection: ["a"] });
  const input = { fresh: "f", copiedStyle: { id: "z", color: "#ff0000" } };
  for (const nothing of [viewOn(shapes), locked]) {
    const effects = runCommand(name, nothing, input).filter(({ type }) => type === "submit");
    if (name !== "lock" || nothing !== locked) expect(effects).toEqual([]);
    if (name !== "lock" && name !== "copy_style") expect(canRun(name, nothing, input)).toBe(false);
  }
});

test("what an arrow was bound to is removed: the arrow stays where it is seen", () => {
  const arrow = someShape("x", { kind: "connector", w: 1, h: 1, width: 2, route: "straight", head_start: "none", head_end: "arrow", size: 20, from: "a", to: "c" });
  const with_arrow = viewOn([...shapes, arrow], { selection: ["a"] });
  const effects = runCommand("delete", with_arrow, { fresh: "f", copiedStyle: null });
  const drawn = with_arrow.scene.get("x")?.drawn;
  expect(effects[0]).toMatchObject({ operation: { type: "update_shapes", changes: [{ id: "x", from: "", x: drawn?.x, y: drawn?.y }] }, gesture: "f" });
  expect(effects[1]).toMatchObject({ operation: { type: "remove_shapes", ids: ["a"] }, gesture: "f" });
});

test("a look goes only to what can have it", () => {
  const mixed = viewOn([line("s", 0, 0), box("b", 0, 50)], { selection: ["s", "b"] });
  const effects = runCommand("paste_style", mixed, { fresh: "f", copiedStyle: { id: "z", color: "#ff0000", head_end: "dot", size: 33 } });
  expect(effects).toMatchObject([{ operation: { changes: [{ id: "s", color: "#ff0000" }, { id: "b", color: "#ff0000", size: 33 }] } }]);
  expect(JSON.stringify(effects)).not.toContain("head_end");
});
