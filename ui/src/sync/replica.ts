/**
 * This page's copy of the session: the documents, this person's part that the
 * hub has not answered, and how the two follow the hub's order.
 *
 * Promises: after a catch-up, and whenever nothing is on its way, the documents
 * equal the hub's; nothing this person did is lost or done twice, through broken
 * connections, restarts of the hub and of the page.
 * Must not know: sockets, time, how often to send.
 *
 * A method that answers `false` was told something that does not fit the order.
 * Then the connection is to be made anew: the hub sends what is missing.
 */
import type { ChangeSet } from "@codemirror/state";
import { Board } from "../document/board";
import { ChatLog } from "../document/chat";
import { isTalk } from "../document/chat_change";
import { FIRST_PAGE, isPageOperation, type PageInfo, type PageOperation } from "../document/contents";
import { History } from "../document/history";
import type { NotesReplica } from "../document/notes";
import { Presences, Roster } from "../document/roster";
import { followed, RULES } from "../document/rights";
import { dated } from "../document/shape";
import { isSound } from "../document/soundness";
import { WetInk } from "../document/wet_ink";
import { Subscribers } from "../lib/subscribers";
import { FORMERLY_MAX, HISTORY_PAGE_MAX } from "../protocol/generated/limits";
import type {
  Applied, ChatMessage, Epoch, ErrorCode, MessageAuthor, Operation, PageId, ParticipantId,
  ReplicaId, Rules, Shape, Snapshot, SnapshotRest, Welcome,
} from "../protocol/generated/messages";
import { Fates, isPassing, isSoAnyway, mayBeDoneTwice } from "./fates";
import type { KeptChanges, KeptEntry, KeptWork } from "./kept_work";
import { comingPages, Notebook, pageOperations, type HandedBack } from "./notebook";
import { inMessages, Outgoing, type Entry, type Lasting } from "./outgoing";
import type { Refusal } from "./session";
import { heardTalk, refusalOf, showTalk, surelyMeant } from "./talk";

const EVERY_NUMBER = Infinity;
const UNKNOWN_AUTHOR_COLOR = "#868e96";

/** What is going on between a welcome, or a snapshot out of turn, and `caught_up`. */
interface CatchUp {
  readonly epoch: Epoch;
  /** What the hub said it has dealt with. */
  readonly fates: Fates;
  /** Whether a snapshot takes the place of everything. */
  readonly anew: boolean;
  /** Parts of a snapshot that is on its way. */
  parts: Assembly | null;
  /** Chat messages from this number on are all there. */
  chatFrom: number;
}

interface Assembly {
  readonly number: number;
  readonly count: number;
  readonly rest: SnapshotRest;
  readonly shapes: Shape[];
  next: number;
}

/** What came at one place in the order. */
interface Ordered extends Pick<Applied, "number" | "author" | "time_ms" | "seq" | "replica"> {
  readonly operation: Operation;
}

export class Replica {
  readonly board = new Board();
  readonly history = new History();
  readonly notebook = new Notebook();
  readonly pagesChanged = new Subscribers<void>();
  readonly chat = new ChatLog();
  readonly roster = new Roster();
  readonly presences = new Presences();
  readonly wetInk = new WetInk();
  readonly titleChanged = new Subscribers<void>();
  readonly #outgoing: Outgoing;
  #name: string;
  #replica: ReplicaId;
  /** What the last hello asked the fate of. */
  #asked: readonly ReplicaId[] = [];
  #lastSeq = 0;
  #lastKey = 0;
  #epoch: Epoch | null = null;
  #number: number | null = null;
  /** Up to here the order is on the hub's disk; it may be told before what it is about. */
  #storedNumber = 0;
  #catchUp: CatchUp | null = null;
  #title = "";
  #refusals: Refusal[] = [];
  readonly #dirty = new Map<number, Entry | null>();
  #notesDirty = false;

  /** `after` is below the names of all entries made in this life of the page and above those of earlier ones. */
  constructor(name: string, replica: ReplicaId, after = 0) {
    this.#outgoing = new Outgoing(after);
    this.#name = name;
    this.#replica = replica;
  }

  get replica(): ReplicaId {
    return this.#replica;
  }

  /** The first page's text. */
  get notes(): NotesReplica {
    return this.notebook.first.text;
  }

  /** The pages of the notes as they will be once the hub has taken what this person did. */
  get pages(): PageInfo[] {
    return this.notebook.contents.shown(pageOperations(this.#outgoing.unanswered()));
  }

  /** The replicas as which work was sent that is not known to be safe: a hello is to ask for its fate. */
  askForFates(): readonly ReplicaId[] {
    const senders = new Set([...this.#outgoing.senders(), ...this.notebook.senders()]);
    this.#asked = [...senders].slice(0, FORMERLY_MAX);
    return this.#asked;
  }

  /** Where the order has got to here; null before the first snapshot is whole. */
  get place(): { epoch: Epoch; number: number } | null {
    return this.#epoch === null || this.#number === null ? null : { epoch: this.#epoch, number: this.#number };
  }

  get isCatchingUp(): boolean {
    return this.#catchUp !== null;
  }

  /** As it will be once the hub has taken what this person did. */
  get title(): string {
    const mine = this.#outgoing.unanswered().findLast((entry) => entry.operation.type === "set_title");
    return mine?.operation.type === "set_title" ? mine.operation.title : this.#title;
  }

  /** As they will be once the hub has taken what this person did. */
  get rules(): Rules {
    return this.#outgoing.unanswered().reduce((rules, { operation }) => followed(rules, operation), this.roster.rules);
  }

  get unsent(): number {
    return this.#outgoing.unsent + this.notebook.unsent;
  }

  get unstored(): number {
    return this.#outgoing.unstored + this.notebook.unstored;
  }

  get onTheirWay(): number {
    return this.#outgoing.onTheirWay + this.notebook.onTheirWay;
  }

  get hasWaiting(): boolean {
    return this.#outgoing.hasWaiting || this.notebook.wantsToSend;
  }

  // --- what this person does --------------------------------------------------

  /** At once here; on its way when it can be. False if it cannot be taken at all. */
  act(now: number, operation: Lasting): boolean {
    if (!isSound(operation)) return this.#refuseAtOnce("invalid_shape", operation);
    if (this.#outgoing.isFull) return this.#refuseAtOnce("storage_failed", operation);
    for (const part of inMessages(this.#signed(operation))) this.#enqueue(now, part);
    return true;
  }

  editNotes(page: PageId, changes: ChangeSet): void {
    this.notebook.open(page).text.edit(changes);
    this.#notesDirty = true;
  }

  appendNotes(page: PageId, text: string): void {
    this.notebook.open(page).text.append(text);
    this.#notesDirty = true;
  }

  renamed(name: string): void {
    this.#name = name;
  }

  /** The next thing to send; null if there is none, or the notes wait for an answer. */
  nextSubmission(): { seq: number; operation: Operation } | null {
    if (this.#catchUp !== null || this.#number === null) return null;
    const seq = this.#lastSeq + 1;
    const sent = { replica: this.#replica, seq };
    const edit = this.notebook.send(sent, this.#number);
    if (edit !== null) {
      this.#lastSeq = seq;
      this.#notesDirty = true;
      return { seq, operation: edit };
    }
    const entry = this.#outgoing.send(sent, this.#number);
    if (entry === null) return null;
    this.#lastSeq = seq;
    this.#touch(entry);
    return { seq, operation: entry.operation };
  }

  // --- what the hub says ------------------------------------------------------

  /** Another copy has taken over this one's name: what was sent as it may have been dealt with. */
  becomes(replica: ReplicaId): void {
    this.#replica = replica;
  }

  welcomed(welcome: Welcome): void {
    const fates = Fates.toldBy(welcome, this.#asked);
    if (welcome.epoch !== this.#epoch) this.#metNewEpoch(welcome, fates);
    this.#replica = welcome.replica;
    this.#lastSeq = Math.max(welcome.seq, 0);
    // A catch-up that was cut short after its snapshot goes on from there.
    const anew = !welcome.resumed || this.notebook.isMeeting;
    this.#catchUp = { epoch: welcome.epoch, fates, anew, parts: null, chatFrom: Infinity };
    if (welcome.resumed) this.#epoch = welcome.epoch;
    this.#title = welcome.title;
    this.presences.clear();
    this.wetInk.clear();
    this.roster.reset(welcome.you, welcome.people);
    this.titleChanged.emit();
    this.#storedNumber = welcome.stored;
    if (welcome.resumed) this.#releaseStored();
  }

  snapshot(snapshot: Snapshot): boolean {
    // Which of what is on its way is in it? Only a welcome tells.
    if (this.#catchUp === null && this.onTheirWay > 0) return false;
    const catchUp = (this.#catchUp ??= { epoch: this.#epoch ?? "", fates: Fates.none(), anew: true, parts: null, chatFrom: Infinity });
    if (snapshot.part === 0) this.#beginSnapshot(catchUp, snapshot);
    const parts = catchUp.parts;
    if (parts === null || parts.next !== snapshot.part || parts.number !== snapshot.number) return false;
    parts.next += 1;
    // The first time, what has come is shown; later the old state stays until the new one is whole.
    if (this.#number === null && snapshot.part > 0) this.board.extend(snapshot.shapes);
    else parts.shapes.push(...snapshot.shapes);
    if (this.#number === null && snapshot.part === 0) this.#resetBoard(snapshot.shapes);
    if (parts.next === parts.count) this.#endSnapshot(catchUp, parts);
    return true;
  }

  applied(applied: Applied): boolean {
    const before = this.#number;
    if (before === null || this.#catchUp?.parts) return false;
    if (applied.number <= before) return true;
    if (applied.number !== before + 1) return false;
    this.#number = applied.number;
    this.#take(applied);
    if (applied.number <= this.#storedNumber) this.#releaseStored();
    return true;
  }

  confirmed({ number, seq, time_ms, by }: { number: number; seq: number; time_ms: number; by?: MessageAuthor }): boolean {
    if (this.#number === null || number <= this.#number) return this.#number !== null;
    if (number !== this.#number + 1 || this.#catchUp?.parts) return false;
    const sent = { replica: this.#replica, seq };
    const page = this.notebook.sentAs(sent);
    const entry = this.#outgoing.sentAs(sent);
    if (page === undefined && entry === undefined) return false;
    // While the notes are being brought together nothing of them can be on its way on this connection.
    if (page !== undefined && this.notebook.isMeeting) return false;
    this.#number = number;
    const author = this.roster.me?.id ?? 0;
    if (page !== undefined) {
      this.notebook.confirmed(page, { number, author });
      this.#notesDirty = true;
    } else if (entry !== undefined) {
      this.#settle(entry, { number, author, time_ms, seq, replica: this.#replica, operation: signedBy(author, by, entry.operation) });
    }
    if (number <= this.#storedNumber) this.#releaseStored();
    return true;
  }

  caughtUp(number: number): boolean {
    if (this.#number !== number || this.#catchUp?.parts) return false;
    const catchUp = this.#catchUp;
    if (catchUp === null) return true;
    this.#catchUp = null;
    this.#handBackAll(this.notebook.meet(number, catchUp.fates, comingPages(this.#outgoing.unanswered(), catchUp.fates)));
    this.#notesDirty = true;
    this.#resolveEntries(catchUp, number);
    return true;
  }

  /** A submission was not taken. Whether it is to be sent again, and later. */
  refused(seq: number, code: ErrorCode, waitMs?: number): "again" | "dropped" {
    const again = isPassing(code);
    const sent = { replica: this.#replica, seq };
    const page = this.notebook.sentAs(sent);
    if (page !== undefined) {
      this.#notesDirty = true;
      if (again) page.text.takeBackSent();
      else this.#handBack(code, page.text.dropSent());
    }
    const entry = this.#outgoing.sentAs(sent);
    if (entry !== undefined) {
      if (again) this.#takeBack(entry);
      else this.#drop(entry, code, waitMs ?? null);
    }
    return again ? "again" : "dropped";
  }

  /** The oldest of what is on its way cannot be read by the hub. */
  dropOldestOnItsWay(code: ErrorCode): void {
    const seq = Math.min(...this.#outgoing.sent().map(({ sent }) => sent?.seq ?? Infinity), this.notebook.oldestSeq);
    if (Number.isFinite(seq)) this.refused(seq, code);
  }

  stored(number: number): void {
    this.#storedNumber = Math.max(this.#storedNumber, number);
    this.#releaseStored();
  }

  #releaseStored(): void {
    const number = this.#storedNumber;
    for (const entry of this.#outgoing.store(number)) this.#dirty.set(entry.id, null);
    // Before a snapshot has been taken over, the numbers of what was typed may be of another life of the session.
    if (this.#catchUp?.anew) return;
    if (this.notebook.unstored > this.notebook.unsent) this.#notesDirty = true;
    this.notebook.store(Math.min(number, this.#number ?? 0));
  }

  /** What was refused since the last call. */
  takeRefusals(): Refusal[] {
    return this.#refusals.splice(0);
  }

  // --- what is kept over the life of the page ---------------------------------

  /** What an earlier life of the page left behind; before the first welcome. */
  restore(now: number, work: KeptWork): void {
    this.#replica = work.replica;
    for (const { id, operation, sent } of [...work.entries].sort((a, b) => a.id - b.id)) {
      const key = (this.#lastKey += 1);
      this.#outgoing.restore(id, operation, sent, key);
      this.#show(now, key, operation);
    }
    if (work.notes !== null) this.notebook.restore(work.notes);
  }

  get hasChangesToKeep(): boolean {
    return this.#dirty.size > 0 || this.#notesDirty;
  }

  /** What changed since the last call. */
  takeChangesToKeep(): KeptChanges {
    const put: KeptEntry[] = [];
    const removed: number[] = [];
    for (const [id, entry] of this.#dirty) {
      if (entry === null) removed.push(id);
      else put.push({ id, operation: entry.operation, sent: entry.sent });
    }
    this.#dirty.clear();
    if (!this.#notesDirty) return { put, removed };
    this.#notesDirty = false;
    return { put, removed, notes: this.notebook.unstoredParts() };
  }

  // --- within -----------------------------------------------------------------

  /** What is new is mine; what comes back keeps its author. */
  #signed(operation: Lasting): Lasting {
    const author = this.roster.me?.id ?? 0;
    if (operation.type !== "add_shapes") return operation;
    return { ...operation, shapes: operation.shapes.map((shape) => (shape.author === 0 ? { ...shape, author } : shape)) };
  }

  #enqueue(now: number, operation: Lasting): void {
    const key = (this.#lastKey += 1);
    this.#touch(this.#outgoing.add(operation, key));
    this.#show(now, key, operation);
  }

  #show(now: number, key: number, operation: Lasting): void {
    if (isTalk(operation)) {
      showTalk(this.chat, { author: this.roster.me?.id ?? 0, by: this.#by() }, now, chatKey(key), operation);
    } else if (operation.type === "set_title") {
      this.titleChanged.emit();
    } else if (isPageOperation(operation)) {
      if (operation.type === "add_page") this.notebook.open(operation.page);
      this.pagesChanged.emit();
    } else {
      this.board.addPending(key, operation);
    }
  }

  #by(): MessageAuthor {
    const me = this.roster.me;
    return me === null ? { name: this.#name, color: UNKNOWN_AUTHOR_COLOR } : { name: me.name, color: me.color };
  }

  #refuseAtOnce(code: ErrorCode, operation: Lasting): false {
    this.#refusals.push(refusalOf(operation, code));
    return false;
  }

  /** The hub began anew. What it had on disk is safe; what it confirmed and lost is sent again. */
  #metNewEpoch(welcome: Welcome, fates: Fates): void {
    if (welcome.resumed) {
      // Everything seen here is in the order that goes on, so it was on disk.
      for (const entry of this.#outgoing.store(EVERY_NUMBER)) this.#dirty.set(entry.id, null);
      if (!this.#catchUp?.anew) this.notebook.store(EVERY_NUMBER);
      return;
    }
    const unanswered = this.#outgoing.onTheirWay;
    for (const entry of this.#outgoing.lose(fates.of)) this.#dirty.set(entry.id, null);
    this.#forgetUnsureChanges();
    if (this.#outgoing.onTheirWay === unanswered) return;
    for (const entry of this.#outgoing.sent()) this.#touch(entry);
  }

  /** The number of a message that was not stored may be another's now. */
  #forgetUnsureChanges(): void {
    for (const entry of this.#outgoing.unanswered()) {
      const meant = surelyMeant(entry.operation, this.#storedNumber);
      if (meant === null) this.#drop(entry, null);
      else if (meant !== entry.operation) {
        entry.operation = meant;
        this.#touch(entry);
      }
    }
  }

  #beginSnapshot(catchUp: CatchUp, { number, parts, rest }: Snapshot): void {
    catchUp.parts = { number, count: parts, rest: rest ?? { title: "", notes: "", messages: [] }, shapes: [], next: 0 };
  }

  /** Messages of ours that are in it have been taken. */
  #resetChat(latest: readonly ChatMessage[], sameOrder: boolean): void {
    for (const { replica, seq, number } of latest) {
      const entry = this.#outgoing.sentAs({ replica, seq });
      if (entry?.operation.type !== "post_message") continue;
      this.#outgoing.confirm(entry, number);
    }
    const pending = this.#outgoing.unanswered().filter((entry) => isTalk(entry.operation));
    const keys = new Set(pending.flatMap((entry) => entry.keys.map(chatKey)));
    this.chat.reset(latest, keys, latest.length >= HISTORY_PAGE_MAX, sameOrder);
    const shown = new Set(this.chat.messages.map((message) => message.key));
    for (const { keys: [key = 0], operation } of pending) {
      if (operation.type === "post_message" && !shown.has(chatKey(key))) this.#show(0, key, operation);
    }
  }

  /** All parts are there: from now on this is what the hub has. */
  #endSnapshot(catchUp: CatchUp, { number, shapes, rest }: Assembly): void {
    const sameOrder = catchUp.epoch === this.#epoch;
    this.#resetChat(rest.messages, sameOrder);
    this.chat.setSlowMode(rest.slow_mode_s ?? 0);
    this.roster.rule(rest.rules ?? RULES);
    const first = rest.messages[0]?.number ?? 0;
    if (rest.messages.length < HISTORY_PAGE_MAX) catchUp.chatFrom = 0;
    else if (sameOrder) catchUp.chatFrom = first;
    if (this.#number !== null) this.#resetBoard(shapes);
    this.#retitle(rest.title);
    catchUp.parts = null;
    this.#number = number;
    this.#epoch = catchUp.epoch;
    this.notebook.snapshot(number, rest);
    this.pagesChanged.emit();
  }

  #resetBoard(shapes: readonly Shape[]): void {
    const pending = this.#outgoing.unanswered().map((entry): [number, Operation] => {
      entry.keys.splice(1);
      return [entry.keys[0] ?? 0, entry.operation];
    });
    this.board.reset(shapes, pending);
  }

  /** Whatever came at the next place, whoever did it. */
  #take(ordered: Ordered): void {
    const { operation, number, author } = ordered;
    if (operation.type === "edit_notes" || operation.type === "edit_page") {
      const page = operation.type === "edit_notes" ? FIRST_PAGE : operation.page;
      this.notebook.edited(page, operation.changes, { number, author }, ordered);
      if (this.notebook.unstored > 0) this.#notesDirty = true;
      return;
    }
    const entry = this.#outgoing.sentAs(ordered);
    if (entry !== undefined) this.#settle(entry, { ...ordered, operation });
    else this.#takeRemote(ordered);
  }

  #takeRemote(ordered: Ordered): void {
    const { operation, number } = ordered;
    this.notebook.advance(number);
    this.roster.follow(operation);
    if (isTalk(operation)) heardTalk(this.chat, this.#by(), ordered, operation);
    else if (operation.type === "set_title") this.#retitle(operation.title);
    else if (isPageOperation(operation)) this.#orderedPages(number, operation);
    else this.board.applyConfirmed(dated(operation, ordered.time_ms));
    this.#dry(operation);
  }

  /** The hub ordered what was on its way. */
  #settle(entry: Entry, ordered: Ordered): void {
    const { operation, number } = ordered;
    this.#outgoing.confirm(entry, number);
    this.#touch(entry);
    this.notebook.advance(number);
    this.roster.follow(operation);
    if (isTalk(operation)) heardTalk(this.chat, this.#by(), ordered, operation, chatKey(entry.keys[0] ?? 0));
    else if (operation.type === "set_title") this.#retitle(operation.title);
    else if (isPageOperation(operation)) this.#orderedPages(number, operation);
    else this.board.confirmPending(entry.keys, dated(operation, ordered.time_ms));
    this.#dry(operation);
  }

  #orderedPages(number: number, operation: PageOperation): void {
    this.#handBackAll(this.notebook.ordered(number, operation));
    this.#notesDirty = true;
    this.pagesChanged.emit();
  }

  #retitle(title: string): void {
    this.#title = title;
    this.titleChanged.emit();
  }

  /** The ink of a committed stroke is no longer wet. */
  #dry(operation: Operation): void {
    if (operation.type === "add_shapes") for (const { id } of operation.shapes) this.wetInk.end(id);
  }

  /** The order has been told up to now: what of ours was not in it is in the snapshot, was refused, or never arrived. */
  #resolveEntries(catchUp: CatchUp, number: number): void {
    for (const entry of this.#outgoing.sent()) this.#resolveEntry(entry, catchUp, number);
    this.#releaseStored();
  }

  #resolveEntry(entry: Entry, { anew, fates, chatFrom }: CatchUp, number: number): void {
    const unsaid = entry.operation.type === "post_message" && (entry.sentAfter ?? 0) >= chatFrom;
    const fate = entry.sent === null ? "not_arrived" : fates.of(entry.sent);
    const again = fate === "not_arrived" || (fate === "unknown" && mayBeDoneTwice(entry.operation));
    if (again) this.#takeBack(entry);
    else if (fate === "ordered" || (fate === "dealt_with" && anew && !unsaid)) this.#holdUntilStored(entry, number);
    else this.#drop(entry, entry.sent === null ? null : fates.codeOf(entry.sent));
  }

  #handBackAll(all: readonly HandedBack[]): void {
    for (const { code, words } of all) this.#handBack(code, words);
  }

  /** Words for which there is no place any more go back to the person who wrote them. */
  #handBack(code: ErrorCode | null, text: string): void {
    this.#refusals.push({ code, operation: "edit_notes", text: text === "" ? null : text, post: null, waitMs: null });
  }

  /** It is in the snapshot or was refused; the former may be lost with the hub until it is stored. */
  #holdUntilStored(entry: Entry, number: number): void {
    this.#takeOffScreen(entry);
    this.#outgoing.confirm(entry, number);
  }

  #takeBack(entry: Entry): void {
    this.#outgoing.takeBack(entry);
    this.#touch(entry);
  }

  #drop(entry: Entry, code: ErrorCode | null, waitMs: number | null = null): void {
    this.#forget(entry);
    const { operation } = entry;
    if (operation.type === "add_page" && !this.notebook.contents.has(operation.page)) this.#handBackAll(this.notebook.giveUp(operation.page));
    if (!isSoAnyway(code, entry.operation)) this.#refusals.push(refusalOf(entry.operation, code, waitMs));
  }

  #forget(entry: Entry): void {
    this.#outgoing.remove(entry);
    this.#dirty.set(entry.id, null);
    this.#takeOffScreen(entry);
  }

  #takeOffScreen(entry: Entry): void {
    if (isTalk(entry.operation)) this.chat.drop(chatKey(entry.keys[0] ?? 0));
    else if (entry.operation.type === "set_title") this.titleChanged.emit();
    else if (isPageOperation(entry.operation)) this.pagesChanged.emit();
    else this.board.dropPending(entry.keys);
  }

  #touch(entry: Entry): void {
    this.#dirty.set(entry.id, entry);
  }
}

/** As the hub has it when it only confirms: were somebody else the author of a shape, it would tell. */
function signedBy(author: ParticipantId, by: MessageAuthor | undefined, operation: Lasting): Lasting {
  if (operation.type === "post_message" && by !== undefined) return { ...operation, by };
  if (operation.type !== "add_shapes") return operation;
  return { ...operation, shapes: operation.shapes.map((shape) => (shape.author === author ? shape : { ...shape, author })) };
}

function chatKey(key: number): string {
  return `mine-${key}`;
}
