/** Every sentence and label of the board's menus and sheets: none of them is seen at once. */
import { said } from "../lib/language";
import type { CommandName } from "../tools/commands";
import type { AppCommand } from "../tools/keys";

export const commandWords = said("commands", {
  cut: "Cut", copy: "Copy", duplicate: "Duplicate", delete: "Delete",
  copy_png: "Copy as a picture", copy_svg: "Copy as a drawing (SVG)", copy_text: "Copy the words", to_front: "To the front",
  forward: "One forward", backward: "One backward", to_back: "To the back", group: "Group",
  ungroup: "Ungroup", lock: "Lock or unlock", seal: "Seal for moderators, or open", who: "Who drew this …",
  crop: "Crop the picture", uncrop: "Show all of the picture", flip_x: "Flip left and right", flip_y: "Flip top and bottom",
  turn_right: "Turn right by 15°", turn_left: "Turn left by 15°",
  copy_style: "Copy the style", paste_style: "Paste the style", link: "Link …", align_left: "Align left",
  align_center: "Align centres", align_right: "Align right", align_top: "Align top", align_middle: "Align middles",
  align_bottom: "Align bottom", distribute_x: "Same gaps sideways", distribute_y: "Same gaps up and down", paste: "Paste",
  select_all: "Select everything", unlock_all: "Unlock everything", find: "Find words …", image: "Add a picture …",
  open: "Open a board file …", export: "Save a copy …", grid: "Grid on or off", snap: "Lining up on or off",
  liking: "Paper and tools …", minimap: "Small map on or off", zen: "Only the board", keep_tool: "Keep the tool after use",
  bold: "Bold", italic: "Italic", next_page: "Show the frames as pages, the next one", previous_page: "The page before",
  end_pages: "End showing pages", larger: "Larger words", smaller: "Smaller words",
} satisfies Partial<Record<CommandName | AppCommand, string>>);

/** What stands on the keys. */
export const keyWords = said("keys", { Ctrl: "Ctrl", Shift: "Shift", Alt: "Alt", Enter: "Enter", Tab: "Tab", Esc: "Esc", Del: "Del", Delete: "Delete", PgDn: "PgDn", PgUp: "PgUp" });

export const keysWords = (keys: string): string => keys.replace(/[A-Z][a-z]\w*/g, (name) => (keyWords as Readonly<Record<string, string>>)[name] ?? name);

export interface CommandEntry {
  readonly name: keyof typeof commandWords;
  readonly label: string;
  readonly keys?: string;
}

const entry = (name: CommandEntry["name"], keys?: string): CommandEntry => ({
  name,
  get label() {
    return commandWords[name];
  },
  ...(keys === undefined ? {} : { keys }),
});

/** In groups, as the context menu shows them. */
export const selectionMenu: readonly (readonly CommandEntry[])[] = [
  [entry("cut", "Ctrl+X"), entry("copy", "Ctrl+C"), entry("duplicate", "Ctrl+D"), entry("delete", "Del")],
  [entry("copy_png", "Shift+Alt+C"), entry("copy_svg"), entry("copy_text")],
  [entry("to_front", "]"), entry("forward", "Ctrl+]"), entry("backward", "Ctrl+["), entry("to_back", "[")],
  [entry("group", "Ctrl+G"), entry("ungroup", "Ctrl+Shift+G"), entry("lock", "Ctrl+Shift+L"), entry("seal"), entry("who")],
  [entry("crop", "Enter"), entry("uncrop")],
  [entry("flip_x", "Shift+H"), entry("flip_y", "Shift+V")],
  [entry("copy_style", "Ctrl+Alt+C"), entry("paste_style", "Ctrl+Alt+V"), entry("link", "Ctrl+K")],
];

export const alignMenu: readonly CommandEntry[] = [
  entry("align_left", "Ctrl+Shift+←"), entry("align_center"), entry("align_right", "Ctrl+Shift+→"),
  entry("align_top", "Ctrl+Shift+↑"), entry("align_middle"), entry("align_bottom", "Ctrl+Shift+↓"),
  entry("distribute_x"), entry("distribute_y"),
];

export const boardMenu: readonly (readonly CommandEntry[])[] = [
  [entry("paste", "Ctrl+V"), entry("select_all", "Ctrl+A"), entry("unlock_all")],
  [entry("find", "Ctrl+F"), entry("image"), entry("open", "Ctrl+O"), entry("export", "Ctrl+Shift+E")],
  [entry("grid", "Ctrl+'"), entry("snap", "Alt+S"), entry("liking"), entry("minimap"), entry("zen", "Alt+Z")],
];

/** Only in the palette. */
export const otherCommands: readonly CommandEntry[] = [
  entry("keep_tool", "Q"), entry("bold", "Ctrl+B"), entry("italic", "Ctrl+I"),
  entry("next_page", "Alt+PgDn"), entry("previous_page", "Alt+PgUp"), entry("end_pages"),
  entry("turn_right", "Shift+."), entry("turn_left", "Shift+,"),
  entry("larger", "Ctrl+Shift+."), entry("smaller", "Ctrl+Shift+,"),
];

export const actionWords = said("actions", {
  menu: "Actions",
  /** Beside what is in the menus. */
  helped: [
    ["1 … 9, 0", "A tool by its place in the bar"], ["O", "Ellipse"], ["G", "The form drawn last"], ["Shift + G", "The form before it"],
    ["↑ ↓ ← →, Enter", "Any tool without a pointer: go there, put it down, lift it"], ["F6", "On to the tools, the panels, the board"],
    ["Shift while turning", "Turn in steps of 15°"],
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
    language: "Language",
    languageAuto: "Auto",
    languageHint: "The page is loaded again in another one. What you made is kept.",
    languageLater: "Choose again when you are connected: the page has to be loaded for it.",
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
} as const);
