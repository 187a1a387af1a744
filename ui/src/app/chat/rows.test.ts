import { expect, test } from "vitest";
import type { ShownMessage } from "../../sync/session";
import { chatRows, firstNewOf, GROUP_SPAN_MS } from "./rows";

const NOON = new Date(2026, 10, 21, 12, 0).getTime();

function said(key: string, author: number, time_ms: number, name = `P${author}`): ShownMessage {
  return { pending: true, key, author, by: { name, color: "#0d9488" }, text: key, time_ms };
}

const shape = (messages: ShownMessage[]): string =>
  chatRows(messages)
    .map((row) => (row.newDay ? "D" : "") + (row.opens ? "O" : ".") + row.message.key)
    .join(" ");

test("who is said once for what is said in a row", () => {
  expect(shape([said("a", 1, NOON), said("b", 1, NOON + 1000), said("c", 2, NOON + 2000), said("d", 1, NOON + 3000)])).toBe(
    "DOa .b Oc Od",
  );
});

test("after a pause or under a new name it is said again", () => {
  expect(shape([said("a", 1, NOON), said("b", 1, NOON + GROUP_SPAN_MS), said("c", 1, NOON + GROUP_SPAN_MS + 1, "New")])).toBe(
    "DOa Ob Oc",
  );
});

test("a new day is marked even inside a group", () => {
  const midnight = new Date(2026, 10, 22, 0, 0).getTime();
  expect(shape([said("a", 1, midnight - 1000), said("b", 1, midnight + 1000)])).toBe("DOa DOb");
});

test("the line stands before the first message of others after what was read, and nowhere while that is not here", () => {
  const at = (number: number, author = 2): ShownMessage => ({ pending: false, changing: false, key: `n${number}`, number, author, by: { name: "Ben", color: "#000000" }, time_ms: NOON, text: "x", replica: "r", seq: number });
  expect(firstNewOf([at(3), at(5, 1), at(6)], 4, 1, true)).toBe("n6");
  // The first that is here may not be the first that is new, unless nothing is before it.
  expect(firstNewOf([at(575), at(576)], 4, 1, true)).toBeNull();
  expect(firstNewOf([at(525), at(526)], 4, 1, true)).toBeNull();
  expect(firstNewOf([at(5), at(6)], 4, 1, false)).toBe("n5");
  expect(firstNewOf([at(3), at(4)], 4, 1, true)).toBeUndefined();
  expect(firstNewOf([at(3)], null, 1, true)).toBeUndefined();
  expect(firstNewOf([], 4, 1, false)).toBeUndefined();
});
