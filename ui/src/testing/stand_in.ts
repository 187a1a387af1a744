/**
 * A session without a hub: everything happens in the page. For looking at screens
 * and for tests of the app; no shipped page imports it.
 */
import { FIRST_PAGE } from "../document/contents";
import { ChangeSet, Text } from "@codemirror/state";
import { RULES, whyNot } from "../document/rights";
import { Board } from "../document/board";
import { Entrance } from "../document/entrance";
import { History } from "../document/history";
import type { PastEdit } from "../document/notes_life";
import { Subscribers } from "../lib/subscribers";
import { isTalk } from "../document/chat_change";
import type { DoorAct, Operation, Participant, Presence, ShapeId } from "../protocol/generated/messages";
import type { NotesCaret, NotesChange, Refusal, Session, ShownMessage, Place, Status, WetStroke } from "../sync/session";

const LIVE: Status = {
  kind: "live", since: 0, liveUntil: null, attempt: 0, retryAt: null, unsent: 0, unstored: 0, storageTrouble: null, storageRefuses: false, reason: null, waitUntil: null, attended: false,
};

export class StandIn {
  readonly board = new Board();
  readonly history = new History();
  readonly submitted: Operation[] = [];
  readonly shownPresences: Parameters<Session["showPresence"]>[0][] = [];
  me: Participant = { id: 1, name: "Ada", color: "#d6336c", role: "host" };
  readonly #chat = new Subscribers<void>();
  readonly #status = new Subscribers<void>();
  readonly #title = new Subscribers<void>();
  readonly #people = new Subscribers<void>();
  readonly #presences = new Subscribers<void>();
  readonly #wet = new Subscribers<void>();
  readonly #notes = new Subscribers<NotesChange>();
  readonly #carets = new Subscribers<void>();
  readonly #refused = new Subscribers<Refusal>();
  status: Status = LIVE;
  place: Place = { base: "http://192.168.1.5:7420", moved: false, looking: false };
  titleNow = "Physics, Friday";
  people: Participant[] = [this.me];
  messages: ShownMessage[] = [];
  hasOlder = false;
  older: () => Promise<boolean> = () => Promise.resolve(true);
  doc = Text.of([""]);
  pastEdits: PastEdit[] = [];
  carets: NotesCaret[] = [];
  presences = new Map<number, Presence>();
  strokes = new Map<ShapeId, WetStroke>();
  slowModeS = 0;
  readonly entrance = new Entrance();
  #number = 0;

  /** What the app gets. */
  readonly session: Session = this.#facade();

  /** As the hub would. */
  keepDoor(act: DoorAct): void {
    const { entry, invites, knocks } = this.entrance;
    if (act.type === "set_entry") {
      if (act.entry === "password") this.entrance.hear({ type: "codes_made", password: act.password ?? "kmwp-7h2x" });
      this.entrance.hear({ type: "door_changed", entry: act.entry, invites: [...invites] });
    } else if (act.type === "make_invite") {
      const id = invites.length + 1;
      const made = { id, role: act.role, made_ms: Date.now(), uses: 0, ...(act.uses_max === undefined ? {} : { uses_max: act.uses_max }), ...(act.lasts_s === undefined ? {} : { expires_ms: Date.now() + act.lasts_s * 1_000 }) };
      this.entrance.hear({ type: "codes_made", invite: { id, token: "0123456789abcdef0123456789abcdef" } });
      this.entrance.hear({ type: "door_changed", entry, invites: [...invites, made] });
    } else if (act.type === "answer_knock") this.entrance.hear({ type: "knocks_changed", knocks: knocks.filter(({ id }) => id !== act.knock) });
    else this.entrance.hear({ type: "door_changed", entry, invites: act.type === "end_invite" ? invites.filter(({ id }) => id !== act.invite) : [] });
  }

  setStatus(change: Partial<Status>): void {
    this.status = { ...this.status, ...change };
    this.#status.emit();
  }

  /** Somebody says something. */
  say(author: Participant, text: string, time_ms = Date.now()): void {
    this.#number += 1;
    const { id, name, color } = author;
    this.messages = [
      ...this.messages,
      { pending: false, changing: false, key: `n${this.#number}`, number: this.#number, author: id, by: { name, color }, time_ms, text, replica: "r", seq: this.#number },
    ];
    this.#chat.emit();
  }

  pend(text: string): void {
    const { id, name, color } = this.me;
    this.messages = [...this.messages, { pending: true, key: `p${text}`, author: id, by: { name, color }, time_ms: Date.now(), text }];
    this.#chat.emit();
  }

  refuse(refusal: Refusal): void {
    this.#refused.emit(refusal);
  }

  come(...people: Participant[]): void {
    this.people = [...this.people, ...people];
    this.#people.emit();
  }

  /** Somebody else changes the notes. */
  type(changes: ChangeSet): void {
    this.doc = changes.apply(this.doc);
    this.#notes.emit({ changes, doc: this.doc, author: 2 });
  }

  showCarets(...carets: NotesCaret[]): void {
    this.carets = carets;
    this.#carets.emit();
  }

  showOther(id: number, presence: Presence): void {
    this.presences.set(id, presence);
    this.#presences.emit();
  }

  #submit(operation: Operation): void {
    this.submitted.push(operation);
    if (operation.type === "post_message") return this.say(this.me, operation.text);
    if (operation.type === "set_title") {
      this.titleNow = operation.title;
      return this.#title.emit();
    }
    if (isTalk(operation)) return;
    this.history.record(operation, this.board);
    this.board.applyConfirmed(operation);
  }

  #facade(): Session {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the getters below have a `this` of their own
    const it = this;
    const listen = (subscribers: Subscribers<void>) => (hear: () => void) => subscribers.subscribe(hear);
    const notes: Session["notes"] = {
      page: FIRST_PAGE,
      get doc() { return it.doc; },
      get carets() { return it.carets; },
      edit: (changes) => { it.doc = changes.apply(it.doc); },
      append: (text) => it.type(ChangeSet.of({ from: it.doc.length, insert: text }, it.doc.length)),
      history: () => Promise.resolve(it.pastEdits),
      subscribe: (hear) => it.#notes.subscribe(hear),
      onCarets: listen(it.#carets),
    };
    return {
      board: it.board,
      history: it.history,
      notes,
      pages: { all: [{ id: FIRST_PAGE, title: "", order: 0, removed: null }], several: false, open: () => notes, onEdited: () => () => undefined, subscribe: () => () => undefined },
      chat: {
        get messages() { return it.messages; },
        get latest() { return it.messages; },
        get isInThePast() { return false; },
        get hasOlder() { return it.hasOlder; },
        get slowModeS() { return it.slowModeS; },
        find: (number) => it.messages.find((message) => !message.pending && message.number === number),
        loadNewer: () => Promise.resolve(true),
        lookAt: () => Promise.resolve(null),
        lookAtLatest: () => undefined,
        search: ({ words }) => Promise.resolve({ messages: it.messages.flatMap((message) => (message.pending || !message.text.includes(words) ? [] : [message])).reverse(), next: null }),
        loadOlder: () => it.older().then((could) => (it.#chat.emit(), could)),
        subscribe: listen(it.#chat),
      },
      people: {
        get all() { return it.people; },
        get me() { return it.me; },
        rules: RULES,
        whyNot: (act) => whyNot(RULES, act, it.me.role),
        get: (id) => it.people.find((person) => person.id === id),
        subscribe: listen(it.#people),
      },
      presences: { get all() { return it.presences; }, subscribe: listen(it.#presences) },
      wetInk: { get strokes() { return it.strokes; }, subscribe: listen(it.#wet) },
      title: { get now() { return it.titleNow; }, subscribe: listen(it.#title) },
      status: { get now() { return it.status; }, subscribe: listen(it.#status) },
      entrance: it.entrance,
      keepDoor: (act) => it.keepDoor(act),
      hook: { state: () => Promise.resolve({ on: false, twilio: false }), set: ({ on }) => Promise.resolve({ on, twilio: false }) },
      place: { get now() { return it.place; }, resume: () => null, subscribe: listen(it.#status) },
      files: { bring: () => Promise.reject(new Error("no hub")), read: () => Promise.reject(new Error("no hub")) },
      askedRules: () => RULES,
      settledShapes: () => it.board.shapes(),
      addedMs: () => 0,
      onRefused: (hear) => it.#refused.subscribe(hear),
      submit: (operation) => it.#submit(operation),
      undo: () => it.history.undo(it.board).forEach((operation) => it.board.applyConfirmed(operation)),
      redo: () => it.history.redo(it.board).forEach((operation) => it.board.applyConfirmed(operation)),
      extendInk: () => undefined,
      cancelInk: () => undefined,
      showPresence: (change) => void it.shownPresences.push(change),
      rename: () => undefined,
      enterPassword: () => undefined,
      retryNow: () => undefined,
      close: () => undefined,
    };
  }
}
