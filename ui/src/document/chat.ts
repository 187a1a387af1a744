/**
 * The chat as this page has it: the hub's messages, then this person's on their way.
 *
 * A message's place is its number, so one that comes twice (live and in a
 * history page) is there once. Older pages are kept only while they join on to
 * what is there without a hole.
 * Must not know: how a page is fetched.
 */
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { ChatMessage, MessageAuthor, ParticipantId } from "../protocol/generated/messages";

/** A chat message as shown. `key` is stable from the moment it was typed. */
export type ShownMessage =
  | ({ readonly pending: false; readonly key: string } & ChatMessage)
  | {
      readonly pending: true;
      readonly key: string;
      readonly author: ParticipantId;
      readonly by: MessageAuthor;
      readonly text: string;
      readonly time_ms: number;
    };

type Pending = Extract<ShownMessage, { pending: true }>;
type Settled = Extract<ShownMessage, { pending: false }>;

export class ChatLog {
  #settled: Settled[] = [];
  #pending: Pending[] = [];
  #shown: readonly ShownMessage[] = [];
  /** Keys that pending messages had, by number, so that a list does not flicker. */
  readonly #keys = new Map<number, string>();
  #hasOlder = false;
  readonly #subscribers = new Subscribers<void>();

  /** Oldest first, the pending ones last. Another array after each change. */
  get messages(): readonly ShownMessage[] {
    return this.#shown;
  }

  /** The hub's messages, oldest first. */
  get settled(): readonly ChatMessage[] {
    return this.#settled;
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** The number before which older ones are to be asked for. */
  get oldest(): number | null {
    return this.#settled[0]?.number ?? null;
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  addPending(message: Omit<Pending, "pending">): void {
    this.#pending.push({ ...message, pending: true });
    this.#changed();
  }

  /** The hub ordered a message; `key` if it was pending here. */
  settle(message: ChatMessage, key?: string): void {
    if (key !== undefined) this.#forget(key, message.number);
    this.#insert([message]);
    this.#changed();
  }

  /** The hub did not take it. Gives the words back. */
  drop(key: string): string | null {
    const text = this.#pending.find((message) => message.key === key)?.text ?? null;
    this.#forget(key);
    this.#changed();
    return text;
  }

  /** The latest messages, and which of this person's are still on their way. */
  reset(latest: readonly ChatMessage[], pendingKeys: ReadonlySet<string>, mayHaveOlder: boolean, sameOrder: boolean): void {
    const first = latest[0];
    const newest = this.#settled.at(-1);
    const joins = sameOrder && first !== undefined && newest !== undefined && newest.number >= first.number;
    if (!joins) {
      this.#settled = [];
      this.#hasOlder = mayHaveOlder;
    }
    if (!sameOrder) this.#keys.clear();
    this.#pending = this.#pending.filter((message) => pendingKeys.has(message.key));
    this.#insert(latest);
    this.#changed();
  }

  /** A page of history, in any order; `more` if there are older ones still. */
  addOlder(page: readonly ChatMessage[], more: boolean): void {
    this.#insert(page);
    this.#hasOlder = more;
    this.#changed();
  }

  #forget(key: string, number?: number): void {
    if (number !== undefined) this.#keys.set(number, key);
    this.#pending = this.#pending.filter((message) => message.key !== key);
  }

  #insert(messages: readonly ChatMessage[]): void {
    const known = new Set(this.#settled.map((message) => message.number));
    for (const message of messages) {
      if (known.has(message.number)) continue;
      this.#settled.push({ ...message, pending: false, key: this.#keys.get(message.number) ?? `n${message.number}` });
    }
    this.#settled.sort((a, b) => a.number - b.number);
  }

  #changed(): void {
    this.#shown = [...this.#settled, ...this.#pending];
    this.#subscribers.emit();
  }
}
