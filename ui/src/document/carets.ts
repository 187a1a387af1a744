/**
 * Where the others are in the notes, kept up to date as the text changes.
 *
 * A caret is told on a lane of its own, so it may come before or after the edits
 * it was seen with: it names the number its positions count in, and is mapped
 * from there, or waits until that number is reached.
 */
import type { ChangeDesc } from "@codemirror/state";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { Caret, ParticipantId } from "../protocol/generated/messages";

/** Edits kept to bring late carets up to date. A caret older than that is not shown until it is told again. */
const EDITS_MAX = 500;

/** Positions of the confirmed text. */
export interface PlacedCaret {
  readonly anchor: number;
  readonly head: number;
}

interface Edit {
  readonly number: number;
  readonly author: ParticipantId;
  readonly changes: ChangeDesc;
}

export class Carets {
  readonly #told = new Map<ParticipantId, Caret>();
  readonly #placed = new Map<ParticipantId, PlacedCaret>();
  #edits: Edit[] = [];
  /** Carets older than this cannot be placed. */
  #oldest = 0;
  #number = 0;
  #length = 0;
  readonly #subscribers = new Subscribers<void>();

  /** After carets came, went or moved. */
  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  get placed(): ReadonlyMap<ParticipantId, PlacedCaret> {
    return this.#placed;
  }

  /** `participant` is there now, or nowhere. */
  show(participant: ParticipantId, caret: Caret | undefined): void {
    const was = this.#placed.delete(participant);
    this.#told.delete(participant);
    if (caret !== undefined && caret.base > this.#number) this.#told.set(participant, caret);
    else if (caret !== undefined) this.#place(participant, caret);
    if (was || this.#placed.has(participant)) this.#subscribers.emit();
  }

  /** The order has come to `number`, by an edit or by anything else. */
  advance(number: number, edit?: { author: ParticipantId; changes: ChangeDesc }): void {
    this.#number = number;
    if (edit !== undefined) this.#apply({ number, ...edit });
    let moved = edit !== undefined && this.#placed.size > 0;
    for (const [participant, caret] of this.#told) {
      if (caret.base > number) continue;
      this.#told.delete(participant);
      this.#place(participant, caret);
      moved = true;
    }
    if (moved) this.#subscribers.emit();
  }

  /** The text is another one, `length` long. */
  reset(number: number, length: number): void {
    this.#edits = [];
    this.#placed.clear();
    this.#told.clear();
    this.#oldest = number;
    this.#number = number;
    this.#length = length;
    this.#subscribers.emit();
  }

  /** The text begins here, blank: all its edits are still to come, so a caret told on the way here is not too old. */
  begin(number: number): void {
    this.reset(number, 0);
    this.#oldest = 0;
  }

  forget(participant: ParticipantId): void {
    this.show(participant, undefined);
  }

  #apply(edit: Edit): void {
    this.#edits.push(edit);
    this.#length = edit.changes.newLength;
    if (this.#edits.length > EDITS_MAX) this.#oldest = this.#edits.shift()?.number ?? this.#oldest;
    for (const [participant, caret] of this.#placed) this.#placed.set(participant, moved(caret, edit, participant));
  }

  #place(participant: ParticipantId, { base, anchor, head }: Caret): void {
    if (base < this.#oldest) return;
    let caret: PlacedCaret | null = { anchor, head };
    for (const edit of this.#edits) {
      if (edit.number > base && caret !== null) caret = fits(caret, edit.changes.length) ? moved(caret, edit, participant) : null;
    }
    if (caret !== null && fits(caret, this.#length)) this.#placed.set(participant, caret);
  }
}

function fits({ anchor, head }: PlacedCaret, length: number): boolean {
  return Math.min(anchor, head) >= 0 && Math.max(anchor, head) <= length;
}

/** Who types is pushed on by their own letters and stays before others'. */
function moved({ anchor, head }: PlacedCaret, { author, changes }: Edit, participant: ParticipantId): PlacedCaret {
  const side = author === participant ? 1 : -1;
  return { anchor: changes.mapPos(anchor, side), head: changes.mapPos(head, side) };
}
