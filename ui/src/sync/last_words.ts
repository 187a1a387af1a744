/**
 * What is said in `localStorage` about kept work, because it is there at once: what
 * a page had not got into the database when it went, and who took work over.
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
const OWNER_PREFIX = "lanvas.owner.";
/** Of a browser's five million for all pages of one address. More than this is a paste of the last blink. */
export const LAST_WORDS_CHARS_MAX = 1_000_000;
/** Of past ones pages that froze long ago no longer know. */
const OWNERS_MAX = 200;
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

/**
 * Whose the work of a replica is from now on. A page that the browser froze does not answer
 * when it is asked, so its work may go to another one; when it wakes it finds this.
 */
export function takeOver(session: SessionId, replica: ReplicaId, owner: string): void {
  try {
    const marks = Object.keys(localStorage).filter((key) => key.startsWith(OWNER_PREFIX));
    if (marks.length >= OWNERS_MAX) for (const mark of marks) localStorage.removeItem(mark);
    localStorage.setItem(ownerKey(session, replica), owner);
  } catch {
    // Forbidden: then a page that wakes does not know.
  }
}

/** Null when nobody took it over. */
export function ownerOf(session: SessionId, replica: ReplicaId): string | null {
  try {
    return localStorage.getItem(ownerKey(session, replica));
  } catch {
    return null;
  }
}

function ownerKey(session: SessionId, replica: ReplicaId): string {
  return `${OWNER_PREFIX}${session}.${replica}`;
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
