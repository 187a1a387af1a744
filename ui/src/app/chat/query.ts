/**
 * What somebody looks for in the chat, from the words they wrote: `from:`,
 * `before:`, `after:` and `has:` narrow, everything else is words. They may be
 * written in German as well, whatever the page speaks. Pure; days are the reader's own.
 */
import type { ChatQuery } from "../../sync/session";

const KEYS = { from: "from", von: "from", before: "before", vor: "before", after: "after", nach: "after", has: "has", hat: "has" } as const;
const HAD: ReadonlyMap<string, "image" | "link"> = new Map([["image", "image"], ["picture", "image"], ["bild", "image"], ["link", "link"]]);
const NARROWED = new RegExp(`(?:(${Object.keys(KEYS).join("|")}):(?:"([^"]*)"|(\\S*)))|"([^"]*)"|(\\S+)`, "giu");
/** Days from today. */
const DAYS: ReadonlyMap<string, number> = new Map([["today", 0], ["heute", 0], ["yesterday", -1], ["gestern", -1], ["tomorrow", 1], ["morgen", 1]]);

/** What was written to narrow it cannot be understood: it names no day, or nothing that a message can have. */
export interface Unclear {
  readonly unclear: "day" | "has";
  readonly written: string;
}

/** Null when nothing is looked for. */
export function queryOf(written: string, now = new Date()): ChatQuery | Unclear | null {
  const words: string[] = [];
  const from: string[] = [];
  const has = new Set<"image" | "link">();
  let saidBefore: number | null = null;
  let saidAfter: number | null = null;
  for (const [whole, key, ...values] of written.matchAll(NARROWED)) {
    const value = values.find((each) => each !== undefined) ?? "";
    const narrows = key === undefined ? null : KEYS[key.toLowerCase() as keyof typeof KEYS];
    const day = dayOf(value, now);
    const had = HAD.get(value.toLowerCase());
    if (narrows === null) words.push(value);
    else if (narrows === "from") from.push(value.replace(/^@/, ""));
    else if (narrows === "has") {
      if (had === undefined) return { unclear: "has", written: whole };
      has.add(had);
    } else if (day === null) return { unclear: "day", written: whole };
    else if (narrows === "before") saidBefore = day.getTime();
    else saidAfter = dayAfter(day).getTime();
  }
  const query = { words: words.join(" "), from: from.join(" "), saidBefore, saidAfter, has: [...has] };
  const nothing = query.words + query.from === "" && has.size === 0 && saidBefore === null && saidAfter === null;
  return nothing ? null : query;
}

/** The beginning of a day that is named `2026-11-21`, `21.11.2026` or `today`, `yesterday`, `tomorrow`. */
export function dayOf(text: string, now: Date): Date | null {
  const away = DAYS.get(text.toLowerCase());
  if (away !== undefined) return new Date(now.getFullYear(), now.getMonth(), now.getDate() + away);
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, "$3-$2-$1")) ?? [];
  const found = new Date(Number(year), Number(month) - 1, Number(day));
  return found.getMonth() === Number(month) - 1 && found.getDate() === Number(day) && found.getTime() >= 0 ? found : null;
}

function dayAfter(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
}
