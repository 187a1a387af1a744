/** What was written and not sent, kept in this browser until it is. Where storage is forbidden it lives as long as the page. */
import type { Picture } from "../../protocol/generated/messages";

const PREFIX = "lanvas.draft.";

export function keptDraft(session: string): string {
  try {
    return localStorage.getItem(PREFIX + session) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(session: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(PREFIX + session);
    else localStorage.setItem(PREFIX + session, text);
  } catch {
    // Forbidden or full: it is only a convenience.
  }
}

/** What is to be shown with the words. */
export interface DraftPictures {
  /** With the hub, and where this page has them to look at. */
  readonly brought: readonly { readonly picture: Picture; readonly url: string }[];
  /** Not yet. */
  readonly files: readonly File[];
}

const pictures = new Map<string, DraftPictures>();

/** They are kept as long as the page lives. */
export function keepPictures(session: string, draft: DraftPictures): void {
  pictures.set(session, draft);
}

/** What was kept, for whoever goes on with it. */
export function takePictures(session: string): DraftPictures {
  const kept = pictures.get(session) ?? { brought: [], files: [] };
  pictures.delete(session);
  return kept;
}
