import { expect, test } from "vitest";
import { packPoints } from "../protocol/points";
import type { Ink } from "../protocol/generated/messages";
import { Presences, Roster } from "./roster";
import { isSound } from "./soundness";
import { add, label, remove, stroke, update } from "../testing/shapes";
import { WetInk } from "./wet_ink";

function ink(start: number, xs: number[]): Ink {
  return { author: 2, stroke: "s", color: "#ff0000", width: 3, start, points: packPoints(xs.map((x) => ({ x, y: 0 })), 3) };
}

function xs(wet: WetInk): number[] | undefined {
  return wet.strokes.get("s")?.points.map(({ x }) => x);
}

test("wet ink grows in place; what comes twice is there once, what was missed is drawn over", () => {
  const wet = new WetInk();
  wet.extend(ink(0, [0, 1]));
  const stroke = wet.strokes.get("s");
  wet.extend(ink(0, [0, 1, 2]));
  wet.extend(ink(5, [5, 6]));
  wet.extend(ink(6, [6, 7]));
  expect(xs(wet)).toEqual([0, 1, 2, 5, 6, 7]);
  expect(wet.strokes.get("s")).toBe(stroke);
});

test("ink goes when it is committed, given up, or its author leaves", () => {
  const wet = new WetInk();
  let changes = 0;
  wet.subscribe(() => (changes += 1));
  wet.extend(ink(0, [0]));
  wet.end("s");
  wet.end("s");
  wet.extend(ink(0, [0]));
  wet.endOf(3);
  expect(wet.strokes.size).toBe(1);
  wet.endOf(2);
  expect([wet.strokes.size, changes]).toEqual([0, 4]);
});

test("the roster is sorted by id and knows me under a new name", () => {
  const roster = new Roster();
  const person = (id: number, name: string) => ({ id, name, color: "#112233", role: "editor" as const });
  roster.reset(person(2, "Ann"), [person(3, "Bo"), person(2, "Ann")]);
  roster.put(person(1, "Cy"));
  roster.put(person(2, "Anna"));
  roster.remove(3);
  expect(roster.all.map(({ name }) => name)).toEqual(["Cy", "Anna"]);
  expect(roster.me?.name).toBe("Anna");
});

test("presences end with their person and with the connection", () => {
  const presences = new Presences();
  presences.show(2, { typing: true });
  presences.show(3, { typing: false });
  presences.remove(2);
  expect([...presences.all.keys()]).toEqual([3]);
  presences.clear();
  expect(presences.all.size).toBe(0);
});

test.each([
  [add(stroke("a")), true],
  [add(label("a", "x".repeat(10_000))), true],
  [add(label("a", "x".repeat(10_001))), false],
  [add(label("a", "a\rb")), false],
  [add(stroke("a", { x: NaN })), false],
  [add(stroke("a", { y: 1_000_001 })), false],
  [add(stroke("a", { color: "red" })), false],
  [add(stroke("a", { width: 0 })), false],
  [add(), false],
  [update("a", { x: 1e6, size: 2_048 }), true],
  [update("a", { width: 513 }), false],
  [remove(), false],
])("what the hub would refuse is known before: %#", (operation, sound) => {
  expect(isSound(operation)).toBe(sound);
});
