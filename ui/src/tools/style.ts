/** What the next thing on the board will look like. */
import type { Align, Color, Dash, Font, Form, Head, Nib, Paint, Route } from "../protocol/generated/messages";
import type { ToolName } from "./effect";

/** How the eraser takes: whole things, or the part it touches. */
export type EraserWay = "things" | "parts";

export interface Style {
  /** Of ink, lines and words. */
  readonly color: Color;
  /** Of ink, board units. */
  readonly width: number;
  /** Of text, board units. */
  readonly textSize: number;
  /** Of the highlighter, which is none of the pens. */
  readonly markColor: Color;
  readonly markWidth: number;
  readonly nib: Nib;
  readonly opacity: number;
  readonly fill: Paint;
  readonly dash: Dash;
  readonly font: Font;
  readonly align: Align;
  readonly form: Form;
  /** Of a stamp. */
  readonly stamp: Form;
  readonly route: Route;
  readonly headStart: Head;
  readonly headEnd: Head;
  /** A sticky note's paper. */
  readonly paper: Color;
  readonly eraser: EraserWay;
  /** A tool stays in hand after one use. */
  readonly keepTool: boolean;
  /** Things come to lie in line with others. */
  readonly snap: boolean;
  /** And on the grid. */
  readonly grid: boolean;
}

export const PLAIN_STYLE: Style = {
  color: "#22252a", width: 4, textSize: 24, markColor: "#ffd60a", markWidth: 18, nib: "pen", opacity: 1, fill: "none", dash: "solid", font: "sans", align: "auto",
  form: "rectangle", stamp: "stamp_yes", route: "straight", headStart: "none", headEnd: "arrow", paper: "#ffe58a", eraser: "things",
  keepTool: false, snap: true, grid: false,
};

/** As it is with this tool in the hand. */
export function styleWith(tool: ToolName, style: Style): Style {
  return tool === "marker" ? { ...style, color: style.markColor, width: style.markWidth } : style;
}

/** What is chosen with this tool in the hand, for that tool. */
export function choiceWith(tool: ToolName, choice: Partial<Style>): Partial<Style> {
  if (tool !== "marker") return choice;
  const { color, width, ...rest } = choice;
  return { ...rest, ...(color && { markColor: color }), ...(width && { markWidth: width }) };
}

/** What a shape carries of the style beside what its kind has. */
export function lookOf({ opacity, fill, dash, font, align }: Style, has: { readonly line?: boolean; readonly words?: boolean; readonly fill?: boolean }) {
  return {
    ...(opacity === 1 ? {} : { opacity }),
    ...(has.fill === true && fill !== "none" ? { fill } : {}),
    ...(has.line === true && dash !== "solid" ? { dash } : {}),
    ...(has.words === true && font !== "sans" ? { font } : {}),
    ...(has.words === true && align !== "auto" ? { align } : {}),
  };
}
