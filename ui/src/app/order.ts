/**
 * Keeping order: what may be done about whom, and what was done, which the hub
 * tells who keeps order.
 */
import { isAtLeast } from "../document/rights";
import type { AuditEntry, Participant, ParticipantId, Role } from "../protocol/generated/messages";
import type { Surface } from "./surface";

/** Somebody who may not come back yet. */
export interface KeptOut {
  readonly participant: ParticipantId;
  readonly name: string;
  /** Milliseconds since 1970 UTC. */
  readonly until_ms: number;
}

/** Whether `me` keeps order over `person`. */
export function mayHandle(me: Participant | null, person: Participant): boolean {
  return me !== null && me.id !== person.id && isAtLeast(me.role, "moderator") && !isAtLeast(person.role, me.role);
}

/** The roles that `me` may give. */
export function rolesToGive(me: Participant | null): readonly Role[] {
  return me?.role === "host" ? ["viewer", "editor", "moderator"] : ["viewer", "editor"];
}

/** Newest first; null if it cannot be had. For the host. */
export function readAudit(surface: Surface): Promise<readonly AuditEntry[] | null> {
  return read<AuditEntry>(surface, "audit");
}

/** Null if it cannot be had. For moderators and the host. */
export function readKeptOut(surface: Surface): Promise<readonly KeptOut[] | null> {
  return read<KeptOut>(surface, "bans");
}

async function read<T>({ session, address }: Surface, what: "audit" | "bans"): Promise<readonly T[] | null> {
  const resume = session.place.resume()?.resume;
  if (resume === undefined) return null;
  try {
    const url = `${session.place.now.base}/api/sessions/${encodeURIComponent(address.session)}/${what}`;
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${resume}` }, cache: "no-store" });
    return answer.ok ? ((await answer.json()) as T[]) : null;
  } catch {
    return null;
  }
}
