/** The place of a page among the others. */
import type { PageId } from "../protocol/generated/messages";
import type { PageInfo } from "./contents";

/** Where a page stands that comes right after `before` (null: at the beginning) among the pages in the notes. */
export function orderAfter(pages: readonly PageInfo[], before: PageId | null): number {
  const inNotes = pages.filter(({ removed }) => removed === null);
  const at = before === null ? -1 : inNotes.findIndex(({ id }) => id === before);
  const [left, right] = [inNotes[at], inNotes[at + 1]];
  if (left === undefined) return (right?.order ?? 1) - 1;
  return right === undefined ? left.order + 1 : (left.order + right.order) / 2;
}
