/** All words of all parts of the page: in English, as long as nothing else was spoken. */
import { handedIn } from "../lib/language";

const SOURCES = import.meta.glob<string>(["../**/*.ts", "!../**/*.test.ts", "!../testing/**", "!../lib/**"], { query: "?raw", import: "default" });
const MODULES = import.meta.glob(["../**/*.ts", "!../**/*.test.ts", "!../testing/**", "!../lib/**"]);

export interface Word {
  /** The part and the names below it: `words.entry.join`. */
  readonly path: string;
  readonly word: unknown;
}

/** What somebody says without being asked anything, and what they make of what they are given. */
export function wordsIn(path: string, words: unknown): Word[] {
  if (typeof words !== "object" || words === null) return [{ path, word: words }];
  return Object.entries(words).flatMap(([name, word]) => wordsIn(`${path}.${name}`, word));
}

/** Loads everything that hands in words. */
export async function allParts(): Promise<ReadonlyMap<string, object>> {
  for (const [path, source] of Object.entries(SOURCES)) {
    if (/\bsaid(<|\()/.test(await source())) await MODULES[path]?.();
  }
  return handedIn();
}
