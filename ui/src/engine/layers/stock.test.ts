/** The worker's stock answers as the page's scene does, whatever came, changed and went. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Board } from "../../document/board";
import type { Shape } from "../../protocol/generated/messages";
import { boardOf, label, line } from "../../testing/ink";
import { Scene, type Placed } from "../scene";
import { isPlainInk, toColumns } from "./shape_columns";
import { Stock } from "./stock";
import type { Lot } from "./workbench";

const measure = (text: string): number => text.length * 5;
const everywhere = { minX: -1e5, minY: -1e5, maxX: 1e5, maxY: 1e5 };

/** Told all that a scene hears of, plain ink in columns if `inColumns`. */
function stockOf(board: Board, inColumns: () => boolean): { stock: Stock; scene: Scene } {
  const scene = new Scene(board, measure);
  const stock = new Stock(measure);
  const tell = (put: readonly Placed[], removed: readonly string[], reset: boolean): void => {
    const plain = inColumns() ? put.filter(isPlainInk) : [];
    const others = put.filter((placed) => !(plain as readonly unknown[]).includes(placed)).map(({ shape }) => shape);
    stock.tell({ ink: plain.length > 0 ? structuredClone(toColumns(plain)) : null, others, removed, reset });
  };
  tell([...scene.all()], [], true);
  scene.subscribe(({ added, removed, reset }) => {
    const there = new Set(added.map(({ shape }) => shape.id));
    tell(added, removed.map(({ shape }) => shape.id).filter((id) => !there.has(id)), reset);
  });
  return { stock, scene };
}

const shapesOf = (lot: Lot): Shape[] => Array.from({ length: lot.length }, (_, i) => ({ ...(lot.at(i)?.shape as Shape), author: 0 }));
const all = (): boolean => true;

const step = fc.record({ id: fc.nat(12), x: fc.nat(300), z: fc.nat(5), does: fc.constantFrom("ink", "words", "move", "remove", "reset"), inColumns: fc.boolean() });

test("finds what a scene finds, in the same order", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const board = boardOf(line("first", 5, 5));
      let columns = true;
      const { stock, scene } = stockOf(board, () => columns);
      steps.forEach(({ id, x, z, does, inColumns }, i) => {
        columns = inColumns;
        const name = `s${id}`;
        if (does === "reset") board.reset([...board.shapes()].slice(0, 4), []);
        else if (does === "remove") board.applyConfirmed({ type: "remove_shapes", ids: [name] });
        else if (does === "move") board.applyConfirmed({ type: "update_shapes", changes: [{ id: name, x: x + 0.5, z: z + i / 100 }] });
        else board.applyConfirmed({ type: "add_shapes", shapes: [{ ...(does === "ink" ? line(name, x, x / 2) : label(name, x, x / 2, "word")), z }] });
        for (const area of [everywhere, { minX: 0, minY: 0, maxX: 150, maxY: 90 }]) {
          const expected = scene.query(area).map(({ shape }) => ({ ...shape, author: 0 }));
          expect(shapesOf(stock.query(area, all))).toEqual(expected);
        }
      });
    }),
    { numRuns: 60 },
  );
});

test("what was found stays as it was when all of it goes", () => {
  const board = boardOf(line("a", 0, 0), line("b", 0, 20));
  const { stock } = stockOf(board, all);
  const found = stock.query(everywhere, all);
  board.applyConfirmed({ type: "remove_shapes", ids: ["a", "b"] });
  expect(shapesOf(found).map(({ id }) => id)).toEqual(["a", "b"]);
  expect(stock.query(everywhere, all).length).toBe(0);
});

test("only what is wanted is found", () => {
  const { stock } = stockOf(boardOf(line("a", 0, 0), line("b", 0, 20), label("c", 0, 0, "word")), all);
  expect(shapesOf(stock.query(everywhere, (id) => id !== "a")).map(({ id }) => id)).toEqual(["b", "c"]);
});
