/**
 * What a leaning stylus does to ink. It is put into the pressure of the samples, or
 * into the width of a marker's line, when they are taken: so it needs no place of its
 * own on the wire, and everybody sees the same. Pure.
 *
 * A pen presses a little broader, a brush lays itself on its side, a marker's edge is
 * as broad as it was put down.
 */
import { STROKE_WIDTH_MAX } from "../protocol/generated/limits";
import type { Nib } from "../protocol/generated/messages";
import type { Sample, Style } from "./tool";

/** A hand that writes leans a stylus so far, radians; what is more is meant. */
const FROM = 0.7;
/** And here it does all it does. */
const TO = 1.25;
/** How much of what is left to full pressure it adds. */
const BROADER: Readonly<Record<Nib, number>> = { pen: 0.35, brush: 0.9, marker: 0, laser: 0 };
/** A marker laid down draws so many times its width. */
const MARKER_MOST = 2;

/** 0 as it is held to write, 1 laid down. */
function leaning(tilt = 0): number {
  return Math.min(1, Math.max(0, (tilt - FROM) / (TO - FROM)));
}

/** The sample as the ink keeps it. */
export function leaned({ x, y, timeMs, pressure, tilt }: Sample, nib: Nib): Sample {
  if (pressure === undefined) return { x, y, timeMs };
  return { x, y, timeMs, pressure: pressure + (1 - pressure) * BROADER[nib] * leaning(tilt) };
}

/** What a stroke that begins so is drawn with. */
export function styleFor({ tilt }: Sample, style: Style): Style {
  const by = 1 + (MARKER_MOST - 1) * leaning(tilt);
  return style.nib === "marker" && by > 1 ? { ...style, width: Math.fround(Math.min(style.width * by, STROKE_WIDTH_MAX)) } : style;
}
