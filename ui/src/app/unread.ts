/**
 * How many chat messages of others have come since the person last looked.
 *
 * What was there when they came in counts as read: history is no news. Reading
 * is when the chat is open, at its end, in a page that is seen; whoever knows
 * says so with `look`. Must not know any of these three.
 */
import { Cell } from "./cell";
import type { Unsubscribe } from "../lib/subscribers";
import type { Chat, People } from "../sync/session";

export class Unread {
  /** As it is said: `7`, or `50+` while they go further back than what is here; nothing if there are none. */
  readonly count = new Cell("");
  /** The last message that was read before one began to look at news; the line stands after it. */
  readonly line = new Cell<number | null>(null);
  readonly #chat: Chat;
  readonly #people: People;
  readonly #leave: Unsubscribe;
  /** The number of the last message read; null until history has come. */
  #readTo: number | null = null;
  #looking = false;
  #begun = false;
  #hasOlder = false;
  readonly #keep: (number: number) => void;

  /** `keep` remembers how far one has read; `kept` is what it remembered last time. */
  constructor(chat: Chat, people: People, kept: number | null = null, keep: (number: number) => void = () => undefined) {
    this.#readTo = kept;
    this.#keep = keep;
    this.#chat = chat;
    this.#people = people;
    this.#leave = chat.subscribe(() => this.#work());
  }

  /** History is complete: news begin here. */
  begin(): void {
    // What was kept may be of another life of the session, with higher numbers.
    this.#readTo = Math.min(this.#readTo ?? Infinity, this.#last());
    this.#begun = true;
    this.#work();
  }

  look(looking: boolean): void {
    if (looking && !this.#looking && this.count.now !== "") this.line.set(this.#readTo);
    this.#looking = looking;
    this.#work();
  }

  close(): void {
    this.#leave();
  }

  #work(): void {
    if (this.#readTo === null || !this.#begun) return;
    if (this.#looking && this.#last() > this.#readTo) {
      this.#readTo = this.#last();
      this.#keep(this.#readTo);
    }
    const { latest, hasOlder, isInThePast } = this.#chat;
    // A window on the past tells of itself alone.
    if (!isInThePast) this.#hasOlder = hasOlder;
    const me = this.#people.me?.id;
    let news = 0;
    let beyond = this.#hasOlder;
    for (const message of latest) {
      if (message.pending) continue;
      if (message.number <= this.#readTo) beyond = false;
      else if (message.deleted === undefined && message.author !== me) news += 1;
    }
    this.count.set(news > 0 ? news + (beyond ? "+" : "") : "");
  }

  #last(): number {
    const last = this.#chat.latest.findLast(({ pending }) => !pending);
    return last?.pending === false ? last.number : 0;
  }
}
