/**
 * What one does in the chat besides reading: say, answer, change, take back, react.
 *
 * Promises: an answer or a change that is being written is about a message that is
 * there; while the room is slowed down it says how long to wait.
 * Must not know: any framework, how pictures are read.
 */
import type { Unsubscribe } from "../../lib/subscribers";
import type { ParticipantId, Picture } from "../../protocol/generated/messages";
import type { Session, ShownMessage } from "../../sync/session";
import { Cell } from "../cell";

/** What the next words are for. */
export type Intent = { readonly kind: "say" } | { readonly kind: "answer" | "edit"; readonly message: number };

const SAY: Intent = { kind: "say" };

export class Talk {
  readonly intent = new Cell<Intent>(SAY);
  /** On the clock of `Date.now()`: nothing will be taken before. */
  readonly waitUntil = new Cell(0);
  readonly #session: Session;
  readonly #ends: Unsubscribe[];

  constructor(session: Session) {
    this.#session = session;
    this.#ends = [session.chat.subscribe(() => this.#check()), session.onRefused(({ code, waitMs }) => this.#refused(code, waitMs))];
  }

  /** `to`: who is named in it. Whether there was anything to send. */
  say(text: string, pictures: readonly Picture[] = [], to: readonly ParticipantId[] = []): boolean {
    const intent = this.intent.now;
    if (text.trim() === "" && pictures.length === 0) return false;
    const mentions: { mentions?: ParticipantId[] } = to.length === 0 ? {} : { mentions: [...to] };
    this.intent.set(SAY);
    if (intent.kind === "edit") {
      const before = this.#session.chat.find(intent.message);
      if (before?.text !== text.trim()) this.#session.submit({ type: "edit_message", message: intent.message, text, ...mentions });
      return true;
    }
    const answer = intent.kind === "answer" ? { reply_to: intent.message } : {};
    const shown = pictures.length === 0 ? {} : { pictures: [...pictures] };
    this.#session.submit({ type: "post_message", text, ...answer, ...mentions, ...shown });
    this.#waitAsSlowed();
    return true;
  }

  answer(message: number): void {
    this.intent.set({ kind: "answer", message });
  }

  edit(message: number): void {
    this.intent.set({ kind: "edit", message });
  }

  /** Neither answers nor edits any more. */
  forget(): void {
    this.intent.set(SAY);
  }

  remove(message: number): void {
    this.#session.submit({ type: "delete_message", message });
  }

  react(message: ShownMessage, emoji: string): void {
    const me = this.#session.people.me?.id;
    if (message.pending || me === undefined) return;
    const had = message.reactions?.find((reaction) => reaction.emoji === emoji)?.by.includes(me) ?? false;
    this.#session.submit({ type: "react", message: message.number, emoji, on: !had });
  }

  setSlowMode(seconds: number): void {
    this.#session.submit({ type: "set_slow_mode", seconds });
  }

  mayEdit(message: ShownMessage): boolean {
    return !message.pending && message.deleted === undefined && message.author === this.#session.people.me?.id;
  }

  mayDelete(message: ShownMessage): boolean {
    if (message.pending || message.deleted !== undefined) return false;
    return message.author === this.#session.people.me?.id || this.#session.people.whyNot("moderate") === null;
  }

  /** One's own latest message that can be changed. */
  latestOwn(): number | null {
    const own = this.#session.chat.latest.findLast((message) => this.mayEdit(message));
    return own === undefined || own.pending ? null : own.number;
  }

  close(): void {
    for (const end of this.#ends) end();
  }

  #waitAsSlowed(): void {
    const seconds = this.#session.people.whyNot("moderate") === null ? 0 : this.#session.chat.slowModeS;
    if (seconds > 0) this.waitUntil.set(Date.now() + seconds * 1_000);
  }

  #refused(code: string | null, waitMs: number | null): void {
    if (code === "slow_mode" && waitMs !== null) this.waitUntil.set(Date.now() + waitMs);
  }

  #check(): void {
    const intent = this.intent.now;
    if (this.#session.chat.slowModeS === 0 && this.waitUntil.now !== 0) this.waitUntil.set(0);
    if (intent.kind === "say") return;
    const message = this.#session.chat.find(intent.message);
    if (message?.deleted !== undefined) this.forget();
  }
}
