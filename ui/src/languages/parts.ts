/** All parts of the page that have words, by the name under which `said` takes them: what a language has to say. */
import type { announceWords } from "../app/announce";
import type { endingWords } from "../app/lobby";
import type { visitingWords } from "../app/visiting";
import type { Saying } from "../lib/language";
import type { accountWords, hubWords as hubAccountsWords } from "../views/account/account_words";
import type { chatWords } from "../views/chat/words";
import type { frameWords } from "../tools/frames";
import type { actionWords, commandWords, keyWords } from "../views/action_words";
import type { boardWords, formWords, toolWords } from "../views/board_words";
import type { companyWords } from "../views/company_words";
import type { encryptionWords } from "../views/encryption_words";
import type { atDoorWords, awayWords, entranceWords, passwordWords } from "../views/entrance_words";
import type { hintWords } from "../views/hint_words";
import type { sweepWords } from "../views/home/sweep_words";
import type { doctorWords } from "../views/lobby/doctor_words";
import type { hubWords } from "../views/lobby/hub_words";
import type { lobbyWords } from "../views/lobby/lobby_words";
import type { headWords, lookWords } from "../views/look_words";
import type { noteWords } from "../views/notes/words";
import type { deedWords, orderWords, roleWords, undoWords, whoWords } from "../views/order_words";
import type { helpWords } from "../views/session/help_words";
import type { wayWords } from "../views/way_words";
import type { refusals, troubleWords, words } from "../views/words";

export interface Parts {
  readonly words: Saying<typeof words>;
  readonly troubles: Saying<typeof troubleWords>;
  readonly refusals: Saying<typeof refusals>;

  readonly tools: Saying<typeof toolWords>;
  readonly forms: Saying<typeof formWords>;
  readonly board: Saying<typeof boardWords>;
  readonly commands: Saying<typeof commandWords>;
  readonly keys: Saying<typeof keyWords>;
  readonly actions: Saying<typeof actionWords>;
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
  readonly help: Saying<typeof helpWords>;
  readonly company: Saying<typeof companyWords>;
  readonly announce: Saying<typeof announceWords>;
  readonly frame: Saying<typeof frameWords>;

  readonly away: Saying<typeof awayWords>;
  readonly at_door: Saying<typeof atDoorWords>;
  readonly password: Saying<typeof passwordWords>;
  readonly entrance: Saying<typeof entranceWords>;
  readonly encryption: Saying<typeof encryptionWords>;
  readonly ways: Saying<typeof wayWords>;

  readonly roles: Saying<typeof roleWords>;
  readonly order: Saying<typeof orderWords>;
  readonly deeds: Saying<typeof deedWords>;
  readonly who: Saying<typeof whoWords>;
  readonly undo_work: Saying<typeof undoWords>;

  readonly ending: Saying<typeof endingWords>;
  readonly visiting: Saying<typeof visitingWords>;
}
