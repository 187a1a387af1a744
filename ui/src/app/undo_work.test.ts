import { expect, test } from "vitest";
import { stroke } from "../testing/shapes";
import { workOf } from "./undo_work";

const by = (id: string, author: number, added_ms: number) => ({ ...stroke(id), author, added_ms });

test("what somebody added since then, and nobody else's", () => {
  const shapes = [by("old", 2, 10), by("new", 2, 20), by("newer", 2, 30), by("other", 3, 30)];
  expect(workOf(shapes, 2, 20)).toEqual({ added: ["new", "newer"] });
  expect(workOf(shapes, 2, 0).added).toHaveLength(3);
  expect(workOf(shapes, 4, 0)).toEqual({ added: [] });
});

test("fifty thousand things are looked through", () => {
  const shapes = Array.from({ length: 50_000 }, (_, index) => by(`s${index}`, index % 2, index));
  expect(workOf(shapes, 1, 0).added).toHaveLength(25_000);
});
