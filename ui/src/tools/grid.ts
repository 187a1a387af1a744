/** The grid that things are put on when somebody wants them to be. */

/** Board units. */
const STEP = 20;

export function toGrid(value: number): number {
  return Math.round(value / STEP) * STEP;
}
