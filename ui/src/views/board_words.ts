/** Every sentence and label of the board's tools, menus and sheets. */
import type { CommandName } from "../tools/commands";
import type { ToolName } from "../tools/effect";
import type { AppCommand } from "../tools/keys";
import type { Form, Head } from "../protocol/generated/messages";

export const toolWords: Readonly<Record<ToolName, string>> = {
  select: "Select and move", hand: "Move the view", pen: "Pen", marker: "Highlighter", brush: "Brush", eraser: "Eraser", shape: "Shape",
  arrow: "Arrow", line: "Line", text: "Text", note: "Sticky note", frame: "Frame", laser: "Laser pointer", lasso: "Lasso", eyedropper: "Pick a colour",
};

export const formWords: Readonly<Record<Form, string>> = {
  rectangle: "Rectangle", rounded: "Rounded rectangle", ellipse: "Ellipse", diamond: "Diamond", triangle: "Triangle",
  parallelogram: "Parallelogram", trapezoid: "Trapezoid", pentagon: "Pentagon", hexagon: "Hexagon", octagon: "Octagon", star: "Star",
  cloud: "Cloud", heart: "Heart", arrow_right: "Block arrow", cross: "Cross", speech: "Speech bubble", cylinder: "Cylinder",
};

export const headWords: Readonly<Record<Head, string>> = {
  none: "Nothing", arrow: "Arrow", triangle: "Triangle", dot: "Dot", bar: "Bar", diamond: "Diamond",
};

export interface CommandEntry {
  readonly name: CommandName | AppCommand;
  readonly label: string;
  readonly keys?: string;
}

const entry = (name: CommandName | AppCommand, label: string, keys?: string): CommandEntry => (keys === undefined ? { name, label } : { name, label, keys });

/** In groups, as the context menu shows them. */
export const selectionMenu: readonly (readonly CommandEntry[])[] = [
  [entry("duplicate", "Duplicate", "Ctrl+D"), entry("delete", "Delete", "Del")],
  [entry("to_front", "To the front", "]"), entry("forward", "One forward", "Ctrl+]"), entry("backward", "One backward", "Ctrl+["), entry("to_back", "To the back", "[")],
  [entry("group", "Group", "Ctrl+G"), entry("ungroup", "Ungroup", "Ctrl+Shift+G"), entry("lock", "Lock or unlock", "Ctrl+Shift+L")],
  [entry("flip_x", "Flip left and right", "Shift+H"), entry("flip_y", "Flip top and bottom", "Shift+V")],
  [entry("copy_style", "Copy the style", "Ctrl+Alt+C"), entry("paste_style", "Paste the style", "Ctrl+Alt+V"), entry("link", "Link …", "Ctrl+K")],
];

export const alignMenu: readonly CommandEntry[] = [
  entry("align_left", "Align left", "Ctrl+Shift+←"), entry("align_center", "Align centres"), entry("align_right", "Align right", "Ctrl+Shift+→"),
  entry("align_top", "Align top", "Ctrl+Shift+↑"), entry("align_middle", "Align middles"), entry("align_bottom", "Align bottom", "Ctrl+Shift+↓"),
  entry("distribute_x", "Same gaps sideways"), entry("distribute_y", "Same gaps up and down"),
];

export const boardMenu: readonly (readonly CommandEntry[])[] = [
  [entry("select_all", "Select everything", "Ctrl+A"), entry("unlock_all", "Unlock everything")],
  [entry("find", "Find words …", "Ctrl+F"), entry("image", "Add a picture …"), entry("open", "Open a board file …", "Ctrl+O"), entry("export", "Save a copy …", "Ctrl+Shift+E")],
  [entry("grid", "Grid on or off", "Ctrl+'"), entry("snap", "Lining up on or off", "Alt+S"), entry("minimap", "Small map on or off"), entry("zen", "Only the board", "Alt+Z")],
];

/** Only in the palette. */
export const otherCommands: readonly CommandEntry[] = [
  entry("keep_tool", "Keep the tool after use", "Q"), entry("bold", "Bold", "Ctrl+B"), entry("italic", "Italic", "Ctrl+I"),
  entry("next_page", "Show the pages, the next one", "Alt+PgDn"), entry("previous_page", "The page before", "Alt+PgUp"), entry("end_pages", "End showing pages"),
  entry("larger", "Larger words", "Ctrl+Shift+."), entry("smaller", "Smaller words", "Ctrl+Shift+,"),
];

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
  eraser: "The eraser takes",
  erasers: { things: "Whole things", parts: "Parts of strokes" },
  recent: "Used before",
  custom: "Own colour",
  image: "Picture",
  menu: "Actions",
  palette: "Find an action",
  paletteHint: "Type what you want to do",
  nothingFound: "Nothing found. Try another word.",
  find: "Find words on the board",
  findHint: "Words to look for",
  found: (count: number): string => (count === 0 ? "Nothing found. Try fewer or shorter words." : count === 1 ? "One place." : `${count} places.`),
  link: "Link",
  linkHint: "https://… or a place: #shape=…",
  linkHere: "Copy a link to this thing",
  linkBad: "A link begins with https://, http://, mailto: or #.",
  linkDone: "Save the link",
  linkOpen: "Open the link",
  linkRemove: "Remove the link",
  linkCopied: "Copied. Paste it as another thing’s link.",
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
  export: {
    title: "Save a copy",
    what: "What",
    all: "Everything",
    selected: "What is selected",
    as: "As",
    kinds: { png: "Picture (PNG)", svg: "Drawing (SVG)", pdf: "Pages (PDF)", json: "Lanvas board (.json)", excalidraw: "Excalidraw (.excalidraw)" },
    background: "With paper",
    go: "Save",
    print: "Print …",
    working: "Making it …",
    cancel: "Stop",
    failed: "It could not be made. Try a smaller part, or another kind of file.",
    empty: "There is nothing on the board yet.",
  },
  imported: "The file could not be read. Lanvas opens its own boards, .excalidraw, pictures and PDF.",
} as const;
