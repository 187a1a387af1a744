/**
 * The keyboard, as hands know it from other boards: letters choose tools, Ctrl
 * with a few does what it does everywhere. Pure.
 */
import type { ToolName } from "./effect";
import type { Modifiers } from "./tool";

export interface KeyPress {
  /** As in the DOM: what the key writes, and where it is. */
  readonly key: string;
  readonly code: string;
  readonly modifiers: Modifiers;
}

export type KeyMeaning =
  | { readonly type: "tool"; readonly tool: ToolName }
  | { readonly type: "undo" | "redo" | "fit" | "fit_selection" | "zoom_100" | "zoom_in" | "zoom_out" | "space" }
  /** For the tool in hand. */
  | { readonly type: "key"; readonly key: string };

const TOOLS: Readonly<Record<string, ToolName>> = {
  v: "select",
  h: "hand",
  p: "pen",
  d: "pen",
  e: "eraser",
  t: "text",
};

/** Keys that mean something to the selection. */
const PASSED = new Set(["Delete", "Backspace", "Escape", "Enter", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

/** The letter of a key, also on keyboards of other scripts. */
function letterOf({ key, code }: KeyPress): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) && !/^[\x20-\x7e]$/.test(key) ? code.slice(3).toLowerCase() : "";
}

/** What a press means; null when it is none of ours and the browser should have it. */
export function meaningOf(press: KeyPress): KeyMeaning | null {
  const { key, code, modifiers } = press;
  if (modifiers.alt) return null;
  if (modifiers.command) return commandOf(press);
  if (key === " ") return { type: "space" };
  if (PASSED.has(key)) return { type: "key", key };
  if (modifiers.shift) {
    if (code === "Digit1") return { type: "fit" };
    if (code === "Digit2") return { type: "fit_selection" };
    return null;
  }
  const tool = TOOLS[letterOf(press)];
  return tool ? { type: "tool", tool } : null;
}

function commandOf(press: KeyPress): KeyMeaning | null {
  const { key, code, modifiers } = press;
  switch (letterOf(press)) {
    case "z":
      return { type: modifiers.shift ? "redo" : "undo" };
    case "y":
      return modifiers.shift ? null : { type: "redo" };
    case "a":
      return modifiers.shift ? null : { type: "key", key: "a" };
  }
  if (key === "0" || code === "Digit0" || code === "Numpad0") return { type: "zoom_100" };
  if (key === "+" || key === "=" || code === "NumpadAdd") return { type: "zoom_in" };
  if (key === "-" || code === "NumpadSubtract") return { type: "zoom_out" };
  return null;
}
