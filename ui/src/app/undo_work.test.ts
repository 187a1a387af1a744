import { expect, test } from "vitest";
import { operationsOf } from "../document/history";
import type { Shape } from "../protocol/generated/messages";
import { stroke } from "../testing/shapes";
import { planOf, type Work } from "./undo_work";

const by = (id: string, author: number, added_ms: number): Shape => ({ ...stroke(id), author, added_ms });
const work = (told: Partial<Work>): Work => ({ since_ms: 20, gone: [], shapes: [], more: false, ...told });

test("what they added goes, what they moved goes back, what they removed returns", () => {
  const board = [by("added", 2, 30), { ...by("moved", 1, 10), x: 500 }];
  const plan = planOf(board, 2, work({ gone: ["added", "gone already"], shapes: [by("moved", 1, 10), by("removed", 1, 10)] }));
  expect(plan).toMatchObject({ goes: 1, changesBack: 1, returns: 1 });
  expect(operationsOf(plan.edits)).toEqual([
    { type: "remove_shapes", ids: ["added"] },
    { type: "add_shapes", shapes: [by("removed", 1, 10)] },
    { type: "update_shapes", changes: [{ id: "moved", x: stroke("moved").x }] },
  ]);
});

test("a thing that they put in another's place goes, and the other returns", () => {
  const text: Shape = { ...by("a", 1, 10), body: { kind: "text", text: "mine now", size: 20 } };
  const plan = planOf([text], 2, work({ shapes: [by("a", 1, 10)] }));
  expect(operationsOf(plan.edits).map(({ type }) => type)).toEqual(["remove_shapes", "add_shapes"]);
});

test("where the log is folded, what they added is known by itself", () => {
  const board = [by("old", 2, 10), by("new", 2, 20), by("newer", 2, 30), by("other", 3, 30)];
  expect(planOf(board, 2, work({ gone: ["newer"], kept_from_ms: 25 }))).toMatchObject({ goes: 2, changesBack: 0, returns: 0 });
  expect(planOf(board, 2, work({ gone: ["newer"] }))).toMatchObject({ goes: 1 });
});

test("fifty thousand things are looked through", () => {
  const board = Array.from({ length: 50_000 }, (_, index) => by(`s${index}`, index % 2, index));
  expect(planOf(board, 1, work({ since_ms: 0, kept_from_ms: 1 })).goes).toBe(25_000);
});
