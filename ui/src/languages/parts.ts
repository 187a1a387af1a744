/** All parts of the page that have words, by the name under which `said` takes them: what a language has to say. */
import type { Saying } from "../lib/language";
import type { hintWords } from "../views/hint_words";
import type { headWords, lookWords } from "../views/look_words";

export interface Parts {
  readonly hints: Saying<typeof hintWords>;
  readonly look: Saying<typeof lookWords>;
  readonly heads: Saying<typeof headWords>;
}
