/**
 * Changes to the notes between their two forms: the editor's `ChangeSet` and the
 * wire's list of kept and replaced stretches, where inserted text is one string.
 */
import { ChangeSet, Text, type ChangeSpec } from "@codemirror/state";
import { diff } from "../lib/diff";
import type { TextChanges } from "../protocol/generated/messages";

/** Lines end with `\n` and nothing else, whatever else a text holds. */
export function asText(text: string): Text {
  return Text.of(text.split("\n"));
}

export function asString(text: Text): string {
  return text.sliceString(0, text.length, "\n");
}

export function toWire(changes: ChangeSet): TextChanges {
  return (changes.toJSON() as (number | [number, ...string[]])[]).map((part) => {
    if (typeof part === "number") return part;
    const [deleted, ...lines] = part;
    return lines.length === 0 ? [deleted] : [deleted, lines.join("\n")];
  });
}

/** Throws a `RangeError` on what is no change. */
export function fromWire(changes: TextChanges): ChangeSet {
  return ChangeSet.fromJSON(
    changes.map((part) => {
      if (typeof part === "number") return part;
      const [deleted, inserted] = part;
      return inserted === undefined || inserted === "" ? [deleted] : [deleted, ...inserted.split("\n")];
    }),
  );
}

/** A change that makes `after` of `before`, touching as little as can be found quickly. */
export function changesBetween(before: Text, after: Text): ChangeSet {
  if (before.eq(after)) return ChangeSet.empty(before.length);
  const specs: ChangeSpec[] = diff(asString(before), asString(after)).map(({ from, to, insert }) => ({ from, to, insert: asText(insert) }));
  return ChangeSet.of(specs, before.length);
}

/**
 * Parts a change that is too large for one message: a first change that inserts
 * at most `units`, and the rest, made on its result. Null rest when it fits.
 */
export function portion(changes: ChangeSet, units: number): { first: ChangeSet; rest: ChangeSet | null } {
  const first: ChangeSpec[] = [];
  const rest: ChangeSpec[] = [];
  let room = units;
  let shift = 0;
  changes.iterChanges((from, to, _fromNew, _toNew, inserted) => {
    const taken = rest.length > 0 ? 0 : cutLength(inserted, room);
    if (rest.length === 0) {
      first.push({ from, to, insert: inserted.slice(0, taken) });
      shift += taken - (to - from);
      room -= taken;
      if (taken < inserted.length) rest.push({ from: to + shift, insert: inserted.slice(taken) });
    } else {
      rest.push({ from: from + shift, to: to + shift, insert: inserted });
    }
  }, true);
  if (rest.length === 0) return { first: changes, rest: null };
  const begin = ChangeSet.of(first, changes.length);
  return { first: begin, rest: ChangeSet.of(rest, begin.newLength) };
}

/** How much of `text` goes into `room` units without splitting a surrogate pair. */
function cutLength(text: Text, room: number): number {
  if (text.length <= room) return text.length;
  const last = text.sliceString(room - 1, room).charCodeAt(0);
  return last >= 0xd800 && last < 0xdc00 ? room - 1 : room;
}
