/**
 * What is selected, as the overlay shows it: boxes, the box around all, handles.
 *
 * Promises: worked out once for each selection and state of the board, so that a
 * frame costs the same with everything selected as with nothing. Must not know gestures.
 */
import type { ShapeId } from "../protocol/generated/messages";
import { EMPTY_RECT, union, type Rect } from "./geometry";
import { handlesOf, type Handles } from "./handles";
import type { Scene } from "./scene";

/** Frames around more shapes than this tell nothing. */
const FRAMES_MAX = 200;

interface Looks {
  readonly boxes: readonly Rect[];
  readonly bounds: Rect;
  readonly handles: Handles | null;
}

export class Selected {
  readonly #scene: Scene;
  #ids: readonly ShapeId[] = [];
  #looks: Looks | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get ids(): readonly ShapeId[] {
    return this.#ids;
  }

  /** Those that are not on the board are left out. Returns whether it is another selection. */
  set(ids: readonly ShapeId[]): boolean {
    const there = ids.filter((id) => this.#scene.get(id));
    if (there.length === this.#ids.length && there.every((id, i) => id === this.#ids[i])) return false;
    this.#ids = there;
    this.#looks = null;
    return true;
  }

  /** The board changed. */
  follow(): void {
    this.#looks = null;
  }

  /** Around each; none where they are too many to tell apart. */
  get boxes(): readonly Rect[] {
    return this.#now.boxes;
  }

  /** Around all, in board units; empty when nothing is selected. */
  get bounds(): Rect {
    return this.#now.bounds;
  }

  /** Where it can be taken hold of. */
  get handles(): Handles | null {
    return this.#now.handles;
  }

  get #now(): Looks {
    if (!this.#looks) {
      const placed = this.#ids.flatMap((id) => this.#scene.get(id) ?? []);
      const boxes = placed.map(({ bounds }) => bounds);
      this.#looks = { boxes: boxes.length > FRAMES_MAX ? [] : boxes, bounds: boxes.reduce(union, EMPTY_RECT), handles: handlesOf(placed) };
    }
    return this.#looks;
  }
}
