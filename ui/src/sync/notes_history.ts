/** The life of the notes, page by page over HTTP. */
import type { PastEdit } from "../document/notes_life";
import type { PageId } from "../protocol/generated/messages";
import type { HistoryAddress } from "./chat_history";

/** More edits are not looked back on; the latest count. */
const EDITS_MAX = 200_000;

/** All edits of a page that the hub has on disk, oldest first; null if they cannot be had. */
export async function pastEdits({ base, session, resume }: HistoryAddress, page: PageId): Promise<PastEdit[] | null> {
  const headers: HeadersInit = resume === undefined ? {} : { Authorization: `Bearer ${resume}` };
  const edits: PastEdit[] = [];
  try {
    for (let after: number | null = 0; after !== null && edits.length < EDITS_MAX; ) {
      const url = `${base}/api/sessions/${encodeURIComponent(session)}/notes/history?after=${after}&page=${encodeURIComponent(page)}`;
      const answer = await fetch(url, { headers, cache: "no-store" });
      const told: unknown = answer.ok ? await answer.json() : null;
      if (typeof told !== "object" || told === null || !("edits" in told) || !Array.isArray(told.edits)) return null;
      edits.push(...(told.edits as PastEdit[]));
      after = "next" in told && typeof told.next === "number" ? told.next : null;
    }
    return edits;
  } catch {
    return null;
  }
}
