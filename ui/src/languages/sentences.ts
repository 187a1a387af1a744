/**
 * Finished English sentences of the hub and of the app, in another language: each by its pattern, in which
 * `{anything}` stands for what differs from time to time and is put into the other sentence as it is.
 *
 * Promises: what fits no pattern is given back as it is, and what comes in place of a `{…}` is never looked at.
 */

/** From the English pattern to the other one: `"{name} is taken.": "{name} ist vergeben."`. */
export type Sentences = Readonly<Record<string, string>>;

const PLACE = /\{(\w+)\}/g;

/** The more of a pattern stands fixed, the more exact it is, and the sooner it is asked. */
export function translator(sentences: Sentences): (text: string) => string {
  const plain = new Map(Object.entries(sentences).filter(([english]) => english.search(PLACE) < 0));
  const patterns = Object.entries(sentences)
    .filter(([english]) => !plain.has(english))
    .sort(([a], [b]) => fixedIn(b) - fixedIn(a))
    .map(([english, other]) => ({ pattern: patternOf(english), names: placesIn(english), other }));
  return (text) => {
    const whole = plain.get(text);
    if (whole !== undefined) return whole;
    for (const { pattern, names, other } of patterns) {
      const found = pattern.exec(text);
      if (found !== null) return other.replace(PLACE, (place, name: string) => found[names.indexOf(name) + 1] ?? place);
    }
    return text;
  };
}

const placesIn = (english: string): string[] => [...english.matchAll(PLACE)].map(([, name]) => name ?? "");

const fixedIn = (english: string): number => english.replace(PLACE, "").length;

function patternOf(english: string): RegExp {
  const literal = english.split(PLACE).map((piece, at) => (at % 2 === 1 ? "(.+?)" : piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${literal.join("")}$`, "s");
}
