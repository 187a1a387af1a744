/** Who is here, in the order to show them: you, then the host, then by name. Pure. */
import type { Participant } from "../protocol/generated/messages";

export function shownPeople(all: readonly Participant[], me: Participant | null): readonly Participant[] {
  const rank = (person: Participant): number => (person.id === me?.id ? 0 : person.role === "host" ? 1 : 2);
  return [...all].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || a.id - b.id);
}
