/** The German of what one draws with, and of how it looks. */
import type { Saying } from "../../lib/language";
import type { hintWords } from "../../views/hint_words";
import type { headWords, lookWords } from "../../views/look_words";

export const hints: Saying<typeof hintWords> = {
  crop: "Zieh an den Rändern, um das Bild zuzuschneiden, und an der Mitte, um es zu verschieben. Pfeiltasten schneiden ab, mit Umschalt geben sie zurück.",
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
  dash: { solid: "Durchgezogen", dashed: "Gestrichelt", dotted: "Gepunktet" },
  opacity: "Deckkraft",
  wordSize: "Textgröße",
  font: "Schrift",
  fonts: { sans: "Schlicht", serif: "Serifen", mono: "Fest", hand: "Hand" },
  align: "Textausrichtung",
  aligns: { auto: "Auto", left: "Links", center: "Mitte", right: "Rechts" },
  route: "Verlauf",
  routes: { straight: "Gerade", curved: "Gebogen", elbow: "Eckig" },
  startHead: "Anfang",
  endHead: "Ende",
  bold: "Fett",
  italic: "Kursiv",
  fromScreen: "Vom Bildschirm nehmen",
  stamps: "Stempel",
  eraser: "Der Radierer nimmt",
  erasers: { things: "Ganze Dinge", parts: "Teile von Strichen" },
  recent: "Zuletzt benutzt",
  custom: "Eigene Farbe",
};
