/**
 * A hub's address as a few words to say across a room; the twin of `join_code.rs`, held to it by
 * the same fixture. Writes them only: reading is the app's.
 */
import { JOIN_WORDS } from "./generated/join_words";

const DEFAULT_PORT = 7420;
const USUAL_PORTS = 11;

/** The words for where a link leads; null for a name or IPv6, which they cannot say. Whether it is encrypted the hub says itself. */
export function joinCodeOf(link: string): string | null {
  const place = /^https?:\/\/(\d+)\.(\d+)\.(\d+)\.(\d+)(?::(\d+))?(?:\/|$)/.exec(link);
  if (place === null) return null;
  const [a = 0, b = 0, c = 0, d = 0, port = link.startsWith("https") ? 443 : 80] = place.slice(1).filter((text) => text !== undefined).map(Number);
  return bytesOf([a, b, c, d], port).map((byte) => JOIN_WORDS[byte]).join("-");
}

function bytesOf(four: readonly [number, number, number, number], port: number): number[] {
  const place = port - DEFAULT_PORT;
  if (place < 0 || place >= USUAL_PORTS) {
    const bytes = [...four, port >> 8, port & 0xff];
    return [...bytes, check(bytes)];
  }
  const [a, b] = four;
  const said = a === 192 && b === 168 ? four.slice(2) : a === 10 ? four.slice(1) : [...four];
  const last = place << 4;
  return [...said, last | (check([...said, last]) & 0x0f)];
}

function check(bytes: readonly number[]): number {
  let sum = 0x5a;
  for (const byte of bytes) {
    const turned = ((sum << 3) | (sum >> 5)) & 0xff;
    sum = (turned * 31 + byte) & 0xff;
  }
  return sum ^ (sum >> 4);
}
