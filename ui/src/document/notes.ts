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
 * without it, this person's part of it is made again on what the hub has, between
 * the letters of others that it was made between.
 * Must not know: sockets, submissions beyond telling them apart, the editor.
 */
import { ChangeSet, type Text } from "@codemirror/state";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { ParticipantId, ReplicaId, TextChanges } from "../protocol/generated/messages";
import type { Fate, Submission } from "./submission";
import { asString, asText, changesBetween, fromWire, portion, toWire } from "./text_changes";
import { insertedBy, partsOf, sortedByFate, type Part, type ReturnedWords, type UnstoredNotes } from "./unstored_notes";

export type { UnstoredNotes };

/** Text that one edit inserts at most, in UTF-16 units: well below what a message holds. */
export const EDIT_UNITS_MAX = 48 * 1024;

/** A change that did not come from the editor, and the text after it. */
export interface NotesChange {
  readonly changes: ChangeSet;
  readonly doc: Text;
  /** Who made it; null where it is no one person's. */
  readonly author: ParticipantId | null;
}

interface Ordered {
  readonly number: number;
  readonly changes: ChangeSet;
  /** As what it was sent, if it was this person's. */
  readonly sent: Submission | null;
  /** Whether the hub said so. */
  readonly heard: boolean;
}

export class NotesReplica {
  #confirmed: Text = asText("");
  #sent: { readonly as: Submission; readonly changes: ChangeSet } | null = null;
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
  get sent(): Submission | null {
    return this.#sent?.as ?? null;
  }

  /** Whether it is the one that is on its way. */
  isSent({ replica, seq }: Submission): boolean {
    return this.#sent?.as.seq === seq && this.#sent.as.replica === replica;
  }

  /** The replicas as which what the hub may not have was sent. */
  senders(): ReplicaId[] {
    const tail = this.#tail.flatMap(({ sent }) => (sent === null ? [] : [sent.replica]));
    return this.#sent === null ? tail : [...tail, this.#sent.as.replica];
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
    return this.unsent + this.#tail.filter((ordered) => ordered.sent !== null).length;
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

  /** Writes below what is there, not from the editor. */
  append(text: string): void {
    const { length } = this.#doc;
    const changes = ChangeSet.of({ from: length, insert: asText(length === 0 ? text : `\n${text}`) }, length);
    this.#buffer = this.#buffer?.compose(changes) ?? changes;
    this.#toEditor(changes);
  }

  /** Puts what was typed on its way; what to send, made on the confirmed text. */
  send(as: Submission): TextChanges | null {
    if (this.#sent !== null || this.#buffer === null) return null;
    const { first, rest } = portion(this.#buffer, EDIT_UNITS_MAX);
    this.#sent = { as, changes: first };
    this.#buffer = rest;
    return toWire(first);
  }

  /** The hub ordered somebody's edit. */
  applyRemote(number: number, changes: TextChanges, author: ParticipantId | null = null): ChangeSet {
    const remote = fromWire(changes);
    this.#order({ number, changes: remote, sent: null, heard: true });
    this.#toEditor(this.#rebase(remote), author);
    return remote;
  }

  /** The hub ordered what was on its way; `altered` is what it ordered, if it told. */
  confirm(number: number, altered?: TextChanges): ChangeSet | null {
    const sent = this.#sent;
    if (sent === null) return null;
    if (altered !== undefined && !this.#hasSameEffect(sent.changes, fromWire(altered))) {
      return this.#replaceSent(number, sent.as, fromWire(altered));
    }
    this.#sent = null;
    this.#order({ number, changes: sent.changes, sent: sent.as, heard: true });
    return sent.changes;
  }

  /** The hub did not take what was on its way: it is undone on screen. Gives what it had put in. */
  dropSent(): string {
    const sent = this.#sent;
    if (sent === null) return "";
    const back = sent.changes.invert(this.#confirmed);
    this.#sent = null;
    const through = this.#buffer === null ? back : back.map(this.#buffer, true);
    this.#buffer = notEmpty(this.#buffer?.map(back));
    this.#toEditor(through);
    return insertedBy(sent.changes);
  }

  /** What the hub has not ordered of what was written here. */
  unsentWords(): string {
    const parts = [this.#sent?.changes, this.#buffer];
    return parts.flatMap((changes) => (changes ? [insertedBy(changes)] : [])).join("\n").trim();
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

  /** What the hub may not have, and what of others' stands between. */
  unstoredParts(): UnstoredNotes {
    return { text: asString(this.#stored), parts: partsOf(this.#sinceStored()).map(({ changes, ...part }) => ({ ...part, changes: toWire(changes) })) };
  }

  /** What an earlier life of the page left behind, before the hub was heard for the first time. */
  restore(unstored: UnstoredNotes): void {
    const typed = this.#buffer;
    this.#stored = asText(unstored.text);
    this.#confirmed = this.#stored;
    this.#tail = [];
    let buffer = null as ChangeSet | null;
    for (const part of unstored.parts) {
      const changes = fromWire(part.changes);
      if (part.sent !== null || part.others === true) this.#order({ number: Infinity, changes, sent: part.sent, heard: part.heard === true });
      else buffer = buffer?.compose(changes) ?? changes;
    }
    const restored = buffer?.apply(this.#confirmed) ?? this.#confirmed;
    const toRestored = changesBetween(asText(""), restored);
    const again = typed?.map(toRestored);
    this.#buffer = notEmpty(again === undefined ? (buffer ?? undefined) : (buffer?.compose(again) ?? again));
    this.#toEditor(typed === null ? toRestored : toRestored.map(typed, true));
  }

  /**
   * The hub's text after `number` is `text`. Of this person's unstored parts it
   * has those it dealt with, which are kept on until they are stored; the others
   * are made again on top. One that was refused is not, nor one of unknown fate:
   * that could write it twice. Gives what these had put in, of the latter only
   * what the hub's text does not show.
   */
  reset(text: string, number: number, fate: (sent: Submission) => Fate): ReturnedWords[] {
    const { had, hadText, base, again, returned } = sortedByFate(this.#stored, this.#sinceStored(), text, fate);
    const confirmed = asText(text);
    // Between the letters of others that it stood between, as far as they are there.
    const buffer = again.map(changesBetween(base, confirmed));
    const toEditor = changesBetween(this.#doc, buffer.apply(confirmed));
    this.#confirmed = confirmed;
    this.#tail = had.map(({ sent, heard = false, changes }) => ({ number, sent, heard, changes }));
    this.#tail.push({ number, changes: changesBetween(hadText, confirmed), sent: null, heard: true });
    this.#sent = null;
    this.#buffer = notEmpty(buffer);
    this.#toEditor(toEditor);
    return returned;
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

  #replaceSent(number: number, sent: Submission, changes: ChangeSet): ChangeSet {
    this.dropSent();
    this.#order({ number, changes, sent, heard: true });
    this.#toEditor(this.#rebase(changes));
    return changes;
  }

  #toEditor(changes: ChangeSet, author: ParticipantId | null = null): void {
    if (changes.empty) return;
    this.#doc = changes.apply(this.#doc);
    this.#subscribers.emit({ changes, doc: this.#doc, author });
  }

  *#sinceStored(): Iterable<Part> {
    for (const { sent, heard, changes } of this.#tail) {
      if (sent === null) yield { sent, others: true, changes };
      else yield heard ? { sent, heard, changes } : { sent, changes };
    }
    if (this.#sent !== null) yield { sent: this.#sent.as, changes: this.#sent.changes };
    if (this.#buffer !== null) yield { sent: null, changes: this.#buffer };
  }
}

function notEmpty(changes: ChangeSet | undefined): ChangeSet | null {
  return changes === undefined || changes.empty ? null : changes;
}
