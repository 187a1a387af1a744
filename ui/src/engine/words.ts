/**
 * Words on the board: in which font, and where their lines break.
 *
 * Lines are broken by whoever looks, because fonts differ between machines. Kept
 * by the body, so that a shape that is moved or recoloured keeps its own.
 */
import type { Align, Font, Shape } from "../protocol/generated/messages";
import { TEXT_FONT, TEXT_LINE_HEIGHT } from "./text";

const FAMILIES: Readonly<Record<Font, string>> = {
  sans: TEXT_FONT,
  serif: '"Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif", serif',
  mono: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace',
  hand: '"Segoe Print", "Bradley Hand", "Chalkboard SE", "Comic Neue", "Comic Sans MS", "Patrick Hand", cursive',
};

/** How words look, beside their colour and size. */
export type WordLook = Pick<Shape, "font" | "bold" | "italic">;

/** The CSS font of words of `px` pixels. */
export function cssFont({ font = "sans", bold = false, italic = false }: WordLook, px: number): string {
  return `${italic ? "italic " : ""}${bold ? "700 " : ""}${px}px ${FAMILIES[font] ?? FAMILIES.sans}`;
}

export function familyOf(font: Font | undefined): string {
  return FAMILIES[font ?? "sans"] ?? FAMILIES.sans;
}

export interface Line {
  readonly text: string;
  /** In sizes of the font. */
  readonly width: number;
}

export interface WordBlock {
  readonly lines: readonly Line[];
  /** Board units. */
  readonly width: number;
  readonly height: number;
}

let pen: { font: string; measureText(text: string): { readonly width: number } } | null | undefined;
const MEASURED_PX = 100;

function penOf(): typeof pen {
  if (pen === undefined) {
    if (typeof document !== "undefined") pen = document.createElement("canvas").getContext("2d");
    else if (typeof OffscreenCanvas !== "undefined") pen = new OffscreenCanvas(1, 1).getContext("2d");
    else pen = null;
  }
  return pen;
}

/** Width of a line in sizes of its font; by a plain average where there is nothing to measure with. */
function widthOf(look: WordLook, line: string): number {
  const measure = penOf();
  if (!measure) return line.length * 0.55;
  const font = cssFont(look, MEASURED_PX);
  if (measure.font !== font) measure.font = font;
  return measure.measureText(line).width / MEASURED_PX;
}

interface Kept {
  readonly key: string;
  readonly block: WordBlock;
}

const kept = new WeakMap<object, Kept>();

/**
 * `text` in lines of at most `room` board units, 0 for as wide as they are.
 * `owner` is what it is kept by: the shape's body.
 */
export function wordBlock(owner: object, look: WordLook, text: string, size: number, room: number): WordBlock {
  const key = `${look.font ?? ""}${look.bold === true ? "b" : ""}${look.italic === true ? "i" : ""}/${room}`;
  const had = kept.get(owner);
  if (had?.key === key) return had.block;
  const lines = text.split("\n").flatMap((line) => broken(look, line, room > 0 ? room / size : Infinity));
  const widest = lines.reduce((most, line) => Math.max(most, line.width), 0);
  const block = { lines, width: widest * size, height: lines.length * size * TEXT_LINE_HEIGHT };
  kept.set(owner, { key, block });
  return block;
}

function broken(look: WordLook, line: string, room: number): Line[] {
  const whole = { text: line, width: widthOf(look, line) };
  if (whole.width <= room) return [whole];
  const lines: Line[] = [];
  let text = "";
  for (const word of line.split(/(?<=\s)/u)) {
    const longer = text + word;
    if (text !== "" && widthOf(look, longer.trimEnd()) > room) {
      lines.push(lineOf(look, text));
      text = word;
    } else {
      text = longer;
    }
    // A word that is wider than the room breaks where it must.
    while (widthOf(look, text.trimEnd()) > room && text.length > 1) {
      const fits = fitting(look, text, room);
      lines.push(lineOf(look, text.slice(0, fits)));
      text = text.slice(fits);
    }
  }
  lines.push(lineOf(look, text));
  return lines;
}

function lineOf(look: WordLook, text: string): Line {
  const trimmed = text.trimEnd();
  return { text: trimmed, width: widthOf(look, trimmed) };
}

/** How many characters of `text` fit, at least one, never half of a pair. */
function fitting(look: WordLook, text: string, room: number): number {
  let [low, high] = [1, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(look, text.slice(0, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  const code = text.charCodeAt(low - 1);
  return code >= 0xd800 && code < 0xdc00 && low < text.length ? low + 1 : low;
}

/** Where a line begins in a room of `room`, both in the same unit. */
export function lineStart(align: Align | undefined, byDefault: "left" | "center", width: number, room: number): number {
  const how = align === undefined || align === "auto" ? byDefault : align;
  if (how === "left") return 0;
  return how === "center" ? (room - width) / 2 : room - width;
}
