/**
 * The languages of the words on the screen, and which of them it is. Another one is a line in {@link LANGUAGES}
 * and a folder beside this file.
 *
 * Promises: a page opens, in English if need be: it waits for another language only so long.
 */
import { speak, type Language } from "../lib/language";
import { chosenWords, readWords, writeDatesAs } from "../platform/language";

/** By tag; the name is in the language itself. English is in the page: nothing is fetched for it. */
export const LANGUAGES: Readonly<Record<string, { readonly name: string; readonly fetch?: () => Promise<Language> }>> = {
  en: { name: "English" },
  de: { name: "Deutsch", fetch: async () => (await import("./german")).german },
};

/** A language that has not come by then is not waited for: late on a bad network is worse than in English. */
export const WAIT_MS = 5_000;

/** What was chosen; else the first that the person reads and we speak; else English. */
export function tagFor(chosen: string | null, read: readonly string[]): string {
  return [chosen, ...read].map((tag) => tag?.split("-")[0] ?? "").find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? "en";
}

/** Before the page opens: from then on it speaks the person's language. */
export async function speakAsChosen(): Promise<void> {
  const chosen = chosenWords();
  const tag = tagFor(chosen, readWords());
  const language = await withinLimit(LANGUAGES[tag]?.fetch);
  document.documentElement.lang = language === null ? "en" : tag;
  if (language === null) return;
  if (language !== undefined) speak(language);
  if (language !== undefined || chosen === tag) writeDatesAs(navigator.languages.find((read) => read.startsWith(tag)) ?? tag);
}

/** Null where it did not come, which is English. */
async function withinLimit(fetch?: () => Promise<Language>): Promise<Language | null | undefined> {
  let timer = 0;
  const over = new Promise<null>((resolve) => (timer = window.setTimeout(() => resolve(null), WAIT_MS)));
  try {
    return await Promise.race([fetch?.(), over]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
