/**
 * What a page had not got into the database when it went.
 *
 * A browser drops what a going page writes to IndexedDB: measured in Chromium,
 * a transaction begun in `pagehide` is lost when a reload is under way. What is
 * set in `localStorage` then is there for the next page. So the last moment's
 * work is left here, and the next page takes it over the database's.
 */
import { decode, encode } from "@msgpack/msgpack";
import type { ReplicaId, SessionId } from "../protocol/generated/messages";
import type { KeptChanges } from "./kept_work";

const PREFIX = "lanvas.last.";
/** Of a browser's five million for all pages of one address. More than this is a paste of the last blink. */
export const LAST_WORDS_CHARS_MAX = 1_000_000;
/** How many bytes go into a string in one call. */
const CHUNK = 8_192;

export interface LastWords extends KeptChanges {
  readonly replica: ReplicaId;
  readonly resume: string | null;
  /** Milliseconds since 1970. */
  readonly written: number;
}

export function leaveWords(session: SessionId, words: LastWords): void {
  const bytes = encode(words, { ignoreUndefined: true });
  if (bytes.length > LAST_WORDS_CHARS_MAX) return;
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  try {
    localStorage.setItem(keyOf(session, words.replica), text);
  } catch {
    // Forbidden or full: the database may have taken it.
  }
}

export function forgetWords(session: SessionId, replica: ReplicaId): void {
  try {
    localStorage.removeItem(keyOf(session, replica));
  } catch {
    // Forbidden: then there are none.
  }
}

/** All that were left in this session, by whose they are. */
export function lastWords(session: SessionId): Map<ReplicaId, LastWords> {
  const found = new Map<ReplicaId, LastWords>();
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(keyOf(session, ""))) continue;
      const words = read(localStorage.getItem(key) ?? "");
      if (words === null) localStorage.removeItem(key);
      else found.set(words.replica, words);
    }
  } catch {
    // Forbidden: then there are none.
  }
  return found;
}

function keyOf(session: SessionId, replica: ReplicaId): string {
  return `${PREFIX}${session}.${replica}`;
}

/** Null for what is damaged. */
function read(text: string): LastWords | null {
  try {
    return decode(Uint8Array.from(text, (unit) => unit.charCodeAt(0))) as LastWords;
  } catch {
    return null;
  }
}
