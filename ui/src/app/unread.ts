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
  readonly #chat: Chat;
  readonly #people: People;
  readonly #leave: Unsubscribe;
  /** The number of the last message read; null until history has come. */
  #readTo: number | null = null;
  #looking = false;

  constructor(chat: Chat, people: People) {
    this.#chat = chat;
    this.#people = people;
    this.#leave = chat.subscribe(() => this.#work());
  }

  /** History is complete: news begin here. */
  begin(): void {
    this.#readTo ??= this.#last();
    this.#work();
  }

  look(looking: boolean): void {
    this.#looking = looking;
    this.#work();
  }

  close(): void {
    this.#leave();
  }

  #work(): void {
    if (this.#readTo === null) return;
    if (this.#looking) this.#readTo = this.#last();
    const { me } = this.#people;
    let news = 0;
    for (const message of this.#chat.latest) {
      if (!message.pending && message.number > this.#readTo && message.author !== me?.id) news += 1;
    }
    this.count.set(news);
  }

  #last(): number {
    let last = 0;
    for (const message of this.#chat.latest) if (!message.pending) last = Math.max(last, message.number);
    return last;
  }
}
