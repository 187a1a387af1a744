/**
 * This page's copy of the notes.
 *
 * The text on screen is what the hub has ordered (`confirmed`), then the one
 * change that is on its way to the hub (`sent`), then what was typed since
 * (`buffer`). A remote change passes through both on its way to the editor, and
 * both are brought up to date with it; of two insertions at one place the one
 * the hub ordered first stands left. The hub does the same with what it
 * receives, so what it confirms is what `sent` has become here.
 *
 * Until the hub has an edit on disk it is kept in `tail`: if the hub comes back
 * without it, this person's part of it is made again on what the hub has.
 * Must not know: sockets, sequence numbers beyond telling them apart, the editor.
 */
import type { ChangeSet, Text } from "@codemirror/state";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { TextChanges } from "../protocol/generated/messages";
import { asString, asText, changesBetween, fromWire, portion, toWire } from "./text_changes";

/** Text that one edit inserts at most, in UTF-16 units: well below what a message holds. */
export const EDIT_UNITS_MAX = 48 * 1024;

/** A change that did not come from the editor, and the text after it. */
export interface NotesChange {
  readonly changes: ChangeSet;
  readonly doc: Text;
}

/** This person's edits that the hub may not have, each made on the text after the one before. */
export interface UnstoredNotes {
  /** The text without them. */
  readonly text: string;
  readonly parts: readonly { readonly seq: number | null; readonly changes: TextChanges }[];
}

interface Ordered {
  readonly number: number;
  readonly changes: ChangeSet;
  /** The submission, if it was this person's. */
  readonly seq: number | null;
}

export class NotesReplica {
  #confirmed: Text = asText("");
  #sent: { readonly seq: number; readonly changes: ChangeSet } | null = null;
  #buffer: ChangeSet | null = null;
  #doc: Text = this.#confirmed;
  /** The text that the hub has on disk, as far as known, and what was ordered since. */
  #stored: Text = this.#confirmed;
  #tail: Ordered[] = [];
  readonly #subscribers = new Subscribers<NotesChange>();

  /** What the editor shows. */
  get doc(): Text {
    return this.#doc;
  }

  /** What the hub has ordered. */
  get confirmed(): Text {
    return this.#confirmed;
  }

  /** The submission that is on its way. */
  get sentSeq(): number | null {
    return this.#sent?.seq ?? null;
  }

  /** Whether something waits to be sent and may be. */
  get wantsToSend(): boolean {
    return this.#sent === null && this.#buffer !== null;
  }

  /** Edits that the hub has not answered: none, one, or one on its way and one behind it. */
  get unsent(): number {
    return (this.#sent === null ? 0 : 1) + (this.#buffer === null ? 0 : 1);
  }

  /** Edits of this person that are not known to be on the hub's disk. */
  get unstored(): number {
    return this.unsent + this.#tail.filter((ordered) => ordered.seq !== null).length;
  }

  subscribe(hear: (change: NotesChange) => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  /** The editor changed `doc`. */
  edit(changes: ChangeSet): void {
    if (changes.empty) return;
    this.#doc = changes.apply(this.#doc);
    this.#buffer = this.#buffer?.compose(changes) ?? changes;
  }

  /** Puts what was typed on its way as `seq`; what to send, made on the confirmed text. */
  send(seq: number): TextChanges | null {
    if (this.#sent !== null || this.#buffer === null) return null;
    const { first, rest } = portion(this.#buffer, EDIT_UNITS_MAX);
    this.#sent = { seq, changes: first };
    this.#buffer = rest;
    return toWire(first);
  }

  /** The hub ordered somebody's edit. */
  applyRemote(number: number, changes: TextChanges): ChangeSet {
    const remote = fromWire(changes);
    this.#order({ number, changes: remote, seq: null });
    this.#toEditor(this.#rebase(remote));
    return remote;
  }

  /** The hub ordered what was on its way; `altered` is what it ordered, if it told. */
  confirm(number: number, altered?: TextChanges): ChangeSet | null {
    const sent = this.#sent;
    if (sent === null) return null;
    if (altered !== undefined && !this.#hasSameEffect(sent.changes, fromWire(altered))) {
      return this.#replaceSent(number, sent.seq, fromWire(altered));
    }
    this.#sent = null;
    this.#order({ number, changes: sent.changes, seq: sent.seq });
    return sent.changes;
  }

  /** The hub did not take what was on its way: it is undone on screen. */
  dropSent(): void {
    const sent = this.#sent;
    if (sent === null) return;
    const back = sent.changes.invert(this.#confirmed);
    this.#sent = null;
    const through = this.#buffer === null ? back : back.map(this.#buffer, true);
    this.#buffer = notEmpty(this.#buffer?.map(back));
    this.#toEditor(through);
  }

  /** What was on its way has to be sent again. */
  takeBackSent(): void {
    const sent = this.#sent;
    if (sent === null) return;
    this.#sent = null;
    this.#buffer = notEmpty(this.#buffer === null ? sent.changes : sent.changes.compose(this.#buffer));
  }

  /** The hub has everything up to `number` on disk. */
  store(number: number): void {
    const open = this.#tail.findIndex((ordered) => ordered.number > number);
    const stored = this.#tail.splice(0, open === -1 ? this.#tail.length : open);
    for (const { changes } of stored) this.#stored = changes.apply(this.#stored);
  }

  /** This person's part of what the hub may not have. */
  unstoredParts(): UnstoredNotes {
    const { text, parts } = ownParts(this.#stored, this.#ownAndOthers());
    return { text: asString(text), parts: parts.map(({ seq, changes }) => ({ seq, changes: toWire(changes) })) };
  }

  /** What an earlier life of the page left behind, before the hub was heard for the first time. */
  restore(unstored: UnstoredNotes): void {
    const typed = this.#buffer;
    const sent = unstored.parts.filter((part) => part.seq !== null);
    const text = asText(unstored.text);
    this.#stored = text;
    this.#confirmed = text;
    this.#tail = [];
    for (const { seq, changes } of sent) this.#order({ number: Infinity, changes: fromWire(changes), seq });
    const buffered = unstored.parts.filter((part) => part.seq === null).map((part) => fromWire(part.changes));
    const buffer = buffered.reduce<ChangeSet | null>((all, changes) => all?.compose(changes) ?? changes, null);
    const restored = buffer?.apply(this.#confirmed) ?? this.#confirmed;
    const toRestored = changesBetween(asText(""), restored);
    const again = typed?.map(toRestored);
    this.#buffer = notEmpty(again === undefined ? (buffer ?? undefined) : (buffer?.compose(again) ?? again));
    this.#toEditor(typed === null ? toRestored : toRestored.map(typed, true));
  }

  /**
   * The hub's text after `number` is `text`. Of this person's unstored parts it
   * has those with a `seq` up to `seq`, which are kept on until they are stored;
   * the others are made again on top.
   */
  reset(text: string, number: number, seq: number): void {
    const { stored, had, base, again } = partsUpTo(this.unstoredParts(), seq);
    const confirmed = asText(text);
    const byOthers = changesBetween(base, confirmed);
    const buffer = again.map(byOthers);
    const toEditor = changesBetween(this.#doc, buffer.apply(confirmed));
    this.#confirmed = confirmed;
    this.#stored = stored;
    this.#tail = had.map((part) => ({ number, ...part }));
    this.#tail.push({ number, changes: byOthers, seq: null });
    this.#sent = null;
    this.#buffer = notEmpty(buffer);
    this.#toEditor(toEditor);
  }

  /** A position of `doc` in the confirmed text: where the others see it. */
  toConfirmed(position: number): number {
    const unbuffered = this.#buffer?.invertedDesc.mapPos(position, -1) ?? position;
    return this.#sent?.changes.invertedDesc.mapPos(unbuffered, -1) ?? unbuffered;
  }

  /** A position of the confirmed text in `doc`. */
  fromConfirmed(position: number): number {
    const sent = this.#sent?.changes.mapPos(position, -1) ?? position;
    return this.#buffer?.mapPos(sent, -1) ?? sent;
  }

  #order(ordered: Ordered): void {
    this.#confirmed = ordered.changes.apply(this.#confirmed);
    this.#tail.push(ordered);
  }

  /** Brings what is ours up to date with `remote`; gives `remote` as the editor must see it. */
  #rebase(remote: ChangeSet): ChangeSet {
    let through = remote;
    if (this.#sent !== null) {
      const sent = this.#sent.changes;
      this.#sent = { ...this.#sent, changes: sent.map(through) };
      through = through.map(sent, true);
    }
    if (this.#buffer !== null) {
      const buffer = this.#buffer;
      this.#buffer = notEmpty(buffer.map(through));
      through = through.map(buffer, true);
    }
    return through;
  }

  #hasSameEffect(a: ChangeSet, b: ChangeSet): boolean {
    return a.length === b.length && a.apply(this.#confirmed).eq(b.apply(this.#confirmed));
  }

  #replaceSent(number: number, seq: number, changes: ChangeSet): ChangeSet {
    this.dropSent();
    this.#order({ number, changes, seq });
    this.#toEditor(this.#rebase(changes));
    return changes;
  }

  #toEditor(changes: ChangeSet): void {
    if (changes.empty) return;
    this.#doc = changes.apply(this.#doc);
    this.#subscribers.emit({ changes, doc: this.#doc });
  }

  *#ownAndOthers(): Iterable<{ seq: number | null; mine: boolean; changes: ChangeSet }> {
    for (const { seq, changes } of this.#tail) yield { seq, mine: seq !== null, changes };
    if (this.#sent !== null) yield { seq: this.#sent.seq, mine: true, changes: this.#sent.changes };
    if (this.#buffer !== null) yield { seq: null, mine: true, changes: this.#buffer };
  }
}

/** Own parts as those up to `seq`, which lead from `stored` to `base`, and one change of `base` that makes the others. */
function partsUpTo(unstored: UnstoredNotes, seq: number): { stored: Text; had: { seq: number; changes: ChangeSet }[]; base: Text; again: ChangeSet } {
  const stored = asText(unstored.text);
  const had: { seq: number; changes: ChangeSet }[] = [];
  let base = stored;
  let again = null as ChangeSet | null;
  for (const part of unstored.parts) {
    const changes = fromWire(part.changes);
    if (again === null && part.seq !== null && part.seq <= seq) {
      had.push({ seq: part.seq, changes });
      base = changes.apply(base);
    } else {
      again = again?.compose(changes) ?? changes;
    }
  }
  return { stored, had, base, again: again ?? changesBetween(base, base) };
}

/**
 * Own changes among others', as if the others had not been made: `others` leads
 * from the text with only own changes to the text as it was.
 */
function ownParts(text: Text, all: Iterable<{ seq: number | null; mine: boolean; changes: ChangeSet }>): { text: Text; parts: { seq: number | null; changes: ChangeSet }[] } {
  const parts: { seq: number | null; changes: ChangeSet }[] = [];
  let own = text;
  let actual = text;
  let others = null as ChangeSet | null;
  for (const { seq, mine, changes } of all) {
    actual = changes.apply(actual);
    if (!mine) {
      others = others?.compose(changes) ?? changes;
      continue;
    }
    const alone: ChangeSet = others === null ? changes : changes.map(others.invert(own));
    if (others !== null) others = beside(others, alone, own, actual);
    own = alone.apply(own);
    parts.push({ seq, changes: alone });
  }
  return { text, parts };
}

/** Others' changes after an own one: mapped past it if that fits, otherwise worked out from the texts. */
function beside(others: ChangeSet, alone: ChangeSet, own: Text, actual: Text): ChangeSet {
  const mapped = others.map(alone, true);
  const ownAfter = alone.apply(own);
  return mapped.apply(ownAfter).eq(actual) ? mapped : changesBetween(ownAfter, actual);
}

function notEmpty(changes: ChangeSet | undefined): ChangeSet | null {
  return changes === undefined || changes.empty ? null : changes;
}
