import { ChangeSet, type Text } from "@codemirror/state";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Arrivals } from "./arrivals";
import { NotesReplica } from "./notes";
import { asString, asText, toWire } from "./text_changes";

const change = (length: number, from: number, deleted: number, insert: string): ChangeSet =>
  ChangeSet.of({ from: Math.min(from, length), to: Math.min(from + deleted, length), insert: asText(insert) }, length);

test("what is typed before others' words are shown lands where it would have, and both end equal", () => {
  const arrivals = new Arrivals();
  arrivals.arrive(change(3, 0, 0, "A"), 1);
  arrivals.arrive(change(4, 4, 0, "B"), 2);
  // The editor still has three letters; behind them is behind the other's A, but left is who was ordered first.
  expect(toWire(arrivals.pass(change(3, 3, 0, "x")))).toEqual([5, [0, "x"]]);
  expect(arrivals.take().map(({ changes, author }) => [toWire(changes), author])).toEqual([[[[0, "A"], 4], 1], [[4, [0, "B"], 1], 2]]);
});

test("what one person did in a row is one change", () => {
  const arrivals = new Arrivals();
  arrivals.arrive(change(0, 0, 0, "a"), 1);
  arrivals.arrive(change(1, 1, 0, "b"), 1);
  expect([arrivals.count, arrivals.takeTogether()?.toJSON(), arrivals.takeTogether()]).toEqual([1, [[0, "ab"]], null]);
});

test("says whether something waits where one looks", () => {
  const arrivals = new Arrivals();
  arrivals.arrive(change(100, 0, 0, "xxxxx"), 1);
  expect([arrivals.touches(10, 20), arrivals.touches(0, 20)]).toEqual([false, true]);
  // The second is behind what one looks at, in the text that has the first.
  arrivals.arrive(change(105, 40, 0, "y"), 2);
  expect([arrivals.touches(10, 20), arrivals.touches(30, 40)]).toEqual([false, true]);
});

const edit = fc.record({ kind: fc.constantFrom("remote", "local", "show", "show together"), from: fc.nat(12), deleted: fc.nat(3), insert: fc.constantFrom("", "a", "bc", "\n"), author: fc.nat(2) });

test("whenever an editor shows what the others did: it ends with the replica's text", () => {
  const property = fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
    const notes = new NotesReplica();
    notes.reset("begin", 1, () => "dealt_with");
    const arrivals = new Arrivals();
    let editor: Text = notes.doc;
    notes.subscribe(({ changes, author }) => arrivals.arrive(changes, author));
    let number = 1;
    for (const { kind, from, deleted, insert, author } of edits) {
      if (kind === "remote") {
        notes.applyRemote(++number, toWire(change(notes.confirmed.length, from, deleted, insert)), author);
      } else if (kind === "local") {
        const made = change(editor.length, from, deleted, insert);
        editor = made.apply(editor);
        notes.edit(arrivals.pass(made));
      } else if (kind === "show") {
        for (const { changes } of arrivals.take()) editor = changes.apply(editor);
      } else {
        editor = arrivals.takeTogether()?.apply(editor) ?? editor;
      }
    }
    for (const { changes } of arrivals.take()) editor = changes.apply(editor);
    expect(asString(editor)).toBe(asString(notes.doc));
  });
  fc.assert(property, { numRuns: 3_000 });
});
