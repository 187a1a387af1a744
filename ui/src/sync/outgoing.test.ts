import { expect, test } from "vitest";
import type { Submission } from "../document/submission";
import { add, cut, remove, stroke, update } from "../testing/shapes";
import { inMessages, Outgoing } from "./outgoing";

function as(seq: number): Submission {
  return { replica: "r1", seq };
}

test("what waits together goes together, in order", () => {
  const outgoing = new Outgoing();
  outgoing.add(add(stroke("a")), 1);
  outgoing.add(add(stroke("b")), 2);
  outgoing.add(update("a", { x: 1, y: 1 }), 3);
  outgoing.add(update("a", { x: 2 }), 4);
  outgoing.add(update("b", { x: 3 }), 5);
  outgoing.add(remove("a"), 6);
  outgoing.add({ type: "post_message", text: "one" }, 7);
  outgoing.add({ type: "post_message", text: "two" }, 8);
  expect(outgoing.unanswered().map(({ operation, keys }) => [operation, keys])).toEqual([
    [add(stroke("a"), stroke("b")), [1, 2]],
    [{ type: "update_shapes", changes: [{ id: "a", x: 2, y: 1 }, { id: "b", x: 3 }] }, [3, 4, 5]],
    [remove("a"), [6]],
    [{ type: "post_message", text: "one" }, [7]],
    [{ type: "post_message", text: "two" }, [8]],
  ]);
});

test("cuts go one by one, and a great one in lots that keep pieces with their strokes", () => {
  const outgoing = new Outgoing();
  outgoing.add(cut("a", "a1"), 1);
  outgoing.add(cut("a1", "a2"), 2);
  expect(outgoing.unanswered().map(({ operation }) => operation)).toEqual([cut("a", "a1"), cut("a1", "a2")]);
  const points = new Uint8Array(200_000);
  const left = ["a", "b", "c"].map((of) => ({ of, id: `${of}1`, points }));
  const lots = inMessages({ type: "remove_shapes", ids: ["a", "b", "c"], left });
  expect(lots.length).toBeGreaterThan(1);
  expect(lots.flatMap((lot) => (lot.type === "remove_shapes" ? (lot.left ?? []) : []))).toEqual(left);
});

test("what is on its way is not added to", () => {
  const outgoing = new Outgoing();
  const first = outgoing.add(add(stroke("a")), 1);
  outgoing.send(as(1), 0);
  expect(outgoing.add(add(stroke("b")), 2)).not.toBe(first);
});

test("an hour of drawing offline is few messages, none too large", () => {
  const outgoing = new Outgoing();
  for (let index = 0; index < 5_000; index += 1) outgoing.add(add(stroke(`s${index}`)), index);
  expect(outgoing.unsent).toBeLessThanOrEqual(12);
  for (const { operation } of outgoing.unanswered()) expect(operation.type === "add_shapes" && operation.shapes.length).toBeLessThanOrEqual(500);
});

test("large strokes are parted by their bytes", () => {
  const large = (id: string) => {
    const shape = stroke(id);
    return { ...shape, body: { kind: "stroke" as const, width: 2, points: new Uint8Array(50_000) } };
  };
  expect(inMessages(add(large("a"), large("b"), large("c"), large("d"), large("e"))).map((operation) => operation.type === "add_shapes" && operation.shapes.length)).toEqual([2, 2, 1]);
  expect(inMessages(remove(...Array.from({ length: 1_001 }, (_, index) => `s${index}`))).length).toBe(3);
});

test("what must be sent again keeps its place among those that wait", () => {
  const outgoing = new Outgoing();
  for (const text of ["a", "b", "c", "d"]) outgoing.add({ type: "post_message", text }, 1);
  const [first, second] = [outgoing.send(as(1), 0), outgoing.send(as(2), 0)];
  if (second !== null) outgoing.takeBack(second);
  if (first !== null) outgoing.takeBack(first);
  expect(outgoing.unanswered().map(({ operation }) => operation.type === "post_message" && operation.text).join("")).toBe("abcd");
});

test("confirmed is kept until stored, and is on its way again if the hub lost it", () => {
  const outgoing = new Outgoing();
  for (const [index, text] of ["a", "b", "c"].entries()) {
    outgoing.add({ type: "post_message", text }, index);
    const entry = outgoing.send(as(index + 1), 0);
    if (entry !== null) outgoing.confirm(entry, 10 + index);
  }
  expect([outgoing.unsent, outgoing.unstored]).toEqual([0, 3]);
  expect(outgoing.store(10).length).toBe(1);
  expect(outgoing.lose(({ seq }) => (seq <= 2 ? "dealt_with" : "not_arrived")).length).toBe(1);
  expect(outgoing.sent().map(({ sent }) => sent?.seq)).toEqual([3]);
});
