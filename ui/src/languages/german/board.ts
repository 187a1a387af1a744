/** The German of what one draws with, and of how it looks. */
import type { announceWords } from "../../app/announce";
import type { Saying } from "../../lib/language";
import type { frameWords } from "../../tools/frames";
import type { actionWords, commandWords, keyWords } from "../../views/action_words";
import type { boardWords, formWords, toolWords } from "../../views/board_words";
import type { companyWords } from "../../views/company_words";
import type { hintWords } from "../../views/hint_words";
import type { headWords, lookWords } from "../../views/look_words";
import type { helpWords } from "../../views/session/help_words";

export const hints: Saying<typeof hintWords> = {
  crop: "Zieh an den Rändern, um das Bild zuzuschneiden, und an der Mitte, um es zu verschieben. Pfeiltasten schneiden ab, mit Umsch geben sie zurück.",
  fingers: "Hier wurde ein Stift benutzt, darum bewegen die Finger jetzt die Tafel.",
  copied: "Kopiert.",
  copied_in_html: "Kopiert für Dokumente und E-Mails. Für andere Programme speichere es als Datei: Diese Adresse darf keine Bilder hergeben.",
  copied_here: "Kopiert, aber nur für diese Seite: Der Browser hat es nicht herausgelassen.",
  not_copied: "Der Browser hat das Kopieren nicht zugelassen. Speichere es stattdessen als Datei.",
  no_words: "Darin steht kein Text.",
  pictures_lost: "Einige Bilder sind nicht mitgekommen: Ihre Sitzung ist nicht erreichbar. Speichere dort eine Kopie und öffne sie hier.",
  file_unknown: "Das kann Lanvas nicht öffnen. Es öffnet seine eigenen Tafeln, .excalidraw, Bilder und PDF.",
  picture_damaged: "Das Bild ist leer oder beschädigt. Wähle eine andere Datei.",
  file_of_words: "Texte gehören in die Notizen: Öffne sie und lass die Datei dort fallen.",
  words_cut: "Hier sind die ersten 10.000 Zeichen, mehr fasst ein Text auf der Tafel nicht. Leg das Ganze in die Notizen.",
  file_too_large: "Die Datei ist größer als 64 MB; so groß ist keine Tafel. Speichere sie in Teilen und öffne die.",
  too_many_things: "Für so viel ist kein Platz: Eine Tafel fasst 250.000 Dinge. Öffne es in einer neuen Sitzung oder speichere es in Teilen.",
  pdf_too_large: "Das PDF ist größer als 128 MB. Speichere die Seiten, die du brauchst, als eigene Datei und öffne die.",
  pdf_unreadable: "Das PDF lässt sich nicht lesen. Wenn es ein Passwort hat, speichere es ohne und öffne es noch einmal.",
  pdf_cut: "Hier sind die ersten 200 Seiten. Speichere die übrigen als eigene Datei und öffne auch die.",
  paste_by_key: "Drücke Strg+V zum Einfügen: Diese Adresse darf die Zwischenablage nicht selbst lesen.",
};

export const heads: Saying<typeof headWords> = {
  none: "Ohne", arrow: "Pfeil", triangle: "Dreieck", dot: "Punkt", bar: "Strich", diamond: "Raute",
};

export const look: Saying<typeof lookWords> = {
  style: "Aussehen",
  colour: "Farbe",
  paper: "Papier",
  fill: "Füllung",
  noFill: "Ohne Füllung",
  width: "Breite",
  line: "Linie",
  dash: { solid: "Voll", dashed: "Striche", dotted: "Punkte" },
  opacity: "Deckkraft",
  wordSize: "Textgröße",
  font: "Schrift",
  fonts: { sans: "Normal", serif: "Serifen", mono: "Fest", hand: "Hand" },
  align: "Textausrichtung",
  aligns: { auto: "Auto", left: "Links", center: "Mitte", right: "Rechts" },
  route: "Verlauf",
  routes: { straight: "Gerade", curved: "Gebogen", elbow: "Eckig" },
  startHead: "Anfang",
  endHead: "Ende",
  bold: "Fett",
  boldKeys: "Fett (Strg+B)",
  italic: "Kursiv",
  italicKeys: "Kursiv (Strg+I)",
  fromScreen: "Vom Bildschirm nehmen",
  stamps: "Stempel",
  eraser: "Der Radierer nimmt",
  erasers: { things: "Ganze Dinge", parts: "Teile von Strichen" },
  recent: "Zuletzt benutzt",
  custom: "Eigene Farbe",
  colours: { Ink: "Tinte", Slate: "Schiefer", Red: "Rot", Orange: "Orange", Yellow: "Gelb", Green: "Grün", Teal: "Petrol", Blue: "Blau", Violet: "Violett", Pink: "Rosa", Grey: "Grau", White: "Weiß" },
  widths: { Fine: "Fein", Medium: "Mittel", Bold: "Kräftig", Marker: "Breit" },
  sizes: { Small: "Klein", Medium: "Mittel", Large: "Groß", Huge: "Riesig" },
};

export const tools: Saying<typeof toolWords> = {
  select: "Auswählen und bewegen", hand: "Ausschnitt bewegen", pen: "Stift", marker: "Textmarker", brush: "Pinsel", eraser: "Radierer", shape: "Form",
  arrow: "Pfeil", line: "Linie", text: "Text", note: "Haftnotiz", frame: "Rahmen", laser: "Laserpointer", lasso: "Lasso", eyedropper: "Farbe aufnehmen", stamp: "Stempel",
};

export const forms: Saying<typeof formWords> = {
  rectangle: "Rechteck", rounded: "Abgerundetes Rechteck", ellipse: "Ellipse", diamond: "Raute", triangle: "Dreieck",
  parallelogram: "Parallelogramm", trapezoid: "Trapez", pentagon: "Fünfeck", hexagon: "Sechseck", octagon: "Achteck", star: "Stern",
  cloud: "Wolke", heart: "Herz", arrow_right: "Blockpfeil", cross: "Kreuz", speech: "Sprechblase", cylinder: "Zylinder",
  stamp_yes: "Ja", stamp_no: "Nein", stamp_question: "Frage", stamp_important: "Wichtig", stamp_smile: "Fröhlich", stamp_frown: "Traurig",
  stamp_thumb: "Daumen hoch", stamp_spark: "Idee", stamp_flag: "Fahne",
};

export const board: Saying<typeof boardWords> = {
  more: "Mehr Werkzeuge",
  shapes: "Formen",
  image: "Bild",
  palette: "Befehl suchen",
  saveCopy: "Kopie speichern",
  liking: "Papier und Werkzeuge",
  openFile: "Datei öffnen",
  showPages: "Rahmen als Seiten zeigen",
  minimap: "Kleine Karte der Tafel",
  done: "Fertig",
};

export const commands: Saying<typeof commandWords> = {
  cut: "Ausschneiden", copy: "Kopieren", duplicate: "Duplizieren", delete: "Löschen",
  copy_png: "Als Bild kopieren", copy_svg: "Als Zeichnung kopieren (SVG)", copy_text: "Text kopieren", to_front: "Ganz nach vorn",
  forward: "Eins nach vorn", backward: "Eins nach hinten", to_back: "Ganz nach hinten", group: "Gruppieren",
  ungroup: "Gruppe auflösen", lock: "Sperren oder freigeben", seal: "Versiegeln oder öffnen", who: "Wer hat das gezeichnet? …",
  crop: "Bild zuschneiden", uncrop: "Ganzes Bild zeigen", flip_x: "Waagrecht spiegeln", flip_y: "Senkrecht spiegeln",
  turn_right: "Um 15° nach rechts drehen", turn_left: "Um 15° nach links drehen",
  copy_style: "Aussehen kopieren", paste_style: "Aussehen einfügen", link: "Link …", align_left: "Links ausrichten",
  align_center: "Mitten übereinander", align_right: "Rechts ausrichten", align_top: "Oben ausrichten", align_middle: "Mitten nebeneinander",
  align_bottom: "Unten ausrichten", distribute_x: "Gleiche Abstände seitlich", distribute_y: "Gleiche Abstände in der Höhe", paste: "Einfügen",
  select_all: "Alles auswählen", unlock_all: "Alles freigeben", find: "Text suchen …", image: "Bild hinzufügen …",
  open: "Tafel aus Datei öffnen …", export: "Kopie speichern …", grid: "Raster an oder aus", snap: "Ausrichten an oder aus",
  liking: "Papier und Werkzeuge …", minimap: "Kleine Karte an oder aus", zen: "Nur die Tafel", keep_tool: "Werkzeug nach Gebrauch behalten",
  bold: "Fett", italic: "Kursiv", next_page: "Rahmen als Seiten zeigen, die nächste", previous_page: "Die Seite davor",
  end_pages: "Seiten nicht mehr zeigen", larger: "Größerer Text", smaller: "Kleinerer Text",
};

export const keys: Saying<typeof keyWords> = { Ctrl: "Strg", Shift: "Umsch", Alt: "Alt", Enter: "Enter", Tab: "Tab", Esc: "Esc", Del: "Entf", Delete: "Entf", PgDn: "Bild ab", PgUp: "Bild auf" };

export const actions: Saying<typeof actionWords> = {
  menu: "Befehle",
  helped: [
    ["1 … 9, 0", "Ein Werkzeug nach seinem Platz in der Leiste"], ["O", "Ellipse"], ["G", "Die zuletzt gezeichnete Form"], ["Shift + G", "Die Form davor"],
    ["↑ ↓ ← →, Enter", "Jedes Werkzeug ohne Zeiger: hingehen, aufsetzen, abheben"], ["F6", "Weiter zu Werkzeugen, Seitenleisten, Tafel"],
    ["Shift beim Drehen", "In Schritten von 15° drehen"],
  ],
  keys: { up: "Oben. Enter setzt auf.", down: "Unten. Pfeiltasten gehen weiter, Enter hebt ab." },
  fingers: { draw: "Wieder mit den Fingern zeichnen", move: "Die Tafel mit den Fingern bewegen", what: "Finger", hint: "Solange sie die Tafel bewegen, zeichnet ein Handballen neben dem Stift nichts. Gilt, bis die Seite neu geladen wird.", options: { move: "Tafel bewegen", draw: "Zeichnen" } },
  paletteHint: "Schreib, was du tun möchtest",
  nothingFound: "Nichts gefunden. Versuch ein anderes Wort.",
  find: "Text auf der Tafel suchen",
  findHint: "Gesuchte Wörter",
  found: (count) => (count === 0 ? "Nichts gefunden. Versuch weniger oder kürzere Wörter." : count === 1 ? "Eine Stelle." : `${count} Stellen.`),
  link: "Link",
  linkHint: "https://…",
  linkPlaces: "Die Adresse einer Seite oder ein Ort hier: der Link zu einem Ding, einer Überschrift oder Stelle, den du kopiert hast.",
  linkHere: "Link zu diesem Ding kopieren",
  linkBad: "Ein Link beginnt mit https://, http://, mailto: oder #.",
  linkDone: "Link speichern",
  linkOpen: "Link öffnen",
  linkRemove: "Link entfernen",
  linkCopied: "Kopiert. Füge ihn als Link eines anderen Dings ein.",
  liking: {
    paper: "Papier",
    papers: { plain: "Leer", dots: "Punkte", grid: "Karos", ruled: "Linien" },
    light: "Hell oder dunkel",
    lights: { auto: "Auto", light: "Hell", dark: "Dunkel" },
    mine: "Auto richtet sich nach deinem Gerät. Nur du siehst es so. Gespeicherte und gedruckte Kopien sind auf leerem hellem Papier.",
    language: "Sprache",
    languageAuto: "Auto",
    languageHint: "In einer anderen wird die Seite neu geladen. Was du gemacht hast, bleibt erhalten.",
    languageLater: "Wähle noch einmal, wenn du verbunden bist: Die Seite muss dafür geladen werden.",
    tools: "Werkzeuge in der Leiste",
    toolsHint: "In dieser Reihenfolge, so viele wie Platz haben. Die anderen sind hinter den drei Punkten.",
    earlier: (tool) => `${tool}: weiter vor`,
    later: (tool) => `${tool}: weiter zurück`,
    always: "immer da",
    reset: "Wie am Anfang",
  },
  export: {
    what: "Was",
    all: "Alles",
    selected: "Ausgewähltes",
    as: "Als",
    kinds: { png: "Bild (PNG)", svg: "Zeichnung (SVG)", pdf: "Seiten (PDF)", json: "Lanvas-Tafel (.json)", excalidraw: "Excalidraw (.excalidraw)" },
    background: "Mit Papier",
    go: "Speichern",
    print: "Drucken …",
    working: "Wird gemacht …",
    cancel: "Anhalten",
    stopped: "Angehalten. Nichts wurde gespeichert.",
    cropped: "Was von Bildern abgeschnitten ist, bleibt in dieser Art von Datei, damit man es zurückholen kann. Bilder, Zeichnungen und Seiten lassen es weg.",
    failed: "Das ging nicht. Versuch es mit einem kleineren Teil oder einer anderen Art von Datei.",
    empty: "Auf der Tafel ist noch nichts.",
  },
};

export const help: Saying<typeof helpWords> = {
  title: "Hilfe und Tastenkürzel",
  intro: "Zeichne mit Stift, Finger oder Maus. Ein zweiter Finger bewegt und zoomt den Ausschnitt.",
  toolsHeading: "Werkzeuge",
  boardHeading: "Tafel",
  chatHeading: "Chat und Notizen",
  undo: "Rückgängig machen, was du getan hast",
  redo: "Wiederholen",
  wheel: "Ausschnitt bewegen",
  zoom: "Zoomen",
  space: "Mit jedem Werkzeug den Ausschnitt bewegen",
  fit: "Alles zeigen",
  home: "Auf 100 % zoomen",
  remove: "Ausgewähltes entfernen",
  all: "Alles auswählen",
  escape: "Loslassen, schließen",
  send: "Nachricht senden",
  line: "Neue Zeile",
  nextThing: "Das nächste Ding auswählen",
  writeInto: "In das Ausgewählte schreiben",
  help: "Diese Hilfe",
  wheelKeys: "Mausrad oder zwei Finger",
  zoomKeys: "Strg + Mausrad oder zwei Finger",
  spaceKeys: "Leertaste + ziehen",
};

export const company: Saying<typeof companyWords> = {
  signedIn: "angemeldet",
  backToContent: "Zurück zum Gezeichneten",
  following: (name) => `Du siehst, was ${name} sieht`,
  stopFollowing: "Nicht mehr folgen",
  called: (name) => `${name} bittet alle, hierher zu schauen`,
  come: "Hingehen",
  stay: "Hier bleiben",
  calling: "Alle sind gebeten, dorthin zu schauen, wo du hinschaust",
  stopCalling: "Nicht mehr bitten",
  callAll: "Alle bitten, hierher zu schauen",
  follow: (name) => `${name} folgen`,
  pages: "Seiten",
  nextPage: "Nächste Seite",
  previousPage: "Seite davor",
  endPages: "Beenden",
  pageOf: (name, at, count) => `${name}: ${at} von ${count}`,
  earlier: (name) => `${name}: weiter vor`,
  later: (name) => `${name}: weiter zurück`,
  uploading: (name) => `${name} wird hinzugefügt`,
  dismiss: "Schließen",
};

const BECAME = { removed: "entfernt", cut: "zerschnitten", back: "wieder da", changed: "geändert" };

export const announce: Saying<typeof announceWords> = {
  drawing: "Zeichnung",
  highlight: "Markierung",
  text: "Text",
  form: (form) => (forms as Readonly<Record<string, string>>)[form] ?? "Form",
  line: "Linie",
  arrow: "Pfeil",
  note: "Haftnotiz",
  noteBy: (name) => `Haftnotiz von ${name}`,
  picture: "Bild",
  frame: "Rahmen",
  unknown: "Ding aus einem neueren Lanvas",
  selected: (what, locked) => `${what}, ausgewählt${locked ? ", gesperrt" : ""}`,
  severalSelected: (count) => `${count} Dinge ausgewählt`,
  nothing: { undo: "Nichts rückgängig zu machen", redo: "Nichts zu wiederholen" },
  did: { undo: "Rückgängig: ", redo: "Wiederholt: " },
  became: (what, became) => `${what}, ${BECAME[became]}`,
  countedBecame: (count, became) => `${count === 1 ? "1 Ding" : `${count} Dinge`} ${BECAME[became]}`,
};

export const frame: Saying<typeof frameWords> = { page: (number) => `Seite ${number}` };
