/**
 * Ink in a light and in a dark room.
 *
 * Colours on the board are what was chosen; how they look depends on the paper of
 * the one who looks. Promises: every ink can be told from the paper (contrast at
 * least `CONTRAST_MIN` of the scheme), and ink that can is shown exactly as chosen.
 */
import type { Color } from "../protocol/generated/messages";
import type { Scheme } from "./picture";

export const PAPER: Readonly<Record<Scheme, Color>> = { light: "#fcfcfb", dark: "#17181b" };
/** Dots on the paper. */
export const DOTS: Readonly<Record<Scheme, Color>> = { light: "#d3d4d9", dark: "#44464f" };
/** Selection, handles, own marquee. */
export const ACCENT: Readonly<Record<Scheme, Color>> = { light: "#2f6fed", dark: "#7aa5ff" };

/** Ink with less contrast to the paper than this is shown otherwise. A highlighter's yellow on white paper is meant to be bright. */
const CONTRAST_MIN: Readonly<Record<Scheme, number>> = { light: 1.25, dark: 3 };
const REMEMBERED_MAX = 4_096;

type Rgb = readonly [number, number, number];

function parse(color: Color): Rgb {
  const number = Number.parseInt(color.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

function format(rgb: Rgb): Color {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance, 0 to 1, as WCAG counts it. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** 1 (the same) to 21 (black and white). */
export function contrast(a: Color, b: Color): number {
  const [low, high] = [luminance(parse(a)), luminance(parse(b))].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Mixes `rgb` with `end` until it stands out from the paper; the hue stays as far as it can. */
function towards(rgb: Rgb, end: number, scheme: Scheme): Color {
  for (let part = 0.05; part < 1; part += 0.05) {
    const mixed = format(rgb.map((value) => value + (end - value) * part) as unknown as Rgb);
    if (contrast(mixed, PAPER[scheme]) >= CONTRAST_MIN[scheme] * 1.15) return mixed;
  }
  return format([end, end, end]);
}

function isGrey([r, g, b]: Rgb): boolean {
  return Math.max(r, g, b) - Math.min(r, g, b) <= 24;
}

function compute(color: Color, scheme: Scheme): Color {
  if (contrast(color, PAPER[scheme]) >= CONTRAST_MIN[scheme]) return color;
  const rgb = parse(color);
  if (!isGrey(rgb)) return towards(rgb, scheme === "dark" ? 255 : 0, scheme);
  // Black and white are "the ink" and "the paper" rather than colours: they change places.
  const grey = (rgb[0] + rgb[1] + rgb[2]) / 3;
  const turned = scheme === "dark" ? 250 - grey * 0.75 : 262 - grey * 0.95;
  return format([turned, turned, turned]);
}

const remembered = new Map<string, Color>();

/** How ink of `color` is shown on the paper of `scheme`. */
export function shownInk(color: Color, scheme: Scheme): Color {
  const key = scheme + color;
  let shown = remembered.get(key);
  if (shown === undefined) {
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    shown = compute(color, scheme);
    remembered.set(key, shown);
  }
  return shown;
}

/** How an area filled with `color` is shown: as it was chosen, but that white paper is dark in a dark room. */
export function shownFill(color: Color, scheme: Scheme): Color {
  const rgb = parse(color);
  if (scheme === "light" || !isGrey(rgb)) return color;
  const grey = 40 + (255 - (rgb[0] + rgb[1] + rgb[2]) / 3) * 0.8;
  return format([grey, grey, grey]);
}

/** Black or white, whichever reads better on `color`. */
export function wordsOn(color: Color): Color {
  return contrast(color, "#ffffff") >= 3 ? "#ffffff" : "#111111";
}
