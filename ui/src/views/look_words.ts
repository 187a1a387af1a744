/** Labels of how things look: colours, lines, letters, stamps. */
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
  italic: "Italic",
  fromScreen: "Pick from the screen",
  stamps: "Stamps",
  eraser: "The eraser takes",
  erasers: { things: "Whole things", parts: "Parts of strokes" },
  recent: "Used before",
  custom: "Own colour",
} as const);
