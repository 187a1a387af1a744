/**
 * All that a worker can paint: the page's board as it was told, plain ink in columns
 * and everything else as a scene.
 *
 * Promises: answers as a scene of the same shapes would; a stroke takes some 60 bytes
 * beside its points and its id, and becomes an object only while it is painted; what was found
 * stays as it was, whatever is told later. Must not know messages or tiles.
 */
import type { BoardChange, BoardView } from "../../document/board";
import { Subscribers, type Unsubscribe } from "../../lib/subscribers";
import type { Shape, ShapeId } from "../../protocol/generated/messages";
import type { Rect } from "../geometry";
import { Grid } from "../grid";
import { Scene, type Placed } from "../scene";
import type { MeasureLine } from "../text";
import { boundsAt, columnsOf, readIds, shapeAt, zAt, type InkColumns, type SentInk } from "./shape_columns";
import type { Lot, Source } from "./workbench";

/** What became different; who is in `ink` or `others` replaces one of the same id. */
export interface Told {
  readonly ink: SentInk | null;
  readonly others: readonly Shape[];
  readonly removed: readonly ShapeId[];
  /** Everything before is void. */
  readonly reset: boolean;
}

/** Which one it is: a row of a chunk. */
type Slot = number;

interface Chunk {
  readonly columns: InkColumns;
  readonly ids: readonly ShapeId[];
  /** Rows that are on the board still. With the last of them the chunk goes. */
  used: number;
}

/** Room for the rows of a chunk, so that a slot says which one it is in. */
const CHUNK_SLOTS = 4_096;

const chunkOf = (slot: Slot): number => Math.floor(slot / CHUNK_SLOTS);
const rowOf = (slot: Slot): number => slot % CHUNK_SLOTS;

/** A board that others keep: it only passes on what it is told. */
class ToldBoard implements BoardView {
  readonly size = 0;
  readonly #subscribers = new Subscribers<BoardChange>();

  get(): undefined {
    return undefined;
  }

  shapes(): Iterable<Shape> {
    return [];
  }

  subscribe(hear: (change: BoardChange) => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  tell(change: BoardChange): void {
    this.#subscribers.emit(change);
  }
}

export class Stock implements Source {
  readonly #board = new ToldBoard();
  readonly #scene: Scene;
  readonly #grid = new Grid<Slot>();
  readonly #slots = new Map<ShapeId, Slot>();
  #chunks: (Chunk | null)[] = [];

  constructor(measure: MeasureLine) {
    this.#scene = new Scene(this.#board, measure);
  }

  tell({ ink, others, removed, reset }: Told): void {
    if (reset) this.#clear();
    const gone = removed.filter((id) => !this.#take(id));
    const added: Shape[] = [];
    const changed: Shape[] = [];
    for (const shape of others) {
      this.#take(shape.id);
      (!reset && this.#scene.get(shape.id) ? changed : added).push(shape);
    }
    if (ink) this.#put(ink, gone);
    this.#board.tell({ added, changed, removed: gone, reset });
  }

  query(area: Rect, isWanted: (id: ShapeId) => boolean): Lot {
    const others = this.#scene.query(area).filter(({ shape }) => isWanted(shape.id));
    const slots: Slot[] = [];
    this.#grid.search(area, (slot) => {
      if (isWanted(this.#idOf(slot))) slots.push(slot);
    });
    return new StockLot([...this.#chunks], slots, others);
  }

  #idOf(slot: Slot): ShapeId {
    return this.#chunks[chunkOf(slot)]?.ids[rowOf(slot)] ?? "";
  }

  /** `gone` is told of those that were something else before. */
  #put(columns: SentInk, gone: ShapeId[]): void {
    const ids = readIds(columns.ids);
    const first = this.#chunks.length * CHUNK_SLOTS;
    ids.forEach((id, row) => {
      if (!this.#take(id) && this.#scene.get(id)) gone.push(id);
      this.#slots.set(id, first + row);
      this.#grid.put(first + row, boundsAt(columns, row));
    });
    this.#chunks.push({ columns: columnsOf(columns), ids, used: ids.length });
  }

  /** Whether it was plain ink, which is now gone. */
  #take(id: ShapeId): boolean {
    const slot = this.#slots.get(id);
    const chunk = slot === undefined ? null : this.#chunks[chunkOf(slot)];
    if (slot === undefined || !chunk) return false;
    this.#grid.remove(slot, boundsAt(chunk.columns, rowOf(slot)));
    this.#slots.delete(id);
    chunk.used -= 1;
    if (chunk.used === 0) this.#chunks[chunkOf(slot)] = null;
    return true;
  }

  #clear(): void {
    this.#grid.clear();
    this.#slots.clear();
    this.#chunks = [];
  }
}

/** What was found, lowest first. */
class StockLot implements Lot {
  readonly #chunks: readonly (Chunk | null)[];
  /** Slots, and others as what is below zero: -1 is the first of them. */
  readonly #order: number[];
  readonly #others: readonly Placed[];

  constructor(chunks: readonly (Chunk | null)[], slots: Slot[], others: readonly Placed[]) {
    this.#chunks = chunks;
    this.#others = others;
    this.#order = [...slots.sort((a, b) => a - b), ...others.map((_, i) => -1 - i)];
    if (!this.#isInOrder()) this.#order.sort((a, b) => this.#compare(a, b));
  }

  get length(): number {
    return this.#order.length;
  }

  at(i: number): Placed | undefined {
    const which = this.#order[i];
    if (which === undefined) return undefined;
    if (which < 0) return this.#others[-1 - which];
    const chunk = this.#chunks[chunkOf(which)];
    return chunk ? shapeAt(chunk.columns, rowOf(which), this.#idOf(which)) : undefined;
  }

  /** As ink mostly is that came in the order it was drawn in. */
  #isInOrder(): boolean {
    return this.#order.every((which, i) => i === 0 || this.#compare(this.#order[i - 1] ?? 0, which) <= 0);
  }

  #compare(a: number, b: number): number {
    const z = this.#zOf(a) - this.#zOf(b);
    if (z !== 0) return z;
    const [one, other] = [this.#idOf(a), this.#idOf(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  }

  #zOf(which: number): number {
    if (which < 0) return this.#others[-1 - which]?.shape.z ?? 0;
    const chunk = this.#chunks[chunkOf(which)];
    return chunk ? zAt(chunk.columns, rowOf(which)) : 0;
  }

  #idOf(which: number): ShapeId {
    if (which < 0) return this.#others[-1 - which]?.shape.id ?? "";
    return this.#chunks[chunkOf(which)]?.ids[rowOf(which)] ?? "";
  }
}
