import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Participant } from "../../protocol/generated/messages";
import { StandIn } from "../../testing/stand_in";
import { Talk } from "./talk";

const BEN: Participant = { id: 2, name: "Ben", color: "#e5484d", role: "editor" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function talking(): { it: StandIn; talk: Talk } {
  const it = new StandIn();
  it.come(BEN);
  return { it, talk: new Talk(it.session) };
}

test("what is said may answer somebody and speak to others, once", () => {
  const { it, talk } = talking();
  it.say(BEN, "Shall we?");
  talk.answer(1);
  expect(talk.say("Yes, @Ben", [], [BEN.id])).toBe(true);
  expect(talk.say("And now something else")).toBe(true);
  expect(it.submitted).toEqual([
    { type: "post_message", text: "Yes, @Ben", reply_to: 1, mentions: [2] },
    { type: "post_message", text: "And now something else" },
  ]);
});

test("an edit is sent only if it says something else; a picture needs no words", () => {
  const { it, talk } = talking();
  talk.say("Hello");
  const own = talk.latestOwn() ?? 0;
  for (const text of [" Hello ", "Hello, all"]) {
    talk.edit(own);
    expect(talk.say(text)).toBe(true);
  }
  const picture = { blob: "ab", w: 2, h: 1 };
  expect([talk.say(""), talk.say("", [picture])]).toEqual([false, true]);
  expect(it.submitted.slice(1)).toEqual([
    { type: "edit_message", message: own, text: "Hello, all" },
    { type: "post_message", text: "", pictures: [picture] },
  ]);
});

test("one may change one's own and nobody else's", () => {
  const { it, talk } = talking();
  it.say(BEN, "his");
  it.say(it.me, "mine");
  const [his, mine] = it.messages;
  if (his === undefined || mine === undefined) throw new Error("both are there");
  expect([talk.mayEdit(his), talk.mayEdit(mine)]).toEqual([false, true]);
  expect([talk.mayDelete(his), talk.mayDelete(mine)]).toEqual([it.me.role === "host", true]);
});

test("a slowed room says how long to wait, also when the hub had to say it", () => {
  const { it, talk } = talking();
  it.me = { ...it.me, role: "editor" };
  it.slowModeS = 30;
  talk.say("one");
  expect(talk.waitUntil.now).toBe(Date.now() + 30_000);
  it.refuse({ code: "slow_mode", operation: "post_message", text: "two", post: { text: "two" }, waitMs: 12_000 });
  expect(talk.waitUntil.now).toBe(Date.now() + 12_000);
  it.slowModeS = 0;
  it.say(BEN, "hello");
  expect(talk.waitUntil.now).toBe(0);
});
