/**
 * What a key does on the session screen. Pure: a key event's facts in, the name
 * of an action out; the letters of the tools come from the tools themselves.
 */

export interface KeyPress {
  readonly key: string;
  readonly shift: boolean;
  /** Ctrl, or Cmd on a Mac. */
  readonly command: boolean;
  readonly alt: boolean;
  /** The person is typing words somewhere: letters are letters then. */
  readonly typing: boolean;
}

export type Action =
  | { readonly do: "tool"; readonly tool: string }
  | { readonly do: "undo" | "redo" | "zoom_in" | "zoom_out" | "zoom_home" | "zoom_fit" | "help" | "escape" | "notes" | "chat" };

/** Keys that mean the same everywhere; letters with a command key are matched lower case. */
const COMMANDS: Readonly<Record<string, Action["do"]>> = {
  z: "undo",
  y: "redo",
  "=": "zoom_in",
  "+": "zoom_in",
  "-": "zoom_out",
  "0": "zoom_home",
};

/** By key as typed, so that `?` and `!` work on every keyboard. */
const PLAIN: Readonly<Record<string, Action["do"]>> = {
  "?": "help",
  Escape: "escape",
  "+": "zoom_in",
  "-": "zoom_out",
  "!": "zoom_fit",
};

/** What `press` does; null when it is not ours. `tools` maps a key to a tool. */
export function actionFor(press: KeyPress, tools: ReadonlyMap<string, string>): Action | null {
  if (press.typing) return press.key === "Escape" ? { do: "escape" } : null;
  if (press.alt) return null;
  return press.command ? commandFor(press) : plainFor(press, tools);
}

function commandFor(press: KeyPress): Action | null {
  const key = press.key.toLowerCase();
  if (press.shift) return key === "z" ? { do: "redo" } : null;
  return named(COMMANDS, key);
}

function plainFor(press: KeyPress, tools: ReadonlyMap<string, string>): Action | null {
  const tool = press.shift ? undefined : tools.get(press.key.toLowerCase());
  if (tool !== undefined) return { do: "tool", tool };
  return named(PLAIN, press.key);
}

function named(table: Readonly<Record<string, Action["do"]>>, key: string): Action | null {
  const action = Object.hasOwn(table, key) ? table[key] : undefined;
  return action === undefined || action === "tool" ? null : { do: action };
}
