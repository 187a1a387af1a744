import { ChangeSet } from "@codemirror/state";
import { beforeEach, describe, expect, test } from "vitest";
import { asString } from "../document/text_changes";
import { CloseCode } from "../protocol/generated/limits";
import type { ClientMessage, ServerMessage, Welcome } from "../protocol/generated/messages";
import { add, stroke, update } from "../testing/shapes";
import { HOLD_BACK_MS, PRESENCE_INTERVAL_MS, REPLACED_AGAIN_MS, SUBMISSIONS_BURST, SyncClient, type Effect, type Input } from "./client";
import type { KeptWork } from "./kept_work";
import type { Refusal } from "./session";

/** A page with its hub played by the test. */
class Page {
  now = 1_000;
  socket = 0;
  sent: ClientMessage[] = [];
  refusals: Refusal[] = [];
  wakeAt: number | null = null;
  identity: string | null = null;
  readonly client: SyncClient;
  #fresh = 1;

  constructor(work?: KeptWork, brought: { invite?: string } = {}) {
    this.client = new SyncClient({ ...brought, name: "Ann", replica: "r1", random: () => 0.5, newReplica: () => `r${(this.#fresh += 1)}` });
    if (work !== undefined) this.client.restore(this.now, work);
    this.do({ type: "start" });
  }

  do(input: Input): void {
    for (const effect of this.client.handle(this.now, input)) this.#carryOut(effect);
  }

  hear(...messages: ServerMessage[]): void {
    for (const message of messages) this.do({ type: "received", socket: this.socket, message });
  }

  pass(ms: number): void {
    this.now += ms;
    if (this.wakeAt !== null && this.wakeAt <= this.now) this.do({ type: "woke" });
  }

  /** Opens, says hello, is welcomed. */
  join(welcome: Partial<Welcome> = {}): ClientMessage | undefined {
    this.do({ type: "opened", socket: this.socket });
    const hello = this.sent.at(-1);
    this.hear(welcomed(welcome));
    return hello;
  }

  goLive(): this {
    this.join();
    this.hear(snapshot(1), { type: "caught_up", number: 1 });
    this.take();
    return this;
  }

  /** What was sent since the last call. */
  take(): ClientMessage[] {
    return this.sent.splice(0);
  }

  /** The submissions among it. */
  takeSubmitted(): (string | number)[][] {
    return this.take().flatMap((message) => (message.type === "submit" ? [[message.seq, message.operation.type]] : []));
  }

  lose(code = 1006): void {
    this.do({ type: "closed", socket: this.socket, code });
  }

  comeBack(): void {
    this.pass(20_000);
  }

  get kind(): string {
    return this.client.status.kind;
  }

  #carryOut(effect: Effect): void {
    if (effect.type === "open") this.socket = effect.socket;
    else if (effect.type === "send") this.sent.push(effect.message);
    else if (effect.type === "wake") this.wakeAt = effect.at;
    else if (effect.type === "refused") this.refusals.push(effect.refusal);
    else if (effect.type === "identify") this.identity = effect.replica;
  }
}

function welcomed(welcome: Partial<Welcome> = {}): ServerMessage {
  const you = { id: 1, name: "Ann", color: "#1971c2", role: "editor" as const };
  return { type: "welcomed", session: "s", title: "Board", you, resume: "secret", replica: "r1", seq: 0, refused: [], refused_after: welcome.seq ?? 0, epoch: "e1", number: 1, stored: 1, people: [you], time_ms: 0, resumed: false, ...welcome };
}

function snapshot(number: number, notes = ""): ServerMessage {
  return { type: "snapshot", number, part: 0, parts: 1, shapes: [], rest: { title: "Board", notes, messages: [] } };
}

function say(text: string): Input {
  return { type: "act", operation: { type: "post_message", text } };
}

function draw(id: string): Input {
  return { type: "act", operation: add(stroke(id, { author: 0 })) };
}

function type(page: Page, text: string): void {
  const { length } = page.client.replica.notes.doc;
  page.do({ type: "edit_notes", page: "first", changes: ChangeSet.of({ from: length, insert: text }, length) });
}

let page: Page;

beforeEach(() => {
  page = new Page();
});

describe("coming in", () => {
  test("connecting, catching up, live; and what was drawn meanwhile goes out then", () => {
    page.do(draw("early"));
    expect([page.kind, page.client.status.unsent]).toEqual(["connecting", 1]);
    expect(page.join()).toEqual({ type: "hello", name: "Ann", replica: "r1" });
    expect(page.kind).toBe("catching_up");
    page.hear(snapshot(1));
    expect(page.takeSubmitted()).toEqual([]);
    page.hear({ type: "caught_up", number: 1 });
    expect([page.kind, page.takeSubmitted()]).toEqual(["live", [[1, "add_shapes"]]]);
    page.hear({ type: "confirmed", number: 2, seq: 1, time_ms: 0 });
    expect(page.client.replica.board.get("early")?.author).toBe(1);
    expect(page.client.status).toMatchObject({ unsent: 0, unstored: 1 });
    page.hear({ type: "stored", number: 2 });
    expect(page.client.status.unstored).toBe(0);
  });

  test("a password is asked for, and a wrong one asked again", () => {
    page.do({ type: "opened", socket: page.socket });
    page.hear({ type: "refused", code: "password_required", detail: "" });
    page.lose(CloseCode.UNAUTHORIZED);
    expect(page.client.status).toMatchObject({ kind: "asking", reason: "password_required" });
    page.do({ type: "enter_password", password: "wrong" });
    page.do({ type: "opened", socket: page.socket });
    expect(page.sent.at(-1)).toMatchObject({ type: "hello", password: "wrong" });
    page.hear({ type: "refused", code: "password_wrong", detail: "" });
    page.lose(CloseCode.UNAUTHORIZED);
    expect(page.client.status).toMatchObject({ kind: "asking", reason: "password_wrong" });
  });

  test("a session that is not there is not tried for ever, only when asked for", () => {
    page.lose(CloseCode.SESSION_NOT_FOUND);
    expect(page.client.status).toMatchObject({ kind: "ended", reason: "session_not_found" });
    const before = page.socket;
    page.comeBack();
    expect(page.socket).toBe(before);
    page.do({ type: "nudged" });
    expect(page.socket).toBe(before + 1);
  });

  test("a name the hub does not take can be given anew", () => {
    page.do({ type: "opened", socket: page.socket });
    page.hear({ type: "refused", code: "invalid_name", detail: "" });
    expect(page.client.status).toMatchObject({ kind: "ended", reason: "invalid_name" });
    page.do({ type: "rename", name: "Anna" });
    expect(page.join()).toMatchObject({ name: "Anna" });
  });

  test("of a board in parts the first are shown before the last has come", () => {
    page.join();
    page.hear({ type: "snapshot", number: 5, part: 0, parts: 2, shapes: [stroke("a")], rest: { title: "", notes: "", messages: [] } });
    expect(page.client.replica.board.size).toBe(1);
    page.hear({ type: "snapshot", number: 5, part: 1, parts: 2, shapes: [stroke("b")] }, { type: "caught_up", number: 5 });
    expect([page.client.replica.board.size, page.kind]).toEqual([2, "live"]);
  });
});

describe("going and coming back", () => {
  beforeEach(() => void page.goLive());

  test("only the gap is asked for, and what the hub has not dealt with is sent again", () => {
    page.do(say("one"));
    page.do(say("two"));
    page.take();
    page.lose();
    page.do(say("three"));
    expect(page.client.status).toMatchObject({ kind: "offline", unsent: 3 });
    page.comeBack();
    expect(page.join({ seq: 1, number: 2, resumed: true })).toMatchObject({ epoch: "e1", number: 1, resume: "secret", replica: "r1" });
    page.hear({ type: "applied", number: 2, author: 1, time_ms: 0, replica: "r1", seq: 1, operation: { type: "post_message", text: "one", by: { name: "Ann", color: "#1971c2" } } });
    page.take();
    page.hear({ type: "caught_up", number: 2 });
    expect(page.takeSubmitted()).toEqual([[2, "post_message"], [3, "post_message"]]);
    expect(page.client.replica.chat.messages.map(({ text, pending }) => [text, pending])).toEqual([["one", false], ["two", true], ["three", true]]);
  });

  test("what was refused while away is taken back, and its words are handed back", () => {
    page.do(say("one"));
    page.lose();
    page.comeBack();
    page.join({ seq: 1, resumed: true });
    page.hear({ type: "caught_up", number: 1 });
    expect(page.refusals).toEqual([{ code: null, operation: "post_message", text: "one", post: { text: "one" }, waitMs: null }]);
    expect(page.client.replica.chat.messages).toEqual([]);
  });

  test("a hub that comes back without what it had only confirmed gets it again", () => {
    page.do(draw("a"));
    type(page, "words");
    page.take();
    page.hear({ type: "confirmed", number: 2, seq: 1, time_ms: 0 }, { type: "confirmed", number: 3, seq: 2, time_ms: 0 });
    expect(page.client.status).toMatchObject({ unsent: 0, unstored: 2 });
    page.lose();
    page.comeBack();
    page.join({ epoch: "e2", seq: 0, number: 1 });
    page.hear(snapshot(1));
    page.take();
    page.hear({ type: "caught_up", number: 1 });
    expect(page.takeSubmitted()).toEqual([[1, "edit_notes"], [2, "add_shapes"]]);
    expect(asString(page.client.replica.notes.doc)).toBe("words");
    expect(page.client.replica.board.get("a")).toBeDefined();
  });

  test("nothing is sent again that was stored", () => {
    page.do(draw("a"));
    page.hear({ type: "confirmed", number: 2, seq: 1, time_ms: 0 }, { type: "stored", number: 2 });
    page.lose();
    page.comeBack();
    page.join({ epoch: "e2", seq: 1, number: 2 });
    page.hear({ ...snapshot(2), shapes: [stroke("a")] } as ServerMessage);
    page.take();
    page.hear({ type: "caught_up", number: 2 });
    expect([page.takeSubmitted(), page.client.replica.board.size]).toEqual([[], 1]);
  });

  test("a number that does not follow on the last makes a new connection, which brings what is missing", () => {
    page.hear({ type: "applied", number: 3, author: 2, time_ms: 0, replica: "x", seq: 1, operation: { type: "set_title", title: "later" } });
    expect(page.kind).toBe("offline");
    page.comeBack();
    expect(page.join({ resumed: true })).toMatchObject({ number: 1 });
  });

  test("a snapshot out of turn with something on its way makes a new connection: only a welcome tells its fate", () => {
    page.hear(snapshot(40));
    expect(page.kind).toBe("catching_up");
    page.hear({ type: "caught_up", number: 40 });
    expect(page.kind).toBe("live");
    type(page, "x");
    page.hear(snapshot(80));
    expect(page.kind).toBe("offline");
  });

  test("what an older socket still says is not heard", () => {
    const old = page.socket;
    page.lose();
    page.comeBack();
    page.do({ type: "received", socket: old, message: { type: "stored", number: 9 } });
    page.do({ type: "closed", socket: old, code: CloseCode.SESSION_NOT_FOUND });
    expect(page.kind).toBe("offline");
  });

  test("replaced twice in a row, another tab has our name: this one takes another", () => {
    page.lose(CloseCode.REPLACED);
    page.pass(400);
    expect(page.join({ resumed: true })).toMatchObject({ replica: "r1" });
    page.hear({ type: "caught_up", number: 1 });
    page.pass(REPLACED_AGAIN_MS / 2);
    page.lose(CloseCode.REPLACED);
    page.pass(400);
    expect(page.join({ replica: "r2", resumed: true })).toMatchObject({ replica: "r2" });
    page.hear({ type: "caught_up", number: 1 });
    expect(page.identity).toBe("r2");
  });
});

describe("refusals", () => {
  beforeEach(() => void page.goLive());

  test("take back on screen what was not taken, and say what it was", () => {
    page.do({ type: "act", operation: { type: "set_title", title: "Mine" } });
    expect(page.client.replica.title).toBe("Mine");
    page.hear({ type: "refused", seq: 1, code: "forbidden", detail: "" });
    expect(page.client.replica.title).toBe("Board");
    expect(page.refusals).toEqual([{ code: "forbidden", operation: "set_title", text: null, post: null, waitMs: null }]);
  });

  test("that pass are tried again after a while, in a new submission", () => {
    page.do(say("one"));
    page.take();
    page.hear({ type: "refused", seq: 1, code: "storage_failed", detail: "" });
    expect([page.takeSubmitted(), page.refusals]).toEqual([[], []]);
    page.pass(HOLD_BACK_MS);
    expect(page.takeSubmitted()).toEqual([[2, "post_message"]]);
  });

  test("what cannot be sound is not even sent", () => {
    page.do({ type: "act", operation: add(stroke("a", { x: Infinity })) });
    expect([page.takeSubmitted(), page.refusals.map(({ code }) => code), page.client.replica.board.size]).toEqual([[], ["invalid_shape"], 0]);
    page.do({ type: "undo" });
    expect(page.takeSubmitted()).toEqual([]);
  });

  test("something the hub cannot read does not bar the way for the rest", () => {
    page.do(say("poison"));
    page.do(draw("fine"));
    for (let count = 0; count < 2; count += 1) {
      page.lose(CloseCode.MALFORMED);
      page.comeBack();
      page.join({ resumed: true });
      page.take();
      page.hear({ type: "caught_up", number: 1 });
    }
    expect(page.refusals).toEqual([{ code: "malformed", operation: "post_message", text: "poison", post: { text: "poison" }, waitMs: null }]);
    expect(page.takeSubmitted()).toEqual([[1, "add_shapes"]]);
  });
});

describe("rules asked for", () => {
  const lock = (board_locked: boolean): void => page.do({ type: "act", operation: { type: "set_rules", rules: { board_locked } } });
  const isShownLocked = (): boolean => page.client.askedRules.board_locked;
  const isLocked = (): boolean => page.client.replica.roster.rules.board_locked;

  beforeEach(() => void page.goLive());

  test("are shown until the hub has answered the last of them", () => {
    lock(true);
    lock(false);
    expect([isShownLocked(), isLocked()]).toEqual([false, false]);
    page.hear({ type: "confirmed", number: 2, seq: 1, time_ms: 0 });
    expect([isShownLocked(), isLocked()]).toEqual([false, true]);
    page.hear({ type: "confirmed", number: 3, seq: 2, time_ms: 0 });
    expect([isShownLocked(), isLocked()]).toEqual([false, false]);
  });

  test("and refused are the hub's again", () => {
    lock(true);
    expect(isShownLocked()).toBe(true);
    page.hear({ type: "refused", seq: 1, code: "forbidden", detail: "" });
    expect(isShownLocked()).toBe(false);
  });

  test("hold nobody while there is no connection, and are asked for again on the next", () => {
    lock(true);
    page.lose();
    expect(isShownLocked()).toBe(false);
    page.comeBack();
    page.join({ resumed: true });
    expect(isShownLocked()).toBe(true);
    page.hear({ type: "caught_up", number: 1 }, { type: "confirmed", number: 2, seq: 1, time_ms: 0 });
    expect([isShownLocked(), isLocked()]).toEqual([true, true]);
  });
});

describe("undo", () => {
  test("is an operation of its own and leaves others' values alone", () => {
    page.goLive();
    page.do(draw("a"));
    page.do({ type: "act", operation: update("a", { x: 5 }) });
    page.hear({ type: "confirmed", number: 2, seq: 1, time_ms: 0 }, { type: "confirmed", number: 3, seq: 2, time_ms: 0 });
    page.hear({ type: "applied", number: 4, author: 2, time_ms: 0, replica: "x", seq: 1, operation: update("a", { y: 9 }) });
    page.take();
    page.do({ type: "undo" });
    expect(page.take()).toEqual([{ type: "submit", seq: 3, operation: update("a", { x: 0 }) }]);
    expect(page.client.replica.board.get("a")).toMatchObject({ x: 0, y: 9 });
  });
});

describe("the pace", () => {
  beforeEach(() => void page.goLive());

  test("presence goes out at most twenty times a second, the last state always", () => {
    page.pass(1_000);
    page.take();
    for (let x = 0; x < 5; x += 1) page.do({ type: "show_presence", change: { cursor: { x, y: 0 } } });
    expect(page.take()).toMatchObject([{ type: "show_presence", cursor: { x: 0 } }]);
    page.pass(PRESENCE_INTERVAL_MS);
    expect(page.take()).toMatchObject([{ type: "show_presence", cursor: { x: 4 } }]);
    page.pass(PRESENCE_INTERVAL_MS);
    expect(page.take()).toEqual([]);
  });

  test("a caret is told in the text the others have", () => {
    type(page, "mine");
    page.pass(1_000);
    page.take();
    page.do({ type: "show_presence", change: { caret: { page: "first", anchor: 4, head: 4 } } });
    expect(page.take()).toMatchObject([{ caret: { base: 1, anchor: 0, head: 0 } }]);
  });

  test("a thousand messages are sent steadily, never more than the hub takes", () => {
    let number = 1;
    for (let count = 0; count < 1_000; count += 1) page.do(say(`${count}`));
    const submitted: number[] = [];
    const start = page.now;
    for (let turn = 0; turn < 4_000 && submitted.length < 1_000; turn += 1) {
      for (const [seq] of page.takeSubmitted()) {
        submitted.push(Number(seq));
        page.hear({ type: "confirmed", number: (number += 1), seq: Number(seq), time_ms: 0 });
      }
      if (page.sent.length === 0) page.pass(10);
    }
    expect(submitted).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect((page.now - start) / 1_000).toBeGreaterThan((1_000 - SUBMISSIONS_BURST) / 200);
  });
});

test("wet ink and presence are not kept for later", () => {
  page.do({ type: "extend_ink", ink: { stroke: "s", color: "#ff0000", width: 2, start: 0, points: [{ x: 0, y: 0 }], precision: 3 } });
  page.do({ type: "cancel_ink", stroke: "s" });
  expect(page.sent).toEqual([]);
});

test("a closed tab's work goes on in the next one, under the same replica and as the same person", () => {
  page.goLive();
  page.lose();
  page.do(say("later"));
  type(page, "words");
  const { put, notes } = page.client.replica.takeChangesToKeep();
  const next = new Page({ replica: "r1", resume: "secret", entries: structuredClone(put), notes: structuredClone(notes) ?? null });
  expect(next.client.replica.chat.messages.map(({ text }) => text)).toEqual(["later"]);
  expect(next.join({ seq: 0 })).toEqual({ type: "hello", name: "Ann", replica: "r1", resume: "secret" });
  next.hear(snapshot(7, "theirs\n"), { type: "caught_up", number: 7 });
  expect(next.takeSubmitted()).toEqual([[1, "edit_notes"], [2, "post_message"]]);
  expect(asString(next.client.replica.notes.doc)).toBe("theirs\nwords");
});

describe("what was sent as a replica that the hub does not grant any more", () => {
  /** Sent and never answered; then a page that the hub takes for somebody new. */
  function comesAsStranger(formerly_seqs: (number | null)[]): Page {
    page.goLive();
    page.do(say("sent"));
    type(page, "words");
    page.do(draw("a"));
    page.take();
    page.lose();
    const { put, notes } = page.client.replica.takeChangesToKeep();
    const next = new Page({ replica: "r1", resume: "secret", entries: structuredClone(put), notes: structuredClone(notes) ?? null });
    expect(next.join({ replica: "r2", resume: "secret2", seq: 0, formerly_seqs })).toMatchObject({ replica: "r1", formerly: ["r1"] });
    next.take();
    return next;
  }

  test("is sent again as the new one where the hub never got it, in order (R50)", () => {
    const next = comesAsStranger([0]);
    next.hear(snapshot(7), { type: "caught_up", number: 7 });
    expect(next.takeSubmitted()).toEqual([[1, "edit_notes"], [2, "post_message"], [3, "add_shapes"]]);
    expect(next.identity).toBe("r2");
  });

  test("is not, where the hub has dealt with it (R50)", () => {
    const next = comesAsStranger([3]);
    next.hear(snapshot(7, "words"), { type: "caught_up", number: 7 });
    expect(next.takeSubmitted()).toEqual([]);
    expect(asString(next.client.replica.notes.doc)).toBe("words");
  });

  test("goes back to the person where the hub cannot say, unless doing it twice does no harm", () => {
    const next = comesAsStranger([null]);
    next.hear(snapshot(7), { type: "caught_up", number: 7 });
    expect(next.takeSubmitted()).toEqual([[1, "add_shapes"]]);
    expect(next.refusals.map(({ operation, text }) => [operation, text])).toEqual([["edit_notes", "words"], ["post_message", "sent"]]);
    next.hear({ type: "refused", seq: 1, code: "shape_exists", detail: "" });
    expect(next.refusals.length).toBe(2);
    expect(next.client.status.unstored).toBe(0);
  });
});

test("an unknown message of a newer hub is passed over", () => {
  page.goLive();
  page.hear({ type: "confetti_thrown" } as unknown as ServerMessage);
  expect(page.kind).toBe("live");
});

describe("at the door", () => {
  const knocking = (): void => {
    page.do({ type: "opened", socket: page.socket });
    page.hear({ type: "kept_waiting", timeout_s: 300, attended: true });
  };

  test("who is kept waiting waits, asks whether the hub lives, and is in when somebody opens", () => {
    knocking();
    expect(page.client.status).toMatchObject({ kind: "knocking", attended: true });
    page.pass(10_000);
    expect(page.sent.at(-1)).toMatchObject({ type: "ping" });
    page.hear({ type: "pong", nonce: 1 });
    expect(page.kind).toBe("knocking");
    page.hear(welcomed());
    expect(page.kind).toBe("catching_up");
  });

  test("an invitation is shown once: then the secret opens, and one that is over is not shown again", () => {
    const invited = (): Page => new Page(undefined, { invite: "token" });
    page = invited();
    expect(page.join()).toMatchObject({ invite: "token" });
    page.lose();
    page.comeBack();
    page.do({ type: "opened", socket: page.socket });
    expect(page.sent.at(-1)).not.toHaveProperty("invite");
    page = invited();
    page.do({ type: "opened", socket: page.socket });
    page.hear({ type: "refused", code: "invite_ended", detail: "" });
    page.lose(CloseCode.NOT_LET_IN);
    page.do({ type: "nudged" });
    page.do({ type: "opened", socket: page.socket });
    expect(page.sent.at(-1)).not.toHaveProperty("invite");
  });

  test("who has to leave because of new codes is told so, and comes in again as the same person", () => {
    page.goLive();
    page.hear({ type: "refused", code: "codes_renewed", detail: "" });
    page.lose(CloseCode.NOT_LET_IN);
    expect(page.client.status).toMatchObject({ kind: "ended", reason: "codes_renewed" });
    page.do({ type: "nudged" });
    expect(page.join()).toMatchObject({ type: "hello", resume: "secret" });
  });

  test("who is not let in is told why, and knocks again when they want to", () => {
    knocking();
    page.hear({ type: "refused", code: "not_let_in", detail: "", wait_ms: 2_000 });
    page.lose(CloseCode.NOT_LET_IN);
    expect(page.client.status).toMatchObject({ kind: "ended", reason: "not_let_in" });
    expect(page.client.status.waitUntil).not.toBe(null);
    page.do({ type: "nudged" });
    expect(page.kind).toBe("connecting");
  });
});
