import { ChangeSet } from "@codemirror/state";
import { expect, test } from "vitest";
import { asString } from "../document/text_changes";
import { Fates } from "./fates";
import { Notebook } from "./notebook";

const SENT = { replica: "r1", seq: 1 };
const NOBODY = { replica: "r2", seq: 9 };

function typed(notebook: Notebook, page: string, text: string): void {
  const { length } = notebook.open(page).text.doc;
  notebook.open(page).text.edit(ChangeSet.of({ from: length, insert: text }, length));
}

function textOf(notebook: Notebook, page: string): string {
  return asString(notebook.open(page).text.doc);
}

function add(notebook: Notebook, number: number, page: string): void {
  notebook.ordered(number, { type: "add_page", page, title: "A page", order: 1 });
}

test("what is written on a page goes out once the hub has the page (R62)", () => {
  const notebook = new Notebook();
  typed(notebook, "p2", "early");
  expect([notebook.wantsToSend, notebook.unsent]).toEqual([false, 1]);
  add(notebook, 4, "p2");
  expect(notebook.send(SENT, 4)).toEqual({ type: "edit_page", page: "p2", base: 4, changes: [[0, "early"]] });
  notebook.edited("p2", [[0, "theirs "]], { number: 5, author: 2 }, NOBODY);
  expect(textOf(notebook, "p2")).toBe("theirs early");
});

test("each page has one edit on its way, and they do not wait for each other", () => {
  const notebook = new Notebook();
  add(notebook, 1, "p2");
  typed(notebook, "first", "a");
  typed(notebook, "p2", "b");
  expect(notebook.send(SENT, 1)).toMatchObject({ type: "edit_notes" });
  expect(notebook.send({ replica: "r1", seq: 2 }, 1)).toMatchObject({ type: "edit_page" });
  typed(notebook, "p2", "c");
  expect([notebook.wantsToSend, notebook.onTheirWay]).toEqual([false, 2]);
});

test("words on a page that was given up are handed back", () => {
  const notebook = new Notebook();
  add(notebook, 1, "p2");
  typed(notebook, "p2", "mine");
  notebook.snapshot(9, { title: "", notes: "all", pages: [{ page: "first", title: "", order: 0 }], messages: [] });
  expect(notebook.meet(9, Fates.none(), new Set())).toEqual([{ code: "page_not_found", words: "mine" }]);
  expect([notebook.find("p2"), textOf(notebook, "first")]).toEqual([undefined, "all"]);
});

test("a page that the hub lost and that will be added again keeps its words", () => {
  const notebook = new Notebook();
  typed(notebook, "p2", "mine");
  notebook.snapshot(9, { title: "", notes: "", pages: [{ page: "first", title: "", order: 0 }], messages: [] });
  expect(notebook.meet(9, Fates.none(), new Set(["p2"]))).toEqual([]);
  add(notebook, 10, "p2");
  expect(notebook.send(SENT, 10)).toMatchObject({ page: "p2", changes: [[0, "mine"]] });
});

test("what is kept of every page comes back (R21)", () => {
  const notebook = new Notebook();
  typed(notebook, "first", "a");
  typed(notebook, "p2", "b");
  const kept = notebook.unstoredParts();
  const next = new Notebook();
  next.restore(structuredClone(kept ?? {}));
  expect([textOf(next, "first"), textOf(next, "p2"), next.unsent]).toEqual(["a", "b", 2]);
});

test("a caret is on one page", () => {
  const notebook = new Notebook();
  add(notebook, 1, "p2");
  notebook.edited("p2", [[0, "abc"]], { number: 2, author: 2 }, NOBODY);
  notebook.showCaret(7, { base: 2, anchor: 1, head: 1, page: "p2" });
  notebook.edited("p2", [[0, "x"], 3], { number: 3, author: 2 }, NOBODY);
  expect(notebook.open("p2").carets.placed.get(7)).toEqual({ anchor: 2, head: 2 });
  notebook.showCaret(7, { base: 3, anchor: 0, head: 0 });
  expect([notebook.open("p2").carets.placed.size, notebook.first.carets.placed.size]).toEqual([0, 1]);
});

test("who writes on a page that has just been made is seen there, though their caret was told before the page was theirs", () => {
  const notebook = new Notebook();
  notebook.advance(4);
  add(notebook, 5, "p2");
  // They knew the order up to 4, and that what they typed was still on its way.
  notebook.showCaret(7, { base: 4, anchor: 0, head: 0, page: "p2" });
  expect(notebook.open("p2").carets.placed.get(7)).toEqual({ anchor: 0, head: 0 });
  notebook.edited("p2", [[0, "two"]], { number: 6, author: 7 }, NOBODY);
  expect(notebook.open("p2").carets.placed.get(7)).toEqual({ anchor: 3, head: 3 });
});

test("a caret that comes before its page waits for it, unless its person goes elsewhere", () => {
  const notebook = new Notebook();
  notebook.showCaret(7, { base: 0, anchor: 0, head: 0, page: "p2" });
  notebook.showCaret(8, { base: 0, anchor: 0, head: 0, page: "p2" });
  notebook.showCaret(8, { base: 0, anchor: 0, head: 0 });
  notebook.showCaret(9, { base: 0, anchor: 0, head: 0, page: "p2" });
  notebook.forgetCaret(9);
  add(notebook, 1, "p2");
  expect([...notebook.open("p2").carets.placed.keys()]).toEqual([7]);
});
