/**
 * Finds the web addresses in what somebody wrote.
 *
 * Promises: the parts joined are the text; a link is http or https and nothing
 * else, and its target is what its words say (a full stop or bracket that ends
 * the sentence is not part of it). The views make nodes of the parts, never HTML.
 */

export interface TextPart {
  readonly text: string;
  /** Where it leads; null for plain words. */
  readonly href: string | null;
}

const CANDIDATE = /https?:\/\/[^\s<>"'`]+/giu;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?…»”’]+$/u;

export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const words = trimmed(match[0]);
    const href = webAddress(words);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: words, href });
    end = match.index + words.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

/** Without the sentence's own marks; a closing bracket stays when the address opened it. */
function trimmed(candidate: string): string {
  let words = candidate.replace(TRAILING, "");
  while (/[)\]}]$/u.test(words) && !opens(words)) words = words.slice(0, -1).replace(TRAILING, "");
  return words;
}

function opens(words: string): boolean {
  const close = words.slice(-1);
  const open = close === ")" ? "(" : close === "]" ? "[" : "{";
  return words.split(open).length >= words.split(close).length;
}

function webAddress(words: string): string | null {
  try {
    const url = new URL(words);
    const shown = url.username === "" && url.password === "";
    return shown && (url.protocol === "http:" || url.protocol === "https:") ? url.href : null;
  } catch {
    return null;
  }
}
