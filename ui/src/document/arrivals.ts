/**
 * What others did to a text and an editor does not show yet.
 *
 * An editor may show it a moment later, together: what is typed there meanwhile
 * is made on the older text. It is brought onto the newer one here, and what
 * waits is brought past it, by the rule of the hub: what was ordered first stands
 * left. So text and editor end equal.
 * Must not know: when it is shown, or who the authors are.
 */
import type { ChangeSet } from "@codemirror/state";
import type { ParticipantId } from "../protocol/generated/messages";

export interface Arrival {
  readonly changes: ChangeSet;
  /** Null where it is no one person's. */
  readonly author: ParticipantId | null;
}

export class Arrivals {
  #waiting: Arrival[] = [];

  /** How many wait; what one person did in a row is one. */
  get count(): number {
    return this.#waiting.length;
  }

  /** The text has this change too, the editor not yet. */
  arrive(changes: ChangeSet, author: ParticipantId | null): void {
    const last = this.#waiting.at(-1);
    if (last?.author === author) this.#waiting[this.#waiting.length - 1] = { changes: last.changes.compose(changes), author };
    else this.#waiting.push({ changes, author });
  }

  /** Whether anything that waits is at or between these positions of the editor. */
  touches(from: number, to: number): boolean {
    for (const { changes } of this.#waiting) {
      if (changes.touchesRange(from, to) !== false) return true;
      from = changes.mapPos(from, -1);
      to = changes.mapPos(to, 1);
    }
    return false;
  }

  /** The editor changed: gives the change as it is made on the text. */
  pass(changes: ChangeSet): ChangeSet {
    let local = changes;
    this.#waiting = this.#waiting.map(({ changes: remote, author }) => {
      const arrival = { changes: remote.map(local, true), author };
      local = local.map(remote);
      return arrival;
    });
    return local;
  }

  /** A position of the editor in the text. */
  place(position: number): number {
    return this.#waiting.reduce((at, { changes }) => changes.mapPos(at, -1), position);
  }

  /** All that waits, in order; the editor shows it from now on. */
  take(): Arrival[] {
    return this.#waiting.splice(0);
  }

  /** The same as one change of nobody; null if nothing waits. */
  takeTogether(): ChangeSet | null {
    const [first, ...rest] = this.take();
    return first === undefined ? null : rest.reduce((all, { changes }) => all.compose(changes), first.changes);
  }
}
