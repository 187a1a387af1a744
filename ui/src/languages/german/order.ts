/** The German of roles, and of order in the room. */
import type { Saying } from "../../lib/language";
import type { AuditEntry, Role, RulesChange } from "../../protocol/generated/messages";
import type { deedWords, orderWords, roleWords, undoWords, whoWords } from "../../views/order_words";

export const roles: Saying<typeof roleWords> = {
  viewer: { name: "Schaut zu", what: "sieht und liest" },
  editor: { name: "Macht mit", what: "zeichnet, schreibt und redet" },
  moderator: { name: "Moderation", what: "sorgt auch für Ordnung" },
  host: { name: "Gastgeber", what: "hält die Sitzung" },
};

export const order: Saying<typeof orderWords> = {
  muted: "stumm",
  about: (name) => `Was mit ${name} geschehen soll`,
  role: "Rolle",
  roleOf: (name) => `Rolle von ${name}`,
  mute: "Im Chat stumm schalten",
  unmute: "Wieder reden lassen",
  sendOut: "Hinausschicken",
  sendOutFor: "Wie lange draußen",
  spans: [[0, "darf gleich zurück"], [600, "für 10 Minuten"], [3_600, "für eine Stunde"], [86_400, "für einen Tag"], [2_592_000, "für 30 Tage"]],
  alsoAddress: "Auch jedes Gerät mit derselben Adresse aussperren",
  undoWork: "Zurücknehmen, was getan wurde …",
  accounts: "Konten bei diesem Gastgeber",
  room: "Ordnung im Raum …",
  roomTitle: "Ordnung im Raum",
  leaveTo: "Wer darf",
  draw: "auf der Tafel zeichnen",
  write: "in die Notizen schreiben",
  talk: "im Chat reden",
  anyone: "Alle",
  editors: "Wer mitmacht",
  everyone: "Wer keine eigene Rolle hat,",
  everyoneOf: { viewer: "schaut zu", editor: "macht mit" },
  lock: "Sperren",
  boardLocked: "Die Tafel",
  notesLocked: "Die Notizen",
  chatLocked: "Den Chat",
  pointersHidden: "Alle Zeiger ausblenden",
  lockHint: "Was gesperrt ist, ändern nur Moderation und Gastgeber.",
  lowerAll: "Alle nur zuschauen lassen",
  lowerAllHint: "Die Moderation bleibt. Du kannst allen einzeln ihre Rolle zurückgeben.",
  raiseAll: "Alle dürfen wieder mitmachen",
  keptOut: "Ausgesperrt",
  nobodyOut: "Niemand ist ausgesperrt.",
  until: (when) => `bis ${when}`,
  letBack: (name) => `${name} wieder hereinlassen`,
  letBackShort: "Hereinlassen",
  done: "Was getan wurde",
  nothingDone: "Noch nichts. Wer eine Rolle geändert, stumm geschaltet, gesperrt oder hinausgeschickt hat, steht hier.",
  notRead: "Die Liste ist gerade nicht zu haben. Prüfe die Verbindung und öffne dies noch einmal.",
  loading: "Wird geladen …",
  somebody: "jemand",
  theHub: "Die App",
  lookingOn: {
    role_too_low: "Du schaust zu. Gastgeber oder Moderation können dich mitmachen lassen.",
    board_locked: "Die Tafel ist gesperrt. Sieh dich um; zeichnen kannst du wieder, wenn die Moderation sie freigibt.",
    muted: "Die Moderation hat dich stumm geschaltet. Du kannst lesen, und wieder reden, wenn sie dich lässt.",
    chat_locked: "Der Chat ist gesperrt. Du kannst lesen, und wieder reden, wenn die Moderation ihn freigibt.",
    notes_locked: "Die Notizen sind gesperrt. Du kannst lesen, und wieder schreiben, wenn die Moderation sie freigibt.",
  },
  onlyEditors: { talk: "Hier redet nur, wer mitmacht. Gastgeber oder Moderation können dich dazu machen.", write: "Hier schreibt nur, wer mitmacht. Gastgeber oder Moderation können dich dazu machen." },
  notAllowed: "Das darfst du hier nicht. Frag den Gastgeber.",
  untaken: (n) => `${n === 1 ? "Etwas, das du gezeichnet hast, wurde" : `${n} Dinge, die du gezeichnet hast, wurden`} nicht angenommen und ${n === 1 ? "ist" : "sind"} hier aufbewahrt:`,
  tryAgain: "Auf die Tafel setzen",
  letGo: "Loslassen",
};

export const deeds: Saying<typeof deedWords> = {
  line: ({ by, to, deed }) => `${by?.name ?? order.theHub} ${deedOf(deed, to?.name ?? order.somebody)}`,
};

const BECAME: Record<Role, string> = { viewer: "nur noch zuschauen", editor: "mitmachen", moderator: "moderieren", host: "Gastgeber sein" };

function deedOf(deed: AuditEntry["deed"], whom: string): string {
  switch (deed.kind) {
    case "gave_role":
      return `lässt ${whom} ${BECAME[deed.role]}`;
    case "lowered_everyone":
      return deed.role === "viewer" ? "lässt alle nur noch zuschauen" : "lässt alle höchstens mitmachen";
    case "set_rules":
      return rulesWords(deed.rules).join(", ");
    case "muted":
      return deed.muted ? `hat ${whom} stumm geschaltet` : `lässt ${whom} wieder reden`;
    case "removed":
      return `hat ${whom} hinausgeschickt${deed.seconds === 0 ? "" : `, ${spanWords(deed.seconds)}`}${deed.address === true ? ", mit allen an derselben Adresse" : ""}`;
    case "lifted_ban":
      return `lässt ${whom} wieder herein`;
    case "sealed":
      return `hat ${things(deed.shapes, "etwas")} auf der Tafel ${deed.sealed ? "versiegelt" : "freigegeben"}`;
    case "deleted_message":
      return `hat eine Nachricht von ${whom} gelöscht`;
    case "set_slow_mode":
      return deed.seconds === 0 ? "hat den langsamen Chat beendet" : `hat den Chat auf eine Nachricht alle ${deed.seconds} s verlangsamt`;
    case "set_title":
      return `hat die Sitzung „${deed.title}“ genannt`;
    case "undid":
      return `hat ${things(deed.shapes, "etwas")} von ${whom} zurückgenommen`;
    default:
      return "hat etwas getan, das diese Seite nicht kennt";
  }
}

const things = (n: number, one: string): string => (n === 1 ? one : `${n} Dinge`);

function spanWords(seconds: number): string {
  return order.spans.find(([span]) => span === seconds)?.[1] ?? `für ${Math.max(1, Math.round(seconds / 60))} Minuten`;
}

function rulesWords(rules: RulesChange): string[] {
  const said: string[] = [];
  const lock = (what: string, on: boolean | undefined): void => {
    if (on !== undefined) said.push(`hat ${what} ${on ? "gesperrt" : "freigegeben"}`);
  };
  lock("die Tafel", rules.board_locked);
  lock("die Notizen", rules.notes_locked);
  lock("den Chat", rules.chat_locked);
  if (rules.pointers_hidden !== undefined) said.push(`hat die Zeiger ${rules.pointers_hidden ? "ausgeblendet" : "eingeblendet"}`);
  for (const act of ["draw", "write", "talk"] as const) {
    if (rules[act] !== undefined) said.push(`lässt ${rules[act] === "viewer" ? "alle" : "alle, die mitmachen,"} ${order[act]}`);
  }
  if (rules.everyone !== undefined) said.push(`lässt Neue ${rules.everyone === "viewer" ? "zuschauen" : "mitmachen"}`);
  return said;
}

export const who: Saying<typeof whoWords> = {
  title: "Wer das gezeichnet hat",
  gone: "Jemand, der gerade nicht hier ist",
  more: (n) => `und ${n} weitere. Wähle weniger aus, um sie zu sehen.`,
};

export const undo_work: Saying<typeof undoWords> = {
  title: (name) => `Zurücknehmen, was ${name} getan hat`,
  somebody: "jemand",
  since: "Seit",
  spans: [[5, "5 Minuten"], [15, "15 Minuten"], [60, "einer Stunde"], [1_440, "einem Tag"], [0, "dem Anfang"]],
  reading: "Wird nachgesehen …",
  notRead: "Das lässt sich gerade nicht sagen. Prüfe die Verbindung und sieh noch einmal nach.",
  again: "Noch einmal nachsehen",
  nothing: "Seither gibt es nichts davon.",
  counts: ({ goes, changesBack, returns }) => [
    ...(goes === 0 ? [] : [goes === 1 ? "Ein Ding, das dazukam, verschwindet." : `${goes} Dinge, die dazukamen, verschwinden.`]),
    ...(changesBack === 0 ? [] : [changesBack === 1 ? "Ein Ding, das geändert wurde, wird wieder wie vorher." : `${changesBack} Dinge, die geändert wurden, werden wieder wie vorher.`]),
    ...(returns === 0 ? [] : [returns === 1 ? "Ein Ding, das entfernt wurde, kommt zurück." : `${returns} Dinge, die entfernt wurden, kommen zurück.`]),
  ],
  others: "Was da ist, ist auf der Tafel umrandet. Was andere seither geändert haben, bleibt, wie es ist. Du kannst es wieder rückgängig machen.",
  apart: "Notizen und Chat bleiben, wie sie sind.",
  more: "Das ist das Neueste davon. Nimm es zurück und sieh dann noch einmal nach.",
  keptFrom: (when) => `Was vor dem ${when} geändert oder entfernt wurde, ist einzeln nicht mehr bekannt und bleibt.`,
  cancel: "Abbrechen",
  go: "Zurücknehmen",
};
