/**
 * The board by place: where every shape lies and which lie in an area, lowest first.
 *
 * Derived from the board and from nothing else: dropping it and making it anew
 * gives the same. Promises: follows each `BoardChange` before its own listeners
 * hear of it; a change costs as much as the shapes in it. Must not know the
 * camera or how anything is drawn.
 */
import type { BoardChange, BoardView } from "../document/board";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { Shape, ShapeId } from "../protocol/generated/messages";
import { EMPTY_RECT, union, type Rect } from "./geometry";
import { Grid } from "./grid";
import { isFiniteRect, kindOf, SPECK_EXTENT } from "./kinds/registry";
import { boundsOnBoard } from "./placement";
import type { MeasureLine } from "./text";

/** A shape in its place. Another value of the shape is another object. */
export interface Placed {
  readonly shape: Shape;
  /** Around all that it paints, in board units. */
  readonly bounds: Rect;
  /** The same in the shape's own coordinates. */
  readonly extent: Rect;
}

/** A shape that changed is in both lists, as it was and as it is. */
export interface SceneChange {
  readonly added: readonly Placed[];
  readonly removed: readonly Placed[];
  /** Everything before is void; `removed` is not filled in. */
  readonly reset: boolean;
}

/** Below or above: the board's stacking, (z, id). */
export function compareStacking(a: Placed, b: Placed): number {
  return a.shape.z - b.shape.z || (a.shape.id < b.shape.id ? -1 : a.shape.id > b.shape.id ? 1 : 0);
}

export class Scene {
  readonly #grid = new Grid<Placed>();
  readonly #placed = new Map<ShapeId, Placed>();
  /** Bounds of what a shape paints, relative to it: moving it needs no second look at its points. */
  readonly #extents = new WeakMap<Shape["body"], Rect>();
  /** Who shows a picture, by its key. */
  readonly #showing = new Map<string, Set<Placed>>();
  readonly #subscribers = new Subscribers<SceneChange>();
  readonly #measure: MeasureLine;
  readonly #leave: Unsubscribe;
  #bounds: Rect | null = EMPTY_RECT;
  #topZ = 0;

  constructor(board: BoardView, measure: MeasureLine) {
    this.#measure = measure;
    for (const shape of board.shapes()) this.#put(shape);
    this.#leave = board.subscribe((change) => this.#follow(change));
  }

  get size(): number {
    return this.#placed.size;
  }

  /** No shape stacks higher; a new one goes to `topZ + 1`. Does not sink when the top one goes. */
  get topZ(): number {
    return this.#topZ;
  }

  get(id: ShapeId): Placed | undefined {
    return this.#placed.get(id);
  }

  all(): Iterable<Placed> {
    return this.#placed.values();
  }

  /** Those that may paint in `area`, lowest first. */
  query(area: Rect): Placed[] {
    const found: Placed[] = [];
    this.#grid.search(area, (placed) => found.push(placed));
    return found.sort(compareStacking);
  }

  /** Whether anything that meets `placed`'s bounds is stacked above it. */
  isCovered(placed: Placed): boolean {
    let covered = false;
    this.#grid.search(placed.bounds, (other) => {
      covered ||= compareStacking(other, placed) > 0;
    });
    return covered;
  }

  /** Around everything; empty when there is nothing. */
  bounds(): Rect {
    if (!this.#bounds) {
      let bounds = EMPTY_RECT;
      for (const placed of this.#placed.values()) bounds = union(bounds, placed.bounds);
      this.#bounds = bounds;
    }
    return this.#bounds;
  }

  /** Around those of `ids` that are there. */
  boundsOf(ids: Iterable<ShapeId>): Rect {
    let bounds = EMPTY_RECT;
    for (const id of ids) {
      const placed = this.#placed.get(id);
      if (placed) bounds = union(bounds, placed.bounds);
    }
    return bounds;
  }

  /** Those that show the picture of this key. */
  showing(picture: string): Iterable<Placed> {
    return this.#showing.get(picture) ?? [];
  }

  subscribe(hear: (change: SceneChange) => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  destroy(): void {
    this.#leave();
  }

  #follow(change: BoardChange): void {
    if (change.reset) this.#clear();
    const removed: Placed[] = [];
    for (const id of change.removed) this.#take(id, removed);
    for (const shape of change.changed) this.#take(shape.id, removed);
    const added = [...change.changed, ...change.added].map((shape) => this.#put(shape));
    this.#subscribers.emit({ added, removed, reset: change.reset });
  }

  #clear(): void {
    this.#grid.clear();
    this.#placed.clear();
    this.#showing.clear();
    this.#bounds = EMPTY_RECT;
    this.#topZ = 0;
  }

  #put(shape: Shape): Placed {
    const extent = this.#extent(shape.body);
    const placed = { shape, extent, bounds: boundsOnBoard(shape, extent) };
    this.#placed.set(shape.id, placed);
    this.#grid.put(placed, placed.bounds);
    this.#notePicture(placed, true);
    if (this.#bounds) this.#bounds = union(this.#bounds, placed.bounds);
    this.#topZ = Math.max(this.#topZ, shape.z);
    return placed;
  }

  #take(id: ShapeId, removed: Placed[]): void {
    const placed = this.#placed.get(id);
    if (!placed) return;
    this.#placed.delete(id);
    this.#grid.remove(placed);
    this.#notePicture(placed, false);
    this.#bounds = null;
    removed.push(placed);
  }

  #notePicture(placed: Placed, there: boolean): void {
    const picture = kindOf(placed.shape.body).pictureOf?.(placed.shape.body);
    if (picture === undefined || picture === null) return;
    const showing = this.#showing.get(picture) ?? new Set();
    if (there) this.#showing.set(picture, showing.add(placed));
    else if (showing.delete(placed) && showing.size === 0) this.#showing.delete(picture);
  }

  #extent(body: Shape["body"]): Rect {
    let extent = this.#extents.get(body);
    if (!extent) {
      const own = kindOf(body).extent(body, this.#measure);
      extent = isFiniteRect(own) ? own : SPECK_EXTENT;
      this.#extents.set(body, extent);
    }
    return extent;
  }
}
