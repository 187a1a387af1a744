/**
 * What this person did that the hub has not answered or not stored, in order.
 *
 * An entry is waiting (not `sent`), on its way (`sent`), or confirmed (`number`)
 * and kept until the hub has it on disk. Operations that wait beside others of
 * their kind become one, so an hour of drawing offline is sent in few messages.
 * Must not know: sockets, documents, time.
 */
import { CLIENT_MESSAGE_BYTES_MAX, OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { Fate, Submission } from "../document/submission";
import type { Operation, ReplicaId, Shape, ShapeId } from "../protocol/generated/messages";

/** Everything but the notes, which keep their own. */
export type Lasting = Exclude<Operation, { type: "edit_notes" | "edit_page" }>;

export function isLasting(operation: Operation): operation is Lasting {
  return operation.type !== "edit_notes" && operation.type !== "edit_page";
}

export interface Entry {
  /** Names it here and where it is kept. */
  readonly id: number;
  operation: Lasting;
  /** The names under which its parts lie on the board; of a chat message its key. */
  keys: number[];
  /** As what it was sent last; null while it waits. */
  sent: Submission | null;
  /** Its place in the order, once confirmed. */
  number: number | null;
  /** Where the order had got to when it was sent last; null if it was sent in an earlier life of the page. */
  sentAfter: number | null;
}

/** Entries that may wait. What is done past it is refused, not forgotten silently. */
export const ENTRIES_MAX = 50_000;
/** Half of what a message holds: the estimate below is not exact. */
const OPERATION_BYTES_MAX = CLIENT_MESSAGE_BYTES_MAX / 2;

export class Outgoing {
  readonly #entries = new Map<number, Entry>();
  readonly #onTheirWay = new Map<string, Entry>();
  #waiting: Entry[] = [];
  #confirmed = new Set<Entry>();
  #lastId: number;

  /** Entries are named by whole numbers above `after`, which also says what was done first. */
  constructor(after = 0) {
    this.#lastId = after;
  }

  /** Entries that the hub has not answered. */
  get unsent(): number {
    return this.#waiting.length + this.#onTheirWay.size;
  }

  /** Entries that are not known to be on the hub's disk. */
  get unstored(): number {
    return this.#entries.size;
  }

  get onTheirWay(): number {
    return this.#onTheirWay.size;
  }

  get isFull(): boolean {
    return this.#waiting.length >= ENTRIES_MAX;
  }

  /** Takes an operation, or adds it to the entry before it. */
  add(operation: Lasting, key: number): Entry {
    const last = this.#waiting.at(-1);
    const merged = last === undefined ? null : together(last.operation, operation);
    if (last !== undefined && merged !== null) {
      last.operation = merged;
      last.keys.push(key);
      return last;
    }
    return this.#wait({ id: (this.#lastId += 1), operation, keys: [key], sent: null, number: null, sentAfter: null });
  }

  /** An entry of an earlier life of the page. One that was sent may have been dealt with. */
  restore(id: number, operation: Lasting, sent: Submission | null, key: number): Entry {
    this.#lastId = Math.max(this.#lastId, id);
    const entry: Entry = { id, operation, keys: [key], sent, number: null, sentAfter: null };
    this.#entries.set(id, entry);
    if (sent === null) this.takeBack(entry);
    else this.#onTheirWay.set(nameOf(sent), entry);
    return entry;
  }

  /** The next one to send, now on its way as `sent`. */
  send(sent: Submission, after: number): Entry | null {
    const entry = this.#waiting.shift();
    if (entry === undefined) return null;
    entry.sent = sent;
    entry.sentAfter = after;
    this.#onTheirWay.set(nameOf(sent), entry);
    return entry;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  sentAs(sent: Submission): Entry | undefined {
    return this.#onTheirWay.get(nameOf(sent));
  }

  /** The replicas as which what is here was sent. */
  senders(): Set<ReplicaId> {
    const senders = new Set<ReplicaId>();
    for (const { sent } of this.#entries.values()) if (sent !== null) senders.add(sent.replica);
    return senders;
  }

  confirm(entry: Entry, number: number): void {
    if (entry.sent !== null) this.#onTheirWay.delete(nameOf(entry.sent));
    entry.number = number;
    this.#confirmed.add(entry);
  }

  remove(entry: Entry): void {
    if (entry.sent !== null && this.sentAs(entry.sent) === entry) this.#onTheirWay.delete(nameOf(entry.sent));
    this.#confirmed.delete(entry);
    this.#entries.delete(entry.id);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== entry);
  }

  /** Everything up to `number` is on the hub's disk. Gives what went. */
  store(number: number): Entry[] {
    const stored = [...this.#confirmed].filter((entry) => entry.number !== null && entry.number <= number);
    for (const entry of stored) this.remove(entry);
    return stored;
  }

  /** The hub may have lost what it had confirmed: that is on its way again. What it still has is on its disk. Gives the latter. */
  lose(fate: (sent: Submission) => Fate): Entry[] {
    const stored: Entry[] = [];
    for (const entry of [...this.#confirmed]) {
      if (entry.sent === null || fate(entry.sent) === "dealt_with") {
        this.remove(entry);
        stored.push(entry);
        continue;
      }
      this.#confirmed.delete(entry);
      entry.number = null;
      this.#onTheirWay.set(nameOf(entry.sent), entry);
    }
    return stored;
  }

  /** An entry has to be sent again, in its old place among those that wait. */
  takeBack(entry: Entry): void {
    if (entry.sent !== null) this.#onTheirWay.delete(nameOf(entry.sent));
    entry.sent = null;
    const later = this.#waiting.findIndex((waiting) => waiting.id > entry.id);
    this.#waiting.splice(later === -1 ? this.#waiting.length : later, 0, entry);
  }

  /** All that is on its way, in the order it was done. */
  sent(): Entry[] {
    return [...this.#onTheirWay.values()].sort((a, b) => a.id - b.id);
  }

  /** All that the hub has not answered, in order. */
  unanswered(): Entry[] {
    return [...this.sent(), ...this.#waiting];
  }

  #wait(entry: Entry): Entry {
    this.#entries.set(entry.id, entry);
    this.#waiting.push(entry);
    return entry;
  }
}

function nameOf({ replica, seq }: Submission): string {
  return `${replica} ${seq}`;
}

/** The two as one operation, or null when they are of different kinds or too large together. */
function together(first: Lasting, second: Lasting): Lasting | null {
  const merged = joined(first, second);
  return merged !== null && fits(merged) ? merged : null;
}

function joined(first: Lasting, second: Lasting): Lasting | null {
  if (first.type === "add_shapes" && second.type === "add_shapes") {
    return { type: "add_shapes", shapes: [...first.shapes, ...second.shapes] };
  }
  // What is left of a cut may be cut again: that waits for its turn.
  if (first.type === "remove_shapes" && second.type === "remove_shapes" && !first.left && !second.left) {
    return { type: "remove_shapes", ids: [...first.ids, ...second.ids] };
  }
  if (first.type === "update_shapes" && second.type === "update_shapes") {
    const changes = new Map(first.changes.map((change) => [change.id, change]));
    for (const change of second.changes) changes.set(change.id, { ...changes.get(change.id), ...change });
    return { type: "update_shapes", changes: [...changes.values()] };
  }
  return null;
}

/** `operation` as one or more that each go into a message. */
export function inMessages(operation: Lasting): Lasting[] {
  if (fits(operation)) return [operation];
  switch (operation.type) {
    case "add_shapes":
      return lots(operation.shapes, shapeBytes).map((shapes) => ({ type: "add_shapes", shapes }));
    case "update_shapes":
      return lots(operation.changes, valueBytes).map((changes) => ({ type: "update_shapes", changes }));
    case "remove_shapes":
      return lots(operation.ids, removalBytes(operation)).map((ids) => ({ type: "remove_shapes", ids, ...leftOf(operation, new Set(ids)) }));
    default:
      return [operation];
  }
}

function fits(operation: Lasting): boolean {
  switch (operation.type) {
    case "add_shapes":
      return oneLot(operation.shapes, shapeBytes);
    case "update_shapes":
      return oneLot(operation.changes, valueBytes);
    case "remove_shapes":
      return oneLot(operation.ids, removalBytes(operation)) && (operation.left?.length ?? 0) <= OPERATION_SHAPES_MAX;
    default:
      return true;
  }
}

const ID_BYTES = 34;

type Removal = Extract<Lasting, { type: "remove_shapes" }>;

/** What each takes with the pieces that are left of it. */
function removalBytes({ left = [] }: Removal): (id: ShapeId) => number {
  const pieces = new Map<ShapeId, number>();
  for (const piece of left) pieces.set(piece.of, (pieces.get(piece.of) ?? 0) + valueBytes(piece));
  return (id) => ID_BYTES + (pieces.get(id) ?? 0);
}

function leftOf({ left = [] }: Removal, ids: ReadonlySet<ShapeId>): Pick<Removal, "left"> {
  const own = left.filter(({ of }) => ids.has(of));
  return own.length === 0 ? {} : { left: own };
}

/** A number, or the head of what is longer, and of its name. */
const VALUE_BYTES = 10;
/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const UNIT_BYTES = 3;

function shapeBytes({ body, ...shape }: Shape): number {
  return valueBytes(shape) + valueBytes(body);
}

/** What a map of values takes at most. */
function valueBytes(values: object): number {
  return Object.entries(values).reduce<number>((sum, [name, value]) => {
    const own = typeof value === "string" ? value.length * UNIT_BYTES : value instanceof Uint8Array ? value.length : 0;
    return sum + name.length + VALUE_BYTES + own;
  }, VALUE_BYTES);
}

function oneLot<T>(items: readonly T[], bytes: (item: T) => number): boolean {
  return items.length <= OPERATION_SHAPES_MAX && items.reduce((sum, item) => sum + bytes(item), 0) <= OPERATION_BYTES_MAX;
}

function lots<T>(items: readonly T[], bytes: (item: T) => number): T[][] {
  const result: T[][] = [];
  let room = 0;
  for (const item of items) {
    const size = bytes(item);
    const lot = result.at(-1);
    if (lot === undefined || lot.length >= OPERATION_SHAPES_MAX || room < size) {
      result.push([item]);
      room = OPERATION_BYTES_MAX - size;
    } else {
      lot.push(item);
      room -= size;
    }
  }
  return result;
}
