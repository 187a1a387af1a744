import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StandIn } from "../testing/stand_in";
import { Surface } from "./surface";

const ADDRESS = { session: "abc", base: "http://192.168.1.5:7420" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened(): { it: StandIn; surface: Surface } {
  const it = new StandIn();
  return { it, surface: new Surface(ADDRESS, null, () => it.session) };
}

test("what is said goes out as it was written, emptiness does not", () => {
  const { it, surface } = opened();
  expect(surface.talk.say("  \n ")).toBe(false);
  expect(surface.talk.say(" hi ")).toBe(true);
  expect(it.submitted).toEqual([{ type: "post_message", text: " hi " }]);
});

test("a refused message keeps its words, with the reason and a second try", () => {
  const { it, surface } = opened();
  it.refuse({ code: "rate_limited", operation: "post_message", text: "one more", post: { text: "one more", reply_to: 7 }, waitMs: 500 });
  it.refuse({ code: "message_too_long", operation: "post_message", text: "long", post: { text: "long" }, waitMs: null });
  const [first, second] = surface.refused.now;
  expect(first).toMatchObject({ post: { text: "one more" }, code: "rate_limited" });
  surface.retry(first?.key ?? 0);
  surface.discard(second?.key ?? 0);
  expect(surface.refused.now).toEqual([]);
  expect(it.submitted).toEqual([{ type: "post_message", text: "one more", reply_to: 7 }]);
  expect(surface.notice.now).toBeNull();
});

test("any other refusal is a notice for a while", () => {
  const { it, surface } = opened();
  it.refuse({ code: "board_full", operation: "add_shapes", text: null, post: null, waitMs: null });
  expect(surface.notice.now).toBe("board_full");
  vi.advanceTimersByTime(8_000);
  expect(surface.notice.now).toBeNull();
  surface.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("a title is changed only to another one, and not to nothing", () => {
  const { it, surface } = opened();
  for (const title of ["  ", it.titleNow, " New title "]) surface.setTitle(title);
  expect(it.submitted).toEqual([{ type: "set_title", title: "New title" }]);
});
