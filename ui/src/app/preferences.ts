/**
 * How one drew last, and how one likes paper and tools, kept in the page's storage.
 *
 * Promises: what comes out can be drawn with, whatever is stored; where storage is
 * forbidden one begins with the usual each time.
 */
import type { PaperKind, Scheme } from "../engine/picture";
import type { Color } from "../protocol/generated/messages";
import type { ToolName } from "../tools/effect";
import { STAMPS } from "../tools/stamps";
import { PLAIN_STYLE, type Style } from "../tools/style";
import { readBar } from "./tool_bar";
import { asColor, DEFAULT_INK, DEFAULT_WIDTH, WIDTH_RANGE } from "./palette";

const STYLE_KEY = "lanvas.style";
const COLORS_KEY = "lanvas.colors";
const BAR_KEY = "lanvas.tools";
const PAPER_KEY = "lanvas.paper";
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
  stamp: STAMPS.map(({ form }) => form),
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

export function keptBar(): readonly ToolName[] {
  return readBar(stored(BAR_KEY));
}

export function keepBar(bar: readonly ToolName[]): void {
  keep(BAR_KEY, bar);
}

/** How the paper looks to this person: nobody else sees it so. */
export interface PaperLook {
  readonly paper: PaperKind;
  /** `auto`: as the device has it. */
  readonly scheme: Scheme | "auto";
}

export const PAPERS_OFFERED: readonly PaperKind[] = ["plain", "dots", "grid", "ruled"];

export function keptPaper(): PaperLook {
  const kept = stored(PAPER_KEY);
  const { paper, scheme } = (typeof kept === "object" && kept !== null ? kept : {}) as Record<string, unknown>;
  return { paper: PAPERS_OFFERED.find((each) => each === paper) ?? "dots", scheme: scheme === "light" || scheme === "dark" ? scheme : "auto" };
}

export function keepPaper(look: PaperLook): void {
  keep(PAPER_KEY, look);
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
    markColor: color("markColor", PLAIN_STYLE.markColor),
    markWidth: inRange("markWidth", WIDTH_RANGE.min, WIDTH_RANGE.max, PLAIN_STYLE.markWidth),
    fill: had["fill"] === "none" ? "none" : color("fill", "none"),
    width: inRange("width", WIDTH_RANGE.min, WIDTH_RANGE.max, DEFAULT_WIDTH),
    textSize: inRange("textSize", 6, 400, PLAIN_STYLE.textSize),
    opacity: inRange("opacity", 0.05, 1, 1),
  };
}
