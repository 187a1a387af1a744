/** Labels of how things look: colours, lines, letters, stamps. */
import type { ColorName, SizeName, WidthName } from "../app/palette";
import { said } from "../lib/language";
import type { Head } from "../protocol/generated/messages";

export const headWords = said<Readonly<Record<Head, string>>>("heads", {
  none: "Nothing", arrow: "Arrow", triangle: "Triangle", dot: "Dot", bar: "Bar", diamond: "Diamond",
});

export const lookWords = said("look", {
  style: "Style",
  colour: "Colour",
  paper: "Paper",
  fill: "Fill",
  noFill: "No fill",
  width: "Width",
  line: "Line",
  dash: { solid: "Solid", dashed: "Dashed", dotted: "Dotted" },
  opacity: "Opacity",
  wordSize: "Text size",
  font: "Font",
  fonts: { sans: "Plain", serif: "Serif", mono: "Mono", hand: "Hand" },
  align: "Text alignment",
  aligns: { auto: "Auto", left: "Left", center: "Middle", right: "Right" },
  route: "Path",
  routes: { straight: "Straight", curved: "Curved", elbow: "Corners" },
  startHead: "Start",
  endHead: "End",
  bold: "Bold",
  boldKeys: "Bold (Ctrl+B)",
  italic: "Italic",
  italicKeys: "Italic (Ctrl+I)",
  fromScreen: "Pick from the screen",
  stamps: "Stamps",
  eraser: "The eraser takes",
  erasers: { things: "Whole things", parts: "Parts of strokes" },
  recent: "Used before",
  custom: "Own colour",
  colours: { Ink: "Ink", Slate: "Slate", Red: "Red", Orange: "Orange", Yellow: "Yellow", Green: "Green", Teal: "Teal", Blue: "Blue", Violet: "Violet", Pink: "Pink", Grey: "Grey", White: "White" } satisfies Record<ColorName, string>,
  widths: { Fine: "Fine", Medium: "Medium", Bold: "Bold", Marker: "Marker" } satisfies Record<WidthName, string>,
  sizes: { Small: "Small", Medium: "Medium", Large: "Large", Huge: "Huge" } satisfies Record<SizeName, string>,
} as const);
