/** Every sentence and label of the board's menus and sheets: none of them is seen at once. */
import type { CommandName } from "../tools/commands";
import type { AppCommand } from "../tools/keys";

export interface CommandEntry {
  readonly name: CommandName | AppCommand;
  readonly label: string;
  readonly keys?: string;
}

const entry = (name: CommandName | AppCommand, label: string, keys?: string): CommandEntry => (keys === undefined ? { name, label } : { name, label, keys });

/** In groups, as the context menu shows them. */
export const selectionMenu: readonly (readonly CommandEntry[])[] = [
  [entry("cut", "Cut", "Ctrl+X"), entry("copy", "Copy", "Ctrl+C"), entry("duplicate", "Duplicate", "Ctrl+D"), entry("delete", "Delete", "Del")],
  [entry("copy_png", "Copy as a picture", "Shift+Alt+C"), entry("copy_svg", "Copy as a drawing (SVG)"), entry("copy_text", "Copy the words")],
  [entry("to_front", "To the front", "]"), entry("forward", "One forward", "Ctrl+]"), entry("backward", "One backward", "Ctrl+["), entry("to_back", "To the back", "[")],
  [entry("group", "Group", "Ctrl+G"), entry("ungroup", "Ungroup", "Ctrl+Shift+G"), entry("lock", "Lock or unlock", "Ctrl+Shift+L"), entry("seal", "Seal for moderators, or open"), entry("who", "Who drew this …")],
  [entry("crop", "Crop the picture", "Enter"), entry("uncrop", "Show all of the picture")],
  [entry("flip_x", "Flip left and right", "Shift+H"), entry("flip_y", "Flip top and bottom", "Shift+V")],
  [entry("copy_style", "Copy the style", "Ctrl+Alt+C"), entry("paste_style", "Paste the style", "Ctrl+Alt+V"), entry("link", "Link …", "Ctrl+K")],
];

export const alignMenu: readonly CommandEntry[] = [
  entry("align_left", "Align left", "Ctrl+Shift+←"), entry("align_center", "Align centres"), entry("align_right", "Align right", "Ctrl+Shift+→"),
  entry("align_top", "Align top", "Ctrl+Shift+↑"), entry("align_middle", "Align middles"), entry("align_bottom", "Align bottom", "Ctrl+Shift+↓"),
  entry("distribute_x", "Same gaps sideways"), entry("distribute_y", "Same gaps up and down"),
];

export const boardMenu: readonly (readonly CommandEntry[])[] = [
  [entry("paste", "Paste", "Ctrl+V"), entry("select_all", "Select everything", "Ctrl+A"), entry("unlock_all", "Unlock everything")],
  [entry("find", "Find words …", "Ctrl+F"), entry("image", "Add a picture …"), entry("open", "Open a board file …", "Ctrl+O"), entry("export", "Save a copy …", "Ctrl+Shift+E")],
  [entry("grid", "Grid on or off", "Ctrl+'"), entry("snap", "Lining up on or off", "Alt+S"), entry("liking", "Paper and tools …"), entry("minimap", "Small map on or off"), entry("zen", "Only the board", "Alt+Z")],
];

/** Only in the palette. */
export const otherCommands: readonly CommandEntry[] = [
  entry("keep_tool", "Keep the tool after use", "Q"), entry("bold", "Bold", "Ctrl+B"), entry("italic", "Italic", "Ctrl+I"),
  entry("next_page", "Show the frames as pages, the next one", "Alt+PgDn"), entry("previous_page", "The page before", "Alt+PgUp"), entry("end_pages", "End showing pages"),
  entry("larger", "Larger words", "Ctrl+Shift+."), entry("smaller", "Smaller words", "Ctrl+Shift+,"),
];

export const actionWords = {
  menu: "Actions",
  /** Beside what is in the menus. */
  helped: [
    ["1 … 9, 0", "A tool by its place in the bar"], ["O", "Ellipse"], ["G", "The form drawn last"], ["Shift + G", "The form before it"],
    ["↑ ↓ ← →, Enter", "Any tool without a pointer: go there, put it down, lift it"], ["F6", "On to the tools, the panels, the board"],
  ],
  keys: { up: "Up. Enter puts it down.", down: "Down. Arrow keys go on, Enter lifts it." },
  fingers: { draw: "Draw with fingers again", move: "Move the board with fingers", what: "Fingers", hint: "While they move the board, a palm beside the pen draws nothing. Kept until the page is loaded again.", options: { move: "Move the board", draw: "Draw" } },
  paletteHint: "Type what you want to do",
  nothingFound: "Nothing found. Try another word.",
  find: "Find words on the board",
  findHint: "Words to look for",
  found: (count: number): string => (count === 0 ? "Nothing found. Try fewer or shorter words." : count === 1 ? "One place." : `${count} places.`),
  link: "Link",
  linkHint: "https://…",
  linkPlaces: "The address of a page, or a place here: the link to a thing, a heading or a spot that you copied.",
  linkHere: "Copy a link to this thing",
  linkBad: "A link begins with https://, http://, mailto: or #.",
  linkDone: "Save the link",
  linkOpen: "Open the link",
  linkRemove: "Remove the link",
  linkCopied: "Copied. Paste it as another thing’s link.",
  liking: {
    paper: "Paper",
    papers: { plain: "Plain", dots: "Dots", grid: "Squares", ruled: "Lines" },
    light: "Light or dark",
    lights: { auto: "Auto", light: "Light", dark: "Dark" },
    mine: "Auto is as your device has it. Only you see it so. Saved and printed copies are on plain light paper.",
    tools: "Tools in the bar",
    toolsHint: "In this order, as many as there is room for. The others are behind the three dots.",
    earlier: (tool: string): string => `${tool}: earlier`,
    later: (tool: string): string => `${tool}: later`,
    always: "always there",
    reset: "As it was at first",
  },
  export: {
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
    stopped: "Stopped. Nothing was saved.",
    cropped: "What is cropped off pictures stays in this kind of file, so that it can be brought back. Pictures, drawings and pages leave it out.",
    failed: "It could not be made. Try a smaller part, or another kind of file.",
    empty: "There is nothing on the board yet.",
  },
} as const;
