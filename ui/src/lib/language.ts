/**
 * Another language than English in the words on the screen.
 *
 * Each part of the page has its words in an object and hands it in by {@link said}; that is English, and with
 * English nothing more is needed. What {@link speak} is given is put over the English of all parts, in place,
 * whether they are there already or come later with what is fetched later. Who reads a word when it is shown
 * finds it in the language; so nobody copies words before the page has opened.
 *
 * Must not know: which languages there are, and what is said in them.
 */

/** The same as `W` in another language: every string another one, functions with the same parameters, all else as it is. */
export type Saying<W> = W extends string
  ? string
  : W extends (...given: infer Given) => infer Said
    ? (...given: Given) => Saying<Said>
    : W extends object
      ? { readonly [K in keyof W]: Saying<W[K]> }
      : W;

export interface Language {
  /** By the name of the part. */
  readonly parts: Readonly<Record<string, object>>;
  /** A sentence that came from elsewhere, said by a hub or by the app; as it is where it is not known. */
  readonly sentence: (text: string) => string;
}

const parts = new Map<string, object>();
let spoken: Language | undefined;

/** Hands in the words of a part, each part once, and gives them back. */
export function said<W extends object>(part: string, english: W): W {
  parts.set(part, english);
  put(english, spoken?.parts[part]);
  return english;
}

/** What has been handed in so far, for tests of languages: the same objects, by part. */
export const handedIn = (): ReadonlyMap<string, object> => parts;

/** From now on the page speaks it. There is no way back but loading the page anew. */
export function speak(language: Language): void {
  spoken = language;
  for (const [part, words] of parts) put(words, language.parts[part]);
}

/** For what comes as a finished sentence of English. */
export const sentence = (text: string): string => spoken?.sentence(text) ?? text;

function put(words: object, other: object = {}): void {
  const into = words as Record<string, unknown>;
  for (const [name, word] of Object.entries(other)) {
    const had = into[name];
    if (typeof word === "object" && typeof had === "object" && had !== null) put(had, word);
    else into[name] = word;
  }
}
