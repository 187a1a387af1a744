import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Operation, Shape } from "../protocol/generated/messages";
import { add, cut, remove, stroke, update } from "../testing/shapes";
import { Board, type BoardChange } from "./board";
import { shapeEffects } from "./shape";

let board: Board;
let heard: BoardChange[];

beforeEach(() => {
  board = new Board();
  heard = [];
  board.subscribe((change) => heard.push(change));
});

function ids(change: BoardChange | undefined): string[][] {
  if (change === undefined) return [];
  return [change.added.map(({ id }) => id), change.changed.map(({ id }) => id), [...change.removed]];
}

test("when something was added is known once the hub has numbered it, and nobody paints anew for it", () => {
  const shape = stroke("a");
  board.addPending(1, add(shape));
  const before = heard.length;
  board.confirmPending([1], { type: "add_shapes", shapes: [{ ...shape, added_ms: 1_700 }] });
  expect(board.get("a")?.added_ms).toBe(1_700);
  expect(heard.length).toBe(before);
});

describe("what I cut", () => {
  const whole = stroke("a", { x: 5 });

  test("goes in the step in which its pieces come", () => {
    board.reset([whole], []);
    board.addPending(1, cut("a", "a1"));
    expect(ids(heard.at(-1))).toEqual([["a1"], [], ["a"]]);
    expect(board.get("a1")).toMatchObject({ x: 5, author: 1 });
  });

  test("is cut as others leave it: the pieces go along with what they do to the stroke before", () => {
    board.reset([whole], []);
    board.addPending(1, cut("a", "a1"));
    board.addPending(2, cut("a1", "a2"));
    board.applyConfirmed(update("a", { x: 70 }));
    expect(ids(heard.at(-1))).toEqual([[], ["a2"], []]);
    expect(board.get("a2")).toMatchObject({ x: 70 });
    board.confirmPending([1], cut("a", "a1"));
    board.confirmPending([2], cut("a1", "a2"));
    expect([...board.confirmedShapes()].map(({ id, x }) => [id, x])).toEqual([["a2", 70]]);
  });

  test.each([["removed", remove("a")], ["cut", cut("a", "b1")]])("leaves nothing of what others %s before", (_, theirs) => {
    board.reset([whole], []);
    board.addPending(1, cut("a", "a1"));
    board.applyConfirmed(theirs);
    expect(board.get("a1")).toBeUndefined();
    board.dropPending([1]);
    expect(board.get("a1")).toBeUndefined();
  });
});

describe("what I draw", () => {
  test("is there at once, and nothing changes when the hub confirms it", () => {
    board.addPending(1, add(stroke("a")));
    const shape = board.get("a");
    board.confirmPending([1], add(stroke("a")));
    expect(heard.map(ids)).toEqual([[["a"], [], []]]);
    expect(board.get("a")).toBe(shape);
    expect(board.confirmed("a")).toBeDefined();
  });

  test("goes again when the hub does not take it", () => {
    board.addPending(1, add(stroke("a")));
    board.dropPending([1]);
    expect(ids(heard.at(-1))).toEqual([[], [], ["a"]]);
    expect(board.size).toBe(0);
  });

  test("before I have an id, gets it with the confirmation", () => {
    board.addPending(1, add(stroke("a", { author: 0 })));
    board.confirmPending([1], add(stroke("a", { author: 7 })));
    expect(board.get("a")?.author).toBe(7);
    expect(ids(heard.at(-1))).toEqual([[], ["a"], []]);
  });
});

describe("when two change the same shape", () => {
  beforeEach(() => {
    board.applyConfirmed(add(stroke("a")));
    heard = [];
  });

  test("my pending value stays on screen until the hub has ordered both", () => {
    board.addPending(1, update("a", { x: 5 }));
    board.applyConfirmed(update("a", { x: 9, color: "#ff0000" }));
    expect(board.get("a")).toMatchObject({ x: 5, color: "#ff0000" });
    board.confirmPending([1], update("a", { x: 5 }));
    expect(board.get("a")?.x).toBe(5);
    board.applyConfirmed(update("a", { x: 9 }));
    expect(board.get("a")?.x).toBe(9);
  });

  test("a shape that somebody removed comes back neither by my change nor by its refusal", () => {
    board.addPending(1, update("a", { x: 5 }));
    board.applyConfirmed(remove("a"));
    expect(board.get("a")).toBeUndefined();
    board.dropPending([1]);
    expect(board.get("a")).toBeUndefined();
  });

  test("what changes nothing is told nobody", () => {
    board.applyConfirmed(update("a", { x: 0 }));
    board.applyConfirmed(update("a", { text: "not for strokes" }));
    board.applyConfirmed(add(stroke("a", { x: 77 })));
    board.applyConfirmed(remove("b"));
    expect(heard).toEqual([]);
  });
});

test("a snapshot replaces everything but what is pending", () => {
  board.applyConfirmed(add(stroke("old")));
  board.addPending(1, add(stroke("mine")));
  board.reset([stroke("new")], [[1, add(stroke("mine"))]]);
  expect(heard.at(-1)?.reset).toBe(true);
  expect(heard.at(-1)?.added.map(({ id }) => id).sort()).toEqual(["mine", "new"]);
  board.extend([stroke("more")]);
  expect([...board.shapes()].map(({ id }) => id).sort()).toEqual(["mine", "more", "new"]);
});

test("one operation among 50,000 shapes costs what it touches", () => {
  board.reset(Array.from({ length: 50_000 }, (_, index) => stroke(`s${index}`)), []);
  const start = performance.now();
  for (let index = 0; index < 10_000; index += 1) board.applyConfirmed(update(`s${index}`, { x: index + 1 }));
  expect((performance.now() - start) / 10_000).toBeLessThan(0.5);
});

/** The promise, said slowly: confirmed, then pending, all of it each time. */
function folded(confirmed: readonly Operation[], pending: readonly Operation[]): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const operation of [...confirmed, ...pending]) {
    const before = new Map(shapes);
    for (const [id, effect] of shapeEffects(operation)) {
      const shape = effect(shapes.get(id), (other) => before.get(other));
      if (shape === undefined) shapes.delete(id);
      else shapes.set(id, shape);
    }
  }
  return shapes;
}

test("whatever happens, the view is the confirmed state with the pending operations on top, and the changes lead there", () => {
  const id = fc.constantFrom("a", "b", "c");
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    id.map((name) => add(stroke(name))),
    fc.tuple(id, fc.nat(3)).map(([name, x]) => update(name, { x })),
    fc.tuple(id, fc.nat(3)).map(([name, width]) => update(name, { width: width + 1 })),
    fc.uniqueArray(id, { minLength: 1 }).map((names) => remove(...names)),
    fc.tuple(id, id).filter(([name, piece]) => name !== piece).map(([name, piece]) => cut(name, piece)),
  );
  const step = fc.record({ what: fc.constantFrom("remote", "mine", "confirm", "drop"), operation, which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const tested = new Board();
      const mirror = new Map<string, Shape>();
      tested.subscribe(({ added, changed, removed }) => {
        for (const shape of [...added, ...changed]) mirror.set(shape.id, shape);
        for (const gone of removed) mirror.delete(gone);
      });
      const confirmed: Operation[] = [];
      let pending: [number, Operation][] = [];
      steps.forEach(({ what, operation: next, which }, key) => {
        const [named] = pending.splice(which % (pending.length || 1), what === "confirm" || what === "drop" ? 1 : 0);
        if (what === "remote") {
          confirmed.push(next);
          tested.applyConfirmed(next);
        } else if (what === "mine") {
          pending = [...pending, [key, next]];
          tested.addPending(key, next);
        } else if (named !== undefined && what === "confirm") {
          confirmed.push(named[1]);
          tested.confirmPending([named[0]], named[1]);
        } else if (named !== undefined) {
          tested.dropPending([named[0]]);
        }
        const expected = folded(confirmed, pending.map(([, mine]) => mine));
        expect(new Map([...tested.shapes()].map((shape) => [shape.id, shape]))).toEqual(expected);
        expect(mirror).toEqual(expected);
      });
    }),
    { numRuns: 300 },
  );
});
