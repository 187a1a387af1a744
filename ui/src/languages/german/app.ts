/** The German of what the app says where there is no screen: to the system, and in the chat. */
import type { endingWords } from "../../app/lobby";
import type { visitingWords } from "../../app/visiting";
import type { Saying } from "../../lib/language";

export const ending: Saying<typeof endingWords> = {
  in: (seconds) => `Diese Sitzung endet in ${seconds < 60 ? `${seconds} Sekunden` : seconds === 60 ? "einer Minute" : `${seconds / 60} Minuten`}. Was entstanden ist, behält der Gastgeber.`,
  not: "Diese Sitzung geht doch weiter.",
};

export const visiting: Saying<typeof visitingWords> = {
  knocks: (name) => `${name} klopft an`,
  wants: (title) => (title === "" ? "Möchte in deine Sitzung." : `Möchte in „${title}“.`),
};
