/** Every sentence and label of the board's tools and of what floats over it. */
import { said } from "../lib/language";
import type { ToolName } from "../tools/effect";
import type { Form } from "../protocol/generated/messages";

export const toolWords = said<Readonly<Record<ToolName, string>>>("tools", {
  select: "Select and move", hand: "Move the view", pen: "Pen", marker: "Highlighter", brush: "Brush", eraser: "Eraser", shape: "Shape",
  arrow: "Arrow", line: "Line", text: "Text", note: "Sticky note", frame: "Frame", laser: "Laser pointer", lasso: "Lasso", eyedropper: "Pick a colour", stamp: "Stamp",
});

export const formWords = said<Readonly<Record<Form, string>>>("forms", {
  rectangle: "Rectangle", rounded: "Rounded rectangle", ellipse: "Ellipse", diamond: "Diamond", triangle: "Triangle",
  parallelogram: "Parallelogram", trapezoid: "Trapezoid", pentagon: "Pentagon", hexagon: "Hexagon", octagon: "Octagon", star: "Star",
  cloud: "Cloud", heart: "Heart", arrow_right: "Block arrow", cross: "Cross", speech: "Speech bubble", cylinder: "Cylinder",
  stamp_yes: "Yes", stamp_no: "No", stamp_question: "Question", stamp_important: "Important", stamp_smile: "Smile", stamp_frown: "Frown",
  stamp_thumb: "Thumb up", stamp_spark: "Idea", stamp_flag: "Flag",
});

export const boardWords = said("board", {
  more: "More tools",
  shapes: "Shapes",
  image: "Picture",
  palette: "Find an action",
  saveCopy: "Save a copy",
  liking: "Paper and tools",
  openFile: "Open a file",
  showPages: "Show the frames as pages",
  minimap: "Small map of the board",
  done: "Done",
} as const);
