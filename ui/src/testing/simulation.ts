/**
 * A seeded run of several clients against one hub: they draw, write, talk and
 * undo while messages are late, connections break half-open, pages are reloaded
 * and the hub falls and comes back without what it had not stored. In the end
 * the network heals, and everybody must have what the hub has.
 *
 * The hub is behind a small port, so the same schedule can drive another one.
 */
import { ChangeSet, type ChangeSpec, type Text } from "@codemirror/state";
import { FIRST_PAGE } from "../document/contents";
import { remaindersOf } from "../document/shape";
import { asString, asText } from "../document/text_changes";
import { unpackPoints } from "../protocol/points";
import type { ChatMessage, ClientMessage, NotesPage, PageId, Remainder, ServerMessage, Shape, ShapeId } from "../protocol/generated/messages";
import { SyncClient, type Effect, type Input } from "../sync/client";
import type { KeptEntry, KeptWork } from "../sync/kept_work";
import type { Lasting } from "../sync/outgoing";
import type { Refusal } from "../sync/session";
import { ModelHub, type HubConnection } from "./model_hub";
import { Random } from "./random";
import { SOME_BODIES, someChanges, someShape } from "./some_shapes";

/** What a run asks of a hub. Promises are awaited, so it may live in another process. */
export interface SimulatedHub {
  receive(connection: HubConnection, message: ClientMessage): void | Promise<void>;
  leave(connection: HubConnection): void | Promise<void>;
  store(): void | Promise<void>;
  fallBehind(connection: HubConnection): void | Promise<void>;
  restart(kill: boolean): void | Promise<void>;
  documents(): HubDocuments | Promise<HubDocuments>;
  /** A client got this from a lane. */
  delivered?(connection: HubConnection, message: ServerMessage): void | Promise<void>;
}

export interface HubDocuments {
  readonly shapes: readonly Shape[];
  /** By id, each with its text. */
  readonly pages: readonly NotesPage[];
  /** At least the latest `MESSAGES_MIN`. */
  readonly messages: readonly ChatMessage[];
  readonly title: string;
}

export interface RunOptions {
  readonly seed: number;
  readonly steps?: number;
  /** Nobody deletes text: every letter typed must be there in the end. */
  readonly insertOnly?: boolean;
  /** Pages may come back as somebody new, and a refusal may be lost where every letter counts. */
  readonly strangers?: boolean;
  /** Nobody changes what was said. */
  readonly plainTalk?: boolean;
  /** So many people only type, all at once; each message takes up to `JITTER_MS`. */
  readonly typists?: number;
  /** The hub falls without storing: who types between what falls with it cannot be told where that was. */
  readonly hardFalls?: boolean;
  readonly hub?: (random: Random, options: RunOptions) => SimulatedHub;
}

/** What a run found wrong, in words; empty if nothing. */
export type Findings = string[];

interface Wire {
  readonly connection: HubConnection;
  readonly socket: number;
  readonly toHub: ClientMessage[];
  /** The client has given it up; the hub may not have noticed. */
  dropped: boolean;
}

/** Messages a hub tells in any case; a run with more cannot be searched for lost ones. */
const MESSAGES_MIN = 50;
const JITTER_MS = 200;
const SETTLE_STEPS_MAX = 20_000;
const ABNORMAL = 1006;

export function modelHub(random: Random, { insertOnly = false, strangers = false }: RunOptions): SimulatedHub {
  const hub = new ModelHub(random);
  hub.forgetful = strangers;
  hub.rateLimited = (strangers || !insertOnly) && random.chance(0.5) ? 0.02 : 0;
  hub.gapMost = 1 + random.below(20);
  return {
    receive: (connection, message) => hub.receive(connection, message),
    leave: (connection) => hub.leave(connection),
    store: () => hub.store(),
    fallBehind: (connection) => hub.fallBehind(connection),
    restart: (kill) => hub.restart(kill),
    documents: () => ({
      shapes: [...hub.state.shapes.values()],
      pages: hub.state.notesPages(true),
      messages: hub.state.messages,
      title: hub.state.title,
    }),
  };
}

/** One page: a client, its kept work, its connections. */
class Page {
  client: SyncClient;
  wire: Wire | null = null;
  wakeAt: number | null = null;
  readonly old: Wire[] = [];
  refused: Refusal[] = [];
  #kept: { replica: string; resume: string | null; entries: Map<number, KeptEntry>; notes: KeptWork["notes"] };
  readonly #random: Random;
  readonly name: string;
  #replicas = 0;

  constructor(name: string, random: Random) {
    this.name = name;
    this.#random = random;
    this.#kept = { replica: this.#newReplica(), resume: null, entries: new Map(), notes: null };
    this.client = this.#newClient();
  }

  handle(now: number, input: Input): void {
    for (const effect of this.client.handle(now, input)) this.#do(effect);
  }

  /** The tab is closed with what it has kept, and opened again; by somebody new if it does not know its secret. */
  reload(now: number, knowsWho = true): void {
    this.#drop();
    const { replica, entries, notes } = this.#kept;
    const resume = knowsWho ? this.#kept.resume : null;
    this.client = this.#newClient();
    this.client.restore(now, { replica, resume, entries: [...entries.values()], notes });
    this.handle(now, { type: "start" });
  }

  /** The socket is gone for this side. */
  disconnect(now: number, code: number): void {
    const wire = this.wire;
    if (wire === null) return;
    this.#drop();
    this.handle(now, { type: "closed", socket: wire.socket, code });
  }

  #drop(): void {
    if (this.wire === null) return;
    this.wire.dropped = true;
    this.old.push(this.wire);
    this.wire = null;
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "open":
        this.#drop();
        this.wire = { connection: { control: [], doc: [], closed: null }, socket: effect.socket, toHub: [], dropped: false };
        return;
      case "send":
        this.wire?.toHub.push(effect.message);
        return;
      case "close":
        return this.#drop();
      case "wake":
        this.wakeAt = effect.at;
        return;
      case "identify":
        this.#kept.replica = effect.replica;
        this.#kept.resume = effect.resume;
        return;
      case "keep":
        return this.#keep();
      case "refused":
        this.refused.push(effect.refusal);
    }
  }

  #keep(): void {
    const { put, removed, notes } = this.client.replica.takeChangesToKeep();
    for (const entry of put) this.#kept.entries.set(entry.id, structuredClone(entry));
    for (const id of removed) this.#kept.entries.delete(id);
    if (notes !== undefined) this.#kept.notes = structuredClone(notes);
  }

  #newReplica(): string {
    this.#replicas += 1;
    return `${this.name}-${this.#replicas}`;
  }

  #newClient(): SyncClient {
    return new SyncClient({
      name: this.name,
      hostToken: this.name === "p0" ? "host" : undefined,
      replica: this.#newReplica(),
      random: () => this.#random.next(),
      newReplica: () => this.#newReplica(),
    });
  }
}

export class Simulation {
  readonly #random: Random;
  readonly #hub: SimulatedHub;
  readonly #pages: Page[];
  readonly #options: RunOptions;
  readonly #said: string[] = [];
  readonly #letters: string[] = [];
  /** Left neighbour, letter, right neighbour, as they were where it was typed. */
  readonly #intentions: [string, string, string][] = [];
  #now = 1_000;
  #made = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#hub = (options.hub ?? modelHub)(this.#random, options);
    this.#pages = Array.from({ length: options.typists ?? 2 + this.#random.below(5) }, (_, index) => new Page(`p${index}`, this.#random));
  }

  async run(): Promise<Findings> {
    for (const page of this.#pages) page.handle(this.#now, { type: "start" });
    const steps = this.#options.steps ?? 300 + this.#random.below(500);
    for (let step = 0; step < steps; step += 1) await (this.#options.typists === undefined ? this.#step() : this.#stepOfTypists());
    const settled = await this.#settle();
    if (!settled) return [`did not come to rest: ${this.#pages.map((page) => JSON.stringify(page.client.status)).join(" ")}`];
    return this.#compare();
  }

  async #step(): Promise<void> {
    this.#pass(this.#random.below(this.#random.chance(0.02) ? 3_000 : 40));
    const page = this.#random.pick(this.#pages);
    if (page === undefined) return;
    const dice = this.#random.next();
    if (dice < 0.3) this.#act(page);
    else if (dice < 0.32) page.disconnect(this.#now, ABNORMAL);
    else if (dice < 0.33) await this.#noticeBroken(page);
    else if (dice < 0.335) page.reload(this.#now, this.#options.strangers !== true || this.#random.chance(0.7));
    else if (dice < 0.34) await this.#restart();
    else if (dice < 0.36) await this.#hub.store();
    else if (dice < 0.37 && page.wire !== null) await this.#hub.fallBehind(page.wire.connection);
    else await this.#carry(page, 1 + this.#random.below(6));
  }

  /** Everybody types a letter now and then, mostly behind the one before; what is due arrives. */
  async #stepOfTypists(): Promise<void> {
    this.#pass(this.#random.below(40));
    for (const page of this.#pages) {
      if (this.#random.chance(0.12)) this.#typeOn(page);
      await this.#deliverDue(page);
    }
    const page = this.#random.pick(this.#pages);
    const dice = this.#random.next();
    if (page !== undefined && dice < 0.04) page.disconnect(this.#now, ABNORMAL);
    else if (page !== undefined && dice < 0.05) page.reload(this.#now);
    else if (dice < 0.054) await this.#hub.restart(this.#options.hardFalls === true && this.#random.chance(0.7));
    else if (dice < 0.14) await this.#hub.store();
    else if (page !== undefined && dice < 0.2) await this.#noticeBroken(page);
  }

  readonly #cursors = new Map<Page, string>();

  #typeOn(page: Page): void {
    const [on, doc] = this.#somePage(page);
    const text = asString(doc);
    const behind = this.#random.chance(0.85) ? text.indexOf(this.#cursors.get(page) ?? "none") : -1;
    const from = behind === -1 ? this.#random.below(text.length + 1) : behind + 1;
    const letter = this.#letter();
    this.#cursors.set(page, letter);
    // A space or a line's end is no mark to find the place by.
    this.#intentions.push([text.charAt(from - 1).trim(), letter, text.charAt(from).trim()]);
    const insert = letter + (this.#random.chance(0.2) ? " " : this.#random.chance(0.05) ? "\n" : "");
    page.handle(this.#now, { type: "edit_notes", page: on, changes: ChangeSet.of({ from, insert: asText(insert) }, text.length) });
  }

  /** In order, each a while after it was sent. */
  async #deliverDue(page: Page): Promise<void> {
    while (page.wire !== null && this.#isDue(page.wire.toHub[0])) await this.#toHub(page.wire);
    for (let more = true; more; ) {
      const wire = page.wire;
      if (wire === null) return;
      const next = wire.connection.control[0] ?? wire.connection.doc[0];
      more = next === undefined ? !this.#opened.has(wire) || wire.connection.closed !== null : this.#isDue(next);
      if (more) await this.#toClient(page);
    }
  }

  readonly #due = new WeakMap<object, number>();

  #isDue(message: object | undefined): boolean {
    if (message === undefined) return false;
    const due = this.#due.get(message) ?? this.#now + this.#random.below(JITTER_MS);
    this.#due.set(message, due);
    return due <= this.#now;
  }

  /** Time goes by, and timers go off. */
  #pass(ms: number): void {
    this.#now += ms;
    for (const page of this.#pages) {
      if (page.wakeAt !== null && page.wakeAt <= this.#now) page.handle(this.#now, { type: "woke" });
    }
  }

  async #restart(): Promise<void> {
    await this.#hub.restart(this.#random.chance(0.7));
  }

  /** The hub notices a connection that its client has given up. */
  async #noticeBroken(page: Page): Promise<void> {
    const wire = page.old.shift();
    if (wire !== undefined) await this.#hub.leave(wire.connection);
  }

  /** Moves some messages in one direction or the other; of a half-open connection too. */
  async #carry(page: Page, most: number): Promise<void> {
    for (let count = 0; count < most; count += 1) {
      const half = this.#random.chance(0.1) ? this.#random.pick(page.old) : undefined;
      if (half !== undefined) await this.#toHub(half);
      else if (this.#random.chance(0.5)) await this.#toHub(page.wire);
      else await this.#toClient(page);
    }
  }

  async #toHub(wire: Wire | null): Promise<void> {
    const message = wire?.toHub.shift();
    if (wire !== null && message !== undefined) await this.#hub.receive(wire.connection, message);
  }

  async #toClient(page: Page): Promise<boolean> {
    const wire = page.wire;
    if (wire === null) return false;
    if (wire.toHub.length === 0 && wire.connection.control.length === 0 && !this.#isOpened(page, wire)) return true;
    const message = wire.connection.control.shift() ?? wire.connection.doc.shift();
    if (message !== undefined) {
        await this.#hub.delivered?.(wire.connection, message);
      page.handle(this.#now, { type: "received", socket: wire.socket, message });
    } else if (wire.connection.closed !== null) page.disconnect(this.#now, wire.connection.closed);
    else return false;
    return true;
  }

  /** Opening is the first thing that happens to a socket. */
  #isOpened(page: Page, wire: Wire): boolean {
    if (this.#opened.has(wire)) return true;
    this.#opened.add(wire);
    page.handle(this.#now, { type: "opened", socket: wire.socket });
    return false;
  }

  readonly #opened = new Set<Wire>();

  // --- what people do -----------------------------------------------------------

  #act(page: Page): void {
    const dice = this.#random.next();
    if (dice < 0.3) this.#write(page);
    else if (dice < 0.45) this.#say(page);
    else if (dice < 0.55) page.handle(this.#now, { type: this.#random.chance(0.6) ? "undo" : "redo" });
    else if (dice < 0.57) this.#submit(page, { type: "set_title", title: `title ${this.#fresh()}` });
    else if (dice < 0.59) this.#changePages(page);
    else if (dice < 0.62) page.handle(this.#now, { type: "show_presence", change: { caret: this.#somewhere(page), typing: true } });
    else this.#draw(page);
  }

  #submit(page: Page, operation: Lasting): void {
    const gesture = this.#random.chance(0.3) ? "gesture" : undefined;
    const taken = remaindersOf(operation).map((left) => ({ ...left, id: `s${this.#fresh()}` }));
    page.handle(this.#now, { type: "act", operation, gesture, taken });
  }

  #draw(page: Page): void {
    const shapes = [...page.client.replica.board.shapes()];
    const shape = this.#random.pick(shapes);
    if (shape === undefined || this.#random.chance(0.5)) return this.#submit(page, { type: "add_shapes", shapes: [this.#shape()] });
    const other = this.#random.pick(shapes) ?? shape;
    const ids = [...new Set([shape.id, other.id])];
    if (this.#random.chance(0.25)) return this.#submit(page, { type: "remove_shapes", ids, ...this.#left(shape.id) });
    const value = this.#random.below(1_000);
    const change = { ...this.#random.pick(someChanges(value)), ...this.#random.pick(someChanges(value + 1)) };
    this.#submit(page, { type: "update_shapes", changes: ids.map((id) => ({ id, ...change })) });
  }

  /** Of half of what goes something stays. */
  #left(of: ShapeId): { left?: Remainder[] } {
    if (this.#random.chance(0.5)) return {};
    return { left: [{ of, id: `s${this.#fresh()}`, points: Uint8Array.of(4, 1, 0, 0) }] };
  }

  #shape(): Shape {
    const id = `s${this.#fresh()}`;
    const body = this.#random.pick(SOME_BODIES);
    return someShape(id, body ?? { kind: "text", text: "", size: 20 }, { x: this.#random.below(99), color: "#ff0000" });
  }

  #write(page: Page): void {
    const [on, doc] = this.#somePage(page);
    const specs: ChangeSpec[] = [];
    const from = this.#random.below(doc.length + 1);
    if (this.#options.insertOnly !== true && this.#random.chance(0.4)) specs.push({ from, to: Math.min(doc.length, from + 1 + this.#random.below(4)) });
    else specs.push({ from, insert: this.#letter() + (this.#random.chance(0.1) ? "\n" : "") });
    if (this.#random.chance(0.1)) specs.push({ from: this.#random.below(doc.length + 1), insert: this.#letter() });
    page.handle(this.#now, { type: "edit_notes", page: on, changes: ChangeSet.of(specs, doc.length) });
  }

  /** One that is in the notes or was taken out: who does not know goes on writing. */
  #somePage(page: Page): [PageId, Text] {
    const { notebook, pages } = page.client.replica;
    const { id } = this.#random.pick(pages) ?? { id: FIRST_PAGE };
    return [id, notebook.open(id).text.doc];
  }

  #changePages(page: Page): void {
    const { id, removed } = this.#random.pick(page.client.replica.pages) ?? { id: FIRST_PAGE, removed: null };
    const order = this.#random.below(4);
    if (removed !== null) this.#submit(page, { type: "update_page", page: id, removed: false });
    else if (this.#random.chance(0.4)) this.#submit(page, { type: "add_page", page: `p${this.#fresh()}`, title: `page ${order}`, order });
    else if (this.#random.chance(0.5)) this.#submit(page, { type: "update_page", page: id, title: `called ${this.#fresh()}`, order });
    else this.#submit(page, { type: "update_page", page: id, removed: true });
  }

  /** Each letter is typed once in a run. */
  #letter(): string {
    const letter = String.fromCharCode(0xe000 + this.#letters.length);
    this.#letters.push(letter);
    return letter;
  }

  #say(page: Page): void {
    const change = this.#options.plainTalk === true ? null : this.#talkChange(page);
    if (change !== null) return this.#submit(page, change);
    const text = `${this.#random.chance(0.2) ? " " : ""}word ${this.#fresh()}`;
    this.#said.push(text.trim());
    this.#submit(page, { type: "post_message", text, ...this.#answering(page) });
  }

  /** One's own messages and others', there or not. */
  #talkChange(page: Page): Lasting | null {
    const message = this.#someMessage(page);
    const dice = this.#random.next();
    if (message === undefined || dice < 0.5) return null;
    if (dice < 0.65) return { type: "edit_message", message, text: `other ${this.#fresh()}` };
    if (dice < 0.75) return { type: "delete_message", message };
    return { type: "react", message, emoji: this.#random.chance(0.5) ? "👍" : "🎉", on: this.#random.chance(0.7) };
  }

  #someMessage(page: Page): number | undefined {
    return this.#random.pick(page.client.replica.chat.settled.slice(-6))?.number;
  }

  #answering(page: Page): { reply_to?: number } {
    if (this.#options.plainTalk === true || this.#random.chance(0.7)) return {};
    const reply_to = this.#someMessage(page);
    return reply_to === undefined ? {} : { reply_to };
  }

  #somewhere(page: Page): { page: PageId; anchor: number; head: number } {
    const [on, { length }] = this.#somePage(page);
    return { page: on, anchor: this.#random.below(length + 1), head: this.#random.below(length + 1) };
  }

  #fresh(): number {
    return (this.#made += 1);
  }

  // --- the end ------------------------------------------------------------------

  /** Everything arrives, until nothing is on its way any more. */
  async #settle(): Promise<boolean> {
    for (let step = 0; step < SETTLE_STEPS_MAX; step += 1) {
      let moved = false;
      for (const page of this.#pages) {
        while (page.old.length > 0) await this.#noticeBroken(page);
        while (page.wire !== null && page.wire.toHub.length > 0) await this.#toHub(page.wire);
        while (await this.#toClient(page)) moved = true;
      }
      if (!moved) {
        if (this.#atRest()) return true;
        await this.#hub.store();
        this.#pass(200);
      }
    }
    return false;
  }

  #atRest(): boolean {
    return this.#pages.every(({ client, wire }) => {
      const { kind, unsent, unstored } = client.status;
      const silent = wire !== null && wire.toHub.length + wire.connection.control.length + wire.connection.doc.length === 0;
      return kind === "live" && unsent === 0 && unstored === 0 && silent;
    });
  }

  async #compare(): Promise<Findings> {
    const hub = await this.#hub.documents();
    const findings: Findings = [];
    for (const page of this.#pages) findings.push(...differences(page, hub));
    findings.push(...this.#losses(hub), ...(this.#options.hardFalls === true ? [] : this.#strays(hub)));
    return findings;
  }

  /** What was said and not handed back is there, once. */
  #losses(hub: HubDocuments): Findings {
    const findings: Findings = [];
    const heard = new Map<string, number>();
    for (const { text } of hub.messages) heard.set(text, (heard.get(text) ?? 0) + 1);
    const handedBack = new Set(this.#pages.flatMap((page) => page.refused.map((refusal) => refusal.text?.trim())));
    for (const text of hub.messages.length < MESSAGES_MIN ? this.#said : []) {
      const times = heard.get(text) ?? 0;
      // Other words may stand for it by now, or none.
      const changed = this.#options.plainTalk !== true && hub.messages.some(({ edited_ms, deleted }) => edited_ms !== undefined || deleted !== undefined);
      if (times > 1 || (times === 0 && !handedBack.has(text) && !changed)) findings.push(`"${text}" is in the chat ${times} times`);
    }
    const wordsBack = [...handedBack].join();
    for (const letter of this.#letters) {
      const times = allText(hub).split(letter).length - 1;
      if (times > 1 || (times === 0 && this.#options.insertOnly === true && !wordsBack.includes(letter))) {
        findings.push(`letter ${letter.charCodeAt(0) - 0xe000} is in the notes ${times} times`);
      }
    }
    return findings;
  }

  /** Nobody deletes: what was typed between two letters stands between them. */
  #strays(hub: HubDocuments): Findings {
    const notes = allText(hub);
    const at = (letter: string): number => notes.indexOf(letter);
    return this.#intentions
      .filter(([left, letter, right]) => (left !== "" && at(left) > at(letter)) || (right !== "" && at(letter) > at(right)))
      .map(([, letter]) => `letter ${letter.charCodeAt(0) - 0xe000} is not between its neighbours`);
  }
}

function allText({ pages }: HubDocuments): string {
  return pages.map(({ text }) => text).join("\n");
}

function differences(page: Page, hub: HubDocuments): Findings {
  const { board, notebook, pages, chat, title } = page.client.replica;
  const findings: Findings = [];
  const expect = (what: string, here: unknown, there: unknown): void => {
    const [a, b] = [JSON.stringify(here), JSON.stringify(there)];
    if (a !== b) findings.push(`${page.name}: ${what} differ\n  here  ${a}\n  there ${b}`);
  };
  // When one's own was added is known to what is confirmed: the shape that is seen stays the same object.
  const seen = (shapes: Iterable<Shape>): unknown[] => sorted([...shapes].map(({ added_ms: _, ...shape }) => shape));
  expect("shapes", seen(board.shapes()), seen(hub.shapes));
  expect("confirmed shapes", sorted(board.confirmedShapes()), sorted(hub.shapes));
  const infos = [...pages].sort((a, b) => (a.id < b.id ? -1 : 1));
  const theirPages = hub.pages.map(({ page: id, title, order, removed = null }) => ({ id, title, order, removed }));
  expect("pages", infos, theirPages);
  for (const { page: id, text = "" } of hub.pages) {
    expect(`page ${id}`, asString(notebook.open(id).text.doc), text);
    expect(`confirmed page ${id}`, asString(notebook.open(id).text.confirmed), text);
  }
  expect("title", title, hub.title);
  expect("pending messages", chat.messages.filter((message) => message.pending), []);
  const whole = ({ number, text, author, seq, replica, reply_to, quote, reactions, edited_ms, deleted, changed }: ChatMessage): unknown[] =>
    [number, text, author, seq, replica, reply_to, quote?.name, quote?.text, reactions?.map(({ emoji, by }) => [emoji, by]), edited_ms, deleted?.by, changed];
  const mine = chat.settled.map(whole);
  const theirs = hub.messages.map(whole);
  expect("changes on their way", chat.messages.filter((message) => !message.pending && message.changing), []);
  const both = Math.min(mine.length, theirs.length);
  expect("messages", mine.slice(mine.length - both), theirs.slice(theirs.length - both));
  return findings;
}

function sorted(shapes: Iterable<Shape>): unknown[] {
  return [...shapes]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((shape) => byName({ ...shape, body: byName(shape.body) }));
}

/** In the order of the names; points as they are unpacked. */
function byName(values: object): unknown {
  const pairs = Object.entries(values).map(([name, value]) => [name, value instanceof Uint8Array ? unpackPoints(value) : (value as unknown)] as const);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}
