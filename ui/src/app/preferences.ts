/**
 * The ink one drew with last, kept in the page's storage.
 *
 * Promises: what comes out is an ink that can be drawn with, whatever is stored;
 * where storage is forbidden one begins with the usual ink each time.
 */
import type { Color } from "../protocol/generated/messages";
import { asColor, DEFAULT_INK, DEFAULT_WIDTH, WIDTH_RANGE } from "./palette";

export interface InkChoice {
  readonly color: Color;
  /** Board units. */
  readonly width: number;
}

const KEY = "lanvas.ink";

export function lastInk(): InkChoice {
  try {
    return readInk(JSON.parse(localStorage.getItem(KEY) ?? "null"));
  } catch {
    return readInk(null);
  }
}

export function keepInk(choice: InkChoice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Forbidden or full: it is only a convenience.
  }
}

export function readInk(stored: unknown): InkChoice {
  const { color, width } = (typeof stored === "object" && stored !== null ? stored : {}) as Record<string, unknown>;
  const usable = typeof width === "number" && width >= WIDTH_RANGE.min && width <= WIDTH_RANGE.max;
  return {
    color: (typeof color === "string" ? asColor(color) : null) ?? DEFAULT_INK,
    width: usable ? width : DEFAULT_WIDTH,
  };
}
