/**
 * `window.lanvas.debug()`: how many of what a page has, for tests and for a
 * person who reports a fault. Read-only; it hands out counts, never words.
 */
import type { Door } from "./door";
import type { Surface } from "./surface";

export interface DebugReport {
  readonly screen: string;
  readonly session: string | null;
  readonly status: string | null;
  readonly shapes: number;
  /** Hash of every shape, in the order of ids: equal boards, equal hashes. */
  readonly boardHash: string;
  readonly wetStrokes: number;
  /** Of the hub's; those on their way are `pendingMessages`. */
  readonly messages: number;
  readonly pendingMessages: number;
  readonly notesLength: number;
  readonly notesHash: string;
  readonly people: number;
  readonly cursors: number;
  readonly carets: number;
  readonly unsent: number;
  readonly unstored: number;
  readonly camera: { readonly x: number; readonly y: number; readonly zoom: number };
}

const NOTHING: DebugReport = {
  screen: "opening", session: null, status: null, shapes: 0, boardHash: "", wetStrokes: 0, messages: 0,
  pendingMessages: 0, notesLength: 0, notesHash: "", people: 0, cursors: 0, carets: 0, unsent: 0, unstored: 0,
  camera: { x: 0, y: 0, zoom: 1 },
};

declare global {
  interface Window {
    readonly lanvas: { debug(): DebugReport };
  }
}

export function exposeDebug(door: Door): void {
  const lanvas = Object.freeze({ debug: () => report(door) });
  Object.defineProperty(window, "lanvas", { value: lanvas });
}

function report(door: Door): DebugReport {
  const screen = door.screen.now;
  const base = { ...NOTHING, screen: screen.kind };
  return screen.kind === "session" ? { ...base, ...sessionReport(screen.surface) } : base;
}

function sessionReport({ session, address, desk }: Surface): Partial<DebugReport> {
  const { board, notes, chat, people, presences, wetInk, status } = session;
  const pending = chat.latest.filter((message) => message.pending).length;
  const text = notes.doc.toString();
  return {
    session: address.session,
    status: status.now.kind,
    shapes: board.size,
    boardHash: hash(JSON.stringify([...board.shapes()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(plain))),
    wetStrokes: wetInk.strokes.size,
    messages: chat.latest.length - pending,
    pendingMessages: pending,
    notesLength: text.length,
    notesHash: hash(text),
    people: people.all.length,
    cursors: [...presences.all.values()].filter(({ cursor }) => cursor !== undefined).length,
    carets: notes.carets.length,
    unsent: status.now.unsent,
    unstored: status.now.unstored,
    camera: desk.camera.now,
  };
}

/** With its keys in one order and its bytes as a list, so that equal shapes read equal. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, plain(each)]));
}

/** FNV-1a over UTF-16 units: not for secrets, only to compare. */
export function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}
