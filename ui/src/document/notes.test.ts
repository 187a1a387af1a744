import { ChangeSet } from "@codemirror/state";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TextChanges } from "../protocol/generated/messages";
import { Carets } from "./carets";
import { EDIT_UNITS_MAX, NotesReplica } from "./notes";
import type { Fate, Submission } from "./submission";
import { asString, asText, fromWire, portion, toWire } from "./text_changes";

function as(seq: number): Submission {
  return { replica: "r1", seq };
}

/** The hub has dealt with what was sent up to `last`. */
function upTo(last: number): (sent: Submission) => Fate {
  return ({ seq }) => (seq <= last ? "dealt_with" : "not_arrived");
}

/** A replica whose hub has `text`, with everything on disk, and an editor that follows. */
function replicaOf(text: string): { notes: NotesReplica; editor: () => string } {
  const notes = new NotesReplica();
  let editor = notes.doc;
  notes.subscribe(({ changes, doc }) => {
    editor = changes.apply(editor);
    expect(editor.eq(doc)).toBe(true);
  });
  notes.reset(text, 1, upTo(0));
  notes.store(1);
  const edit = notes.edit.bind(notes);
  notes.edit = (changes) => {
    editor = changes.apply(editor);
    edit(changes);
  };
  return { notes, editor: () => asString(editor) };
}

function insert(notes: NotesReplica, at: number, text: string): void {
  notes.edit(ChangeSet.of({ from: at, insert: asText(text) }, notes.doc.length));
}

describe("typing", () => {
  test("goes out once the edit before is answered, and all that was typed meanwhile together", () => {
    const { notes } = replicaOf("");
    insert(notes, 0, "a");
    expect(notes.send(as(1))).toEqual([[0, "a"]]);
    insert(notes, 1, "b");
    insert(notes, 2, "c");
    expect(notes.send(as(2))).toBeNull();
    notes.confirm(2);
    expect(notes.send(as(2))).toEqual([1, [0, "bc"]]);
    notes.confirm(3);
    expect([notes.unsent, asString(notes.confirmed)]).toEqual([0, "abc"]);
  });

  test("at the same place as another: what the hub ordered first stands left, for both", () => {
    const mine = replicaOf("xy");
    insert(mine.notes, 1, "B");
    mine.notes.send(as(1));
    mine.notes.applyRemote(2, [1, [0, "A"], 1]);
    expect(mine.editor()).toBe("xABy");
    mine.notes.confirm(3);
    expect(asString(mine.notes.confirmed)).toBe("xABy");
  });

  test("what the hub does not take is undone, and what was typed after it stays", () => {
    const { notes, editor } = replicaOf("ab");
    insert(notes, 1, "NO");
    notes.send(as(1));
    insert(notes, 4, "yes");
    notes.dropSent();
    expect(editor()).toBe("abyes");
    expect(notes.send(as(2))).toEqual([2, [0, "yes"]]);
  });

  test("an edit that comes back altered takes the place of what was sent", () => {
    const { notes, editor } = replicaOf("ab");
    insert(notes, 1, "mine");
    notes.send(as(1));
    insert(notes, 6, "!");
    notes.confirm(2, [1, [0, "ours"], 1]);
    expect(editor()).toBe("aoursb!");
    expect(asString(notes.confirmed)).toBe("aoursb");
  });

  test("of a large paste the hub gets portions that fit a message", () => {
    const { notes } = replicaOf("");
    const text = `${"x".repeat(EDIT_UNITS_MAX - 1)}👋${"y".repeat(10)}\nend`;
    insert(notes, 0, text);
    const first = notes.send(as(1));
    expect(first?.[0]).toEqual([0, "x".repeat(EDIT_UNITS_MAX - 1)]);
    notes.confirm(2);
    notes.send(as(2));
    notes.confirm(3);
    expect([asString(notes.confirmed), notes.unsent]).toEqual([text, 0]);
  });
});

describe("when the hub lost what it had not stored", () => {
  test("my edits are made again, without the others' that were lost too", () => {
    const { notes, editor } = replicaOf("base");
    notes.applyRemote(2, [[0, "theirs "], 4]);
    insert(notes, 11, " mine");
    notes.send(as(1));
    notes.confirm(3);
    insert(notes, 16, "!");
    expect(editor()).toBe("theirs base mine!");
    notes.reset("base", 1, upTo(0));
    expect(editor()).toBe("base mine!");
    expect(notes.send(as(1))).toEqual([4, [0, " mine!"]]);
  });

  test("what it kept is not made twice", () => {
    const { notes, editor } = replicaOf("base");
    insert(notes, 4, " one");
    notes.send(as(1));
    notes.confirm(2);
    insert(notes, 8, " two");
    notes.send(as(2));
    notes.confirm(3);
    notes.reset("base one", 2, upTo(1));
    expect(editor()).toBe("base one two");
    expect(notes.send(as(2))).toEqual([8, [0, " two"]]);
  });
});

test("an hour offline: edits at several places merge with the others' at theirs", () => {
  const { notes, editor } = replicaOf("# Plan\n\nmilk\nbread\n\nThe end\n");
  insert(notes, 12, " and butter");
  insert(notes, notes.doc.length, "PS: call Ann\n");
  notes.reset("# The plan\n\neggs\nmilk\nbread, sliced\n\nThe end.\n", 900, upTo(0));
  expect(editor()).toBe("# The plan\n\neggs\nmilk and butter\nbread, sliced\n\nThe end.\nPS: call Ann\n");
});

test("a closed tab leaves its edits to the next one, which may have typed already", () => {
  const before = replicaOf("base").notes;
  insert(before, 4, " sent");
  before.send(as(4));
  insert(before, 9, " typed");
  const left = structuredClone(before.unstoredParts());

  const notes = new NotesReplica();
  insert(notes, 0, "new ");
  notes.restore(left);
  expect(notes.unstoredParts().parts.map(({ sent }) => sent?.seq ?? null)).toEqual([4, null]);
  notes.reset("base sent", 9, upTo(4));
  expect(asString(notes.doc)).toContain("base sent typed");
  expect(asString(notes.doc)).toContain("new ");
});

/** A change of a text of `length` units made of these steps. */
function changeOf(length: number, steps: readonly (readonly [number, number, string])[]): ChangeSet {
  let changes = ChangeSet.empty(length);
  for (const [at, gone, text] of steps) {
    const from = changes.newLength === 0 ? 0 : at % (changes.newLength + 1);
    const to = Math.min(changes.newLength, from + gone);
    changes = changes.compose(ChangeSet.of({ from, to, insert: asText(text) }, changes.newLength));
  }
  return changes;
}

const steps = fc.array(fc.tuple(fc.nat(30), fc.nat(3), fc.constantFrom("", "a", "xy", "\n", "Zz")), { maxLength: 5 });

test("both forms of a change say the same", () => {
  fc.assert(
    fc.property(fc.nat(20), steps, (length, made) => {
      const changes = changeOf(length, made);
      expect(fromWire(JSON.parse(JSON.stringify(toWire(changes))) as TextChanges).toJSON()).toEqual(changes.toJSON());
    }),
  );
});

test("a change in portions is the change", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), steps, fc.integer({ min: 2, max: 5 }), (text, made, units) => {
      const doc = asText(text.replaceAll("\r", ""));
      const changes = changeOf(doc.length, made);
      let now = doc;
      let rest: ChangeSet | null = changes;
      for (let count = 0; rest !== null && count < 50; count += 1) {
        const parts: { first: ChangeSet; rest: ChangeSet | null } = portion(rest, units);
        now = parts.first.apply(now);
        rest = parts.rest;
      }
      expect(asString(now)).toBe(asString(changes.apply(doc)));
    }),
    { numRuns: 500 },
  );
});

describe("others' carets", () => {
  test("are pushed on by their own letters and by what is typed before them", () => {
    const carets = new Carets();
    carets.reset(5, 10);
    carets.show(2, { base: 5, anchor: 4, head: 4 });
    carets.advance(6, { author: 2, changes: ChangeSet.of({ from: 4, insert: "abc" }, 10) });
    carets.advance(7, { author: 3, changes: ChangeSet.of({ from: 0, insert: "x" }, 13) });
    carets.advance(8, { author: 3, changes: ChangeSet.of({ from: 8, insert: "behind" }, 14) });
    expect(carets.placed.get(2)).toEqual({ anchor: 8, head: 8 });
  });

  test("told too early wait for their number, told too late are brought up to date", () => {
    const carets = new Carets();
    carets.reset(5, 10);
    carets.show(2, { base: 6, anchor: 12, head: 12 });
    expect(carets.placed.size).toBe(0);
    carets.advance(6, { author: 2, changes: ChangeSet.of({ from: 10, insert: "ab" }, 10) });
    expect(carets.placed.get(2)?.head).toBe(12);
    carets.show(3, { base: 5, anchor: 10, head: 10 });
    expect(carets.placed.get(3)?.head).toBe(10);
    carets.show(4, { base: 6, anchor: 99, head: 99 });
    expect(carets.placed.has(4)).toBe(false);
    carets.forget(2);
    expect(carets.placed.has(2)).toBe(false);
  });
});
