/**
 * What a message's marks mean: a small part of Markdown, as a tree for the views
 * to make nodes of. Pure.
 *
 * Promises: whatever is written comes out as something that can be shown, in time
 * that grows with its length; a link leads to the web, to mail or to a place in
 * this session and nowhere else. Must not know: HTML.
 */
import { textParts } from "../links";
import { namesIn } from "./mentions";
import { placeOf, type Place } from "./places";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "mention"; readonly text: string }
  | { readonly kind: "strong"; readonly parts: readonly Inline[] }
  | { readonly kind: "emphasis"; readonly parts: readonly Inline[] }
  | { readonly kind: "struck"; readonly parts: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly parts: readonly Inline[] }
  | { readonly kind: "place"; readonly place: Place; readonly parts: readonly Inline[] };

export type Block =
  | { readonly kind: "paragraph"; readonly parts: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly start: number; readonly items: readonly (readonly Inline[])[] };

/** How deep marks are read within marks. */
const DEPTH_MAX = 5;
const FENCE = /^\s{0,3}```\s*([\w+#.-]*)\s*$/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^\s{0,3}(?:[-*•]|(\d{1,4})[.)])\s+(?=\S)/;

/** `names` are those whom the message speaks to. */
export function blocksOf(text: string, names: readonly string[] = [], depth = 0): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  const read = (line: string): Inline[] => inline(line, names, 0);
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const fence = FENCE.exec(line);
    if (fence !== null) {
      const end = endOf(lines, at + 1, (it) => /^\s{0,3}```\s*$/.test(it));
      blocks.push({ kind: "code", language: fence[1] ?? "", text: lines.slice(at + 1, end).join("\n") });
      at = end + 1;
    } else if (QUOTE.test(line) && depth < DEPTH_MAX) {
      const end = endOf(lines, at, (it) => !QUOTE.test(it));
      const quoted = lines.slice(at, end).map((it) => it.replace(QUOTE, ""));
      blocks.push({ kind: "quote", blocks: blocksOf(quoted.join("\n"), names, depth + 1) });
      at = end;
    } else if (ITEM.test(line)) {
      const number = ITEM.exec(line)?.[1];
      const ordered = number !== undefined;
      const end = endOf(lines, at, (it) => (ITEM.exec(it)?.[1] !== undefined) !== ordered || !ITEM.test(it));
      const items = lines.slice(at, end).map((it) => read(it.replace(ITEM, "")));
      blocks.push({ kind: "list", ordered, start: Number(number ?? 1), items });
      at = end;
    } else {
      const end = endOf(lines, at + 1, (it) => FENCE.test(it) || QUOTE.test(it) || ITEM.test(it));
      const words = lines.slice(at, end).join("\n").replace(/^\n+|\n+$/g, "");
      if (words !== "") blocks.push({ kind: "paragraph", parts: read(words) });
      at = end;
    }
  }
  return blocks;
}

function endOf(lines: readonly string[], from: number, ends: (line: string) => boolean): number {
  const end = lines.findIndex((line, index) => index >= from && ends(line));
  return end === -1 ? lines.length : end;
}

/** One alternative a kind; the first that fits at the leftmost place counts. */
const MARKS =
  /`([^`\n]+)`|\[([^\]\n]{1,300})\]\(([^\s()<>]{1,2000})\)|\*\*(?=\S)([^\n]{1,2000}?\S|\S)\*\*|~~(?=\S)([^\n]{1,2000}?\S|\S)~~|(?<![\p{L}\p{N}_*])([*_])(?=[^\s*_])([^\n]{0,2000}?[^\s*_])\6(?![\p{L}\p{N}_*])/u;

function inline(text: string, names: readonly string[], depth: number): Inline[] {
  const parts: Inline[] = [];
  let rest = text;
  while (rest !== "") {
    const found = depth < DEPTH_MAX ? MARKS.exec(rest) : null;
    const marked = found === null ? null : markOf(found, names, depth);
    if (found === null) break;
    if (marked === null) {
      // No mark after all: its first character is a character.
      const upto = found.index + 1;
      parts.push(...plain(rest.slice(0, upto), names));
      rest = rest.slice(upto);
      continue;
    }
    // An address may have such signs in it.
    const before = rest.slice(0, found.index);
    const address = textParts(rest).find((part, index, all) => part.href !== null && within(all, index, found.index));
    if (address !== undefined) {
      const end = rest.indexOf(address.text) + address.text.length;
      parts.push(...plain(rest.slice(0, end), names));
      rest = rest.slice(end);
      continue;
    }
    parts.push(...plain(before, names), marked);
    rest = rest.slice(found.index + found[0].length);
  }
  return [...parts, ...plain(rest, names)];
}

/** Whether the part `index` covers the place `at`, but does not begin there. */
function within(parts: readonly { text: string }[], index: number, at: number): boolean {
  const start = parts.slice(0, index).reduce((sum, part) => sum + part.text.length, 0);
  return start < at && at < start + (parts[index]?.text.length ?? 0);
}

function markOf(found: RegExpExecArray, names: readonly string[], depth: number): Inline | null {
  const [, code, label, target, strong, struck, , emphasis] = found;
  const deeper = (words: string): Inline[] => inline(words, names, depth + 1);
  if (code !== undefined) return { kind: "code", text: code };
  if (label !== undefined && target !== undefined) return linkOf(target, [{ kind: "text", text: label }]);
  if (strong !== undefined) return { kind: "strong", parts: deeper(strong) };
  if (struck !== undefined) return { kind: "struck", parts: deeper(struck) };
  return emphasis === undefined ? null : { kind: "emphasis", parts: deeper(emphasis) };
}

function linkOf(target: string, parts: readonly Inline[]): Inline | null {
  const place = placeOf(target);
  if (place !== null) return { kind: "place", place, parts };
  const [only, ...more] = textParts(target);
  if (only?.href !== null && only?.href !== undefined && more.length === 0) return { kind: "link", href: only.href, parts };
  return /^mailto:[^\s@?]+@[^\s@?]+$/i.test(target) ? { kind: "link", href: target, parts } : null;
}

/** Words with addresses and names in them. */
function plain(text: string, names: readonly string[]): Inline[] {
  return textParts(text).flatMap(({ text: words, href }): Inline[] =>
    href === null ? withNames(words, names) : [{ kind: "link", href, parts: [{ kind: "text", text: words }] }],
  );
}

function withNames(text: string, names: readonly string[]): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const { at, name } of namesIn(text, names)) {
    if (at > from) parts.push({ kind: "text", text: text.slice(from, at) });
    from = at + 1 + name.length;
    parts.push({ kind: "mention", text: text.slice(at, from) });
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}
