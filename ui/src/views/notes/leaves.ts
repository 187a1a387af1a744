/** What one does with the pages of the notes: add, call otherwise, move, take out and put back. */
import { ChangeSet } from "@codemirror/state";
import type { Surface } from "../../app/surface";
import { FIRST_PAGE, type PageInfo } from "../../document/contents";
import { orderAfter } from "../../document/page_order";
import { asText } from "../../document/text_changes";
import { randomId } from "../../lib/random";
import { NOTES_LENGTH_MAX, TITLE_LENGTH_MAX } from "../../protocol/generated/limits";
import type { PageId } from "../../protocol/generated/messages";
import { noteWords } from "./words";

export function titleOf({ id, title }: PageInfo): string {
  return title === "" ? (id === FIRST_PAGE ? noteWords.firstPage : noteWords.pages) : title;
}

export function inNotes(pages: readonly PageInfo[]): PageInfo[] {
  return pages.filter(({ removed }) => removed === null);
}

/** A page right after the one that is open, opened. */
export function addPage({ session, page }: Surface, title?: string): PageId {
  const { all } = session.pages;
  const id = randomId();
  const wanted = (title ?? noteWords.newTitle(inNotes(all).length + 1)).trim().slice(0, TITLE_LENGTH_MAX);
  const last = inNotes(all).at(-1)?.id ?? null;
  const after = all.some(({ id: other, removed }) => other === page.now && removed === null) ? page.now : last;
  session.submit({ type: "add_page", page: id, title: wanted === "" ? noteWords.pages : wanted, order: orderAfter(all, after) });
  page.set(id);
  return id;
}

/** A file's words on a page of their own. Whether there is room for them. */
export function addFile(surface: Surface, name: string, words: string): boolean {
  if (words.length > NOTES_LENGTH_MAX) return false;
  const page = surface.session.pages.open(addPage(surface, name.replace(/\.[a-z]+$/i, "")));
  if (words !== "") page.edit(ChangeSet.of({ from: 0, insert: asText(words) }, page.doc.length));
  return true;
}

export function callPage({ session }: Surface, page: PageId, title: string): void {
  const wanted = title.trim().slice(0, TITLE_LENGTH_MAX);
  if (wanted !== "") session.submit({ type: "update_page", page, title: wanted });
}

/** One place up (-1) or down (1). */
export function movePage({ session }: Surface, page: PageId, by: -1 | 1): void {
  const others = inNotes(session.pages.all);
  const at = others.findIndex(({ id }) => id === page);
  const before = by === 1 ? others[at + 1] : others[at - 2];
  if (at === -1 || at + by < 0 || at + by >= others.length) return;
  const rest = others.filter(({ id }) => id !== page);
  const order = orderAfter(rest, before?.id ?? null);
  if (isBetween(rest, order, before?.id ?? null)) return session.submit({ type: "update_page", page, order });
  // No number is left between the two: all get new ones.
  const place = before === undefined ? 0 : rest.findIndex(({ id }) => id === before.id) + 1;
  const ids = rest.map(({ id }) => id);
  ids.splice(place, 0, page);
  ids.forEach((id, index) => session.submit({ type: "update_page", page: id, order: index }));
}

function isBetween(pages: readonly PageInfo[], order: number, before: PageId | null): boolean {
  const at = before === null ? -1 : pages.findIndex(({ id }) => id === before);
  return (pages[at]?.order ?? -Infinity) < order && order < (pages[at + 1]?.order ?? Infinity);
}

/** Takes a page out; another one is open then. */
export function removePage({ session, page }: Surface, id: PageId): void {
  const others = inNotes(session.pages.all);
  const at = others.findIndex((other) => other.id === id);
  session.submit({ type: "update_page", page: id, removed: true });
  const next = others[at + 1] ?? others[at - 1];
  if (page.now === id && next !== undefined) page.set(next.id);
}

export function putPageBack({ session, page }: Surface, id: PageId): void {
  session.submit({ type: "update_page", page: id, removed: false });
  page.set(id);
}

/** All pages in one file, each under its title. */
export function allAsMarkdown({ session }: Surface): string {
  return inNotes(session.pages.all).map((info) => `# ${titleOf(info)}\n\n${session.pages.open(info.id).doc.toString().trim()}\n`).join("\n---\n\n");
}
