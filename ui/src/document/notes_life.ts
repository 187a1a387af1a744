/**
 * The life of the notes: what they were after each edit, and who wrote what.
 *
 * The first edits of a long session may have been given up; what was there
 * before the first one known shows as dots, one for each unit.
 * Must not know: where the edits come from, the editor.
 */
import type { Text } from "@codemirror/state";
import type { MessageAuthor, ParticipantId, TextChanges } from "../protocol/generated/messages";
import { asText, changesBetween, fromWire } from "./text_changes";

/** An edit as the hub's history tells it. */
export interface PastEdit {
  readonly number: number;
  /** Milliseconds since 1970 UTC. */
  readonly time_ms: number;
  readonly author: ParticipantId;
  readonly by?: MessageAuthor;
  readonly changes: TextChanges;
}

/** Who wrote a stretch of the text, and when. */
export interface Authorship {
  readonly author: ParticipantId;
  readonly by: MessageAuthor | null;
  readonly time_ms: number;
}

/** `length` units written by somebody; null where nobody knows. */
export interface Span {
  readonly length: number;
  readonly by: Authorship | null;
}

/** A text is kept every so many edits, so that a slider need not begin at the beginning. */
const KEPT_EVERY = 100;
const UNKNOWN = "·";

export class NotesLife {
  readonly #edits: readonly PastEdit[];
  /** The text before edit 0, 100, 200, … as far as one looked. */
  readonly #kept: Text[];

  constructor(edits: readonly PastEdit[]) {
    this.#edits = edits;
    const first = edits[0];
    this.#kept = [asText(first === undefined ? "" : UNKNOWN.repeat(fromWire(first.changes).length))];
  }

  get length(): number {
    return this.#edits.length;
  }

  /** The edit that led to step `step`, from 1 to `length`. */
  edit(step: number): PastEdit | undefined {
    return this.#edits[step - 1];
  }

  /** The text after so many edits. */
  textAt(step: number): Text {
    const goal = Math.max(0, Math.min(step, this.length));
    let at = Math.min(Math.floor(goal / KEPT_EVERY), this.#kept.length - 1);
    let text = this.#kept[at] ?? asText("");
    for (let done = at * KEPT_EVERY; done < goal; ) {
      const edit = this.#edits[done];
      if (edit !== undefined) text = fromWire(edit.changes).apply(text);
      done += 1;
      if (done % KEPT_EVERY === 0 && (at += 1) === this.#kept.length) this.#kept.push(text);
    }
    return text;
  }

  /** Who wrote the text as it is after the last edit. */
  spans(): Span[] {
    let spans: Span[] = [{ length: this.textAt(0).length, by: null }];
    for (const { author, by, time_ms, changes } of this.#edits) {
      spans = edited(spans, changes, { author, by: by ?? null, time_ms });
    }
    return spans.filter(({ length }) => length > 0);
  }

  /** Who wrote `now`, which may be some edits further than the history goes. */
  spansOf(now: Text): Span[] {
    const further = changesBetween(this.textAt(this.length), now);
    const changes: TextChanges = [];
    further.iterChanges((from, to, fromNew, toNew) => {
      const kept = from - changes.reduce<number>((sum, part) => sum + (typeof part === "number" ? part : part[0]), 0);
      if (kept > 0) changes.push(kept);
      changes.push([to - from, "x".repeat(toNew - fromNew)]);
    }, true);
    return edited(this.spans(), changes, null).filter(({ length }) => length > 0);
  }
}

/** The spans after a change; what it inserts is `by`. */
function edited(spans: readonly Span[], changes: TextChanges, by: Authorship | null): Span[] {
  const result: Span[] = [];
  const walk = new Walk(spans);
  for (const part of changes) {
    if (typeof part === "number") {
      walk.take(part, result);
    } else {
      walk.take(part[0], null);
      put(result, { length: part[1]?.length ?? 0, by });
    }
  }
  walk.take(Infinity, result);
  return result;
}

class Walk {
  readonly #spans: readonly Span[];
  #index = 0;
  #offset = 0;

  constructor(spans: readonly Span[]) {
    this.#spans = spans;
  }

  /** The next `units`, copied to `into`, or passed over. */
  take(units: number, into: Span[] | null): void {
    for (let left = units; left > 0; ) {
      const span = this.#spans[this.#index];
      if (span === undefined) return;
      const length = Math.min(left, span.length - this.#offset);
      if (into !== null) put(into, { length, by: span.by });
      left -= length;
      this.#offset += length;
      if (this.#offset === span.length) {
        this.#index += 1;
        this.#offset = 0;
      }
    }
  }
}

/** Neighbours by the same person are one span, dated by the later. */
function put(spans: Span[], span: Span): void {
  if (span.length === 0) return;
  const last = spans.at(-1);
  if (last === undefined || last.by?.author !== span.by?.author) {
    spans.push(span);
    return;
  }
  const later = (last.by?.time_ms ?? 0) > (span.by?.time_ms ?? 0) ? last.by : span.by;
  spans[spans.length - 1] = { length: last.length + span.length, by: later };
}
