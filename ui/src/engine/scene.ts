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
import type { Shape, ShapeBody, ShapeId } from "../protocol/generated/messages";
import { containsRect, EMPTY_RECT, union, type Rect } from "./geometry";
import { Grid } from "./grid";
import type { Bound, Kind } from "./kinds/kind";
import { isFiniteRect, kindOf, SPECK_EXTENT } from "./kinds/registry";
import { boundsOnBoard } from "./placement";
import type { MeasureLine } from "./text";

/** A shape in its place. Another value of the shape is another object. */
export interface Placed {
  /** As it is on the board. */
  readonly shape: Shape;
  /** As it is to be seen: the same, but for shapes that follow others. */
  readonly drawn: Shape;
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
  /** Who follows a shape. */
  readonly #followers = new Map<ShapeId, Set<ShapeId>>();
  /** Who shows a picture, by its key. */
  readonly #showing = new Map<string, Set<Placed>>();
  readonly #subscribers = new Subscribers<SceneChange>();
  readonly #measure: MeasureLine;
  readonly #leave: Unsubscribe;
  #bounds: Rect | null = EMPTY_RECT;
  #topZ = 0;

  constructor(board: BoardView, measure: MeasureLine) {
    this.#measure = measure;
    this.#follow({ added: [...board.shapes()], changed: [], removed: [], reset: true });
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
    const before = new Map<ShapeId, Placed>();
    for (const shape of change.changed) {
      const placed = this.#take(shape.id, removed);
      if (placed) before.set(shape.id, placed);
    }
    const added: Placed[] = [];
    const fresh = [...change.changed, ...change.added];
    // Whoever follows others is put when they are in their place.
    for (const shape of fresh) if (!kindOf(shape).bound) added.push(this.#put(shape, before.get(shape.id)));
    for (const shape of fresh) if (kindOf(shape).bound) added.push(this.#put(shape));
    if (this.#followers.size > 0) this.#moveFollowers(change, added, removed);
    this.#subscribers.emit({ added, removed, reset: change.reset });
  }

  /** Puts those that follow what changed, and did not change themselves, where they belong now. */
  #moveFollowers(change: BoardChange, added: Placed[], removed: Placed[]): void {
    const fresh = new Set([...change.changed, ...change.added].map(({ id }) => id));
    const moved = new Set<ShapeId>();
    for (const id of [...fresh, ...change.removed]) {
      for (const follower of this.#followers.get(id) ?? []) if (!fresh.has(follower)) moved.add(follower);
    }
    for (const id of moved) {
      const shape = this.#placed.get(id)?.shape;
      this.#take(id, removed);
      if (shape) added.push(this.#put(shape));
    }
  }

  #clear(): void {
    this.#grid.clear();
    this.#placed.clear();
    this.#showing.clear();
    this.#followers.clear();
    this.#bounds = EMPTY_RECT;
    this.#topZ = 0;
  }

  /** Where a shape would be that is not on the board, or not so; `find` knows the others that are not as on the board. */
  place(shape: Shape, find?: (id: ShapeId) => Shape | undefined): Placed {
    const kind = kindOf(shape);
    const drawn = kind.bound ? kind.bound.resolve(shape, (id) => find?.(id) ?? this.#placed.get(id)?.drawn) : shape;
    const extent = kind.extent(drawn, this.#measure);
    return { shape, drawn, extent, bounds: boundsOnBoard(drawn, extent) };
  }

  /** Whether any shape follows another. */
  get hasFollowers(): boolean {
    return this.#followers.size > 0;
  }

  /** Those that follow `id`. */
  followers(id: ShapeId): Iterable<ShapeId> {
    return this.#followers.get(id) ?? [];
  }

  /** `before`: the shape as it was, if it was there. */
  #put(shape: Shape, before?: Placed): Placed {
    const kind = kindOf(shape);
    const drawn = kind.bound ? this.#resolved(shape, kind.bound) : shape;
    const extent = this.#extent(drawn, kind, before);
    const placed = { shape, drawn, extent, bounds: boundsOnBoard(drawn, extent) };
    this.#placed.set(shape.id, placed);
    this.#grid.put(placed, placed.bounds);
    this.#notePicture(placed, kind, true);
    if (this.#bounds && !containsRect(this.#bounds, placed.bounds)) this.#bounds = union(this.#bounds, placed.bounds);
    this.#topZ = Math.max(this.#topZ, shape.z);
    return placed;
  }

  #take(id: ShapeId, removed: Placed[]): Placed | undefined {
    const placed = this.#placed.get(id);
    if (!placed) return undefined;
    this.#placed.delete(id);
    this.#grid.remove(placed, placed.bounds);
    const kind = kindOf(placed.shape);
    this.#notePicture(placed, kind, false);
    for (const leader of kind.bound?.to(placed.shape.body) ?? []) unfile(this.#followers, leader, id);
    this.#bounds = null;
    removed.push(placed);
    return placed;
  }

  #resolved(shape: Shape, bound: Bound<ShapeBody>): Shape {
    for (const leader of bound.to(shape.body)) file(this.#followers, leader, shape.id);
    return bound.resolve(shape, (id) => this.#placed.get(id)?.drawn);
  }

  #notePicture(placed: Placed, kind: Kind<ShapeBody>, there: boolean): void {
    const picture = kind.pictureOf?.(placed.shape.body) ?? null;
    if (picture === null) return;
    if (there) file(this.#showing, picture, placed);
    else unfile(this.#showing, picture, placed);
  }

  #extent(shape: Shape, kind: Kind<ShapeBody>, before: Placed | undefined): Rect {
    // What is moved or recoloured needs no second look at its points or its words.
    if (before?.drawn.body === shape.body && hasSameLetters(before.drawn, shape)) return before.extent;
    const own = kind.extent(shape, this.#measure);
    return isFiniteRect(own) ? own : SPECK_EXTENT;
  }
}

/** All that beside its body decides how much room a shape takes. */
function hasSameLetters(a: Shape, b: Shape): boolean {
  return a.font === b.font && a.bold === b.bold && a.italic === b.italic;
}

function file<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const there = index.get(key);
  if (there) there.add(value);
  else index.set(key, new Set([value]));
}

function unfile<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const there = index.get(key);
  if (there?.delete(value) && there.size === 0) index.delete(key);
}
