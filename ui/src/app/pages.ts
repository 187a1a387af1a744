/** Showing the frames as pages: which keys turn them, and what changes their order. Pure. */
import type { ShapeChange, ShapeId } from "../protocol/generated/messages";
import type { Frame } from "../tools/frames";
import type { AppCommand } from "../tools/keys";

const KEYS: Readonly<Record<string, AppCommand>> = {
  Escape: "end_pages", ArrowRight: "next_page", ArrowDown: "next_page", PageDown: "next_page", " ": "next_page",
  ArrowLeft: "previous_page", ArrowUp: "previous_page", PageUp: "previous_page",
};

/** What a key does while pages are shown; null for one that does what it always does. */
export function pageKey({ key, shiftKey, ctrlKey, altKey, metaKey }: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">): AppCommand | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (shiftKey) return key === " " ? "previous_page" : null;
  return KEYS[key] ?? null;
}

/** The page one place earlier or later among `pages`, which are in their order. */
export function pageMoved(pages: readonly Frame[], id: ShapeId, step: 1 | -1): ShapeChange[] {
  const order = pages.map((page) => page.id);
  const at = order.indexOf(id);
  order.splice(at, 1);
  order.splice(at + step, 0, id);
  return pages.flatMap(({ id, body }) => (body.order === order.indexOf(id) + 1 ? [] : [{ id, order: order.indexOf(id) + 1 }]));
}
