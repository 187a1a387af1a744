/**
 * Which pages the notes have, as the hub ordered it: titles, places, and what was
 * taken out and can be put back. A twin of the hub's `session/pages.rs`.
 * Must not know: what is written on them, beyond how long it is.
 */
import { REMOVED_PAGES_LENGTH_MAX, REMOVED_PAGES_MAX } from "../protocol/generated/limits";
import type { NotesPage, Operation, PageId } from "../protocol/generated/messages";

/** The page that every session has from its beginning. */
export const FIRST_PAGE: PageId = "first";

/** What is said about a page. */
export interface PageInfo {
  readonly id: PageId;
  /** Of the first page it may be blank. */
  readonly title: string;
  readonly order: number;
  /** The number of the operation that took it out; null while it is in the notes. */
  readonly removed: number | null;
}

export type PageOperation = Extract<Operation, { type: "add_page" | "update_page" }>;

export function isPageOperation(operation: Operation): operation is PageOperation {
  return operation.type === "add_page" || operation.type === "update_page";
}

export class Contents {
  #pages = new Map<PageId, PageInfo>([[FIRST_PAGE, blank(FIRST_PAGE)]]);
  #severalKnown = false;

  /** Whether the hub knows of more pages than one. */
  get takesPages(): boolean {
    return this.#severalKnown;
  }

  has(page: PageId): boolean {
    return this.#pages.has(page);
  }

  reset(pages: readonly NotesPage[] | undefined): void {
    this.#severalKnown = pages !== undefined && pages.length > 0;
    const infos = (pages ?? []).map(({ page, title, order, removed }): [PageId, PageInfo] => [page, { id: page, title, order, removed: removed ?? null }]);
    this.#pages = new Map(infos);
    if (!this.#pages.has(FIRST_PAGE)) this.#pages.set(FIRST_PAGE, blank(FIRST_PAGE));
  }

  /** The hub ordered it. Gives the pages that are given up for room; `lengthOf` knows how long each is. */
  apply(number: number, operation: PageOperation, lengthOf: (page: PageId) => number): PageId[] {
    changed(this.#pages, number, operation);
    return operation.type === "update_page" ? this.#giveUpOldest(lengthOf) : [];
  }

  /** All pages with what is on its way to the hub, as they stand in the notes; those taken out last, the latest first. */
  shown(pending: readonly PageOperation[]): PageInfo[] {
    const pages = new Map(this.#pages);
    for (const operation of pending) changed(pages, Infinity, operation);
    return [...pages.values()].sort(inPlace);
  }

  /** The first page and the one taken out last are never given up. */
  #giveUpOldest(lengthOf: (page: PageId) => number): PageId[] {
    const removed = [...this.#pages.values()].filter(({ id, removed }) => removed !== null && id !== FIRST_PAGE);
    removed.sort((a, b) => (a.removed ?? 0) - (b.removed ?? 0));
    let length = removed.reduce((sum, { id }) => sum + lengthOf(id), 0);
    const givenUp: PageId[] = [];
    for (let left = removed.length; left > 1 && (left > REMOVED_PAGES_MAX || length > REMOVED_PAGES_LENGTH_MAX); left -= 1) {
      const id = removed[givenUp.length]?.id ?? FIRST_PAGE;
      length -= lengthOf(id);
      this.#pages.delete(id);
      givenUp.push(id);
    }
    return givenUp;
  }
}

function blank(id: PageId): PageInfo {
  return { id, title: "", order: 0, removed: null };
}

function changed(pages: Map<PageId, PageInfo>, number: number, operation: PageOperation): void {
  const { page } = operation;
  const had = pages.get(page);
  if (operation.type === "add_page") {
    if (had === undefined) pages.set(page, { ...blank(page), title: operation.title, order: operation.order });
    return;
  }
  if (had === undefined) return;
  const { title = had.title, order = had.order } = operation;
  const removed = operation.removed === undefined ? had.removed : operation.removed ? (had.removed ?? number) : null;
  pages.set(page, { id: page, title, order, removed });
}

function inPlace(a: PageInfo, b: PageInfo): number {
  if ((a.removed === null) !== (b.removed === null)) return a.removed === null ? -1 : 1;
  if (a.removed !== null && b.removed !== null && a.removed !== b.removed) return b.removed - a.removed;
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
