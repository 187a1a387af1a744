/** What is said of a hub that the person has to look at first, in German. */
import type { AboutHub, hubWords } from "../../views/lobby/hub_words";
import type { Saying } from "../../lib/language";

const first: AboutHub = {
  title: "Ist das die richtige Sitzung?",
  what: ({ place }) => `Die Sitzung auf ${place} ist verschlüsselt, und du warst noch nie darin. Frag den Gastgeber, welcher Fingerabdruck bei ihm unter „Teilen“ steht, und tritt bei, wenn er so beginnt:`,
  advice: "Dann kann in diesem Netz niemand mitlesen oder unterwegs etwas ändern. Der Gastgeber und alle, die hereingelassen werden, sehen alles. Lanvas merkt sich den Fingerabdruck und sagt dir, wenn er sich ändert.",
  join: "Er stimmt: beitreten",
};

const changed: AboutHub = {
  title: "Nicht die Sitzung, die du kanntest",
  what: ({ place }) => `Die Sitzung auf ${place} zeigt ein anderes Zertifikat als früher. Vielleicht ist sie auf einen anderen Computer umgezogen oder hat ein neues Zertifikat. Oder jemand gibt sich für sie aus.`,
  known: "Früher",
  shown: "Jetzt",
  advice: "Frag den Gastgeber, am besten mündlich, welcher Fingerabdruck bei ihm unter „Teilen“ steht. Tritt nur bei, wenn es der ist, der jetzt gezeigt wird. Bis dahin sendet Lanvas nichts dorthin.",
  join: "Der neue stimmt: beitreten",
};

const others: Readonly<Record<string, AboutHub>> = {
  hub_changed: changed,
  hub_unlike_announced: {
    ...changed,
    title: "Zwei geben sich für diese Sitzung aus",
    what: ({ place }) => `Der Computer ${place} zeigt ein anderes Zertifikat, als in diesem Netz für die Sitzung angekündigt ist. Einer der beiden gehört jemand anderem.`,
    known: "Angekündigt",
    shown: "Gezeigt",
    join: "Der gezeigte stimmt: beitreten",
  },
  hub_bare: {
    title: "Nicht mehr verschlüsselt",
    what: ({ place }) => `Die Sitzung auf ${place} war verschlüsselt, als du darin warst, und ist es jetzt nicht. Vielleicht hat der Gastgeber das ausgeschaltet. Oder jemand gibt sich für sie aus, um mitzulesen.`,
    known: "Früher",
    advice: "Frag den Gastgeber, am besten mündlich. Bis dahin sendet Lanvas nichts dorthin. Wenn du beitrittst, können alle mitlesen, die in diesem Netz mithören.",
    join: "Er war es selbst: beitreten",
  },
};

export const hub: Saying<typeof hubWords> = {
  of: (code) => others[code] ?? first,
  no: "Nicht jetzt",
};
