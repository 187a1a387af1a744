/**
 * The keyboard, as hands know it from other boards: letters choose tools, Ctrl
 * with a few does what it does everywhere. Pure.
 */
import type { CommandName } from "./commands";
import type { ToolName } from "./effect";
import type { Modifiers } from "./tool";

export interface KeyPress {
  /** As in the DOM: what the key writes, and where it is. */
  readonly key: string;
  readonly code: string;
  readonly modifiers: Modifiers;
}

/** What the app does, not the tools. */
export type AppCommand =
  | "palette" | "find" | "grid" | "snap" | "keep_tool" | "last_shape" | "next_shape" | "link" | "export" | "open" | "image"
  | "larger" | "smaller" | "next_page" | "previous_page" | "end_pages" | "rectangle" | "ellipse" | "minimap" | "print" | "zen" | "crop" | "liking"
  | "copy" | "cut" | "paste" | "copy_png" | "copy_svg" | "copy_text" | "who";

export type KeyMeaning =
  | { readonly type: "tool"; readonly tool: ToolName }
  | { readonly type: "undo" | "redo" | "fit" | "fit_selection" | "zoom_100" | "zoom_in" | "zoom_out" | "space" }
  | { readonly type: "command"; readonly command: CommandName | AppCommand }
  | { readonly type: "pan"; readonly x: number; readonly y: number }
  /** The tool that is so many places after the first of the person's bar. */
  | { readonly type: "place"; readonly place: number }
  /** For the tool in hand. */
  | { readonly type: "key"; readonly key: string };

const TOOL_KEYS: Readonly<Record<string, ToolName>> = {
  v: "select", h: "hand", p: "pen", d: "pen", x: "pen", b: "brush", m: "marker", e: "eraser",
  a: "arrow", l: "line", t: "text", n: "note", f: "frame", k: "laser", s: "lasso", i: "eyedropper", u: "stamp",
};

/** Keys that mean something to the selection. */
const PASSED = new Set(["Delete", "Backspace", "Escape", "Enter", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "F2"]);

/** The letter of a key, also on keyboards of other scripts. */
function letterOf({ key, code }: KeyPress): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) && !/^[\x20-\x7e]$/.test(key) ? code.slice(3).toLowerCase() : "";
}

const command = (name: CommandName | AppCommand): KeyMeaning => ({ type: "command", command: name });

/** What a press means; null when it is none of ours and the browser should have it. */
export function meaningOf(press: KeyPress): KeyMeaning | null {
  const { key, code, modifiers } = press;
  if (modifiers.command) return commandOf(press);
  if (modifiers.alt) return altOf(press);
  if (key === " ") return { type: "space" };
  if (PASSED.has(key)) return { type: "key", key };
  const paged = pageOf(key, modifiers.shift);
  if (paged) return paged;
  if (modifiers.shift) return shiftOf(press);
  if (key === "]") return command("to_front");
  if (key === "[") return command("to_back");
  const letter = letterOf(press);
  const tool = TOOL_KEYS[letter];
  if (tool) return { type: "tool", tool };
  const plain = PLAIN_LETTERS[letter];
  return plain ? command(plain) : placeOf(code, key);
}

const PLAIN_LETTERS: Readonly<Record<string, AppCommand>> = { q: "keep_tool", g: "next_shape", r: "rectangle", o: "ellipse" };

/** The digits choose by place in the bar; 0 comes after 9. */
function placeOf(code: string, key: string): KeyMeaning | null {
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1] ?? (/^[0-9]$/.test(key) ? key : undefined);
  return digit === undefined ? null : { type: "place", place: (Number(digit) + 9) % 10 };
}

function pageOf(key: string, sideways: boolean): KeyMeaning | null {
  if (key !== "PageUp" && key !== "PageDown") return null;
  const by = key === "PageUp" ? -1 : 1;
  return { type: "pan", x: sideways ? by : 0, y: sideways ? 0 : by };
}

function shiftOf(press: KeyPress): KeyMeaning | null {
  if (press.code === "Digit1") return { type: "fit" };
  if (press.code === "Digit2") return { type: "fit_selection" };
  if (press.code === "Period") return command("turn_right");
  if (press.code === "Comma") return command("turn_left");
  switch (letterOf(press)) {
    case "h":
      return command("flip_x");
    case "v":
      return command("flip_y");
    case "d":
      return { type: "tool", tool: "marker" };
    case "g":
      return command("last_shape");
    default:
      return null;
  }
}

function altOf(press: KeyPress): KeyMeaning | null {
  if (press.modifiers.shift) return letterOf(press) === "c" ? command("copy_png") : null;
  if (press.key === "PageDown") return command("next_page");
  if (press.key === "PageUp") return command("previous_page");
  switch (letterOf(press)) {
    case "s":
      return command("snap");
    case "z":
      return command("zen");
    default:
      return null;
  }
}

const WITH_COMMAND: Readonly<Record<string, KeyMeaning>> = {
  z: { type: "undo" }, y: { type: "redo" }, a: command("select_all"), d: command("duplicate"), g: command("group"), f: command("find"),
  k: command("link"), o: command("open"), b: command("bold"), i: command("italic"), p: command("print"),
};

const WITH_SHIFT: Readonly<Record<string, KeyMeaning>> = {
  z: { type: "redo" }, g: command("ungroup"), l: command("lock"), p: command("palette"), e: command("export"),
};

function commandOf(press: KeyPress): KeyMeaning | null {
  const { key, code, modifiers } = press;
  const letter = letterOf(press);
  if (modifiers.alt) return letter === "c" ? command("copy_style") : letter === "v" ? command("paste_style") : null;
  const known = (modifiers.shift ? WITH_SHIFT : WITH_COMMAND)[letter];
  if (known) return known;
  if (modifiers.shift) return shiftCommandOf(press);
  if (code === "Quote" || key === "'") return command("grid");
  if (key === "/") return command("palette");
  if (key === "]") return command("forward");
  if (key === "[") return command("backward");
  if (key === "0" || code === "Digit0" || code === "Numpad0") return { type: "zoom_100" };
  if (key === "+" || key === "=" || code === "NumpadAdd") return { type: "zoom_in" };
  if (key === "-" || code === "NumpadSubtract") return { type: "zoom_out" };
  return null;
}

const ALIGN: Readonly<Record<string, CommandName>> = {
  ArrowLeft: "align_left", ArrowRight: "align_right", ArrowUp: "align_top", ArrowDown: "align_bottom",
};

function shiftCommandOf({ key, code }: KeyPress): KeyMeaning | null {
  const edge = ALIGN[key];
  if (edge) return command(edge);
  if (code === "BracketRight") return command("to_front");
  if (code === "BracketLeft") return command("to_back");
  if (code === "Period") return command("larger");
  if (code === "Comma") return command("smaller");
  return key === "+" || key === "=" ? { type: "zoom_in" } : null;
}
