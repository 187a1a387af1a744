import { describe, expect, test } from "vitest";
import type { Shape, ShapeChange } from "../protocol/generated/messages";
import { SOME_BODIES, someChanges, someShape } from "../testing/some_shapes";
import { Board } from "./board";
import { History } from "./history";
import { changedShape, hasProperty, normalShape, propertyOf, sameShape, sameValue, type ShapeProperty } from "./shape";
import { isSound } from "./soundness";

const CASES = SOME_BODIES.flatMap((body, index) => [6, 7].flatMap((value) => someChanges(value).map((change) => [index, body.kind, change] as const)));

describe.each(CASES)("shape %i, a %s, changed by %o", (index, _, change) => {
  const body = SOME_BODIES[index];
  if (body === undefined) throw new Error("a case of a body");
  const shape = someShape("a", body);

  test("has the new values, and those of another kind do nothing", () => {
    const changed = changedShape(shape, { id: "a", ...change });
    for (const [property, value] of Object.entries(change)) {
      const name = property as ShapeProperty;
      const expected = hasProperty(shape, name) ? value : undefined;
      const got = propertyOf(changed, name);
      expect(typeof expected === "number" ? got : got instanceof Uint8Array || got).toEqual(
        typeof expected === "number" ? (name === "width" || name === "size" ? Math.fround(expected) : expected) : expected instanceof Uint8Array || expected,
      );
    }
    expect(changed).toEqual(normalShape(changed));
  });

  test("is undone where nobody else changed it, and then redone", () => {
    const { board, history, act } = boardWith(shape);
    act({ id: "a", ...change });
    const after = board.get("a");
    for (const operation of history.undo(board)) board.applyConfirmed(operation);
    expect(sameShape(board.get("a") ?? shape, shape)).toBe(true);
    expect(board.get("a")).toEqual(shape);
    for (const operation of history.redo(board)) board.applyConfirmed(operation);
    expect(board.get("a")).toEqual(after);
  });

  test("what somebody else set since stays when it is undone", () => {
    const { board, history, act } = boardWith(shape);
    act({ id: "a", ...change });
    const theirs = someChanges(9).find((other) => Object.keys(other).some((name) => name in change)) ?? {};
    board.applyConfirmed({ type: "update_shapes", changes: [{ id: "a", ...theirs }] });
    const left = board.get("a");
    for (const operation of history.undo(board)) board.applyConfirmed(operation);
    for (const [name, value] of Object.entries(theirs)) {
      const property = name as ShapeProperty;
      const mine = (change as ShapeChange)[property];
      const set = left && propertyOf(left, property);
      if (mine !== undefined && !sameValue(mine, value) && !sameValue(set, mine)) expect(propertyOf(board.get("a") ?? shape, property)).toEqual(set);
    }
  });
});

function boardWith(shape: Shape) {
  const board = new Board();
  board.reset([shape], []);
  const history = new History();
  const act = (change: ShapeChange): void => {
    const operation = { type: "update_shapes", changes: [change] } as const;
    history.record({ ...operation, changes: [change] }, board);
    board.applyConfirmed({ ...operation, changes: [change] });
  };
  return { board, history, act };
}

test("a kind that this page does not know keeps what it came with and can be moved", () => {
  const body = { kind: "hologram", w: 90, h: 40, glow: 3 };
  const shape = { ...someShape("a", SOME_BODIES[0] as Shape["body"]), body } as unknown as Shape;
  const changed = changedShape(shape, { id: "a", x: 5, w: 100, text: "x" });
  expect(changed).toMatchObject({ x: 5, body: { kind: "hologram", w: 100, h: 40, glow: 3 } });
  expect("text" in changed.body).toBe(false);
  expect(sameShape(shape, shape)).toBe(true);
});

test.each<[string, Omit<ShapeChange, "id">]>([
  ["a link that runs", { link: "javascript:alert(1)" }],
  ["a place off the board", { x: 2e6 }],
  ["a group of nothing", { group: "a//b" }],
  ["a bond to no id", { from: "a b" }],
  ["too much bend", { bend: 3 }],
  ["a colour by name", { fill: "red" }],
  ["more than opaque", { opacity: 1.5 }],
])("%s is not sent", (_, change) => {
  expect(isSound({ type: "update_shapes", changes: [{ id: "a", ...change }] })).toBe(false);
});

test("everything in the tables is sound", () => {
  const shapes = SOME_BODIES.map((body, index) => someShape(`s${index}`, body));
  expect(isSound({ type: "add_shapes", shapes })).toBe(true);
  for (const change of someChanges(7)) expect(isSound({ type: "update_shapes", changes: [{ id: "a", ...change }] }), JSON.stringify(change)).toBe(true);
});
