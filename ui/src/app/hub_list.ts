/**
 * Which sessions a hub lists. Nothing depends on the answer: without one a screen
 * shows less, so a hub that cannot be asked lists nothing.
 */

export interface ListedSession {
  readonly id: string;
  readonly title: string;
  readonly host: string;
  readonly people: number;
  readonly password: boolean;
}

const PATIENCE_MS = 4_000;

/** `base` is `http://host:port`. */
export async function listedSessions(base: string): Promise<readonly ListedSession[]> {
  try {
    const answer = await fetch(`${base}/api/sessions`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    const body: unknown = answer.ok ? await answer.json() : [];
    return Array.isArray(body) ? body.filter(isListed) : [];
  } catch {
    return [];
  }
}

function isListed(row: unknown): row is ListedSession {
  if (typeof row !== "object" || row === null) return false;
  const { id, title, host, people, password } = row as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof title === "string" &&
    typeof host === "string" &&
    typeof people === "number" &&
    typeof password === "boolean"
  );
}
