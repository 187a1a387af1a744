import { expect, test } from "vitest";
import type { Participant } from "../protocol/generated/messages";
import { StandIn } from "../testing/stand_in";
import { Unread } from "./unread";

const BEN: Participant = { id: 2, name: "Ben", color: "#e5484d", role: "editor" };

function unreadOf(it: StandIn): Unread {
  return new Unread(it.session.chat, it.session.people);
}

test("what was said before one came in is no news", () => {
  const it = new StandIn();
  it.say(BEN, "old");
  const unread = unreadOf(it);
  it.say(BEN, "came with the history");
  unread.begin();
  expect(unread.count.now).toBe("");
});

test("others’ messages count until the chat is looked at, one’s own never do", () => {
  const it = new StandIn();
  const unread = unreadOf(it);
  unread.begin();
  it.say(BEN, "one");
  it.say(it.me, "mine");
  it.say(BEN, "two");
  expect(unread.count.now).toBe("2");
  unread.look(true);
  it.say(BEN, "seen at once");
  expect(unread.count.now).toBe("");
  unread.look(false);
  it.say(BEN, "three");
  expect(unread.count.now).toBe("1");
});

test("coming back after a broken connection does not make news old", () => {
  const it = new StandIn();
  const unread = unreadOf(it);
  unread.begin();
  it.say(BEN, "while one was away");
  unread.begin();
  expect(unread.count.now).toBe("1");
});

test("of more than what is here no number is said that is not true", () => {
  const it = new StandIn();
  it.hasOlder = true;
  for (let count = 0; count < 50; count += 1) it.say(BEN, "while one was away");
  const here = it.messages;
  it.messages = here.slice(10);
  const unread = new Unread(it.session.chat, it.session.people, 2);
  unread.begin();
  expect(unread.count.now).toBe("40+");
  it.messages = here;
  it.say(BEN, "one more");
  expect(unread.count.now).toBe("49");
  unread.look(true);
  expect([unread.count.now, unread.line.now]).toEqual(["", 2]);
});
