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

/** What makes of the name before it another word: Ben is not in “Bending” or “Ben-Luca”, nor one emoji in another that begins with it. */
const GOES_ON = /^(?:[\p{L}\p{N}\p{M}\p{EMod}\u200d]|[-\u2010\u2011_][\p{L}\p{N}])/u;

/** Where names stand after an @, the longest that fits at each. */
export function namesIn(text: string, names: readonly string[]): { readonly at: number; readonly name: string }[] {
  const longestFirst = names.filter((name) => name !== "").sort((a, b) => b.length - a.length);
  const found: { at: number; name: string }[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const name = longestFirst.find((each) => text.startsWith(each, at + 1) && !GOES_ON.test(text.slice(at + 1 + each.length, at + 5 + each.length)));
    // An address of mail is nobody's name.
    if (name === undefined || /[a-z\d]/i.test(text[at - 1] ?? "")) continue;
    found.push({ at, name });
    at += name.length;
  }
  return found;
}

/** Those whose names stand after an @. */
export function mentioned(text: string, people: readonly Participant[]): ParticipantId[] {
  const named = new Set(namesIn(text, people.map(({ name }) => name)).map(({ name }) => name));
  return people.filter(({ name }) => named.has(name)).map(({ id }) => id);
}
