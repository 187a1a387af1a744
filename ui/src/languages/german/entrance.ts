/** The German of coming in, and of being kept out. */
import type { Saying } from "../../lib/language";
import type { Device } from "../../protocol/generated/messages";
import type { encryptionWords } from "../../views/encryption_words";
import type { atDoorWords, awayWords, entranceWords, passwordWords } from "../../views/entrance_words";
import type { wayWords } from "../../views/way_words";

const DEVICES: Record<Device, string> = { phone: "einem Handy", tablet: "einem Tablet", computer: "einem Computer", other: "einem Programm" };

export const away: Saying<typeof awayWords> = {
  heading: {
    missing: "Diese Sitzung gibt es hier nicht mehr",
    full: "Die Sitzung ist voll",
    old: "Diese Seite passt nicht zur Sitzung",
    stopped: "Die Sitzung ist beendet",
    elsewhere: "Du bist in einem anderen Tab in dieser Sitzung",
    failed: "Die Sitzung kann nicht weitergehen",
  },
  what: {
    missing: "Sie wurde beendet, oder im Link ist ein Fehler. Frag den Gastgeber nach dem Link oder scanne den QR-Code noch einmal.",
    full: "Es sind so viele da, wie hineinpassen. Warte, bis jemand geht, und versuch es noch einmal.",
    old: "Der Gastgeber hat eine andere Version von Lanvas. Lade diese Seite neu; wenn das nicht hilft, aktualisiert Lanvas auf beiden Seiten.",
    stopped: "Der Gastgeber hat sie geschlossen. Was du gemacht hast, bleibt erhalten und ist wieder da, wenn er sie neu startet.",
    elsewhere: "Mach dort weiter, oder übernimm hier.",
    failed: "Beim Gastgeber ist etwas schiefgegangen. Versuch es noch einmal; was du gemacht hast, bleibt erhalten.",
  },
  again: "Noch einmal versuchen",
  takeOver: "Hier weitermachen",
  reload: "Neu laden",
  home: "Zurück zum Anfang",
};

export const password: Saying<typeof passwordWords> = {
  password: "Passwort",
  passwordTitle: "Diese Sitzung hat ein Passwort",
  passwordHint: "Frag den Gastgeber danach.",
  passwordWrong: "Das ist nicht das Passwort. Achte auf große und kleine Buchstaben und versuch es noch einmal.",
  passwordSlow: "Von hier kamen zu viele falsche Versuche. Warte einen Moment und versuch es noch einmal.",
  enter: "Hinein",
  back: "Zurück",
  wait: (seconds) => (seconds > 90 ? `Warte ${Math.ceil(seconds / 60)} Minuten` : `Warte ${seconds} s`),
};

export const entrance: Saying<typeof entranceWords> = {
  knocking: "Warten auf Einlass",
  knockingSeen: "Wer auf die Tür achtet, sieht deinen Namen und dein Gerät und lässt dich herein oder nicht.",
  knockingAlone: "Gerade ist niemand da, der dich hereinlassen könnte. Lass diese Seite offen oder komm später wieder.",
  knockingUntil: (time) => `Wenn bis ${time} niemand antwortet, kannst du noch einmal anklopfen.`,
  stopKnocking: "Nicht mehr warten",

  knocks: "Jemand möchte herein",
  knocker: (name) => `${name} möchte herein`,
  comesFrom: (device, address) => `mit ${DEVICES[device]}, von ${address}`,
  letIn: "Einlassen",
  letInToLook: "Zuschauen",
  turnAway: "Nein",
  letInLabel: (name) => `${name} hereinlassen`,
  letInToLookLabel: (name) => `${name} nur zum Zuschauen hereinlassen`,
  turnAwayLabel: (name) => `${name} abweisen`,

  title: "Wie Leute hereinkommen",
  entries: {
    open: { name: "Alle mit dem Link", hint: "Wer den Link oder QR-Code hat und in diesem Netz ist." },
    password: { name: "Mit einem Passwort", hint: "Neue geben es einmal ein. Wer da ist, bleibt." },
    knock: { name: "Sie klopfen an", hint: "Du siehst, wer es ist, und lässt sie herein oder nicht." },
    invited: { name: "Auf Einladung", hint: "Nur über einen Link, den du unten machst. Der Link der Sitzung selbst öffnet nichts." },
  },
  passwordIs: "Das Passwort ist",
  passwordUnknown: "Es gibt ein Passwort. Es wird nicht noch einmal gezeigt; setz ein anderes, wenn es niemand mehr weiß.",
  passwordNew: "Anderes Passwort",
  passwordSet: "Setzen",
  readable: "Wer in diesem Netz mithört, kann das Passwort unterwegs lesen. Nimm keins, das sonst etwas öffnet.",
  guarded: "Die Verbindung ist verschlüsselt: Das Passwort kann unterwegs niemand lesen.",

  invites: "Einladungen",
  invitesHint: "Ein Link, der öffnet, was auch immer du oben gewählt hast. Wer ihn hat, kann ihn weitergeben.",
  may: "Darf",
  roles: { editor: "mitmachen", viewer: "zuschauen", moderator: "moderieren" },
  lasts: "Gilt",
  lastsChoices: [
    { name: "eine Stunde", seconds: 3_600 },
    { name: "einen Tag", seconds: 86_400 },
    { name: "bis du sie beendest", seconds: null },
  ],
  uses: "Für",
  usesChoices: [
    { name: "eine Person", count: 1 },
    { name: "zehn Personen", count: 10 },
    { name: "beliebig viele", count: null },
  ],
  make: "Einladung machen",
  copy: "Link kopieren",
  copied: "Kopiert",
  untold: "Ihr Link wurde beim Machen gezeigt und nicht behalten.",
  end: "Beenden",
  endLabel: (id) => `Einladung ${id} beenden`,
  copyLabel: (id) => `Link der Einladung ${id} kopieren`,
  used: (uses, most) => (most === undefined ? `${uses}-mal benutzt` : `${uses} von ${most} benutzt`),
  until: (time) => `bis ${time}`,
  over: "vorbei",
  none: "Noch keine.",

  renew: "Neue Codes",
  renewHint: "Beendet jede Einladung und das Passwort, wenn es eins gibt. Nützlich, wenn ein Link an die Falschen ging.",
  renewLeave: "Auch wer schon da ist, muss neu hereinkommen",
  renewed: "Erledigt. Alte Links öffnen nichts mehr.",

  shareInvite: "Einladung machen",
  shareInvited: "Nur mit einer Einladung kommt man herein. Der Link oben öffnet allein nichts.",
  sharePassword: "Dazu braucht man das Passwort.",
  shareKnock: "Man klopft an, und jemand lässt einen herein.",
  shareNotHost: "Nur mit einer Einladung kommt man herein. Frag den Gastgeber nach einer.",
};

export const at_door: Saying<typeof atDoorWords> = {
  not_let_in: { heading: "Du wurdest nicht hereingelassen", what: "Sprich mit dem Gastgeber. Du kannst noch einmal anklopfen.", again: "Noch einmal anklopfen" },
  knock_unanswered: { heading: "Niemand hat geantwortet", what: "Sag dem Gastgeber, dass du vor der Tür stehst, und klopf dann noch einmal an.", again: "Noch einmal anklopfen" },
  too_many_knocks: { heading: "Vor der Tür stehen viele", what: "Warte, bis einige drin sind, und versuch es noch einmal.", again: "Noch einmal versuchen" },
  invite_required: { heading: "Du brauchst eine Einladung", what: "Der Link dieser Sitzung öffnet allein nichts. Frag den Gastgeber nach einer Einladung und öffne deren Link.", again: "Noch einmal versuchen" },
  invite_ended: { heading: "Diese Einladung ist vorbei", what: "Sie ist aufgebraucht, beendet oder abgelaufen. Frag den Gastgeber nach einer neuen oder komm herein wie die anderen.", again: "Ohne sie hereinkommen" },
  removed: { heading: "Du wurdest hinausgeschickt", what: "Das war die Moderation dieser Sitzung. Du kannst zurückkommen; wenn es ein Irrtum war, sprich mit dem Gastgeber.", again: "Zurückkommen" },
  banned: { heading: "Du wurdest für eine Weile ausgesperrt", what: "Das war die Moderation dieser Sitzung. Du kannst zurückkommen, wenn die Zeit um ist oder man dich vorher wieder hereinlässt. Wenn es ein Irrtum war, sprich mit dem Gastgeber.", again: "Zurückkommen" },
  name_registered: { heading: "Dieser Name gehört zu einem Konto", what: "Wenn es deins ist, melde dich an. Sonst komm mit einem anderen Namen herein.", again: "Noch einmal versuchen" },
  signed_out: { heading: "Du wurdest abgemeldet", what: "Jemand hat dieses Konto abgemeldet oder sein Passwort geändert, oder deine Anmeldung hier ist ein halbes Jahr her. Was du gemacht hast, bleibt erhalten.", again: "Noch einmal versuchen" },
  codes_renewed: { heading: "Der Gastgeber hat neue Codes gemacht", what: "Alle kommen neu herein. Frag nach dem neuen Passwort oder Link. Was du gemacht hast, bleibt erhalten.", again: "Neu hereinkommen" },
};

export const encryption: Saying<typeof encryptionWords> = {
  none: "Nicht verschlüsselt: Wer in diesem Netz mithört, kann mitlesen.",
  given: "Verschlüsselt: Niemand in diesem Netz kann mitlesen.",
  own: "Verschlüsselt. Browser warnen vor dem eigenen Zertifikat dieses Gastgebers: Mach nur weiter, wenn der SHA-256-Fingerabdruck, den sie zeigen, so beginnt:",
};

export const ways: Saying<typeof wayWords> = {
  open: "In der Lanvas-App öffnen",
  stayed: "Nichts hat sich geöffnet? Dann hat dieser Computer keine Lanvas-App. Bleib hier: Im Browser geht auch alles.",
  aloud: "Oder sag es: „Über die Adresse beitreten“ in der App nimmt diese Wörter",
};
