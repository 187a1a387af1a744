/**
 * The chat's history over HTTP: page by page, around a place, and by what is in it.
 *
 * Out of reach, the chat stays as it is and can be asked again.
 */
import type { ChatLog } from "../document/chat";
import { HISTORY_PAGE_MAX } from "../protocol/generated/limits";
import type { ChatMessage } from "../protocol/generated/messages";
import type { ChatQuery, FoundMessages } from "./session";

/** Where to ask, and by which right. */
export interface HistoryAddress {
  readonly base: string;
  readonly session: string;
  /** For sessions with a password. */
  readonly resume: string | undefined;
}

interface Page {
  readonly messages: ChatMessage[];
  /** Whether there may be older ones. */
  readonly next: number | null;
  /** Whether there are newer ones. */
  readonly newer: number | null;
}

/** Whether the page could be had. */
export async function loadOlder(chat: ChatLog, address: HistoryAddress): Promise<boolean> {
  const before = chat.oldest;
  if (before === null || !chat.hasOlder) return true;
  const { life, isInThePast } = chat;
  const page = await ask(address, "messages", { before, limit: HISTORY_PAGE_MAX });
  // Meanwhile the chat may have begun anew, or look elsewhere: then this page would leave a hole.
  if (page !== null && chat.life === life && chat.isInThePast === isInThePast && chat.oldest === before) chat.addOlder(page.messages, page.next !== null);
  return page !== null;
}

/** Towards now, while the past is looked at. */
export async function loadNewer(chat: ChatLog, address: HistoryAddress): Promise<boolean> {
  const after = chat.newest;
  if (after === null) return true;
  const { life } = chat;
  const page = await ask(address, "messages", { after, limit: HISTORY_PAGE_MAX });
  if (page !== null && chat.life === life && chat.newest === after) chat.addNewer(page.messages, page.newer !== null);
  return page !== null;
}

/** Looks at a place of the past. The number to look at there; null if it cannot be had. */
export async function lookAt(chat: ChatLog, address: HistoryAddress, place: { number: number } | { time_ms: number }): Promise<number | null> {
  const { life } = chat;
  const page = await ask(address, "messages", "number" in place ? { around: place.number } : { at: place.time_ms });
  if (page === null || chat.life !== life) return null;
  const oldestFirst = [...page.messages].reverse();
  const wanted = oldestFirst.find((message) => ("number" in place ? message.number >= place.number : message.time_ms >= place.time_ms)) ?? oldestFirst.at(-1);
  if (wanted === undefined) return null;
  chat.look(page.messages, page.next !== null, page.newer !== null);
  return wanted.number;
}

export async function search(address: HistoryAddress, { words, from, saidBefore, saidAfter, has }: ChatQuery, before?: number): Promise<FoundMessages | null> {
  return ask(address, "search", {
    words,
    from,
    has: has.join(" "),
    ...(saidBefore === null ? {} : { said_before: saidBefore }),
    ...(saidAfter === null ? {} : { said_after: saidAfter }),
    ...(before === undefined ? {} : { before }),
  });
}

async function ask({ base, session, resume }: HistoryAddress, what: string, query: Record<string, string | number>): Promise<Page | null> {
  const words = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const url = `${base}/api/sessions/${encodeURIComponent(session)}/${what}?${words}`;
  try {
    const answer = await fetch(url, { headers: resume === undefined ? {} : { Authorization: `Bearer ${resume}` }, cache: "no-store" });
    return answer.ok ? asPage(await answer.json()) : null;
  } catch {
    return null;
  }
}

function asPage(body: unknown): Page | null {
  if (typeof body !== "object" || body === null || !("messages" in body) || !Array.isArray(body.messages)) return null;
  const next = "next" in body && typeof body.next === "number" ? body.next : null;
  const newer = "newer" in body && typeof body.newer === "number" ? body.newer : null;
  return { messages: body.messages as ChatMessage[], next, newer };
}
