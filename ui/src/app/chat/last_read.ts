/** How far one has read the chat, kept in this browser. Where storage is forbidden one begins at the end. */
const PREFIX = "lanvas.read.";

export function lastRead(session: string): number | null {
  try {
    const number = Number(localStorage.getItem(PREFIX + session) ?? "none");
    return Number.isSafeInteger(number) && number >= 0 ? number : null;
  } catch {
    return null;
  }
}

export function keepLastRead(session: string, number: number): void {
  try {
    localStorage.setItem(PREFIX + session, String(number));
  } catch {
    // Forbidden or full: it is only a convenience.
  }
}
