/**
 * Finds boxes by place.
 *
 * A grid for each power of two: a box lies in the one cell that its middle falls
 * in, of the grid whose cells are at least as large as the box. So adding, moving
 * and removing touch one cell each, whatever the board holds, and nothing is ever
 * rebalanced. (An R-tree such as rbush answers a little faster but pays
 * logarithmic, allocating inserts and deletes; ink arrives all the time.)
 *
 * Must not know shapes.
 */
import type { Rect } from "./geometry";

interface Cell<T> {
  readonly column: number;
  readonly row: number;
  readonly items: T[];
  /** Four numbers for each item, in its order: an object for each would take twice the memory. */
  readonly boxes: number[];
}

/** Cells of columns and rows up to 2^25 either way have keys of their own: 2 million board units at the finest level. */
const KEY_SPAN = 2 ** 26;
const LEVEL_MIN = 4;

function levelOf(box: Rect): number {
  const size = Math.max(box.maxX - box.minX, box.maxY - box.minY, 1);
  return Math.max(LEVEL_MIN, Math.ceil(Math.log2(size)));
}

function keyOf(column: number, row: number): number {
  return (column + KEY_SPAN / 2) * KEY_SPAN + (row + KEY_SPAN / 2);
}

export class Grid<T> {
  readonly #levels = new Map<number, Map<number, Cell<T>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Puts `item`, which must not be there. */
  put(item: T, box: Rect): void {
    const { cells, key, column, row } = this.#place(box);
    let cell = cells.get(key);
    if (!cell) {
      cell = { column, row, items: [], boxes: [] };
      cells.set(key, cell);
    }
    cell.items.push(item);
    cell.boxes.push(box.minX, box.minY, box.maxX, box.maxY);
    this.#size += 1;
  }

  /** Takes `item` out; `box` is the one it was put with. */
  remove(item: T, box: Rect): void {
    const { cells, key } = this.#place(box);
    const cell = cells.get(key);
    const at = cell?.items.indexOf(item) ?? -1;
    if (!cell || at < 0) return;
    // The last one takes its place: a cell has no order.
    const lastItem = cell.items.pop();
    const lastBox = cell.boxes.splice(cell.items.length * 4, 4);
    if (at < cell.items.length && lastItem !== undefined) {
      cell.items[at] = lastItem;
      lastBox.forEach((side, i) => (cell.boxes[at * 4 + i] = side));
    }
    if (cell.items.length === 0) cells.delete(key);
    this.#size -= 1;
  }

  clear(): void {
    this.#levels.clear();
    this.#size = 0;
  }

  /** Calls `found` with every item whose box meets `area`, in no order. */
  search(area: Rect, found: (item: T) => void): void {
    for (const [level, cells] of this.#levels) this.#searchLevel(cells, 2 ** level, area, found);
  }

  #place(box: Rect): { cells: Map<number, Cell<T>>; key: number; column: number; row: number } {
    const level = levelOf(box);
    const size = 2 ** level;
    const column = Math.floor((box.minX + box.maxX) / 2 / size);
    const row = Math.floor((box.minY + box.maxY) / 2 / size);
    let cells = this.#levels.get(level);
    if (!cells) {
      cells = new Map();
      this.#levels.set(level, cells);
    }
    return { cells, key: keyOf(column, row), column, row };
  }

  #searchLevel(cells: Map<number, Cell<T>>, size: number, area: Rect, found: (item: T) => void): void {
    // A box reaches at most half a cell beyond the cell of its middle.
    const left = Math.floor(area.minX / size - 0.5);
    const right = Math.floor(area.maxX / size + 0.5);
    const top = Math.floor(area.minY / size - 0.5);
    const bottom = Math.floor(area.maxY / size + 0.5);
    const visit = (cell: Cell<T> | undefined) => {
      if (cell) searchCell(cell, area, found);
    };
    // A wide view over small cells: fewer are occupied than it covers.
    if ((right - left + 1) * (bottom - top + 1) > cells.size) {
      for (const cell of cells.values()) {
        if (cell.column >= left && cell.column <= right && cell.row >= top && cell.row <= bottom) visit(cell);
      }
      return;
    }
    for (let column = left; column <= right; column++) {
      for (let row = top; row <= bottom; row++) visit(cells.get(keyOf(column, row)));
    }
  }
}

function searchCell<T>({ items, boxes }: Cell<T>, { minX, minY, maxX, maxY }: Rect, found: (item: T) => void): void {
  for (let i = 0, k = 0; i < items.length; i++, k += 4) {
    const isMet = (boxes[k] ?? 0) <= maxX && (boxes[k + 1] ?? 0) <= maxY && (boxes[k + 2] ?? 0) >= minX && (boxes[k + 3] ?? 0) >= minY;
    if (isMet) found(items[i] as T);
  }
}
