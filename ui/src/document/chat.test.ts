import { beforeEach, expect, test } from "vitest";
import type { ChatMessage } from "../protocol/generated/messages";
import { ChatLog } from "./chat";

let chat: ChatLog;

beforeEach(() => {
  chat = new ChatLog();
});

function said(number: number, text = `message ${number}`): ChatMessage {
  return { number, author: 2, by: { name: "Bo", color: "#2f9e44" }, time_ms: number, text, replica: "r", seq: number };
}

function type(key: string, text: string): void {
  chat.addPending({ key, author: 1, by: { name: "Ann", color: "#1971c2" }, text, time_ms: 0 });
}

function texts(): string[] {
  return chat.messages.map(({ text, pending }) => (pending ? `(${text})` : text));
}

test("what I say is marked as on its way, and keeps its row when it has arrived", () => {
  chat.settle(said(1));
  type("mine-1", "hello");
  chat.settle(said(2));
  expect(texts()).toEqual(["message 1", "message 2", "(hello)"]);
  chat.settle(said(3, "hello"), "mine-1");
  expect(texts()).toEqual(["message 1", "message 2", "hello"]);
  expect(chat.messages.at(-1)?.key).toBe("mine-1");
});

test("what is not taken goes again", () => {
  type("mine-1", "too long");
  chat.drop("mine-1");
  expect(texts()).toEqual([]);
});

test("older pages join on, in any order and twice if need be", () => {
  chat.reset([said(101), said(103)], new Set(), true, false);
  expect([chat.hasOlder, chat.oldest]).toEqual([true, 101]);
  chat.addOlder([said(99), said(97)], true);
  chat.addOlder([said(99), said(95)], false);
  expect(chat.messages.map((message) => !message.pending && message.number)).toEqual([95, 97, 99, 101, 103]);
  expect(chat.hasOlder).toBe(false);
});

test("after a gap the chat begins anew: what is further back may have changed", () => {
  chat.reset([said(1), said(2)], new Set(), false, false);
  chat.addOlder([said(0)], false);
  chat.reset([said(2), said(3)], new Set(), true, true);
  expect([texts(), chat.hasOlder]).toEqual([["message 2", "message 3"], true]);
});

test("in another epoch the same numbers are other messages", () => {
  chat.reset([said(1), said(2, "lost")], new Set(), false, false);
  chat.reset([said(1), said(2, "other")], new Set(), false, false);
  expect(texts()).toEqual(["message 1", "other"]);
});

test("what happened to a message that is not here is done when it is fetched, unless it is in it", () => {
  chat.reset([said(101)], new Set(), true, false);
  const edit = (number: number, text: string) => chat.change({ number, author: 2, time_ms: number, operation: { type: "edit_message", message: 50, text } });
  edit(102, "first");
  edit(103, "second");
  chat.addOlder([{ ...said(50), text: "first", changed: 102 }, said(51)], false);
  expect(texts()).toEqual(["second", "message 51", "message 101"]);
});

test("what I change is seen at once, and as it was when it is not taken", () => {
  chat.settle(said(1, "mine"));
  chat.addPendingChange("mine-1", { number: null, author: 1, time_ms: 0, operation: { type: "delete_message", message: 1 } });
  expect(chat.messages).toMatchObject([{ text: "", deleted: { by: 1 }, changing: true }]);
  chat.drop("mine-1");
  expect(chat.messages).toMatchObject([{ text: "mine", changing: false }]);
});

test("a window on the past grows both ways and goes when it reaches the latest", () => {
  chat.reset([said(100), said(101)], new Set(), true, false);
  chat.look([said(21), said(20)], true, true);
  type("mine-1", "unseen");
  expect([texts(), chat.isInThePast, chat.oldest, chat.newest]).toEqual([["message 20", "message 21"], true, 20, 21]);
  chat.addOlder([said(19)], false);
  chat.addNewer([said(60), said(22)], true);
  chat.settle(said(102));
  expect([texts().length, chat.hasOlder, chat.latest.length]).toEqual([5, false, 4]);
  chat.addNewer([said(99), said(100)], true);
  expect([texts().at(0), texts().at(-1), chat.isInThePast, chat.hasOlder, texts().length]).toEqual(["message 19", "(unseen)", false, false, 10]);
});

test("a change is seen in the window too", () => {
  chat.reset([said(100)], new Set(), true, false);
  chat.look([said(20)], true, true);
  chat.change({ number: 101, author: 2, time_ms: 0, operation: { type: "edit_message", message: 20, text: "other" } });
  expect(texts()).toEqual(["other"]);
  chat.lookAtLatest();
  expect(texts()).toEqual(["message 100"]);
});
