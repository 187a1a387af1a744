/**
 * Undo and redo of this person's own work on the board.
 *
 * A step is what one gesture did: for each shape how it was before and after.
 * Taking it back is decided against the board as it is then, so it leaves alone
 * what others made of the same shapes meanwhile: a property is put back only if
 * it still has the value this person gave it, a shape that is gone is not
 * changed, one that came back is not added twice. A cut is taken back by the whole
 * stroke while what it left lies there untouched, else by the ink it took alone.
 * Must not know: how an operation reaches the hub.
 */
import { OPERATION_SHAPES_MAX } from "../protocol/generated/limits";
import type { Operation, Remainder, Shape, ShapeChange, ShapeId } from "../protocol/generated/messages";
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import { changedShape, propertyOf, remainder, remaindersOf, SHAPE_PROPERTIES, sameShape, sameValue, shapeEffects, type ShapeValue } from "./shape";

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

type BoardOperation = Extract<Operation, { type: "add_shapes" | "update_shapes" | "remove_shapes" }>;

/** What becomes of one shape. */
export interface Edit {
  readonly before: Shape | undefined;
  readonly after: Shape | undefined;
}

/** What became of a stroke that was cut. */
interface Cut {
  /** Pieces that stayed. */
  readonly left: readonly Remainder[];
  /** Pieces that went; together with the others they are the stroke. */
  readonly taken: readonly Remainder[];
}

interface Step {
  readonly gesture: string | null;
  readonly edits: Map<ShapeId, Edit>;
  /** By the stroke that was cut. */
  readonly cuts: Map<ShapeId, Cut>;
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
   * `gesture` in a row are one step. `taken`: of strokes that it cuts, what it
   * does not leave.
   */
  record(operation: Operation, board: ShapeSource, gesture: string | null = null, taken: readonly Remainder[] = []): void {
    const effects = shapeEffects(operation);
    if (effects.length === 0) return;
    const last = this.#done.at(-1);
    const goesOn = gesture !== null && last !== undefined && last.gesture === gesture;
    const step: Step = goesOn ? last : { gesture, edits: new Map(), cuts: new Map() };
    const now = new Map<ShapeId, Shape | undefined>();
    for (const [id, effect] of effects) {
      const before = now.has(id) ? now.get(id) : board.get(id);
      const after = effect(before, (other) => board.get(other));
      now.set(id, after);
      const edit = step.edits.get(id);
      step.edits.set(id, { before: edit === undefined ? before : edit.before, after });
    }
    const left = remaindersOf(operation);
    for (const id of new Set(left.map(({ of }) => of))) step.cuts.set(id, { left: left.filter(({ of }) => of === id), taken: taken.filter(({ of }) => of === id) });
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
  const back: Step = { gesture: null, edits: new Map(), cuts: new Map() };
  const put = (id: ShapeId, then: Shape | undefined): void => {
    const now = board.get(id);
    if (now !== then && !(now && then && sameShape(now, then))) back.edits.set(id, { before: now, after: then });
  };
  const dealt = new Set<ShapeId>();
  for (const [id, cut] of step.cuts) {
    const edit = step.edits.get(id);
    if (edit === undefined || (edit.before === undefined) === (edit.after === undefined)) continue;
    for (const of of [id, ...cut.left.map((piece) => piece.id)]) dealt.add(of);
    if (edit.before !== undefined) mend(id, cut, edit.before, step, back, board, put);
    else if (edit.after !== undefined) cutAgain(id, cut, edit.after, back, board, put);
  }
  for (const [id, edit] of step.edits) if (!dealt.has(id)) put(id, restored(edit, board.get(id)));
  return back;
}

type Put = (id: ShapeId, then: Shape | undefined) => void;

/** Brings back what a cut took: the whole stroke, or where others went on with its pieces, that alone. */
function mend(id: ShapeId, cut: Cut, whole: Shape, step: Step, back: Step, board: ShapeSource, put: Put): void {
  if (board.get(id) !== undefined) return;
  const isUntouched = cut.left.every((piece) => isAsLeft(board.get(piece.id), step.edits.get(piece.id)?.after));
  if (isUntouched || cut.taken.length === 0) {
    put(id, whole);
    for (const piece of cut.left) put(piece.id, undefined);
    back.cuts.set(id, cut);
  } else for (const piece of cut.taken) put(piece.id, board.get(piece.id) ?? remainder(whole, piece));
}

function isAsLeft(now: Shape | undefined, then: Shape | undefined): boolean {
  return now === then || (now !== undefined && then !== undefined && sameShape(now, then));
}

/** Cuts a stroke once more, as it looks now; one that is gone, or has another line by now, stays so. */
function cutAgain(id: ShapeId, cut: Cut, had: Shape, back: Step, board: ShapeSource, put: Put): void {
  const whole = board.get(id);
  if (whole === undefined || !sameValue(propertyOf(whole, "points"), propertyOf(had, "points"))) return;
  put(id, undefined);
  for (const piece of cut.left) put(piece.id, remainder(whole, piece));
  back.cuts.set(id, cut);
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
export function operationsOf(edits: ReadonlyMap<ShapeId, Edit>): BoardOperation[] {
  const ids: ShapeId[] = [];
  const shapes: Shape[] = [];
  const changes: ShapeChange[] = [];
  for (const [id, { before, after }] of edits) {
    const another = before !== undefined && before.body.kind !== after?.body.kind;
    if (another) ids.push(id);
    if (after === undefined) continue;
    if (before === undefined || another) shapes.push(after);
    else changes.push(changeBetween(before, after));
  }
  return [
    ...lots(ids).map((lot): BoardOperation => ({ type: "remove_shapes", ids: lot })),
    ...lots(shapes).map((lot): BoardOperation => ({ type: "add_shapes", shapes: lot })),
    ...lots(changes).map((lot): BoardOperation => ({ type: "update_shapes", changes: lot })),
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
