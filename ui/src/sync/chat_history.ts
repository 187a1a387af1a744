/** Chat messages older than those a session begins with, page by page over HTTP. */
import type { ChatLog } from "../document/chat";
import { HISTORY_PAGE_MAX } from "../protocol/generated/limits";
import type { ChatMessage } from "../protocol/generated/messages";

/** Where to ask, and by which right. */
export interface HistoryAddress {
  readonly base: string;
  readonly session: string;
  /** For sessions with a password. */
  readonly resume: string | undefined;
}

/** Whether the page could be had. Out of reach, the chat stays as it is and can be asked again. */
export async function loadOlder(chat: ChatLog, { base, session, resume }: HistoryAddress): Promise<boolean> {
  const before = chat.oldest;
  if (before === null || !chat.hasOlder) return true;
  const url = `${base}/api/sessions/${encodeURIComponent(session)}/messages?before=${before}&limit=${HISTORY_PAGE_MAX}`;
  try {
    const answer = await fetch(url, { headers: resume === undefined ? {} : { Authorization: `Bearer ${resume}` }, cache: "no-store" });
    const page = answer.ok ? asPage(await answer.json()) : null;
    if (page === null) return false;
    // Meanwhile a reconnect may have begun the chat anew: then this page would leave a hole.
    if (chat.oldest === before) chat.addOlder(page.messages, page.next !== null);
    return true;
  } catch {
    return false;
  }
}

function asPage(body: unknown): { messages: ChatMessage[]; next: number | null } | null {
  if (typeof body !== "object" || body === null || !("messages" in body) || !Array.isArray(body.messages)) return null;
  const next = "next" in body && typeof body.next === "number" ? body.next : null;
  return { messages: body.messages as ChatMessage[], next };
}
