/** Why a hub could not do something with a session: said alone, and behind what was not done. */
import type { Sentences } from "../sentences";

const NOT_DONE: Sentences = {
  "could not be opened": "Die Sitzung ließ sich nicht öffnen.",
  "could not be started": "Die Sitzung ließ sich nicht starten.",
  "could not be listed": "Die Sitzungen ließen sich nicht auflisten.",
  "stays as it is": "Die Sitzung bleibt, wie sie ist.",
  "is not there": "Die Sitzung ist nicht da.",
  "goes on": "Die Sitzung läuft weiter.",
};

const disk: Sentences = {
  "The disk is full. Free some space.": "Die Festplatte ist voll. Mach etwas Platz.",
  "The session file cannot be written. Check that it is still there and not read-only.": "In die Datei der Sitzung lässt sich nichts schreiben. Prüfe, ob sie noch da und nicht schreibgeschützt ist.",
  "The disk reports an error. Check that it is connected and sound.": "Die Festplatte meldet einen Fehler. Prüfe, ob sie angeschlossen und in Ordnung ist.",
  "Another program holds the session file. Close that program.": "Ein anderes Programm hält die Datei der Sitzung fest. Schließ dieses Programm.",
  "The session file cannot be written ({error}).": "In die Datei der Sitzung lässt sich nichts schreiben ({error}).",
};

const files: Sentences = {
  "Another Lanvas is using {folder}. Close that one, or choose another data folder.": "Ein anderes Lanvas benutzt gerade {folder}. Schließ es, oder wähle einen anderen Ordner.",
  "There is no session {id} in the data folder.": "Im Ordner der Sitzungen gibt es keine Sitzung {id}.",
  "There is a session {id} already.": "Eine Sitzung {id} gibt es schon.",
  "Session {id} is open already.": "Die Sitzung {id} ist schon offen.",
  "This session was made by a newer Lanvas (format {found}, this one knows {known}). Update Lanvas to open it.": "Diese Sitzung stammt von einem neueren Lanvas (Format {found}, dieses kennt {known}). Bring Lanvas auf den neuesten Stand, um sie zu öffnen.",
  "This session is in an older format ({found}, now it is {known}). Open it once with Lanvas to bring it up to date.": "Diese Sitzung hat ein älteres Format ({found}, jetzt ist es {known}). Öffne sie einmal mit Lanvas, dann ist sie auf dem neuesten Stand.",
  "This file is not a Lanvas session.": "Diese Datei ist keine Lanvas-Sitzung.",
  "The session file is damaged and was left as it is ({why}).": "Die Datei der Sitzung ist beschädigt und wurde so gelassen, wie sie ist ({why}).",
  "{path} cannot be used: {why}. Check that it is there and may be written, or choose another place.": "{path} lässt sich nicht benutzen: {why}. Prüfe, ob es da ist und beschrieben werden darf, oder wähle einen anderen Ort.",
  "The storage has been shut down.": "Die Ablage ist schon geschlossen.",
};

const notStored = Object.entries(disk).map(([english, german]) => [`{records} changes could not be stored. ${english}`, `{records} Änderungen ließen sich nicht speichern. ${german}`]);

/** Never said alone. */
const hub: Sentences = {
  "cannot listen on {address}: {why}. Choose another port or end what uses it.": "{address} lässt sich nicht benutzen: {why}. Wähle einen anderen Port, oder beende das Programm, das ihn hat.",
  "cannot listen on {address}: {why}. Choose one of this machine's own addresses.": "{address} lässt sich nicht benutzen: {why}. Wähle eine Adresse, die dieser Computer hat.",
  "cannot listen on {address}: {why}. Choose a port above 1023.": "{address} lässt sich nicht benutzen: {why}. Wähle einen Port über 1023.",
  "the system gives no random numbers: {why}.": "Das System gibt keine Zufallszahlen her: {why}.",
  "there is no session {id} here.": "Eine Sitzung {id} gibt es hier nicht.",
  "the certificate {path} cannot be used: {why}.": "Das Zertifikat {path} lässt sich nicht benutzen: {why}.",
  "the certificate's file {path} cannot be used: {why}.": "Die Datei {path} für das Zertifikat lässt sich nicht benutzen: {why}.",
  "the key {path} cannot be used: {why}.": "Der Schlüssel {path} lässt sich nicht benutzen: {why}.",
  "{path} holds no certificate. Take that file away to have a new certificate made; guests are then warned that it changed.": "In {path} ist kein Zertifikat. Nimm die Datei weg, dann wird ein neues Zertifikat gemacht; Gäste werden gewarnt, dass es ein anderes ist.",
  "{path} holds no key without a passphrase. Take that file away to have a new certificate made; guests are then warned that it changed.": "In {path} ist kein Schlüssel ohne Passwort. Nimm die Datei weg, dann wird ein neues Zertifikat gemacht; Gäste werden gewarnt, dass es ein anderes ist.",
  "{path} holds something else. Give a file in PEM, the text that begins with -----BEGIN.": "In {path} ist etwas anderes. Nimm eine PEM-Datei, den Text, der mit -----BEGIN beginnt.",
  "the key in {key} does not belong to the certificate in {path}. Give the two that were made together.": "Der Schlüssel in {key} gehört nicht zum Zertifikat in {path}. Nimm die beiden, die zusammen gemacht wurden.",
  "the certificate in {path} cannot be used: {why}. Give another one.": "Das Zertifikat in {path} lässt sich nicht benutzen: {why}. Nimm ein anderes.",
  "no certificate could be made: {why}. Give one with --tls-cert and --tls-key.": "Es ließ sich kein Zertifikat machen: {why}. Gib eins mit --tls-cert und --tls-key an.",
};

const alone: Sentences = { ...disk, ...files, ...(Object.fromEntries(notStored) as Sentences) };

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const behind = Object.entries(NOT_DONE).flatMap(([what, was]) =>
  Object.entries({ ...alone, ...hub }).map(([why, warum]) => [`The session ${what}. ${capital(why)}`, `${was} ${warum}`]),
);

export const troubles: Sentences = { ...alone, ...(Object.fromEntries(behind) as Sentences) };
