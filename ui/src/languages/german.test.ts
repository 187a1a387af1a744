import { expect, test } from "vitest";
import type { Told } from "../app/lobby";
import type { Deed } from "../protocol/generated/messages";
import { allParts, wordsIn, type Word } from "../testing/all_words";
import { german } from "./german";

/** Words that are the same in both languages, or the name of something. */
const SAME: ReadonlySet<unknown> = new Set([
  "Lanvas", "Name", "Problem: ", "Indigo", "Chat", "Live", "Offline", "Link", "Link …", "Text", "Zoom", "Lasso", "Ellipse", "Hand", "Auto", "Orange", "Excalidraw (.excalidraw)",
  "Alt", "Enter", "Tab", "Esc", "F6", "O", "G", "Shift + G", "1 … 9, 0", "↑ ↓ ← →, Enter", "https://…", "192.168.1.5:7420",
]);
/** What English has and German has not, with which a sentence that nobody translated gives itself away. */
const ENGLISH = /\b(the|and|your|you|with|this|that|of|to|not|here|is|are|it|be)\b/i;
const DEEDS: readonly Deed[] = [
  { kind: "gave_role", role: "viewer" },
  { kind: "gave_role", role: "editor" },
  { kind: "gave_role", role: "moderator" },
  { kind: "lowered_everyone", role: "viewer" },
  { kind: "lowered_everyone", role: "editor" },
  { kind: "set_rules", rules: { board_locked: true, notes_locked: false, chat_locked: true, pointers_hidden: true, draw: "viewer", write: "editor", talk: "viewer", everyone: "viewer" } },
  { kind: "set_rules", rules: { pointers_hidden: false, everyone: "editor" } },
  { kind: "muted", muted: true },
  { kind: "muted", muted: false },
  { kind: "removed", seconds: 0 },
  { kind: "removed", seconds: 600, address: true },
  { kind: "removed", seconds: 1_200 },
  { kind: "lifted_ban" },
  { kind: "sealed", sealed: true, shapes: 1 },
  { kind: "sealed", sealed: false, shapes: 3 },
  { kind: "deleted_message" },
  { kind: "set_slow_mode", seconds: 0 },
  { kind: "set_slow_mode", seconds: 30 },
  { kind: "set_title", title: "Carl" },
  { kind: "undid", since_ms: 0, shapes: 1 },
  { kind: "undid", since_ms: 0, shapes: 4 },
  { kind: "something newer" } as unknown as Deed,
];

const TOLD: readonly Told[] = [
  { kind: "rescued", operations: 0, last_ms: 0 },
  { kind: "rescued", operations: 3, last_ms: 0 },
  { kind: "rescued", operations: 3, last_ms: 1_000 },
  { kind: "copied" },
  { kind: "bad_link" },
  { kind: "copied_diagnostics" },
  { kind: "newer_lanvas", version: "Carl" },
];

/** What functions are given that take neither a name nor a number. */
const GIVEN: Readonly<Record<string, readonly unknown[][]>> = {
  "announce.form": [["speech"], ["rounded"]],
  "announce.selected": [["Ada", true], ["Ada", false]],
  "announce.became": [["Ada", "cut"], ["Ada", "removed"]],
  "announce.countedBecame": [[1, "changed"], [3, "back"]],
  "chat.left": [[1], [30], [-2]],
  "chat.typing": [[["Ada"]], [["Ada", "Berta"]], [["Ada", "Berta", "Carl"]]],
  "chat.found": [[0, false], [1, false], [50, true]],
  "chat.slowSpan": [[0], [30], [600]],
  "notes.lineBy": [[["Ada", "Berta"]]],
  "hubAccounts.places": [[0, false], [1, true], [3, false]],
  "hub.of": [["hub_new"], ["hub_changed"], ["hub_unlike_announced"], ["hub_bare"]],
  "lobby.unreadable": [["file_newer"], ["file_foreign"], ["file_damaged"], ["anything"]],
  "lobby.openNow": [[0], [1], [3]],
  "lobby.told.title": TOLD.map((told) => [told]),
  "lobby.told.what": TOLD.map((told) => [told, () => "Ada"]),
  "lobby.host.round": [["good", 3], ["fair", 30], ["slow", 300]],
  "lobby.stop.inSeconds": [[0], [30], [60], [120]],
  "deeds.line": DEEDS.flatMap((deed) => [[{ by: { id: 1, name: "Ada" }, to: { id: 2, name: "Berta" }, deed }], [{ deed }]]),
  "entrance.comesFrom": [["phone", "Ada"], ["other", "Ada"]],
  "entrance.used": [[1, undefined], [2, undefined], [1, 2]],
  "undo_work.counts": [[{ goes: 1, changesBack: 0, returns: 2 }], [{ goes: 2, changesBack: 1, returns: 1 }], [{ goes: 0, changesBack: 3, returns: 0 }]],
  "visiting.wants": [["Ada"], [""]],
};

const parts = await allParts();
const english = [...parts].flatMap(([part, words]) => wordsIn(part, words));
const others = new Map(Object.entries(german.parts).flatMap(([part, words]) => wordsIn(part, words)).map(({ path, word }) => [path, word]));
const strings = english.filter((each): each is Word & { word: string } => typeof each.word === "string");
const functions = english.filter((each): each is Word & { word: (...given: unknown[]) => unknown } => typeof each.word === "function");

/** All that comes of it, also what is said only when a place is known. */
const heard = (result: unknown): string => JSON.stringify(result, (_, value: unknown) => (typeof value === "function" ? (value as (hub: object) => unknown)({ place: "Ada" }) : value));

const otherOf = (path: string): string => String(others.get(path));

test("every part is in German, with every word of it, and nothing else", () => {
  expect(Object.keys(german.parts).sort()).toEqual([...parts.keys()].sort());
  expect([...others.keys()].sort()).toEqual(english.map(({ path }) => path).sort());
});

test("numbers and the like stay as they are, and what is a function is one", () => {
  for (const { path, word } of english) {
    expect(typeof others.get(path), path).toBe(typeof word);
    if (typeof word !== "string" && typeof word !== "function") expect(others.get(path), path).toBe(word);
  }
});

test("what is said in the same words is meant to be", () => {
  expect(strings.filter(({ path, word }) => otherOf(path) === word && !SAME.has(word)).map(({ path, word }) => `${path}: ${word}`)).toEqual([]);
});

test("no German is empty, English, or in English quotation marks", () => {
  for (const { path, word } of strings) {
    const other = otherOf(path);
    expect(other.trim() === "" && word.trim() !== "", path).toBe(false);
    expect(SAME.has(word) || !ENGLISH.test(other), `${path}: ${other}`).toBe(true);
    expect(other, path).not.toMatch(/["”‘]|“[^„“]*„/);
  }
});

test("a sentence that is put together is another one, with the same in it", () => {
  for (const { path, word } of functions) {
    for (const given of GIVEN[path] ?? [["Ada", "Berta", "Carl"], [2, 3, 4], [1, 1, 1]]) {
      const [said, other] = [word, others.get(path) as typeof word].map((say) => heard(say(...given)));
      const where = `${path} of ${JSON.stringify(given)}: ${other}`;
      expect.soft(other, where).not.toBe(SAME.has(path) ? null : said);
      expect.soft(other, where).not.toMatch(ENGLISH);
      for (const name of ["Ada", "Berta", "Carl"].filter((one) => said?.includes(one))) expect.soft(other, where).toContain(name);
    }
  }
});
