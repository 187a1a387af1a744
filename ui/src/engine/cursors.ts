/**
 * People's pointers between two reports: they glide rather than jump.
 *
 * Pure but for the state it keeps. Reports come about 20 times a second; a pointer
 * covers most of the way to its last report in `GLIDE_MS`.
 */
import type { Point } from "./geometry";
import type { Cursor } from "./picture";

const GLIDE_MS = 60;
/** Nearer than this, in CSS pixels, a pointer has arrived. */
const ARRIVED = 0.3;

export class Cursors {
  #reported: readonly Cursor[] = [];
  readonly #shown = new Map<number, Point>();
  #steppedAt = 0;
  /** True when pointers should be where they were reported at once. */
  reducedMotion = false;

  report(cursors: readonly Cursor[]): void {
    this.#reported = cursors;
    const present = new Set(cursors.map((cursor) => cursor.key));
    for (const key of this.#shown.keys()) if (!present.has(key)) this.#shown.delete(key);
  }

  /** Moves them on to time `now` (ms). Returns whether one is still on its way. */
  step(now: number, zoom: number): boolean {
    const part = this.reducedMotion ? 1 : 1 - Math.exp(-Math.min(now - this.#steppedAt, 100) / GLIDE_MS);
    this.#steppedAt = now;
    let moving = false;
    for (const { key, at } of this.#reported) {
      const from = this.#shown.get(key) ?? at;
      const next = { x: from.x + (at.x - from.x) * part, y: from.y + (at.y - from.y) * part };
      const arrived = Math.hypot(at.x - next.x, at.y - next.y) * zoom < ARRIVED;
      this.#shown.set(key, arrived ? at : next);
      moving ||= !arrived;
    }
    return moving;
  }

  /** As they are shown now. */
  shown(): Cursor[] {
    return this.#reported.map((cursor) => ({ ...cursor, at: this.#shown.get(cursor.key) ?? cursor.at }));
  }
}
