/** What was written and not sent, kept in this browser until it is. Where storage is forbidden it lives as long as the page. */
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
