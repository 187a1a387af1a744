/**
 * How one drew last, kept in the page's storage.
 *
 * Promises: what comes out can be drawn with, whatever is stored; where storage is
 * forbidden one begins with the usual each time.
 */
import type { Color } from "../protocol/generated/messages";
import { PLAIN_STYLE, type Style } from "../tools/style";
import { asColor, DEFAULT_INK, DEFAULT_WIDTH, WIDTH_RANGE } from "./palette";

const STYLE_KEY = "lanvas.style";
const COLORS_KEY = "lanvas.colors";
/** Colours of one's own that are offered again. */
export const RECENT_MAX = 6;

const CHOICES: { readonly [K in keyof Style]?: readonly Style[K][] } = {
  dash: ["solid", "dashed", "dotted"],
  font: ["sans", "serif", "mono", "hand"],
  align: ["auto", "left", "center", "right"],
  route: ["straight", "curved", "elbow"],
  headStart: ["none", "arrow", "triangle", "dot", "bar", "diamond"],
  headEnd: ["none", "arrow", "triangle", "dot", "bar", "diamond"],
  eraser: ["things", "parts"],
  keepTool: [true, false],
  snap: [true, false],
  grid: [true, false],
};

export function lastStyle(): Style {
  return readStyle(stored(STYLE_KEY));
}

export function keepStyle(style: Style): void {
  keep(STYLE_KEY, style);
}

export function recentColors(): readonly Color[] {
  const list = stored(COLORS_KEY);
  return Array.isArray(list) ? list.flatMap((each) => (typeof each === "string" ? (asColor(each) ?? []) : [])).slice(0, RECENT_MAX) : [];
}

export function keepRecentColors(colors: readonly Color[]): void {
  keep(COLORS_KEY, colors);
}

function stored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Forbidden or full: it is only a convenience.
  }
}

export function readStyle(value: unknown): Style {
  const had = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const inRange = (name: string, least: number, most: number, usual: number): number => {
    const number = had[name];
    return typeof number === "number" && number >= least && number <= most ? number : usual;
  };
  const color = (name: string, usual: Color): Color => (typeof had[name] === "string" ? asColor(had[name]) : null) ?? usual;
  const chosen = Object.entries(CHOICES).flatMap(([name, choices]) => ((choices as readonly unknown[]).includes(had[name]) ? [[name, had[name]]] : []));
  return {
    ...PLAIN_STYLE,
    ...(Object.fromEntries(chosen) as Partial<Style>),
    color: color("color", DEFAULT_INK),
    paper: color("paper", PLAIN_STYLE.paper),
    fill: had["fill"] === "none" ? "none" : color("fill", "none"),
    width: inRange("width", WIDTH_RANGE.min, WIDTH_RANGE.max, DEFAULT_WIDTH),
    textSize: inRange("textSize", 6, 400, PLAIN_STYLE.textSize),
    opacity: inRange("opacity", 0.05, 1, 1),
  };
}
