import { beforeEach, expect, test } from "vitest";
import { someShape } from "../testing/some_shapes";
import { StandIn } from "../testing/stand_in";
import type { Effect } from "../tools/effect";
import { announce } from "./announce";
import { Desk } from "./desk";

const note = (id: string, text: string): ReturnType<typeof someShape> => someShape(id, { kind: "note", w: 200, h: 200, text, size: 20 });
const removal = (gesture: string, ...ids: string[]): Effect => ({ type: "submit", gesture, operation: { type: "remove_shapes", ids } });

let it: StandIn;
let desk: Desk;
let end: () => void;

beforeEach(() => {
  it = new StandIn();
  it.board.reset([note("a", "Milk"), note("b", "Bread"), note("c", "Salt")], []);
  desk = new Desk(it.session);
  end = announce(desk);
});

/** What is heard once `effects` are carried out, as one task. */
async function heard(...effects: Effect[]): Promise<string> {
  desk.carryOut(effects);
  await Promise.resolve();
  return desk.said.now;
}

test("what goes is named, many things are counted, and a selection that went with them does not hush it", async () => {
  desk.selection.set(["a"]);
  expect(desk.said.now).toBe("Sticky note: Milk, selected");
  desk.carryOut([removal("1", "a")]);
  desk.selection.set([]);
  await Promise.resolve();
  expect(desk.said.now).toBe("Sticky note: Milk, removed");
  expect(await heard(removal("2", "b"), removal("2", "c"))).toBe("2 things removed");
});

test("undo and redo say what came of them, and that there is nothing more", async () => {
  await heard(removal("1", "a"));
  expect(await heard({ type: "undo" })).toBe("Undone: Sticky note: Milk, back");
  expect(await heard({ type: "redo" })).toBe("Done again: 1 thing removed");
  await heard({ type: "undo" }, { type: "submit", gesture: "2", operation: { type: "update_shapes", changes: [{ id: "b", x: 9 }, { id: "c", x: 9 }] } });
  expect(await heard({ type: "undo" })).toBe("Undone: 2 things changed");
  expect(await heard({ type: "undo" })).toBe("Nothing to undo");
});

test("the same again is said anew", async () => {
  const first = await heard({ type: "undo" });
  const second = await heard({ type: "undo" });
  expect([first.trim(), second.trim()]).toEqual(["Nothing to undo", "Nothing to undo"]);
  expect(second).not.toBe(first);
});

test("what others do is not said, nor anything after the end", async () => {
  it.board.applyConfirmed({ type: "remove_shapes", ids: ["a"] });
  expect(await heard()).toBe("");
  end();
  expect(await heard(removal("1", "b"))).toBe("");
});

test("ink of which something is left is cut, not removed", async () => {
  const points = Uint8Array.of(4, 1, 0, 0);
  it.board.extend([someShape("s", { kind: "stroke", width: 2, points })]);
  expect(await heard({ type: "submit", gesture: "1", operation: { type: "remove_shapes", ids: ["s"], left: [{ id: "t", of: "s", points }] } })).toBe("Drawing, cut");
});
