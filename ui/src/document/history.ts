/**
 * Undo and redo of this person's own work on the board.
 *
 * A step is what one gesture did: for each shape how it was before and after.
 * Taking it back is decided against the board as it is then, so it leaves alone
 * what others made of the same shapes meanwhile: a property is put back only if
 * it still has the value this person gave it, a shape that is gone is not
 * changed, one that came back is not added twice.
 * Must not know: how an operation reaches the hub.
 */
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { Operation, Shape, ShapeChange, ShapeId } from "../protocol/generated/messages";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import { changedShape, propertyOf, SHAPE_PROPERTIES, sameShape, sameValue, shapeEffects, type ShapeValue } from "./shape";

/** Steps that can be taken back; the oldest are forgotten. */
export const UNDO_STEPS_MAX = 500;

/** All that history asks of a board. */
export interface ShapeSource {
  get(id: ShapeId): Shape | undefined;
}

/** For the undo and redo buttons. */
export interface HistoryView {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  subscribe(hear: () => void): Unsubscribe;
}

interface Edit {
  readonly before: Shape | undefined;
  readonly after: Shape | undefined;
}

interface Step {
  readonly gesture: string | null;
  readonly edits: Map<ShapeId, Edit>;
}

export class History implements HistoryView {
  #done: Step[] = [];
  #undone: Step[] = [];
  readonly #subscribers = new Subscribers<void>();

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  /**
   * This person is about to do `operation` on `board`. Operations with the same
   * `gesture` in a row are one step.
   */
  record(operation: Operation, board: ShapeSource, gesture: string | null = null): void {
    const effects = shapeEffects(operation);
    if (effects.length === 0) return;
    const last = this.#done.at(-1);
    const goesOn = gesture !== null && last !== undefined && last.gesture === gesture;
    const step = goesOn ? last : { gesture, edits: new Map<ShapeId, Edit>() };
    const now = new Map<ShapeId, Shape | undefined>();
    for (const [id, effect] of effects) {
      const before = now.has(id) ? now.get(id) : board.get(id);
      const after = effect(before, (other) => board.get(other));
      now.set(id, after);
      const edit = step.edits.get(id);
      step.edits.set(id, { before: edit === undefined ? before : edit.before, after });
    }
    if (!goesOn) push(this.#done, step);
    this.#undone = [];
    this.#subscribers.emit();
  }

  /** What takes the last step back, as operations to submit in order without recording; empty if there is none. */
  undo(board: ShapeSource): Operation[] {
    return this.#move(this.#done, this.#undone, board);
  }

  /** What does the last step that was taken back again. */
  redo(board: ShapeSource): Operation[] {
    return this.#move(this.#undone, this.#done, board);
  }

  /** The session is another one. */
  clear(): void {
    this.#done = [];
    this.#undone = [];
    this.#subscribers.emit();
  }

  /** A step of which nothing is left to take back is passed over, so that each press does something. */
  #move(from: Step[], to: Step[], board: ShapeSource): Operation[] {
    for (let step = from.pop(); step !== undefined; step = from.pop()) {
      const back = takenBack(step, board);
      if (back.edits.size === 0) continue;
      push(to, back);
      this.#subscribers.emit();
      return operationsOf(back.edits);
    }
    this.#subscribers.emit();
    return [];
  }
}

function push(steps: Step[], step: Step): void {
  steps.push(step);
  if (steps.length > UNDO_STEPS_MAX) steps.shift();
}

/** What taking `step` back does to the board as it is. */
function takenBack(step: Step, board: ShapeSource): Step {
  const edits = new Map<ShapeId, Edit>();
  for (const [id, edit] of step.edits) {
    const now = board.get(id);
    const then = restored(edit, now);
    if (now !== then && !(now && then && sameShape(now, then))) edits.set(id, { before: now, after: then });
  }
  return { gesture: null, edits };
}

function restored({ before, after }: Edit, now: Shape | undefined): Shape | undefined {
  if (before === undefined) return after === undefined ? now : undefined;
  if (after === undefined) return now ?? before;
  return now && withOwnValuesBack(before, after, now);
}

/** `now`, with those values of `before` that this person had replaced and nobody has replaced since. */
function withOwnValuesBack(before: Shape, after: Shape, now: Shape): Shape {
  const change: Record<string, ShapeValue> = {};
  for (const property of SHAPE_PROPERTIES) {
    const [was, became] = [propertyOf(before, property), propertyOf(after, property)];
    if (was === undefined || sameValue(was, became) || !sameValue(propertyOf(now, property), became)) continue;
    change[property] = was;
  }
  return changedShape(now, { id: now.id, ...change });
}

/** Removals first, so that a full board has room; each list within what one operation takes. */
function operationsOf(edits: ReadonlyMap<ShapeId, Edit>): Operation[] {
  const ids: ShapeId[] = [];
  const shapes: Shape[] = [];
  const changes: ShapeChange[] = [];
  for (const [id, { before, after }] of edits) {
    if (after === undefined) ids.push(id);
    else if (before === undefined) shapes.push(after);
    else changes.push(changeBetween(before, after));
  }
  return [
    ...lots(ids).map((lot): Operation => ({ type: "remove_shapes", ids: lot })),
    ...lots(shapes).map((lot): Operation => ({ type: "add_shapes", shapes: lot })),
    ...lots(changes).map((lot): Operation => ({ type: "update_shapes", changes: lot })),
  ];
}

/** The change that makes `after` of `before`. */
export function changeBetween(before: Shape, after: Shape): ShapeChange {
  const change: Record<string, ShapeValue> = {};
  for (const property of SHAPE_PROPERTIES) {
    const value = propertyOf(after, property);
    if (value !== undefined && !sameValue(value, propertyOf(before, property))) change[property] = value;
  }
  return { id: before.id, ...change };
}

function lots<T>(list: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < list.length; at += OPERATION_SHAPES_MAX) result.push(list.slice(at, at + OPERATION_SHAPES_MAX));
  return result;
}
