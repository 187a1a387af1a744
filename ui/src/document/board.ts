/**
 * What lies on the board: what the hub has ordered, and on top of it what this
 * person has done and the hub has not answered yet.
 *
 * Promises: the view is always the confirmed state with the pending operations
 * applied in order; a change costs as much as the shapes it touches, however
 * many there are; a shape that did not change stays the same object.
 * Must not know: sockets, sequence numbers, why something is pending.
 */
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { Operation, Shape, ShapeId } from "../protocol/generated/messages";
import { beforeOf, remaindersOf, sameShape, shapeEffects, type ShapeBefore, type ShapeEffect } from "./shape";

/** What became different in the view. A shape is in one of the lists at most. */
export interface BoardChange {
  readonly added: readonly Shape[];
  readonly changed: readonly Shape[];
  readonly removed: readonly ShapeId[];
  /** Everything before is void; `added` is all there is. */
  readonly reset: boolean;
}

/** The board as everybody above may see it. */
export interface BoardView {
  /** How many shapes there are. */
  readonly size: number;
  get(id: ShapeId): Shape | undefined;
  /** All of them, in no order; they stack by (z, id). */
  shapes(): Iterable<Shape>;
  /** Called after each change, never with an empty one unless it is a reset. */
  subscribe(hear: (change: BoardChange) => void): Unsubscribe;
}

/** Names one pending operation. Its owner makes it up. */
export type PendingKey = number;

interface Pending {
  readonly operation: Operation;
  readonly effects: ReadonlyMap<ShapeId, readonly ShapeEffect[]>;
}

export class Board implements BoardView {
  #confirmed = new Map<ShapeId, Shape>();
  #view = new Map<ShapeId, Shape>();
  readonly #pending = new Map<PendingKey, Pending>();
  /** Who has something pending on a shape, in order. */
  readonly #pendingOn = new Map<ShapeId, Set<Pending>>();
  readonly #subscribers = new Subscribers<BoardChange>();

  get size(): number {
    return this.#view.size;
  }

  get(id: ShapeId): Shape | undefined {
    return this.#view.get(id);
  }

  shapes(): Iterable<Shape> {
    return this.#view.values();
  }

  subscribe(hear: (change: BoardChange) => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  /** A shape as the hub ordered it, without what is pending. */
  confirmed(id: ShapeId): Shape | undefined {
    return this.#confirmed.get(id);
  }

  confirmedShapes(): Iterable<Shape> {
    return this.#confirmed.values();
  }

  /** This person did `operation` just now. */
  addPending(key: PendingKey, operation: Operation): void {
    const pending = this.#remember(key, operation);
    const before = beforeOf(operation, (id) => this.#view.get(id));
    const draft = new Draft(this.#view);
    for (const [id, effects] of pending.effects) draft.set(id, applied(effects, this.#view.get(id), before));
    this.#emit(draft.change());
  }

  /** The hub ordered somebody's operation. */
  applyConfirmed(operation: Operation): void {
    const touched = this.#confirm(operation);
    this.#refresh(touched);
  }

  /** The hub ordered the pending operations `keys`, all together as `operation`. */
  confirmPending(keys: readonly PendingKey[], operation: Operation): void {
    const touched = new Set<ShapeId>();
    for (const key of keys) this.#forget(key, touched);
    for (const id of this.#confirm(operation)) touched.add(id);
    this.#refresh(touched);
  }

  /** The hub did not take the pending operations `keys`. */
  dropPending(keys: readonly PendingKey[]): void {
    const touched = new Set<ShapeId>();
    for (const key of keys) this.#forget(key, touched);
    this.#refresh(touched);
  }

  /** Everything the hub has; what is pending from now on is `pending`, in order. */
  reset(shapes: Iterable<Shape>, pending: Iterable<readonly [PendingKey, Operation]>): void {
    this.#confirmed = new Map();
    for (const shape of shapes) this.#confirmed.set(shape.id, shape);
    this.#pending.clear();
    this.#pendingOn.clear();
    for (const [key, operation] of pending) this.#remember(key, operation);
    this.#view = new Map(this.#confirmed);
    for (const id of this.#pendingOn.keys()) this.#setView(id, this.#folded(id));
    this.#subscribers.emit({ added: [...this.#view.values()], changed: [], removed: [], reset: true });
  }

  /** More of the state that the last reset began with. */
  extend(shapes: Iterable<Shape>): void {
    const touched: ShapeId[] = [];
    for (const shape of shapes) {
      this.#confirmed.set(shape.id, shape);
      touched.push(shape.id);
    }
    this.#refresh(touched);
  }

  #remember(key: PendingKey, operation: Operation): Pending {
    const effects = new Map<ShapeId, ShapeEffect[]>();
    for (const [id, effect] of shapeEffects(operation)) entry(effects, id, () => []).push(effect);
    const pending = { operation, effects };
    this.#pending.set(key, pending);
    for (const id of effects.keys()) entry(this.#pendingOn, id, () => new Set()).add(pending);
    return pending;
  }

  #forget(key: PendingKey, touched: Set<ShapeId>): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    this.#pending.delete(key);
    for (const id of pending.effects.keys()) {
      touched.add(id);
      const others = this.#pendingOn.get(id);
      others?.delete(pending);
      if (others?.size === 0) this.#pendingOn.delete(id);
    }
  }

  #confirm(operation: Operation): ShapeId[] {
    const before = beforeOf(operation, (id) => this.#confirmed.get(id));
    return shapeEffects(operation).map(([id, effect]) => {
      put(this.#confirmed, id, effect(this.#confirmed.get(id), before));
      return id;
    });
  }

  /** Works out the view of these anew and tells what became different. */
  #refresh(ids: Iterable<ShapeId>): void {
    const draft = new Draft(this.#view);
    for (const id of this.#withPieces(ids)) draft.set(id, this.#folded(id));
    this.#emit(draft.change());
  }

  /** With what pending cuts leave of them: it looks as they do. */
  #withPieces(ids: Iterable<ShapeId>): ReadonlySet<ShapeId> {
    const all = new Set(ids);
    // What is added on the way is visited too.
    for (const id of all) {
      for (const { operation } of this.#pendingOn.get(id) ?? []) {
        for (const left of remaindersOf(operation)) if (left.of === id) all.add(left.id);
      }
    }
    return all;
  }

  /** A shape with what is pending on it, up to but not including `until`. */
  #folded(id: ShapeId, until: Pending | null = null): Shape | undefined {
    let shape = this.#confirmed.get(id);
    for (const pending of this.#pendingOn.get(id) ?? []) {
      if (pending === until) break;
      shape = applied(pending.effects.get(id) ?? [], shape, (other) => this.#folded(other, pending));
    }
    return shape;
  }

  #setView(id: ShapeId, shape: Shape | undefined): void {
    put(this.#view, id, shape);
  }

  #emit(change: BoardChange | null): void {
    if (change !== null) this.#subscribers.emit(change);
  }
}

/** Writes to a map of shapes and remembers what became different. */
class Draft {
  readonly #shapes: Map<ShapeId, Shape>;
  readonly #before = new Map<ShapeId, Shape | undefined>();

  constructor(shapes: Map<ShapeId, Shape>) {
    this.#shapes = shapes;
  }

  set(id: ShapeId, shape: Shape | undefined): void {
    const had = this.#shapes.get(id);
    if (had === shape) return;
    if (had !== undefined && shape !== undefined && sameShape(had, shape)) {
      // When it was added is told with the hub's number; nothing looks different by it.
      if (had.added_ms !== shape.added_ms) put(this.#shapes, id, shape);
      return;
    }
    if (!this.#before.has(id)) this.#before.set(id, had);
    put(this.#shapes, id, shape);
  }

  change(): BoardChange | null {
    if (this.#before.size === 0) return null;
    const added: Shape[] = [];
    const changed: Shape[] = [];
    const removed: ShapeId[] = [];
    for (const [id, had] of this.#before) {
      const shape = this.#shapes.get(id);
      if (shape === undefined) removed.push(id);
      else (had === undefined ? added : changed).push(shape);
    }
    return { added, changed, removed, reset: false };
  }
}

function applied(effects: readonly ShapeEffect[], shape: Shape | undefined, before: ShapeBefore): Shape | undefined {
  return effects.reduce((now, effect) => effect(now, before), shape);
}

function put(shapes: Map<ShapeId, Shape>, id: ShapeId, shape: Shape | undefined): void {
  if (shape === undefined) shapes.delete(id);
  else shapes.set(id, shape);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const had = map.get(key);
  if (had !== undefined) return had;
  const made = make();
  map.set(key, made);
  return made;
}
