/**
 * The changes of the notes since the hub last had everything on disk, this
 * person's and the others': what of it has to be made again when the hub tells
 * what it has.
 */
import { ChangeSet, type Text } from "@codemirror/state";
import type { TextChanges } from "../protocol/generated/messages";
import type { Fate, Submission } from "./submission";
import { asString } from "./text_changes";

/** A change made on the text after the one before: others', mine that was sent, or mine that waits. */
export interface Part {
  readonly sent: Submission | null;
  readonly others?: true;
  /** Of mine that was sent: the hub said that it has a place in the order. */
  readonly heard?: true;
  readonly changes: ChangeSet;
}

/** As it is kept over the life of a page. */
export interface UnstoredNotes {
  /** The text without them. */
  readonly text: string;
  readonly parts: readonly (Omit<Part, "changes"> & { readonly changes: TextChanges })[];
}

/** What this person wrote that is not in the notes. */
export interface ReturnedWords {
  readonly sent: Submission;
  readonly words: string;
}

interface PartsByFate {
  /** Mine that the hub has or may have, without the others', and the text they lead to from the stored one. */
  readonly had: readonly Part[];
  readonly hadText: Text;
  /** The text with all but what has to be made again, and that, made on it. */
  readonly base: Text;
  readonly again: ChangeSet;
  readonly returned: ReturnedWords[];
}

/** Others' changes in a row as one. */
export function partsOf(all: Iterable<Part>): Part[] {
  const parts: Part[] = [];
  for (const part of all) {
    const last = parts.at(-1);
    if (part.others && last?.others) parts[parts.length - 1] = { ...last, changes: last.changes.compose(part.changes) };
    else parts.push(part);
  }
  return parts;
}

/** `text` is the hub's. What is neither had nor again goes back to the person. */
export function sortedByFate(stored: Text, all: Iterable<Part>, text: string, fate: (sent: Submission) => Fate): PartsByFate {
  const returned: ReturnedWords[] = [];
  const isRefused = ({ sent, changes }: Part): boolean => {
    if (sent === null || fate(sent) !== "refused") return false;
    returned.push({ sent, words: insertedBy(changes) });
    return true;
  };
  const { parts } = without(stored, all, isRefused);
  const having = without(stored, parts, ({ sent, others }) => others !== true && (sent === null || fate(sent) === "not_arrived"));
  const mine = having.parts.map((part) => stillMine(part, text, fate, returned));
  const had = without(stored, mine, ({ others }) => others === true);
  return { had: had.parts, hadText: had.left, base: having.left, again: having.back.invert(having.all), returned };
}

/**
 * One that may have been refused or may be of no one's knowledge goes back to the
 * person if the hub's text does not show it, and is no part of theirs any more.
 */
function stillMine(part: Part, text: string, fate: (sent: Submission) => Fate, returned: ReturnedWords[]): Part {
  const { sent, heard } = part;
  if (sent === null || !isUnsure(fate(sent), heard === true)) return part;
  if (piecesOf(part.changes).every((piece) => text.includes(piece))) return part;
  returned.push({ sent, words: insertedBy(part.changes) });
  return { sent: null, others: true, changes: part.changes };
}

/** What was dealt with in an earlier life of the hub was ordered or refused; what it was said to have ordered was not refused. */
function isUnsure(fate: Fate, heard: boolean): boolean {
  return fate === "unknown" || (fate === "dealt_with" && !heard);
}

/** The parts as if those that go had not been made; `back` leads from the text with all of them to the text that is left. */
function without(stored: Text, parts: Iterable<Part>, goes: (part: Part) => boolean): { parts: Part[]; back: ChangeSet; all: Text; left: Text } {
  const staying: Part[] = [];
  let [all, left] = [stored, stored];
  let back = ChangeSet.empty(stored.length);
  for (const part of parts) {
    if (goes(part)) {
      back = part.changes.invert(all).compose(back);
    } else {
      const changes = part.changes.map(back);
      back = back.map(part.changes, true);
      left = changes.apply(left);
      staying.push({ ...part, changes });
    }
    all = part.changes.apply(all);
  }
  return { parts: staying, back, all, left };
}

/** The words that a change puts in. */
export function insertedBy(changes: ChangeSet): string {
  return piecesOf(changes).join("\n").trim();
}

function piecesOf(changes: ChangeSet): string[] {
  const pieces: string[] = [];
  changes.iterChanges((_from, _to, _fromNew, _toNew, inserted) => pieces.push(asString(inserted)), true);
  return pieces;
}
