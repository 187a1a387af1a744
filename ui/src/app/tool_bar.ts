/**
 * Which tools a person has at hand, in which order, and which of them fit. Pure;
 * `preferences` keeps the choice, for this person in this browser.
 */
import type { ToolName } from "../tools/effect";

/** As it is for who has chosen nothing. */
export const USUAL_BAR: readonly ToolName[] = ["select", "hand", "pen", "marker", "eraser", "shape", "arrow", "line", "text", "note"];
/** Everything that can be in it. */
export const ALL_TOOLS: readonly ToolName[] = [...USUAL_BAR, "brush", "stamp", "lasso", "frame", "laser", "eyedropper"];
/** Without these nobody finds back. */
export const ALWAYS: readonly ToolName[] = ["select", "shape"];
/** Who is first where there is little room, with the usual bar. */
const NEEDED: readonly ToolName[] = ["select", "pen", "eraser", "shape", "hand", "marker", "text", "note", "arrow", "line"];

const BUTTON_PX = 44;
/** Ways to more tools, to undo and redo, and what lies round the buttons. */
const REST_PX = 3 * BUTTON_PX + 32;
/** Below this width the look has a button of its own; from it on it has a panel. */
const LOOK_PX = 1_040;
/** Above this the zoom stands beside the tools, as wide as this on both sides. */
const BESIDE_PX = 1_060;
const ZOOM_PX = 216;
/** Narrower than this it is a phone, or a page beside another. */
const NARROW_PX = 720;
const NARROW_MOST = 6;

/** How many tools there is room for in a stage of `width` CSS pixels. */
export function roomFor(width: number): number {
  const free = width - REST_PX - (width < LOOK_PX ? BUTTON_PX : 0) - (width > BESIDE_PX ? 2 * ZOOM_PX : 0);
  const room = Math.max(Math.floor(free / BUTTON_PX), 3);
  return width <= NARROW_PX ? Math.min(room, NARROW_MOST) : room;
}

/** The tools to be seen, in the bar's order, and those behind "more". */
export function arranged(bar: readonly ToolName[], room: number): { readonly shown: readonly ToolName[]; readonly behind: readonly ToolName[] } {
  const first = isUsual(bar) ? NEEDED : [...ALWAYS, ...bar];
  const fits = new Set([...new Set(first)].slice(0, room));
  const shown = bar.filter((tool) => fits.has(tool));
  return { shown, behind: ALL_TOOLS.filter((tool) => !shown.includes(tool)) };
}

export function isUsual(bar: readonly ToolName[]): boolean {
  return bar.length === USUAL_BAR.length && bar.every((tool, i) => tool === USUAL_BAR[i]);
}

/** What can be used of whatever was kept. */
export function readBar(value: unknown): readonly ToolName[] {
  if (!Array.isArray(value)) return USUAL_BAR;
  const known = ALL_TOOLS.filter((tool) => value.includes(tool));
  const bar = [...known].sort((a, b) => value.indexOf(a) - value.indexOf(b));
  return [...ALWAYS.filter((tool) => !bar.includes(tool)), ...bar];
}

/** In or out; what comes in comes last. */
export function toggled(bar: readonly ToolName[], tool: ToolName): readonly ToolName[] {
  if (ALWAYS.includes(tool)) return bar;
  return bar.includes(tool) ? bar.filter((each) => each !== tool) : [...bar, tool];
}

export function moved(bar: readonly ToolName[], tool: ToolName, by: 1 | -1): readonly ToolName[] {
  const from = bar.indexOf(tool);
  const to = from + by;
  if (from === -1 || to < 0 || to >= bar.length) return bar;
  const next = bar.filter((each) => each !== tool);
  next.splice(to, 0, tool);
  return next;
}
