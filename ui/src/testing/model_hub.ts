/**
 * A small model of the hub's ordering rules, for simulations of the client.
 *
 * It numbers, transforms, refuses, catches up and restarts as the hub does, and
 * gets nothing else right on purpose: no limits, no storage, no sockets. What it
 * says is put into lanes whose delivery is the simulation's.
 */
import type { ChangeSet} from "@codemirror/state";
import { type Text } from "@codemirror/state";
import { Contents, FIRST_PAGE, isPageOperation, type PageOperation } from "../document/contents";
import { asString, asText, fromWire, toWire } from "../document/text_changes";
import { changed, isChatChange, type ChatChange } from "../document/chat_change";
import { beforeOf, shapeEffects } from "../document/shape";
import { REFUSALS_TOLD_MAX } from "../protocol/generated/limits";
import type {
  Applied,
  ChatMessage,
  ClientMessage,
  ErrorCode,
  Hello,
  NotesPage,
  Operation,
  PageId,
  Participant,
  ParticipantId,
  RefusedSubmission,
  ReplicaId,
  ServerMessage,
  Shape,
  ShapeId,
} from "../protocol/generated/messages";
import type { Random } from "./random";

/** One end of a connection. The hub writes, the simulation delivers. */
export interface HubConnection {
  control: ServerMessage[];
  doc: ServerMessage[];
  /** Set when the hub hangs up; what is in the lanes still arrives. */
  closed: number | null;
}

interface Member {
  participant: ParticipantId;
  replica: ReplicaId;
  /** The last number written to its doc lane and taken from it. */
  taken: number | null;
}

interface KnownReplica {
  readonly owner: ParticipantId;
  seq: number;
  refused: RefusedSubmission[];
  refusedAfter: number;
}

const REPLACED = 4409;
const SHUTTING_DOWN = 4503;
const LATEST_MESSAGES = 50;

export class ModelHub {
  readonly #random: Random;
  #members = new Map<HubConnection, Member>();
  #people = new Map<string, Participant>();
  #lastPerson = 0;
  #log: Applied[] = [];
  #epochs: { name: string; start: number }[] = [{ name: "epoch-0", start: 0 }];
  #stored = 0;
  #replicas = new Map<ReplicaId, KnownReplica>();
  #state = new HubState();
  /** Operations older than this many are no longer at hand for a gap. */
  gapMost = 30;
  /** Whether people who are not yet on disk may be forgotten when it dies. */
  forgetful = false;
  /** How often a submission is refused for coming too fast. */
  rateLimited = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get state(): HubState {
    return this.#state;
  }

  get number(): number {
    return this.#log.length;
  }

  receive(connection: HubConnection, message: ClientMessage): void {
    const member = this.#members.get(connection);
    if (connection.closed !== null) return;
    if (member === undefined) {
      if (message.type === "hello") this.#join(connection, message);
      return;
    }
    if (message.type === "submit") this.#submit(connection, member, message.seq, message.operation);
    else if (message.type === "ping") connection.control.push({ type: "pong", nonce: message.nonce });
    else if (message.type === "extend_ink") this.#tellOthers(connection, { ...message, type: "ink_extended", author: member.participant });
    else if (message.type === "show_presence") this.#tellOthers(connection, { type: "presence_shown", participant: member.participant, presence: message });
  }

  /** The hub noticed that a connection is gone. */
  leave(connection: HubConnection): void {
    const member = this.#members.get(connection);
    this.#members.delete(connection);
    if (member !== undefined) this.#tellOthers(connection, { type: "left", participant: member.participant });
  }

  /** The disk has everything, or a part of it. */
  store(number = this.number): void {
    this.#stored = Math.max(this.#stored, number);
    for (const connection of this.#members.keys()) connection.control.push({ type: "stored", number: this.#stored });
  }

  get stored(): number {
    return this.#stored;
  }

  /** A connection did not read: what waits of the order is dropped and told anew. */
  fallBehind(connection: HubConnection): void {
    const member = this.#members.get(connection);
    if (member === undefined || connection.doc.some((message) => message.type === "snapshot")) return;
    const taken = firstNumber(connection.doc);
    connection.doc.length = 0;
    this.#catchUp(connection, taken === null ? this.number : taken - 1);
  }

  /** Dies and comes back with what it had on disk. */
  restart(kill: boolean): void {
    if (!kill) this.#stored = this.number;
    for (const connection of this.#members.keys()) connection.closed = kill ? 1006 : SHUTTING_DOWN;
    this.#members.clear();
    const log = this.#log.slice(0, this.#stored);
    this.#log = [];
    this.#state = new HubState();
    this.#replicas.clear();
    for (const applied of log) this.#apply(applied);
    if (kill && this.forgetful) this.#forgetPeople(log);
    for (const known of this.#replicas.values()) known.refusedAfter = known.seq;
    this.#epochs.push({ name: `epoch-${this.#epochs.length}`, start: log.length });
  }

  /** Who is not yet on disk is somebody new when they come back; whoever did something is on disk. */
  #forgetPeople(log: readonly Applied[]): void {
    const lasting = new Set(log.map(({ author }) => author));
    for (const [secret, { id }] of this.#people) {
      if (!lasting.has(id) && this.#random.chance(0.3)) this.#people.delete(secret);
    }
  }

  #join(connection: HubConnection, hello: Hello): void {
    const known = hello.resume === undefined ? undefined : this.#people.get(hello.resume);
    const id = known?.id ?? (this.#lastPerson += 1);
    const secret = known === undefined || hello.resume === undefined ? `secret-${id}` : hello.resume;
    const you = known ?? { id, name: hello.name, color: "#112233", role: id === 1 ? "host" : "editor" };
    this.#people.set(secret, you);
    const { replica, known: { seq, refused, refusedAfter } } = this.#claim(hello.replica, you.id);
    for (const [other, member] of this.#members) {
      if (member.replica !== replica) continue;
      this.leave(other);
      other.closed = REPLACED;
    }
    const resumed = hello.number !== undefined && this.#canResume(hello.epoch, hello.number);
    connection.control.push({
      type: "welcomed",
      session: "s",
      title: this.#state.title,
      you,
      resume: secret,
      replica,
      seq,
      refused: [...refused],
      refused_after: refusedAfter,
      ...(hello.formerly === undefined ? {} : { formerly_seqs: hello.formerly.map((former) => this.#fateOf(former)) }),
      epoch: this.#epochs.at(-1)?.name ?? "",
      number: this.number,
      stored: this.#stored,
      people: [you],
      time_ms: 0,
      resumed,
    });
    this.#members.set(connection, { participant: you.id, replica, taken: null });
    this.#catchUp(connection, resumed && hello.number !== undefined ? hello.number : null);
  }

  #claim(asked: ReplicaId | undefined, owner: ParticipantId): { replica: ReplicaId; known: KnownReplica } {
    const replica = asked !== undefined && (this.#replicas.get(asked)?.owner ?? owner) === owner ? asked : `fresh-${this.#random.below(2 ** 31)}`;
    return { replica, known: this.#known(replica, owner) };
  }

  #known(replica: ReplicaId, owner: ParticipantId): KnownReplica {
    const known = this.#replicas.get(replica) ?? { owner, seq: 0, refused: [], refusedAfter: 0 };
    this.#replicas.set(replica, known);
    return known;
  }

  #fateOf(replica: ReplicaId): number | null {
    const spokenFor = [...this.#members.values()].some((member) => member.replica === replica);
    return spokenFor ? null : (this.#replicas.get(replica)?.seq ?? 0);
  }

  #canResume(epoch: string | undefined, number: number): boolean {
    const index = this.#epochs.findIndex(({ name }) => name === epoch);
    if (index === -1) return false;
    return number <= (this.#epochs[index + 1]?.start ?? this.number) && number >= this.number - this.gapMost;
  }

  /** What came after `number`, or a snapshot that may be some operations old and what came after it. */
  #catchUp(connection: HubConnection, number: number | null): void {
    let from = number;
    if (from === null || from < this.number - this.gapMost) {
      from = Math.max(0, this.number - this.#random.below(8));
      connection.doc.push(...snapshotOf(this.#log.slice(0, from), 1 + this.#random.below(3)));
    }
    for (const applied of this.#log.slice(from)) connection.doc.push({ type: "applied", ...applied });
    connection.doc.push({ type: "caught_up", number: this.number });
  }

  #submit(connection: HubConnection, member: Member, seq: number, operation: Operation): void {
    const known = this.#known(member.replica, member.participant);
    if (seq <= known.seq) return;
    known.seq = seq;
    const code = this.#random.chance(this.rateLimited) ? "rate_limited" : this.#state.fault(operation, member.participant);
    if (code !== null) {
      known.refused.push({ seq, code });
      if (known.refused.length > REFUSALS_TOLD_MAX) known.refusedAfter = known.refused.shift()?.seq ?? 0;
      connection.control.push({ type: "refused", seq, code, detail: "" });
      return;
    }
    const applied = this.#numbered(member, seq, operation);
    this.#apply(applied);
    for (const other of this.#members.keys()) if (other !== connection) other.doc.push({ type: "applied", ...applied });
    const told = isAltered(operation, applied);
    connection.doc.push(told ? { type: "applied", ...applied } : { type: "confirmed", number: applied.number, seq, time_ms: 0 });
  }

  #numbered(member: Member, seq: number, operation: Operation): Applied {
    const number = this.number + 1;
    return { number, author: member.participant, time_ms: 0, replica: member.replica, seq, operation: this.#written(member.participant, operation) };
  }

  /** What the hub makes of it. */
  #written(author: ParticipantId, operation: Operation): Operation {
    switch (operation.type) {
      case "add_shapes":
        return { ...operation, shapes: operation.shapes.map((shape) => ({ ...shape, author: this.#state.authorOf(shape.id) ?? author })) };
      case "edit_notes":
      case "edit_page":
        return { ...operation, base: this.number, changes: toWire(this.#rebased(pageOf(operation), operation.base, fromWire(operation.changes))) };
      case "post_message":
        return { ...this.#answering(operation), text: operation.text.trim(), by: { name: `p${author}`, color: "#112233" } };
      default:
        return operation;
    }
  }

  #answering(operation: Extract<Operation, { type: "post_message" }>): typeof operation {
    const { reply_to, ...rest } = operation;
    const answered = this.#state.messages.find(({ number, deleted }) => number === reply_to && deleted === undefined);
    return reply_to === undefined || answered === undefined ? rest : { ...rest, reply_to, quote: { name: answered.by.name, text: answered.text } };
  }

  #rebased(page: PageId, base: number, changes: ChangeSet): ChangeSet {
    let mapped = changes;
    for (const { operation } of this.#log.slice(base)) {
      if (isEdit(operation) && pageOf(operation) === page) mapped = mapped.map(fromWire(operation.changes));
    }
    return mapped;
  }

  #apply(applied: Applied): void {
    this.#log.push(applied);
    this.#known(applied.replica, applied.author).seq = applied.seq;
    this.#state.apply(applied);
  }

  #tellOthers(connection: HubConnection, message: ServerMessage): void {
    for (const other of this.#members.keys()) if (other !== connection) other.control.push(message);
  }
}

/** Whether the hub wrote into it what its author cannot know. */
function isAltered(asked: Operation, { operation, author }: Applied): boolean {
  if (operation.type === "add_shapes") return operation.shapes.some((shape) => shape.author !== author);
  if (operation.type !== "post_message" || asked.type !== "post_message") return false;
  return operation.text !== asked.text || asked.reply_to !== undefined;
}

/** The number of the first operation that waits. */
function firstNumber(doc: readonly ServerMessage[]): number | null {
  const first = doc[0];
  if (first === undefined) return null;
  if (first.type === "caught_up") return first.number + 1;
  return "number" in first ? first.number : null;
}

function snapshotOf(log: readonly Applied[], parts: number): ServerMessage[] {
  const state = new HubState();
  for (const applied of log) state.apply(applied);
  const shapes = [...state.shapes.values()];
  const size = Math.ceil(shapes.length / parts);
  const rest = { title: state.title, notes: state.textOf(FIRST_PAGE), pages: state.notesPages(false), messages: state.messages.slice(-LATEST_MESSAGES) };
  return Array.from({ length: parts }, (_, part) => ({
    type: "snapshot",
    number: log.length,
    part,
    parts,
    shapes: shapes.slice(part * size, (part + 1) * size),
    ...(part === 0 ? { rest } : {}),
  }));
}

/** What the order makes of the documents, said as plainly as possible. */
export class HubState {
  readonly shapes = new Map<ShapeId, Shape>();
  readonly #authors = new Map<ShapeId, ParticipantId>();
  readonly contents = new Contents();
  readonly #texts = new Map<PageId, Text>([[FIRST_PAGE, asText("")]]);
  messages: ChatMessage[] = [];
  title = "";

  fault(operation: Operation, author: ParticipantId): ErrorCode | null {
    switch (operation.type) {
      case "add_shapes":
        return operation.shapes.some(({ id }) => this.shapes.has(id)) ? "shape_exists" : null;
      case "update_shapes":
        return operation.changes.some(({ id }) => this.shapes.has(id)) ? null : "shape_not_found";
      case "remove_shapes":
        if (operation.left?.some(({ id }) => this.shapes.has(id)) === true) return "shape_exists";
        return operation.ids.some((id) => this.shapes.has(id)) ? null : "shape_not_found";
      case "add_page":
      case "update_page":
        return this.#faultOfPage(operation);
      case "edit_page":
        return this.contents.has(operation.page) ? null : "page_not_found";
      case "set_title":
        return author === 1 ? null : "forbidden";
      case "edit_message":
      case "delete_message":
      case "react":
        return this.#faultOfChange(operation, author);
      default:
        return null;
    }
  }

  #faultOfChange(operation: ChatChange, author: ParticipantId): ErrorCode | null {
    const message = this.messages.find(({ number, deleted }) => number === operation.message && deleted === undefined);
    if (message === undefined) return "message_not_found";
    if (operation.type === "react" || message.author === author) return null;
    return operation.type === "delete_message" && author === 1 ? null : "forbidden";
  }

  textOf(page: PageId): string {
    return asString(this.#texts.get(page) ?? asText(""));
  }

  /** All pages by id; the first one's text is elsewhere in a snapshot. */
  notesPages(withFirst: boolean): NotesPage[] {
    const pages = this.contents.shown([]).sort((a, b) => (a.id < b.id ? -1 : 1));
    return pages.map(({ id, title, order, removed }) => ({
      page: id,
      title,
      order,
      ...(removed === null ? {} : { removed }),
      ...(id === FIRST_PAGE && !withFirst ? {} : { text: this.textOf(id) }),
    }));
  }

  #faultOfPage(operation: PageOperation): ErrorCode | null {
    const { page } = operation;
    if (operation.type === "add_page") return this.contents.has(page) ? "page_exists" : null;
    if (!this.contents.has(page)) return "page_not_found";
    const staying = this.contents.shown([]).filter(({ id, removed }) => id !== page && removed === null);
    return operation.removed === true && staying.length === 0 ? "last_page" : null;
  }

  authorOf(id: ShapeId): ParticipantId | undefined {
    return this.#authors.get(id);
  }

  apply({ operation, number, author, time_ms, replica, seq }: Applied): void {
    const before = beforeOf(operation, (id) => this.shapes.get(id));
    for (const [id, effect] of shapeEffects(operation)) {
      const shape = effect(this.shapes.get(id), before);
      if (shape === undefined) this.shapes.delete(id);
      else this.shapes.set(id, shape);
      if (shape !== undefined) this.#authors.set(id, shape.author);
    }
    if (isEdit(operation)) {
      const page = pageOf(operation);
      this.#texts.set(page, fromWire(operation.changes).apply(this.#texts.get(page) ?? asText("")));
    }
    if (isPageOperation(operation)) this.contents.apply(number, operation, (page) => this.textOf(page).length);
    if (operation.type === "set_title") this.title = operation.title;
    if (operation.type === "post_message" && operation.by !== undefined) {
      const { type: _, by, ...post } = operation;
      this.messages.push({ ...post, number, author, by, time_ms, replica, seq });
    }
    if (isChatChange(operation)) this.messages = this.messages.map((message) => changed(message, { number, author, time_ms, operation }));
  }
}

type Edit = Extract<Operation, { type: "edit_notes" | "edit_page" }>;

function isEdit(operation: Operation): operation is Edit {
  return operation.type === "edit_notes" || operation.type === "edit_page";
}

function pageOf(operation: Edit): PageId {
  return operation.type === "edit_notes" ? FIRST_PAGE : operation.page;
}
