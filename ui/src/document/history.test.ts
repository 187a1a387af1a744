import { beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "../protocol/generated/messages";
import { add, cut, label, remove, stroke, update } from "../testing/shapes";
import { Board } from "./board";
import { History, UNDO_STEPS_MAX } from "./history";

let board: Board;
let history: History;

beforeEach(() => {
  board = new Board();
  history = new History();
});

function mine(operation: Operation, gesture?: string): void {
  history.record(operation, board, gesture);
  board.applyConfirmed(operation);
}

function others(operation: Operation): void {
  board.applyConfirmed(operation);
}

const TAKEN = { kind: "stroke", points: Uint8Array.of(4, 1, 3, 3) } as const;

/** An eraser across the middle of `id`. */
function cutOut(id: string): void {
  const piece = (name: string, at: number) => ({ of: id, id: `${id}-${name}`, points: Uint8Array.of(4, 1, at, at) });
  const operation: Operation = { type: "remove_shapes", ids: [id], left: [piece("left", 1), piece("right", 5)] };
  history.record(operation, board, null, [piece("taken", 3)]);
  board.applyConfirmed(operation);
}

function placed(): [string, number][] {
  return [...board.shapes()].map(({ id, x }): [string, number] => [id, x]).sort();
}

function ids(): string[] {
  return placed().map(([id]) => id);
}

function undo(): Operation[] {
  const operations = history.undo(board);
  operations.forEach(others);
  return operations;
}

function redo(): Operation[] {
  const operations = history.redo(board);
  operations.forEach(others);
  return operations;
}

test("there and back again", () => {
  mine(add(stroke("a")));
  mine(update("a", { x: 5, color: "#ff0000" }));
  mine(remove("a"));
  undo();
  expect(board.get("a")).toMatchObject({ x: 5, color: "#ff0000" });
  undo();
  expect(board.get("a")).toMatchObject({ x: 0, color: "#1e1e1e" });
  undo();
  expect(board.size).toBe(0);
  expect([history.canUndo, history.canRedo]).toEqual([false, true]);
  redo();
  redo();
  expect(board.get("a")).toMatchObject({ x: 5 });
  redo();
  expect(board.size).toBe(0);
  expect(redo()).toEqual([]);
});

test("a cut is taken back and done again, on the stroke as it is by then", () => {
  mine(add(stroke("a")));
  cutOut("a");
  undo();
  expect(ids()).toEqual(["a"]);
  others(update("a", { x: 9 }));
  redo();
  expect(placed()).toEqual([["a-left", 9], ["a-right", 9]]);
  undo();
  expect(placed()).toEqual([["a", 9]]);
});

describe("others at the pieces of a stroke that I cut", () => {
  test.each([
    ["erased one", remove("a-left"), ["a-right", "a-taken"]],
    ["erased all", remove("a-left", "a-right"), ["a-taken"]],
    ["moved one", update("a-left", { x: 9 }), ["a-left", "a-right", "a-taken"]],
    ["cut one further", cut("a-left", "a-left-1"), ["a-left-1", "a-right", "a-taken"]],
  ])("%s: only what I took comes back, and goes again", (_what, theirs, all) => {
    others(add(stroke("a", { author: 3 })));
    cutOut("a");
    others(theirs);
    const before = ids();
    undo();
    expect(ids()).toEqual(all);
    expect(board.get("a-taken")).toMatchObject({ author: 3, body: TAKEN });
    if (theirs.type === "update_shapes") expect(board.get("a-left")?.x).toBe(9);
    redo();
    expect(ids()).toEqual(before);
    undo();
    expect(ids()).toEqual(all);
  });

  test("erased the stroke after I took the cut back: doing it again brings no piece of it", () => {
    mine(add(stroke("a")));
    cutOut("a");
    undo();
    others(remove("a"));
    expect(redo()).toEqual([]);
    expect(board.size).toBe(0);
  });

  test("a cut of a piece is taken back before the cut it came of", () => {
    mine(add(stroke("a")));
    cutOut("a");
    cutOut("a-left");
    expect(ids()).toEqual(["a-left-left", "a-left-right", "a-right"]);
    undo();
    undo();
    expect(ids()).toEqual(["a"]);
    redo();
    redo();
    expect(ids()).toEqual(["a-left-left", "a-left-right", "a-right"]);
  });
});

test("one gesture is one step, whatever it did in between", () => {
  mine(add(stroke("a"), stroke("b"), stroke("c")));
  for (const id of ["a", "b"]) mine(remove(id), "erase-1");
  mine(update("c", { x: 1 }), "drag-2");
  mine(update("c", { x: 2 }), "drag-2");
  undo();
  expect(board.get("c")?.x).toBe(0);
  expect(undo()).toEqual([{ type: "add_shapes", shapes: [stroke("a"), stroke("b")] }]);
});

describe("others at the same shapes", () => {
  test("keep their values: only mine are put back", () => {
    mine(add(label("a", "mine")));
    mine(update("a", { x: 5, text: "my words" }));
    others(update("a", { text: "their words", y: 9 }));
    undo();
    expect(board.get("a")).toMatchObject({ x: 0, y: 9, body: { text: "their words" } });
  });

  test("removed it: the step is passed over and the press takes back the one before", () => {
    mine(add(stroke("a")));
    mine(add(stroke("b")));
    mine(update("b", { x: 5 }));
    others(remove("b"));
    undo();
    expect(board.size).toBe(0);
  });

  test("brought back what I removed: it is not added twice", () => {
    others(add(stroke("a", { author: 3 })));
    mine(remove("a"));
    others(add(stroke("a", { author: 3, x: 4 })));
    expect(undo()).toEqual([]);
    expect(board.get("a")?.x).toBe(4);
  });

  test("changed what I had added: undo takes it away, redo brings it back as they left it", () => {
    mine(add(stroke("a")));
    others(update("a", { color: "#00ff00" }));
    undo();
    expect(board.size).toBe(0);
    redo();
    expect(board.get("a")?.color).toBe("#00ff00");
  });

  test("what I removed keeps its author when it comes back", () => {
    others(add(stroke("a", { author: 3 })));
    mine(remove("a"));
    undo();
    expect(board.get("a")?.author).toBe(3);
  });
});

test("something new forgets what was taken back", () => {
  mine(add(stroke("a")));
  undo();
  mine(add(stroke("b")));
  expect(redo()).toEqual([]);
  expect(board.get("a")).toBeUndefined();
});

test("a step of many shapes goes in as many operations as are needed", () => {
  const ids = Array.from({ length: 1_200 }, (_, index) => `s${index}`);
  others(add(...ids.map((id) => stroke(id))));
  mine(remove(...ids));
  expect(undo().map((operation) => operation.type === "add_shapes" && operation.shapes.length)).toEqual([500, 500, 200]);
  expect(board.size).toBe(1_200);
});

test("the oldest steps are forgotten", () => {
  for (let index = 0; index < UNDO_STEPS_MAX + 10; index += 1) mine(add(stroke(`s${index}`)));
  let steps = 0;
  while (undo().length > 0) steps += 1;
  expect(steps).toBe(UNDO_STEPS_MAX);
});
