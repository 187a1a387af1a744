import { expect, test } from "vitest";
import { NotesLife, type PastEdit } from "./notes_life";
import { asString, asText } from "./text_changes";

const ann = { name: "Ann", color: "#d6336c", outside: false };
const bo = { name: "Bo", color: "#1971c2", outside: false };

function edit(number: number, author: 1 | 2, changes: PastEdit["changes"]): PastEdit {
  return { number, time_ms: number * 1_000, author, by: author === 1 ? ann : bo, changes };
}

const life = new NotesLife([
  edit(1, 1, [[0, "one three"]]),
  edit(4, 2, [3, [0, " two"], 6]),
  edit(9, 1, [[3, "ONE"], 10]),
]);

test("the notes are shown as they were after each edit", () => {
  expect([0, 1, 2, 3].map((step) => asString(life.textAt(step)))).toEqual(["", "one three", "one two three", "ONE two three"]);
  expect(asString(life.textAt(1))).toBe("one three");
});

test("every letter knows who wrote it", () => {
  expect(life.spans().map(({ length, by }) => [length, by?.by?.name])).toEqual([[3, "Ann"], [4, "Bo"], [6, "Ann"]]);
});

test("what came after the history is nobody's that one knows", () => {
  expect(life.spansOf(asText("ONE two three!")).map(({ length, by }) => [length, by?.author ?? null])).toEqual([[3, 1], [4, 2], [6, 1], [1, null]]);
});

test("where the beginning was given up it is dots, and of an unknown author", () => {
  const late = new NotesLife([edit(50, 1, [4, [0, "new"], 2])]);
  expect(asString(late.textAt(0))).toBe("······");
  expect(late.spans().map(({ length, by }) => [length, by?.author ?? null])).toEqual([[4, null], [3, 1], [2, null]]);
});

test("a long life is looked at from the nearest text kept", () => {
  const long = new NotesLife(Array.from({ length: 1_000 }, (_, at) => edit(at + 1, 1, at === 0 ? [[0, "x"]] : [at, [0, "x"]])));
  expect([1_000, 3, 250, 999, 100].map((step) => long.textAt(step).length)).toEqual([1_000, 3, 250, 999, 100]);
});
