/**
 * How a text label looks and how much room it takes.
 *
 * A label's size is measured by the one who looks (fonts differ), so it is never
 * on the wire. The text field that edits a label must use the same font, size and
 * line height: they are here.
 */
import type { ShapeBody } from "../protocol/generated/messages";
import type { Rect } from "./geometry";

export const TEXT_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
/** Line height over font size. */
export const TEXT_LINE_HEIGHT = 1.3;

/** Width of one line in a font of 100 units. */
export type MeasureLine = (line: string) => number;

export function linesOf(text: string): string[] {
  return text.split("\n");
}

/** Around a label, relative to its top left. */
export function textBounds(body: Extract<ShapeBody, { kind: "text" }>, measure: MeasureLine): Rect {
  const lines = linesOf(body.text);
  const width = Math.max(...lines.map((line) => measure(line)), 20) * (body.size / 100);
  return { minX: 0, minY: 0, maxX: width, maxY: lines.length * body.size * TEXT_LINE_HEIGHT };
}

/** Measures with a canvas; where there is none (tests), by a plain average. */
export function lineMeasure(): MeasureLine {
  const context = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
  return context ? lineMeasureOn(context) : (line) => line.length * 55;
}

/** Measures with a context of its own. */
export function lineMeasureOn(context: Pick<CanvasRenderingContext2D, "font" | "measureText">): MeasureLine {
  context.font = `100px ${TEXT_FONT}`;
  return (line) => context.measureText(line).width;
}
