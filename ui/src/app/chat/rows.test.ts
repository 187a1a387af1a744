import { expect, test } from "vitest";
import type { ShownMessage } from "../../sync/session";
import { chatRows, GROUP_SPAN_MS } from "./rows";

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
