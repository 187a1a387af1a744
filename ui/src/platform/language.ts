/**
 * In which language a person reads: what they chose, and how dates and times are written then.
 *
 * Promises: where storage is forbidden, the choice is simply not remembered.
 */
declare global {
  interface Window {
    /** How dates and times are written, where the person chose that: a tag such as `en-GB`. The app says so before the page loads. */
    readonly lanvasLanguage?: string;
    /** The language of the words, where the person chose it in the app's settings: said in the same way. */
    readonly lanvasWords?: string;
    /** The language of its words, where nothing was chosen: what the app heard the system speak goes before what the page hears. */
    readonly lanvasSystemWords?: string;
  }
}

const WORDS_KEY = "lanvas.words";

/** How dates, times and numbers are written; undefined for as the system writes them. To be read when something is written. */
export let language: string | undefined = globalThis.window?.lanvasLanguage;

/** As the words are, unless the person chose otherwise for dates alone. */
export function writeDatesAs(tag: string): void {
  language ??= tag;
}

/** Null for as the system. */
export function chosenWords(): string | null {
  if (window.lanvasWords !== undefined) return window.lanvasWords;
  try {
    return localStorage.getItem(WORDS_KEY);
  } catch {
    return null;
  }
}

/** What the person reads as far as the system says so, the best liked first. */
export const readWords = (): readonly string[] => (window.lanvasSystemWords === undefined ? navigator.languages : [window.lanvasSystemWords, ...navigator.languages]);

/** In a browser; the app has it in its settings. */
export function chooseWords(tag: string | null): void {
  try {
    if (tag === null) localStorage.removeItem(WORDS_KEY);
    else localStorage.setItem(WORDS_KEY, tag);
  } catch {
    // Forbidden or full: the page goes on as the system says.
  }
}
