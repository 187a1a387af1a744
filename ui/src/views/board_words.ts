/** Every sentence and label of the board's tools and of what floats over it. */
import type { ToolName } from "../tools/effect";
import type { Form, Head } from "../protocol/generated/messages";

export const toolWords: Readonly<Record<ToolName, string>> = {
  select: "Select and move", hand: "Move the view", pen: "Pen", marker: "Highlighter", brush: "Brush", eraser: "Eraser", shape: "Shape",
  arrow: "Arrow", line: "Line", text: "Text", note: "Sticky note", frame: "Frame", laser: "Laser pointer", lasso: "Lasso", eyedropper: "Pick a colour", stamp: "Stamp",
};

export const formWords: Readonly<Record<Form, string>> = {
  rectangle: "Rectangle", rounded: "Rounded rectangle", ellipse: "Ellipse", diamond: "Diamond", triangle: "Triangle",
  parallelogram: "Parallelogram", trapezoid: "Trapezoid", pentagon: "Pentagon", hexagon: "Hexagon", octagon: "Octagon", star: "Star",
  cloud: "Cloud", heart: "Heart", arrow_right: "Block arrow", cross: "Cross", speech: "Speech bubble", cylinder: "Cylinder",
  stamp_yes: "Yes", stamp_no: "No", stamp_question: "Question", stamp_important: "Important", stamp_smile: "Smile", stamp_frown: "Frown",
  stamp_thumb: "Thumb up", stamp_spark: "Idea", stamp_flag: "Flag",
};

export const headWords: Readonly<Record<Head, string>> = {
  none: "Nothing", arrow: "Arrow", triangle: "Triangle", dot: "Dot", bar: "Bar", diamond: "Diamond",
};

export const boardWords = {
  more: "More tools",
  shapes: "Shapes",
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
  routes: { straight: "Straight", curved: "Curved", elbow: "With corners" },
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
  image: "Picture",
  palette: "Find an action",
  saveCopy: "Save a copy",
  liking: "Paper and tools",
  backToContent: "Back to what is drawn",
  following: (name: string): string => `You see what ${name} sees`,
  stopFollowing: "Stop following",
  called: (name: string): string => `${name} asks everybody to look here`,
  come: "Go there",
  stay: "Stay here",
  calling: "Everybody is asked to look where you look",
  stopCalling: "Stop asking",
  callAll: "Ask everybody to look here",
  follow: (name: string): string => `Follow ${name}`,
  openFile: "Open a file",
  showPages: "Show the frames as pages",
  pages: "Pages",
  nextPage: "Next page",
  previousPage: "Page before",
  endPages: "End",
  uploading: (name: string): string => `Adding ${name}`,
  dismiss: "Close",
  minimap: "Small map of the board",
  done: "Done",
} as const;
