/** What deeper parts of the page say in finished English sentences, by their patterns. */
import type { Sentences } from "../sentences";

export const UI_SENTENCES: Sentences = {
  "The file is larger than 32 MiB. Make it smaller and try again.": "Die Datei ist größer als 32 MiB. Mach sie kleiner und versuch es noch einmal.",
  "The file could not be added. Try again.": "Die Datei ließ sich nicht hinzufügen. Versuch es noch einmal.",
  "The host cannot be reached right now. Try again when you are connected.": "Der Gastgeber ist gerade nicht erreichbar. Versuch es noch einmal, wenn du verbunden bist.",
  "The picture could not be added. Try again.": "Das Bild ließ sich nicht hinzufügen. Versuch es noch einmal.",
  "Type a name first.": "Gib zuerst einen Namen ein.",
  "Lanvas could not do that. Close it and start it again.": "Das konnte Lanvas nicht. Schließe es und starte es neu.",
};
