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
  readonly count = new Cell(0);
  /** The last message that was read before one began to look at news; the line stands after it. */
  readonly line = new Cell<number | null>(null);
  readonly #chat: Chat;
  readonly #people: People;
  readonly #leave: Unsubscribe;
  /** The number of the last message read; null until history has come. */
  #readTo: number | null = null;
  #looking = false;
  #begun = false;
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
    if (looking && !this.#looking && this.count.now > 0) this.line.set(this.#readTo);
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
    const { me } = this.#people;
    let news = 0;
    for (const message of this.#chat.latest) {
      if (!message.pending && message.deleted === undefined && message.number > this.#readTo && message.author !== me?.id) news += 1;
    }
    this.count.set(news);
  }

  #last(): number {
    let last = 0;
    for (const message of this.#chat.latest) if (!message.pending) last = Math.max(last, message.number);
    return last;
  }
}
