/** What only the app has, in German. */
import type { lobbyWords } from "../../views/lobby/lobby_words";
import type { Saying } from "../../lib/language";

export const lobby: Saying<typeof lobbyWords> = {
  open: "Datei öffnen …",
  more: (title) => `Mehr zu „${title}“`,
  rename: "Umbenennen",
  newTitle: "Neuer Titel",
  save: "Speichern",
  cancel: "Abbrechen",
  duplicate: "Duplizieren",
  reveal: "Im Ordner zeigen",
  trash: "In den Papierkorb",
  end: "Für alle beenden",
  openNow: (guests) => (guests === 0 ? "jetzt offen" : guests === 1 ? "jetzt offen · 1 Gast" : `jetzt offen · ${guests} Gäste`),
  yours: "deine",
  nobodyElse: "Sonst hat hier gerade niemand eine Sitzung offen.",
  otherVersion: (link) => `Öffne ${link} in einem Browser, oder bringt beide Computer auf dieselbe Version.`,
  unreadable: (code) => ({ file_newer: "von einem neueren Lanvas", file_foreign: "keine Sitzung von Lanvas", file_damaged: "beschädigt: öffnet, so weit es lesbar ist" })[code] ?? "gerade nicht lesbar",
  recent: "Wo du warst",
  favourite: (title) => `„${title}“ oben behalten`,
  unfavourite: (title) => `„${title}“ muss nicht oben bleiben`,
  forget: (title) => `„${title}“ vergessen`,
  with: (host) => `bei ${host}`,
  here: "jetzt da",
  drop: "Lass los, um diese Sitzung zu öffnen",
  dropTitle: "Sitzungsdatei öffnen",

  link: {
    title: "Dieser Sitzung beitreten?",
    what: (address) => `Ein Link führt zur Sitzung auf ${address}.`,
    trust: "Tritt nur bei, wenn du weißt, von wem der Link kommt.",
    join: "Beitreten",
    no: "Nicht jetzt",
  },

  told: {
    title: (told) =>
      ({ rescued: "Die Datei dieser Sitzung ist beschädigt", copied: "Als Kopie geöffnet", bad_link: "Dieser Link führt nirgendwohin", copied_diagnostics: "Diagnose kopiert", newer_lanvas: "Es gibt ein neueres Lanvas" })[told.kind],
    what: (told, when) => {
      switch (told.kind) {
        case "rescued":
          return told.operations === 0
            ? "Darin war nichts lesbar. Die beschädigte Datei wird neben der Sitzung aufbewahrt."
            : `Was lesbar war, ist hier: ${told.operations === 1 ? "1 Änderung" : `${told.operations} Änderungen`}.${told.last_ms > 0 ? ` Die letzte Änderung: ${when(told.last_ms)}.` : ""} Die beschädigte Datei bleibt, wie sie war.`;
        case "copied":
          return "Diese Sitzung liegt auf diesem Computer schon in einem anderen Stand. Was in der Datei war, ist jetzt eine eigene Sitzung; beide bleiben.";
        case "bad_link":
          return "Bitte noch einmal um den Link, oder gib die Adresse des Gastgebers unter „Über die Adresse beitreten“ ein.";
        case "newer_lanvas":
          return `Version ${told.version} ist zu haben. Installiere sie unter „Einstellungen“, wann es dir passt; von selbst geschieht nichts.`;
        case "copied_diagnostics":
          return "Füg sie in eine Nachricht an die Person ein, die dir hilft. Namen, Titel und Geheimnisse stehen nicht darin.";
      }
    },
    good: "In Ordnung",
  },

  host: {
    title: "Deine Sitzung",
    project: "QR-Code groß zeigen",
    scan: "Zum Mitmachen scannen oder öffnen",
    noNetwork: "Dieser Computer ist in keinem Netz. Verbinde ihn mit einem, dann erscheint der Link hier von selbst.",
    copy: "Link kopieren",
    copied: "Kopiert",
    copyFailed: "Markiere den Link und kopiere ihn mit Strg+C.",
    link: "Link für Gäste",
    here: (n) => (n === 1 ? "1 Person ist da" : `${n} Personen sind da`),
    nobody: "Noch ist sonst niemand da.",
    round: (quality, ms) => `${{ good: "gut", fair: "mäßig", slow: "langsam" }[quality]} · ${ms} ms`,
    measuring: "wird gemessen …",
    close: "Schließen",
    end: "Für alle beenden …",
  },

  closing: {
    title: (guests) => (guests === 1 ? "1 Person ist noch da" : `${guests} Personen sind noch da`),
    what: "Wenn du Lanvas jetzt schließt, endet die Sitzung für alle. Was entstanden ist, bleibt und ist wieder da, wenn du neu startest.",
    stay: "Offen lassen",
    close: "Für alle schließen",
    hide: "Fenster verstecken",
    hideHint: "Versteckt geht die Sitzung weiter, und das Symbol neben der Uhr holt das Fenster zurück.",
  },

  stop: {
    title: "Sitzung für alle beenden?",
    what: "Alle erfahren es und haben Zeit, fertig zu werden. Was entstanden ist, bleibt auf diesem Computer.",
    inSeconds: (s) => (s === 0 ? "Jetzt beenden" : s < 60 ? `In ${s} Sekunden` : s === 60 ? "In einer Minute" : `In ${s / 60} Minuten`),
    ending: (s) => (s === 1 ? "Endet in 1 Sekunde …" : `Endet in ${s} Sekunden …`),
    stay: "Weitermachen",
  },

  settings: {
    title: "Einstellungen",
    name: "Dein Name",
    color: "Deine Farbe",
    colorHint: "Für deinen Zeiger und deinen Namen. Gilt ab der nächsten Sitzung.",
    colorAny: "Die gerade frei ist",
    colors: ["Rosa", "Blau", "Grün", "Orange", "Violett", "Petrol", "Rot", "Oliv", "Lila", "Indigo", "Braun", "Grau"],
    theme: "Hell oder dunkel",
    words: "Sprache",
    wordsHint: "Gilt ab dem nächsten Start.",
    language: "Datum und Uhrzeit",
    languageHint: "Folgt sonst dem System oder der Sprache. Gilt ab dem nächsten Start.",
    languageSystem: "Wie das System",
    themes: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
    hosting: "Wenn du Gastgeber bist",
    visible: "Sitzungen allen im Netz zeigen",
    visibleHint: "Aus: Man braucht den Link oder den QR-Code.",
    encrypted: "Verschlüsseln, was über das Netz geht",
    encryptedHint: "Browser warnen deine Gäste vor einem Zertifikat, das niemand unterschrieben hat: Sag ihnen den Fingerabdruck unter „Teilen“. Gäste mit der App vergleichen ihn einmal. Gilt ab der nächsten Sitzung, die du startest, nachdem alle beendet sind.",
    port: "Port für Gäste",
    portHint: "Leer für den üblichen, 7420. Gilt ab der nächsten Sitzung, die du startest, nachdem alle beendet sind.",
    interface: "Netz für deine Sitzungen",
    interfaceAll: "Alle",
    interfaceHint: "Gilt ab der nächsten Sitzung, die du startest, nachdem alle beendet sind.",
    history: "Wie viel von der Vergangenheit bleibt",
    historyHint: "In MiB für jede Sitzung, um zurückzuschauen, wie sie entstanden ist. Leer für die üblichen 1.024. Was älter ist, wird zusammengefasst; Tafel, Notizen und Chat bleiben ganz. Gilt ab der nächsten Sitzung, die du startest, nachdem alle beendet sind.",
    folder: "Wo Sitzungen liegen",
    folderUsual: "Im üblichen Ordner",
    folderHint: "Gilt ab dem nächsten Start von Lanvas. Sitzungen, die anderswo liegen, bleiben dort.",
    choose: "Wählen …",
    usual: "Den üblichen nehmen",
    app: "Diese App",
    notifications: "Melden, wenn mich jemand erwähnt oder anklopft",
    notificationsHint: "Nur, während du auf etwas anderes schaust.",
    graphics: "Sichere Grafik",
    graphicsHint: "Für Fenster, die leer bleiben; langsamer. Gilt ab dem nächsten Start. Mit lanvas --safe-graphics gestartet, gilt es für dieses eine Mal.",
    autostart: "Lanvas starten, wenn ich mich anmelde",
    autostartHint: "Es öffnet sein Fenster und startet keine Sitzung, bevor du es sagst.",
    updates: "Nach neuen Versionen sehen",
    updatesHint: (source) => `Fragt beim Start von Lanvas über das Internet ${source} und installiert nichts ohne dich. Ausgeschaltet fragt Lanvas nie.`,
    updatesNowhere: "Diese Kopie kennt keinen Ort zum Nachsehen und fragt nie das Internet. Neue Versionen bekommst du dort, wo du sie herhast.",
    look: "Jetzt nachsehen",
    newest: "Das ist die neueste Version.",
    found: (version) => `Version ${version} ist da.`,
    install: "Installieren",
    installing: "Wird geholt …",
    installed: "Sie ist installiert. Schließ Lanvas und starte es neu.",
    help: "Wenn etwas nicht geht",
    log: "Protokoll öffnen",
    diagnostics: "Diagnose kopieren",
    copied: "Kopiert. Namen, Titel und Geheimnisse stehen nicht darin.",
    done: "Fertig",
  },
};
