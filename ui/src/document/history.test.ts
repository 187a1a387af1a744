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

test("a cut is taken back and done again", () => {
  mine(add(stroke("a")));
  mine(cut("a", "a1"));
  others(update("a1", { x: 9 }));
  undo();
  expect([...board.shapes()].map(({ id }) => id)).toEqual(["a"]);
  redo();
  expect([...board.shapes()].map(({ id, x }) => [id, x])).toEqual([["a1", 9]]);
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
