/**
 * The inks and widths that are offered.
 *
 * Every colour, as the engine shows it, keeps a contrast of 3:1 or more on both
 * papers, the light and the dark one, so that a board reads the same whatever the
 * reader's theme is; the test holds them to it. Names are for people who cannot
 * tell them apart.
 */
import type { Color } from "../protocol/generated/messages";

export type ColorName = "Ink" | "Slate" | "Red" | "Orange" | "Yellow" | "Green" | "Teal" | "Blue" | "Violet" | "Pink" | "Grey" | "White";
export type WidthName = "Fine" | "Medium" | "Bold" | "Marker";
export type SizeName = "Small" | "Medium" | "Large" | "Huge";

export interface Ink {
  readonly name: ColorName;
  readonly color: Color;
}

export const INKS: readonly Ink[] = [
  { name: "Ink", color: "#22252a" },
  { name: "Slate", color: "#64748b" },
  { name: "Red", color: "#e5484d" },
  { name: "Orange", color: "#dd6b20" },
  { name: "Yellow", color: "#b7860b" },
  { name: "Green", color: "#2f9e44" },
  { name: "Teal", color: "#0d9488" },
  { name: "Blue", color: "#3b82f6" },
  { name: "Violet", color: "#8b5cf6" },
  { name: "Pink", color: "#d6409f" },
];

export interface Width {
  readonly name: WidthName;
  /** Board units. */
  readonly width: number;
}

export const WIDTHS: readonly Width[] = [
  { name: "Fine", width: 2 },
  { name: "Medium", width: 4 },
  { name: "Bold", width: 8 },
  { name: "Marker", width: 18 },
];

/** What the slider reaches, in board units. */
export const WIDTH_RANGE = { min: 1, max: 64 } as const;

export const DEFAULT_INK: Color = "#22252a";
export const DEFAULT_WIDTH = 4;

const COLOR = /^#[0-9a-f]{6}$/u;

/** The wire's form of a colour, or null. Nothing else may reach a style. */
export function asColor(text: string): Color | null {
  const lower = text.toLowerCase();
  return COLOR.test(lower) ? lower : null;
}

/** What fills forms, and the paper of sticky notes: light, so that dark words read on them. */
export const PAPERS: readonly Ink[] = [
  { name: "Yellow", color: "#ffe58a" },
  { name: "Orange", color: "#ffc999" },
  { name: "Red", color: "#ffb3ad" },
  { name: "Pink", color: "#f7b5dc" },
  { name: "Violet", color: "#d3c1fb" },
  { name: "Blue", color: "#b1d4ff" },
  { name: "Teal", color: "#a3e4d7" },
  { name: "Green", color: "#bde8b0" },
  { name: "Grey", color: "#e2e4e8" },
  { name: "White", color: "#ffffff" },
];

export const TEXT_SIZES: readonly { readonly name: SizeName; readonly size: number }[] = [
  { name: "Small", size: 16 },
  { name: "Medium", size: 24 },
  { name: "Large", size: 40 },
  { name: "Huge", size: 72 },
];
