/**
 * What a screen reader says of the board: what is selected, what this person took
 * away, and what undo and redo did. Fetched a moment after the board.
 *
 * Promises: one sentence for what one gesture, key or button did, said anew when
 * the same happens again; what others do is not said.
 * Must not know: the framework, or how a sentence reaches the screen reader.
 */
import { said } from "../lib/language";
import type { BoardChange } from "../document/board";
import { remaindersOf } from "../document/shape";
import type { Shape, ShapeId } from "../protocol/generated/messages";
import type { AppEffect } from "../tools/effect";
import type { Desk } from "./desk";

const WORDS_MAX = 80;

const FORM_NAMES: Readonly<Record<string, string>> = { arrow_right: "arrow form", rounded: "rounded rectangle", speech: "speech bubble" };

type Became = "removed" | "cut" | "back" | "changed";

export const announceWords = said("announce", {
  drawing: "Drawing",
  highlight: "Highlight",
  text: "Text",
  form: (form: string): string => capital((FORM_NAMES[form] ?? form).replace("_", " ")),
  line: "Line",
  arrow: "Arrow",
  note: "Sticky note",
  noteBy: (name: string): string => `Sticky note by ${name}`,
  picture: "Picture",
  frame: "Frame",
  unknown: "Thing of a newer Lanvas",
  selected: (what: string, locked: boolean): string => `${what}, selected${locked ? ", locked" : ""}`,
  severalSelected: (count: number): string => `${count} things selected`,
  nothing: { undo: "Nothing to undo", redo: "Nothing to redo" },
  did: { undo: "Undone: ", redo: "Done again: " },
  became: (what: string, became: Became): string => `${what}, ${became}`,
  countedBecame: (count: number, became: Became): string => `${count === 1 ? "1 thing" : `${count} things`} ${became}`,
});

/** What a thing is, and what it says. */
export function nameOf(shape: Shape): string {
  const { body } = shape;
  const said = shape.name !== undefined && shape.name !== "" ? shape.name : "text" in body && body.text !== undefined ? body.text.replace(/\s+/g, " ").trim() : "";
  const short = said.length > WORDS_MAX ? `${said.slice(0, WORDS_MAX)}…` : said;
  const kind = kindName(body);
  return short === "" ? kind : `${kind}: ${short}`;
}

function kindName(body: Shape["body"]): string {
  switch (body.kind) {
    case "stroke":
      return body.nib === "marker" ? announceWords.highlight : announceWords.drawing;
    case "text":
      return announceWords.text;
    case "geo":
      return announceWords.form(body.form);
    case "connector":
      return body.head_end === "none" && body.head_start === "none" ? announceWords.line : announceWords.arrow;
    case "note":
      return body.by === undefined || body.by === "" ? announceWords.note : announceWords.noteBy(body.by);
    case "image":
      return announceWords.picture;
    case "frame":
      return announceWords.frame;
    default:
      return announceWords.unknown;
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function announcementOf(shapes: readonly Shape[]): string {
  const [only, ...more] = shapes;
  if (!only) return "";
  if (more.length > 0) return announceWords.severalSelected(shapes.length);
  return announceWords.selected(nameOf(only), only.locked === true);
}

/** What is told of one task: all that undo, redo or removing did in it. */
interface Turn {
  readonly what: "removal" | "undo" | "redo";
  readonly removed: (Shape | ShapeId)[];
  readonly cut: Shape[];
  readonly back: Shape[];
  readonly changed: Shape[];
}

/** Says it by `desk.said` until the result is called. */
export function announce(desk: Desk): () => void {
  const { board } = desk.session;
  let turn: Turn | null = null;
  let ofSelection = false;
  const say = (words: string): void => {
    // The same words again are heard only if they are not quite the same.
    desk.said.set(words !== "" && words === desk.said.now ? `${words}\u00a0` : words);
    ofSelection = false;
  };
  const end = (): void => {
    const words = turn === null ? "" : wordsOf(turn);
    turn = null;
    if (words !== "") say(words);
  };
  const begin = (what: Turn["what"]): Turn => {
    if (turn === null) queueMicrotask(end);
    return (turn ??= { what, removed: [], cut: [], back: [], changed: [] });
  };
  desk.onDoing = (effect) => {
    if (effect.type === "undo" || effect.type === "redo") begin(effect.type);
    else if (effect.type === "submit" && effect.operation.type === "remove_shapes") remember(begin("removal"), effect, (id) => board.get(id));
  };
  const ends = [
    board.subscribe((change) => {
      if (turn !== null && turn.what !== "removal") gather(turn, change);
    }),
    desk.selection.subscribe(() => {
      const words = announcementOf(desk.selection.now.flatMap((id) => board.get(id) ?? []));
      if (words === "" && !ofSelection) return;
      say(words);
      ofSelection = true;
    }),
  ];
  return () => {
    desk.onDoing = null;
    for (const leave of ends) leave();
  };
}

/** They are named before they go. */
function remember(turn: Turn, { operation }: Extract<AppEffect, { type: "submit" }>, get: (id: ShapeId) => Shape | undefined): void {
  if (operation.type !== "remove_shapes") return;
  const cut = new Set(remaindersOf(operation).map(({ of }) => of));
  for (const id of operation.ids) {
    const shape = get(id);
    if (shape !== undefined) (cut.has(id) ? turn.cut : turn.removed).push(shape);
  }
}

function gather(turn: Turn, { added, changed, removed }: BoardChange): void {
  for (const shape of added) turn.back.push(shape);
  for (const shape of changed) turn.changed.push(shape);
  for (const id of removed) turn.removed.push(id);
}

function wordsOf(turn: Turn): string {
  const parts = [counted(turn.removed, "removed"), counted(turn.cut, "cut"), counted(turn.back, "back"), counted(turn.changed, "changed")].filter((part) => part !== "");
  const what = parts.join("; ");
  if (turn.what === "removal") return what;
  return what === "" ? announceWords.nothing[turn.what] : `${announceWords.did[turn.what]}${what}`;
}

function counted(things: readonly (Shape | ShapeId)[], became: Became): string {
  const [only] = things;
  if (only === undefined) return "";
  return things.length > 1 || typeof only === "string" ? announceWords.countedBecame(things.length, became) : announceWords.became(nameOf(only), became);
}
