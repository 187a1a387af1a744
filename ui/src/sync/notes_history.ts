/** The life of the notes, page by page over HTTP. */
import type { PastEdit } from "../document/notes_life";
import type { HistoryAddress } from "./chat_history";

/** More edits are not looked back on; the latest count. */
const EDITS_MAX = 200_000;

/** All edits that the hub has on disk, oldest first; null if they cannot be had. */
export async function pastEdits({ base, session, resume }: HistoryAddress): Promise<PastEdit[] | null> {
  const headers: HeadersInit = resume === undefined ? {} : { Authorization: `Bearer ${resume}` };
  const edits: PastEdit[] = [];
  try {
    for (let after: number | null = 0; after !== null && edits.length < EDITS_MAX; ) {
      const url = `${base}/api/sessions/${encodeURIComponent(session)}/notes/history?after=${after}`;
      const answer = await fetch(url, { headers, cache: "no-store" });
      const page: unknown = answer.ok ? await answer.json() : null;
      if (typeof page !== "object" || page === null || !("edits" in page) || !Array.isArray(page.edits)) return null;
      edits.push(...(page.edits as PastEdit[]));
      after = "next" in page && typeof page.next === "number" ? page.next : null;
    }
    return edits;
  } catch {
    return null;
  }
}
