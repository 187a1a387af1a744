/**
 * What somebody looks for in the chat, from the words they wrote: `from:`,
 * `before:`, `after:` and `has:` narrow, everything else is words. They may be
 * written in German as well, whatever the page speaks. Pure; days are the reader's own.
 */
import type { ChatQuery } from "../../sync/session";

const KEYS: Readonly<Record<string, "from" | "before" | "after" | "has">> = { from: "from", von: "from", before: "before", vor: "before", after: "after", nach: "after", has: "has", hat: "has" };
const HAD: Readonly<Record<string, "image" | "link">> = { image: "image", bild: "image", link: "link" };
const NARROWED = new RegExp(`(?:(${Object.keys(KEYS).join("|")}):)?(?:"([^"]*)"|(\\S+))`, "giu");

/** Null when nothing is looked for. */
export function queryOf(written: string, now = new Date()): ChatQuery | null {
  const words: string[] = [];
  const from: string[] = [];
  const has = new Set<"image" | "link">();
  let saidBefore: number | null = null;
  let saidAfter: number | null = null;
  for (const [, key = "", quoted, plain] of written.matchAll(NARROWED)) {
    const value = quoted ?? plain ?? "";
    const day = dayOf(value, now);
    const had = HAD[value.toLowerCase()];
    switch (KEYS[key.toLowerCase()]) {
      case "from":
        from.push(value.replace(/^@/, ""));
        break;
      case "has":
        if (had !== undefined) has.add(had);
        break;
      case "before":
        saidBefore = day?.getTime() ?? saidBefore;
        break;
      case "after":
        saidAfter = day === null ? saidAfter : dayAfter(day).getTime();
        break;
      default:
        words.push(value);
    }
  }
  const nothing = words.length + from.length + has.size === 0 && saidBefore === null && saidAfter === null;
  return nothing ? null : { words: words.join(" "), from: from.join(" "), saidBefore, saidAfter, has: [...has] };
}

/** The beginning of a day that is named `2026-11-21`, `today` or `yesterday`. */
export function dayOf(text: string, now: Date): Date | null {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (text === "today" || text === "heute") return today;
  if (text === "yesterday" || text === "gestern") return new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const date = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (date === null) return null;
  const [year, month, day] = [Number(date[1]), Number(date[2]) - 1, Number(date[3])];
  const found = new Date(year, month, day);
  return found.getMonth() === month && found.getDate() === day ? found : null;
}

function dayAfter(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
}
