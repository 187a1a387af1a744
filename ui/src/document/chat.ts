/**
 * The chat as this page has it: the hub's messages, and on top of them what this
 * person said and changed that is on its way.
 *
 * A message's place is its number, so one that comes twice (live and in a
 * history page) is there once; a change says in which operation it was made, so
 * it is done once. What is kept is one stretch without a hole up to the latest
 * message, and, while somebody looks further back, one window on the past.
 * Must not know: how a page is fetched.
 */
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { ChatMessage } from "../protocol/generated/messages";
import { changed, type PlacedChange } from "./chat_change";

/** A chat message as shown. `key` is stable from the moment it was typed. */
export type ShownMessage =
  | ({ readonly pending: false; readonly key: string; /** A change of it is on its way. */ readonly changing: boolean } & ChatMessage)
  | ({ readonly pending: true; readonly key: string } & Omit<ChatMessage, "number" | "replica" | "seq" | "changed">);

type Pending = Extract<ShownMessage, { pending: true }>;
export type SettledMessage = Extract<ShownMessage, { pending: false }>;

/** Changes of messages that are not here, kept for when they are fetched; past it the oldest go. */
const CHANGES_KEPT_MAX = 10_000;

interface Window {
  messages: SettledMessage[];
  hasOlder: boolean;
}

export class ChatLog {
  #settled: SettledMessage[] = [];
  #window: Window | null = null;
  #pending: Pending[] = [];
  #pendingChanges: { readonly key: string; readonly change: PlacedChange }[] = [];
  /** In order; a page of history may be older than they are. */
  #changes: PlacedChange[] = [];
  #shown: readonly ShownMessage[] = [];
  #latest: readonly ShownMessage[] = [];
  /** Keys that pending messages had, by number, so that a list does not flicker. */
  readonly #keys = new Map<number, string>();
  #hasOlder = false;
  #slowModeS = 0;
  #life = 0;
  readonly #subscribers = new Subscribers<void>();

  /** Oldest first: the latest with the pending ones last, or the window. Another array after each change. */
  get messages(): readonly ShownMessage[] {
    return this.#shown;
  }

  /** The latest, whatever is looked at. */
  get latest(): readonly ShownMessage[] {
    return this.#latest;
  }

  /** The hub's latest messages, oldest first. */
  get settled(): readonly ChatMessage[] {
    return this.#settled;
  }

  /** Another after each reset: what was asked for before it does not fit any more. */
  get life(): number {
    return this.#life;
  }

  /** Whether a window on the past is looked at. */
  get isInThePast(): boolean {
    return this.#window !== null;
  }

  get hasOlder(): boolean {
    return this.#window?.hasOlder ?? this.#hasOlder;
  }

  /** The number before which older ones are to be asked for. */
  get oldest(): number | null {
    return (this.#window?.messages ?? this.#settled)[0]?.number ?? null;
  }

  /** The number after which newer ones are to be asked for; null at the latest. */
  get newest(): number | null {
    return this.#window?.messages.at(-1)?.number ?? null;
  }

  /** Seconds everybody but the host waits between two messages. */
  get slowModeS(): number {
    return this.#slowModeS;
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  find(number: number): ShownMessage | undefined {
    const is = (message: ShownMessage): boolean => !message.pending && message.number === number;
    return this.#shown.find(is) ?? this.#latest.find(is);
  }

  setSlowMode(seconds: number): void {
    this.#slowModeS = seconds;
    this.#changed();
  }

  addPending(message: Omit<Pending, "pending">): void {
    this.#pending.push({ ...message, pending: true });
    this.#changed();
  }

  /** This person changes a message; seen at once. */
  addPendingChange(key: string, change: PlacedChange): void {
    this.#pendingChanges.push({ key, change });
    this.#changed();
  }

  /** The hub ordered a message; `key` if it was pending here. */
  settle(message: ChatMessage, key?: string): void {
    if (key !== undefined) this.#forget(key, message.number);
    this.#settled = this.#with(this.#settled, [message]);
    this.#changed();
  }

  /** The hub ordered a change; `key` if it was pending here. */
  change(change: PlacedChange, key?: string): void {
    if (key !== undefined) this.#forget(key);
    this.#changes.push(change);
    if (this.#changes.length > CHANGES_KEPT_MAX) this.#changes.shift();
    const apply = (message: SettledMessage): SettledMessage => changed(message, change);
    this.#settled = this.#settled.map(apply);
    if (this.#window !== null) this.#window.messages = this.#window.messages.map(apply);
    this.#changed();
  }

  /** The hub did not take it, or has it in a snapshot. */
  drop(key: string): void {
    this.#forget(key);
    this.#changed();
  }

  /** The latest messages, and which of this person's are still on their way. Older ones are fetched anew: they may have changed meanwhile. */
  reset(latest: readonly ChatMessage[], pendingKeys: ReadonlySet<string>, mayHaveOlder: boolean, sameOrder: boolean): void {
    if (!sameOrder) this.#keys.clear();
    this.#life += 1;
    this.#window = null;
    this.#changes = [];
    this.#hasOlder = mayHaveOlder;
    this.#pending = this.#pending.filter((message) => pendingKeys.has(message.key));
    this.#pendingChanges = this.#pendingChanges.filter(({ key }) => pendingKeys.has(key));
    this.#settled = this.#with([], latest);
    this.#changed();
  }

  /** A page of history right before what is there, in any order; `more` if there are older ones still. */
  addOlder(page: readonly ChatMessage[], more: boolean): void {
    if (this.#window === null) {
      this.#settled = this.#with(this.#settled, page);
      this.#hasOlder = more;
    } else {
      this.#window = { messages: this.#with(this.#window.messages, page), hasOlder: more };
    }
    this.#changed();
  }

  /** A page right after the window; `more` if it does not reach the latest yet. */
  addNewer(page: readonly ChatMessage[], more: boolean): void {
    if (this.#window === null) return;
    this.#window.messages = this.#with(this.#window.messages, page);
    this.#joinWindow(!more);
    this.#changed();
  }

  /** Looks at a stretch of the past; `older` and `newer` if there is more on that side. */
  look(page: readonly ChatMessage[], older: boolean, newer: boolean): void {
    this.#window = { messages: this.#with([], page), hasOlder: older };
    this.#joinWindow(!newer);
    this.#changed();
  }

  /** Looks at the latest again. */
  lookAtLatest(): void {
    this.#window = null;
    this.#changed();
  }

  /** Once the window reaches what is here it is no window any more. */
  #joinWindow(reachesTheEnd: boolean): void {
    const window = this.#window;
    const first = this.#settled[0]?.number ?? Infinity;
    const last = window?.messages.at(-1)?.number ?? 0;
    if (window === null || (last < first && !reachesTheEnd)) return;
    const before = window.messages[0]?.number ?? Infinity;
    this.#settled = this.#with(this.#settled, window.messages);
    if (before < first) this.#hasOlder = window.hasOlder;
    this.#window = null;
  }

  #forget(key: string, number?: number): void {
    if (number !== undefined) this.#keys.set(number, key);
    this.#pending = this.#pending.filter((message) => message.key !== key);
    this.#pendingChanges = this.#pendingChanges.filter((pending) => pending.key !== key);
  }

  /** `had` and those of `messages` that are not in it, in order, with what has happened to them since they were read. */
  #with(had: readonly SettledMessage[], messages: readonly ChatMessage[]): SettledMessage[] {
    const known = new Set(had.map((message) => message.number));
    const fresh = messages
      .filter((message) => !known.has(message.number))
      .map((message): SettledMessage => ({ ...message, pending: false, changing: false, key: this.#keys.get(message.number) ?? `n${message.number}` }))
      .map((message) => this.#changes.reduce(changed<SettledMessage>, message));
    if (fresh.length === 0) return [...had];
    return [...had, ...fresh].sort((a, b) => a.number - b.number);
  }

  #changed(): void {
    this.#latest = [...this.#settled.map((message) => this.#asMeant(message)), ...this.#pending];
    this.#shown = this.#window === null ? this.#latest : this.#window.messages.map((message) => this.#asMeant(message));
    this.#subscribers.emit();
  }

  /** With what this person does to it. */
  #asMeant(message: SettledMessage): SettledMessage {
    if (this.#pendingChanges.length === 0) return message;
    const meant = this.#pendingChanges.reduce((it, { change }) => changed(it, change), message);
    return meant === message ? message : { ...meant, changing: true };
  }
}
