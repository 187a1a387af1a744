/** All parts of the page that have words, by the name under which `said` takes them: what a language has to say. */
import type { Saying } from "../lib/language";
import type { accountWords, hubWords as hubAccountsWords } from "../views/account/account_words";
import type { chatWords } from "../views/chat/words";
import type { hintWords } from "../views/hint_words";
import type { sweepWords } from "../views/home/sweep_words";
import type { doctorWords } from "../views/lobby/doctor_words";
import type { hubWords } from "../views/lobby/hub_words";
import type { lobbyWords } from "../views/lobby/lobby_words";
import type { headWords, lookWords } from "../views/look_words";
import type { noteWords } from "../views/notes/words";

export interface Parts {
  readonly hints: Saying<typeof hintWords>;
  readonly look: Saying<typeof lookWords>;
  readonly heads: Saying<typeof headWords>;
  readonly chat: Saying<typeof chatWords>;
  readonly notes: Saying<typeof noteWords>;
  readonly account: Saying<typeof accountWords>;
  readonly hubAccounts: Saying<typeof hubAccountsWords>;
  readonly lobby: Saying<typeof lobbyWords>;
  readonly doctor: Saying<typeof doctorWords>;
  readonly hub: Saying<typeof hubWords>;
  readonly sweep: Saying<typeof sweepWords>;
}
