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

test("what is not taken gives the words back", () => {
  type("mine-1", "too long");
  expect(chat.drop("mine-1")).toBe("too long");
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

test("after a gap too long to fill the chat begins anew; after a short one it goes on", () => {
  chat.reset([said(1), said(2)], new Set(), false, false);
  chat.reset([said(2), said(3)], new Set(), true, true);
  expect([texts().length, chat.hasOlder]).toEqual([3, false]);
  chat.reset([said(60), said(61)], new Set(), true, true);
  expect([texts(), chat.hasOlder]).toEqual([["message 60", "message 61"], true]);
});

test("in another epoch the same numbers are other messages", () => {
  chat.reset([said(1), said(2, "lost")], new Set(), false, false);
  chat.reset([said(1), said(2, "other")], new Set(), false, false);
  expect(texts()).toEqual(["message 1", "other"]);
});
