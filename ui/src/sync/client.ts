/**
 * The client's core: what happened goes in, what must be done comes out.
 *
 * It decides when to connect, what to say and in which order, and how things
 * stand; the documents are the replica's. Pure in the sense of the hub's session
 * core: time and chance are handed in, and sockets, timers and disks are effects
 * for the shell to carry out, in the order given.
 */
import type { ChangeSet } from "@codemirror/state";
import { FIRST_PAGE } from "../document/contents";
import { Entrance } from "../document/entrance";
import { touchedShapes } from "../document/shape";
import { Subscribers } from "../lib/subscribers";
import { CloseCode, INK_FRAME_POINTS_MAX, OPERATION_SHAPES_MAX, REFUSALS_TOLD_MAX } from "../protocol/generated/limits";
import type { Area, Caret, ClientMessage, ErrorCode, Operation, PageId, Presence, ReplicaId, Rules, ServerMessage, ShapeId } from "../protocol/generated/messages";
import { DamagedPoints, packPoints } from "../protocol/points";
import type { ClientOptions, Effect, Input, OwnCaret, PresenceChange, WetPoints } from "./inputs";
import type { KeptWork } from "./kept_work";
import { Link, type LinkAct } from "./link";
import { isLasting } from "./outgoing";
import { Replica } from "./replica";
import type { Status } from "./session";

export type { ClientOptions, Effect, Input, OwnCaret, PresenceChange, WetPoints };

/** What this person does right now, as it was handed in. */
interface OwnPresence {
  readonly cursor: Presence["cursor"];
  caret: OwnCaret | undefined;
  readonly typing: boolean;
  readonly selection: readonly ShapeId[];
  readonly view: Area | undefined;
  readonly calling: boolean;
}

/** At most 20 presences a second. */
export const PRESENCE_INTERVAL_MS = 50;
/** Submissions that may be unanswered at a time: of so many a welcome tells again which were refused. */
export const ON_THEIR_WAY_MAX = REFUSALS_TOLD_MAX;
/** Submissions a second over a longer time, and at once after a pause: below what a hub takes from one connection. */
export const SUBMISSIONS_PER_SECOND = 80;
export const SUBMISSIONS_BURST = 300;
/** Replaced twice within this, another tab works under our name. */
export const REPLACED_AGAIN_MS = 15_000;
/** How long to hold back after the hub asked for it. */
export const HOLD_BACK_MS = 1_000;

/** Codes after which the same attempt would end the same way. */
const FINAL_CLOSES: ReadonlyMap<number, ErrorCode> = new Map([
  [CloseCode.SESSION_NOT_FOUND, "session_not_found"],
  [CloseCode.REMOVED, "removed"], [CloseCode.BANNED, "banned"],
  [CloseCode.UNSUPPORTED_VERSION, "unsupported_version"],
]);
const UNREADABLE_CLOSES: ReadonlySet<number> = new Set([CloseCode.MALFORMED, CloseCode.MESSAGE_TOO_LARGE]);

type Kind = Status["kind"];

export class SyncClient {
  readonly replica: Replica;
  readonly entrance = new Entrance();
  readonly statusChanged = new Subscribers<Status>();
  readonly #options: ClientOptions;
  readonly #link: Link;
  #name: string;
  #password: string | undefined;
  #invite: string | undefined;
  #resume: string | undefined;
  #kind: Kind = "connecting";
  #since = 0;
  #liveUntil: number | null = null;
  #reason: ErrorCode | null = null;
  #waitUntil: number | null = null;
  #attended = false;
  #storage: Pick<Status, "storageTrouble" | "storageRefuses"> = { storageTrouble: null, storageRefuses: false };
  #status: Status;
  #nonce = 0;
  #presence: OwnPresence;
  #presenceDue: number | null = null;
  #presenceSentAt = -Infinity;
  /** Submissions that may go out now, filled again with time. */
  #allowance = SUBMISSIONS_BURST;
  #allowanceAt = 0;
  #heldUntil = -Infinity;
  /** After the hub could not read something: one at a time until it is found. */
  #suspicious = false;
  #replacedAt = -Infinity;
  #identified: { replica: ReplicaId; resume: string } | null = null;
  #effects: Effect[] = [];
  /** What the shell was told last; undefined when its timer has gone off. */
  #wakeAt: number | null | undefined = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#name = options.name;
    this.#password = options.password;
    this.#invite = options.invite;
    this.#resume = options.earlier?.resume;
    this.#link = new Link(options.random);
    this.replica = new Replica(options.name, options.replica, options.entriesAfter);
    this.#presence = { cursor: undefined, caret: undefined, typing: false, selection: [], view: undefined, calling: false };
    this.#status = this.#currentStatus();
    this.replica.notebook.changed.subscribe(({ page, changes }) => this.#moveCaret(page, changes));
  }

  get status(): Status {
    return this.#status;
  }

  /** The secret by which older messages of a session with a password are asked for. */
  get resume(): string | undefined {
    return this.#resume;
  }

  /** What is asked for counts while the hub can answer; without a connection nobody is held by it. */
  get askedRules(): Rules {
    return this.#link.state === "joined" ? this.replica.rules : this.replica.roster.rules;
  }

  /** What an earlier life of the page left behind; before `start`. */
  restore(now: number, work: KeptWork): void {
    // Of one replica the tab knows the newer secret: it was written at once, the work a moment later.
    if (work.replica !== this.#options.earlier?.replica) this.#resume = work.resume ?? this.#resume;
    this.replica.restore(now, work);
  }

  handle(now: number, input: Input): Effect[] {
    this.#decide(now, input);
    this.#submitWaiting(now);
    for (const refusal of this.replica.takeRefusals()) this.#effects.push({ type: "refused", refusal });
    if (this.replica.hasChangesToKeep) this.#effects.push({ type: "keep" });
    this.#tellStatus();
    this.#setWake(now);
    return this.#effects.splice(0);
  }

  #decide(now: number, input: Input): void {
    switch (input.type) {
      case "start":
        return this.#open(now, "connecting");
      case "opened":
        return this.#opened(input.socket);
      case "received":
        return this.#received(now, input.socket, input.message);
      case "closed":
        return this.#closed(now, input.socket, input.code);
      case "woke":
        return this.#woke(now);
      case "nudged":
        return this.#nudged(now);
      case "act":
        return this.#act(now, input);
      case "undo":
        return this.#actAll(now, this.replica.history.undo(this.replica.board));
      case "redo":
        return this.#actAll(now, this.replica.history.redo(this.replica.board));
      case "edit_notes":
        this.#moveCaret(input.page, input.changes);
        return this.replica.editNotes(input.page, input.changes);
      case "append_notes":
        return this.replica.appendNotes(input.page, input.text);
      case "extend_ink":
        return this.#extendInk(input.ink);
      case "cancel_ink":
        return this.#sendLive({ type: "cancel_ink", stroke: input.stroke });
      case "show_presence":
        return this.#showPresence(now, input.change);
      case "rename":
        return this.#rename(now, input.name);
      case "enter_password":
        return this.#enterPassword(now, input.password);
      case "keep_door":
        return this.#sendLive({ type: "keep_door", act: input.act });
      case "leave":
        return this.#end(now, "ended", null);
    }
  }

  // --- connection -------------------------------------------------------------

  #open(now: number, kind: Kind | null): void {
    if (kind !== null) this.#become(now, kind);
    this.#effects.push({ type: "open", socket: this.#link.open(now) });
  }

  #opened(socket: number): void {
    if (!this.#link.isCurrent(socket)) return;
    this.#link.opened();
    const place = this.replica.place;
    const formerly = this.replica.askForFates();
    this.#send({
      type: "hello",
      name: this.#name,
      replica: this.replica.replica,
      ...(formerly.length === 0 ? {} : { formerly: [...formerly] }),
      ...(this.#resume === undefined ? {} : { resume: this.#resume }),
      ...(place === null ? {} : { epoch: place.epoch, number: place.number }),
      ...(this.#password === undefined ? {} : { password: this.#password }),
      ...(this.#options.hostToken === undefined ? {} : { host_token: this.#options.hostToken }),
      ...(this.#invite === undefined ? {} : { invite: this.#invite }),
      ...(this.#options.device === undefined ? {} : { device: this.#options.device }),
      ...(this.#options.account === undefined ? {} : { account: this.#options.account }),
      ...(this.#options.color === undefined ? {} : { color: this.#options.color }),
    });
  }

  #closed(now: number, socket: number, code: number): void {
    if (!this.#link.isCurrent(socket)) return;
    if (code === CloseCode.UNAUTHORIZED) return this.#halt(now, "asking", this.#reason ?? "password_required");
    const final = code === CloseCode.NOT_LET_IN ? (this.#reason ?? "not_let_in") : FINAL_CLOSES.get(code);
    if (final !== undefined) return this.#halt(now, "ended", final);
    if (code === CloseCode.REPLACED) this.#replaced(now);
    if (UNREADABLE_CLOSES.has(code)) this.#suspect(code);
    this.#reason = code === CloseCode.SESSION_FULL ? "session_full" : null;
    this.#lost(now);
  }

  /** The first time it may have been a connection of ours that came late; then another tab has our name. */
  #replaced(now: number): void {
    if (now - this.#replacedAt < REPLACED_AGAIN_MS) this.replica.becomes(this.#options.newReplica());
    this.#replacedAt = now;
  }

  /** The hub could not read something on its way: sent one by one it will be found. */
  #suspect(code: number): void {
    if (this.#suspicious) this.replica.dropOldestOnItsWay(code === CloseCode.MALFORMED ? "malformed" : "message_too_large");
    this.#suspicious = this.replica.onTheirWay > 0;
  }

  /** The connection is of no use any more. */
  #break(now: number): void {
    this.#effects.push({ type: "close" });
    this.#lost(now);
  }

  #lost(now: number): void {
    if (this.#kind === "live") this.#liveUntil = now;
    this.#link.lost(now);
    this.#become(now, "offline");
  }

  #halt(now: number, kind: "asking" | "ended", reason: ErrorCode | null): void {
    this.#link.halt();
    this.#reason = reason;
    this.#become(now, kind);
  }

  #end(now: number, kind: "asking" | "ended", reason: ErrorCode | null): void {
    this.#effects.push({ type: "close" });
    this.#halt(now, kind, reason);
  }

  #woke(now: number): void {
    this.#wakeAt = undefined;
    this.#followLink(now, this.#link.woke(now));
    if (this.#presenceDue !== null && now >= this.#presenceDue) this.#sendPresence(now);
  }

  #nudged(now: number): void {
    if (this.#kind === "ended" && this.#reason !== null) return this.#open(now, "connecting");
    this.#followLink(now, this.#link.nudged(now));
  }

  #followLink(now: number, act: LinkAct): void {
    if (act === "open") this.#open(now, null);
    else if (act === "break") this.#break(now);
    else if (act === "ping") this.#send({ type: "ping", nonce: (this.#nonce = (this.#nonce + 1) >>> 0) });
  }

  #enterPassword(now: number, password: string): void {
    this.#password = password;
    this.#reason = null;
    if (this.#link.state === "halted") this.#open(now, "connecting");
  }

  #rename(now: number, name: string): void {
    this.#name = name;
    this.replica.renamed(name);
    if (this.#kind === "live" || this.#kind === "catching_up") this.#send({ type: "rename", name });
    else if (this.#kind === "ended" && this.#reason === "invalid_name") this.#open(now, "connecting");
  }

  // --- what the hub says ------------------------------------------------------

  #received(now: number, socket: number, message: ServerMessage): void {
    if (!this.#link.isCurrent(socket)) return;
    this.#link.heard(now);
    if (this.#link.state === "joined" || message.type === "welcomed") {
      if (!this.#follow(now, message)) this.#break(now);
    } else if (message.type === "refused") {
      this.#refusedEntry(now, message);
    } else if (message.type === "kept_waiting") {
      this.#keptWaiting(now, message);
    }
  }

  /** The hub would not let us in. Most codes come with a close, which says what to do. */
  #refusedEntry(now: number, { code, wait_ms }: Extract<ServerMessage, { type: "refused" }>): void {
    this.#reason = code;
    this.#waitUntil = wait_ms === undefined ? null : now + wait_ms;
    if (code === "invite_ended") this.#invite = undefined; // the next try is by the way the others come
    if (code === "invalid_name") this.#end(now, "ended", code);
  }

  #keptWaiting(now: number, { timeout_s, attended }: Extract<ServerMessage, { type: "kept_waiting" }>): void {
    this.#link.kept(now);
    this.#waitUntil = now + timeout_s * 1_000;
    this.#attended = attended;
    this.#become(now, "knocking");
  }

  /** False when what came does not fit what came before. */
  #follow(now: number, message: ServerMessage): boolean {
    switch (message.type) {
      case "welcomed":
        this.#welcomed(now, message);
        return true;
      case "snapshot":
        if (!this.replica.snapshot(message)) return false;
        if (this.#kind === "live") this.#become(now, "catching_up");
        return true;
      case "applied":
        return this.replica.applied(message);
      case "confirmed":
        return this.replica.confirmed(message);
      case "caught_up":
        return this.#caughtUp(now, message.number);
      default:
        this.#hear(now, message);
        return true;
    }
  }

  /** What is not part of the order. An unknown type is of a newer hub and passed over. */
  #hear(now: number, message: ServerMessage): void {
    const { roster, presences, wetInk, notebook } = this.replica;
    switch (message.type) {
      case "joined": case "participant_changed":
        return roster.put(message.participant);
      case "people_changed": return roster.putAll(message.people);
      case "left":
        roster.remove(message.participant);
        presences.remove(message.participant);
        notebook.forgetCaret(message.participant);
        return wetInk.endOf(message.participant);
      case "refused":
        return this.#refused(now, message);
      case "stored": return this.replica.stored(message.number);
      case "storage_changed":
        this.#storage = { storageTrouble: message.healthy ? null : (message.trouble ?? "other"), storageRefuses: message.refusing ?? false };
        return;
      case "door_changed":
      case "knocks_changed":
      case "codes_made":
        return this.entrance.hear(message);
      case "ink_extended":
        return this.#inkExtended(message);
      case "ink_cancelled":
        return wetInk.end(message.stroke);
      case "presence_shown":
        notebook.showCaret(message.participant, message.presence.caret);
        return presences.show(message.participant, message.presence);
    }
  }

  #welcomed(now: number, welcome: Extract<ServerMessage, { type: "welcomed" }>): void {
    this.#link.welcomed(now);
    this.#reason = null;
    this.#waitUntil = null;
    this.#invite = undefined; // from now on the secret opens
    this.#resume = welcome.resume;
    this.#storage = { storageTrouble: null, storageRefuses: false };
    this.#heldUntil = -Infinity;
    this.replica.welcomed(welcome);
    this.entrance.reset();
    this.#identify();
    this.#become(now, "catching_up");
  }

  #identify(): void {
    const { replica } = this.replica;
    if (this.#resume === undefined || (replica === this.#identified?.replica && this.#resume === this.#identified.resume)) return;
    this.#identified = { replica, resume: this.#resume };
    this.#effects.push({ type: "identify", ...this.#identified });
  }

  #caughtUp(now: number, number: number): boolean {
    if (!this.replica.caughtUp(number)) return false;
    this.#link.settled();
    if (this.#kind !== "live") {
      this.#become(now, "live");
      this.#sendPresence(now);
    }
    return true;
  }

  #refused(now: number, { seq, code, wait_ms }: Extract<ServerMessage, { type: "refused" }>): void {
    if (seq === undefined && (code === "codes_renewed" || code === "signed_out")) {
      this.#reason = code; // what the close that follows is about
    } else if (seq === undefined) {
      // Wet ink and presence that came too fast are gone already and nobody misses them.
      if (code !== "rate_limited") this.#effects.push({ type: "refused", refusal: { code, operation: null, text: null, post: null, waitMs: null } });
    } else if (this.replica.refused(seq, code, wait_ms) === "again") {
      this.#heldUntil = now + Math.min(wait_ms ?? HOLD_BACK_MS, HOLD_BACK_MS);
    }
  }

  /** Damaged wet ink is left out: the commit brings the stroke. */
  #inkExtended(ink: Extract<ServerMessage, { type: "ink_extended" }>): void {
    if (this.replica.board.get(ink.stroke) !== undefined) return;
    try {
      this.replica.wetInk.extend(ink);
    } catch (error) {
      if (!(error instanceof DamagedPoints)) throw error;
    }
  }

  // --- what this person does --------------------------------------------------

  #act(now: number, { operation, gesture, taken }: Extract<Input, { type: "act" }>): void {
    const { board, history } = this.replica;
    const touched = touchedShapes(operation);
    const before = new Map(touched.map((id) => [id, board.get(id)]));
    if (this.replica.act(now, operation) && touched.length > 0) history.record(operation, before, gesture, taken);
  }

  #actAll(now: number, operations: readonly Operation[]): void {
    for (const operation of operations) if (isLasting(operation)) this.replica.act(now, operation);
  }

  #extendInk({ start, points, precision, ...ink }: WetPoints): void {
    const author = this.replica.roster.me?.id ?? 0;
    for (let at = 0; at < points.length; at += INK_FRAME_POINTS_MAX) {
      const packed = packPoints(points.slice(at, at + INK_FRAME_POINTS_MAX), precision);
      this.#sendLive({ type: "extend_ink", ...ink, author, start: start + at, points: packed });
    }
  }

  #showPresence(now: number, { cursor, caret, typing, selection, view, calling }: PresenceChange): void {
    const had = this.#presence;
    this.#presence = {
      cursor: cursor === undefined ? had.cursor : (cursor ?? undefined),
      caret: caret === undefined ? had.caret : (caret ?? undefined),
      typing: typing ?? had.typing,
      selection: selection ?? had.selection,
      view: view === undefined ? had.view : (view ?? undefined),
      calling: calling ?? had.calling,
    };
    if (this.#kind !== "live" || this.#presenceDue !== null) return;
    if (now - this.#presenceSentAt >= PRESENCE_INTERVAL_MS) this.#sendPresence(now);
    else this.#presenceDue = this.#presenceSentAt + PRESENCE_INTERVAL_MS;
  }

  #sendPresence(now: number): void {
    this.#presenceDue = null;
    this.#presenceSentAt = now;
    const { cursor, typing, selection, view, calling } = this.#presence;
    const caret = this.#sharedCaret();
    this.#sendLive({
      type: "show_presence",
      typing,
      ...(cursor === undefined ? {} : { cursor }),
      ...(caret === undefined ? {} : { caret }),
      ...(view === undefined ? {} : { view }),
      ...(calling ? { calling } : {}),
      ...(selection.length === 0 ? {} : { selection: selection.slice(0, OPERATION_SHAPES_MAX) }),
    });
  }

  #moveCaret(page: PageId, changes: ChangeSet): void {
    const caret = this.#presence.caret;
    if (caret === undefined || caret.page !== page) return;
    const moved = (position: number): number => changes.mapPos(Math.min(position, changes.length));
    this.#presence.caret = { page, anchor: moved(caret.anchor), head: moved(caret.head) };
  }

  /** The caret where the others have it, who do not know yet what is on its way. */
  #sharedCaret(): Caret | undefined {
    const { notebook, place } = this.replica;
    const caret = this.#presence.caret;
    const text = caret === undefined ? undefined : notebook.find(caret.page)?.text;
    if (caret === undefined || text === undefined || place === null) return undefined;
    const shared = (position: number): number => text.toConfirmed(Math.min(position, text.doc.length));
    const on = caret.page === FIRST_PAGE ? {} : { page: caret.page };
    return { base: place.number, anchor: shared(caret.anchor), head: shared(caret.head), ...on };
  }

  // --- sending ----------------------------------------------------------------

  #submitWaiting(now: number): void {
    if (this.#kind !== "live") return;
    this.#refill(now);
    const most = this.#suspicious ? 1 : ON_THEIR_WAY_MAX;
    if (this.#suspicious && this.replica.onTheirWay === 0 && !this.replica.hasWaiting) this.#suspicious = false;
    while (now >= this.#heldUntil && this.#allowance >= 1 && this.replica.onTheirWay < most) {
      const submission = this.replica.nextSubmission();
      if (submission === null) return;
      this.#allowance -= 1;
      this.#send({ type: "submit", ...submission });
    }
  }

  #refill(now: number): void {
    const earned = (Math.max(0, now - this.#allowanceAt) * SUBMISSIONS_PER_SECOND) / 1_000;
    this.#allowance = Math.min(SUBMISSIONS_BURST, this.#allowance + earned);
    this.#allowanceAt = now;
  }

  #send(message: ClientMessage): void {
    this.#effects.push({ type: "send", message });
  }

  /** What is worth nothing later. */
  #sendLive(message: ClientMessage): void {
    if (this.#kind === "live") this.#send(message);
  }

  // --- how things stand -------------------------------------------------------

  #become(now: number, kind: Kind): void {
    if (this.#kind === kind && this.#since !== 0) return;
    this.#kind = kind;
    this.#since = now;
  }

  #currentStatus(): Status {
    return {
      kind: this.#kind,
      since: this.#since,
      liveUntil: this.#liveUntil,
      attempt: this.#link.attempt,
      retryAt: this.#link.retryAt,
      unsent: this.replica.unsent,
      unstored: this.replica.unstored,
      ...this.#storage,
      reason: this.#reason,
      waitUntil: this.#waitUntil,
      attended: this.#attended,
    };
  }

  #tellStatus(): void {
    const status = this.#currentStatus();
    const had = this.#status;
    if ((Object.keys(status) as (keyof Status)[]).every((key) => status[key] === had[key])) return;
    this.#status = status;
    this.statusChanged.emit(status);
  }

  #setWake(now: number): void {
    const at = Math.min(this.#link.wakeAt ?? Infinity, this.#presenceDue ?? Infinity, this.#nextSubmissionAt(now));
    const wakeAt = Number.isFinite(at) ? at : null;
    if (wakeAt === this.#wakeAt) return;
    this.#wakeAt = wakeAt;
    this.#effects.push({ type: "wake", at: wakeAt });
  }

  #nextSubmissionAt(now: number): number {
    if (this.#kind !== "live" || !this.replica.hasWaiting) return Infinity;
    if (now < this.#heldUntil) return this.#heldUntil;
    return this.#allowance >= 1 ? Infinity : now + (1 - this.#allowance) * (1_000 / SUBMISSIONS_PER_SECOND);
  }
}
