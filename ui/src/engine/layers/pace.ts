/**
 * How much painting a frame may do.
 *
 * The time of a paint call cannot be measured when it is made: browsers note it
 * down and rasterise later. So work is counted in points, and how many a frame
 * takes is learned from how far apart frames are. Pure: the caller brings the time.
 */

const POINTS_START = 8_000;
const POINTS_MIN = 1_500;
const POINTS_MAX = 120_000;
/** A frame this late was too full. */
const LATE_MS = 21;
/** Frames farther apart than this had no work between them and say nothing. */
const APART_MS = 400;
/** Nothing is being dragged or drawn: a slower frame costs nobody anything. */
const AT_REST = 4;

export class Pace {
  #points = POINTS_START;
  #lastFrame = -Infinity;
  #worked = false;

  /** Points that the frame at `now` (ms) may visit. `busy`: somebody's hand is moving. */
  allowance(now: number, busy: boolean): number {
    const apart = now - this.#lastFrame;
    this.#lastFrame = now;
    if (this.#worked && busy && apart < APART_MS) this.#learn(apart);
    this.#worked = false;
    return busy ? this.#points : this.#points * AT_REST;
  }

  /** What the frame did of it. */
  spent(points: number): void {
    this.#worked = points > this.#points / 2;
  }

  #learn(apart: number): void {
    const factor = apart > LATE_MS ? 0.75 : 1.1;
    this.#points = Math.min(POINTS_MAX, Math.max(POINTS_MIN, this.#points * factor));
  }
}
