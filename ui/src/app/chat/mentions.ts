/** Speaking to people by name: what is being written after an @, and who is meant in the end. Pure. */
import type { Participant, ParticipantId } from "../../protocol/generated/messages";

export interface Mentioning {
  /** Where the @ stands. */
  readonly start: number;
  readonly written: string;
}

/** The name that is being written before `caret`, if one is. */
export function mentioningAt(text: string, caret: number): Mentioning | null {
  const found = /(?:^|[\s(])@([^\s@]{0,40})$/u.exec(text.slice(0, caret));
  const written = found?.[1];
  return written === undefined ? null : { start: caret - written.length - 1, written };
}

/** Who may be meant, the likeliest first. */
export function candidates(people: readonly Participant[], me: ParticipantId | undefined, written: string, most = 6): Participant[] {
  const wanted = written.toLocaleLowerCase();
  const rank = (name: string): number => {
    const lower = name.toLocaleLowerCase();
    if (lower.startsWith(wanted)) return 0;
    return lower.split(" ").some((word) => word.startsWith(wanted)) ? 1 : 2;
  };
  return people
    .filter((person) => person.id !== me && rank(person.name) < 2)
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
    .slice(0, most);
}

/** Those whose names stand after an @. */
export function mentioned(text: string, people: readonly Participant[]): ParticipantId[] {
  const named = (name: string): boolean => name !== "" && text.includes(`@${name}`);
  const longer = (name: string): boolean => people.some((other) => other.name !== name && other.name.startsWith(name) && named(other.name) && !text.replaceAll(`@${other.name}`, "").includes(`@${name}`));
  return people.filter(({ name }) => named(name) && !longer(name)).map(({ id }) => id);
}
