import { expect, test } from "vitest";
import type { ChatMessage } from "../protocol/generated/messages";
import { changed, type ChatChange } from "./chat_change";

const SAID: ChatMessage = { number: 1, author: 2, by: { name: "Bo", color: "#2f9e44" }, time_ms: 1, text: "secret", replica: "r", seq: 1 };
const ANSWER: ChatMessage = { ...SAID, number: 2, text: "why?", reply_to: 1, quote: { name: "Bo", text: "secret" } };

function after(message: ChatMessage, ...changes: [number | null, number, ChatChange][]): ChatMessage {
  return changes.reduce((it, [number, author, operation]) => changed(it, { number, author, time_ms: 9, operation }), message);
}

const like = (on: boolean): ChatChange => ({ type: "react", message: 1, emoji: "👍", on });

test("a change is done once, however often it comes", () => {
  const liked = after(SAID, [3, 5, like(true)], [3, 5, like(true)], [4, 6, like(true)], [3, 5, like(false)]);
  expect(liked).toMatchObject({ reactions: [{ emoji: "👍", by: [5, 6] }], changed: 4 });
  expect(after(liked, [5, 5, like(false)], [6, 6, like(false)])).not.toHaveProperty("reactions");
});

test("what is on its way is on top and has no place yet", () => {
  const meant = after(SAID, [null, 2, { type: "edit_message", message: 1, text: "other" }]);
  expect(meant).toMatchObject({ text: "other", edited_ms: 9 });
  expect(meant).not.toHaveProperty("changed");
});

test("of a deleted message and in its answers no word is left", () => {
  const gone: ChatChange = { type: "delete_message", message: 1 };
  for (const message of [SAID, ANSWER]) {
    const left = after(message, [3, 7, { type: "edit_message", message: 1, text: "secret" }], [4, 7, gone], [5, 7, like(true)]);
    expect(JSON.stringify(left)).not.toContain("secret");
  }
  expect(after(SAID, [4, 7, gone])).toMatchObject({ deleted: { by: 7, time_ms: 9 }, changed: 4 });
  expect(after(ANSWER, [4, 7, gone])).toMatchObject({ text: "why?", reply_to: 1, changed: 4 });
});

test("other messages are left alone", () => {
  expect(after(ANSWER, [3, 5, like(true)])).toBe(ANSWER);
});
