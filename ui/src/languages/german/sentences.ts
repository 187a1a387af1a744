/** What the hub and the app say in finished English sentences, by their patterns. */
import type { Sentences } from "../sentences";
import { troubles } from "./troubles";

/** Why something was not done, and what to do instead. */
const refusals: Sentences = {
  "Drop the file again.": "Lass die Datei noch einmal hier fallen.",
  "The file cannot be read. Check that it is still there and that you may open it.": "Die Datei lässt sich nicht lesen. Sieh nach, ob sie noch da ist und ob du sie öffnen darfst.",
  "Open the file again.": "Öffne die Datei noch einmal.",
  "It could not be copied ({error}). Try again.": "Das ließ sich nicht kopieren ({error}). Versuch es noch einmal.",
  "Lanvas could not do that. Close it and start it again.": "Das hat Lanvas nicht geschafft. Schließ es und starte es neu.",
  "The part of Lanvas that hosts has stopped. Close Lanvas and start it again.": "Der Teil von Lanvas, der Gastgeber ist, läuft nicht mehr. Schließ Lanvas und starte es neu.",
  "The window could not be closed. Try again.": "Das Fenster ließ sich nicht schließen. Versuch es noch einmal.",
  "No file manager answers here. The file is {path}.": "Hier meldet sich kein Dateimanager. Die Datei ist {path}.",
  "That file is too large for a session. Open it from the menu instead.": "Die Datei ist zu groß für eine Sitzung. Öffne sie stattdessen über das Menü.",
  "The file could not be taken over ({error}). Check that the disk has room.": "Die Datei ließ sich nicht übernehmen ({error}). Prüfe, ob auf der Festplatte noch Platz ist.",
  "What you visited could not be kept ({error}). Check that the disk has room.": "Wo du warst, ließ sich nicht merken ({error}). Prüfe, ob auf der Festplatte noch Platz ist.",
  "That session cannot be remembered.": "Diese Sitzung lässt sich nicht merken.",

  "Your settings could not be saved in {place} ({error}). Check that the disk has room.": "Deine Einstellungen ließen sich nicht in {place} speichern ({error}). Prüfe, ob auf der Festplatte noch Platz ist.",
  "That setting makes no sense. Choose another one.": "Diese Einstellung ergibt keinen Sinn. Wähle eine andere.",
  "The port must be a number from 1024 to 65535. Leave it empty for the usual one.": "Der Port muss eine Zahl von 1024 bis 65535 sein. Lass das Feld leer für den üblichen.",
  "Of the past, 1 to 1048576 MiB can be kept. Leave it empty for the usual 1024.": "Von der Vergangenheit können 1 bis 1048576 MiB bleiben. Lass das Feld leer für die üblichen 1024.",
  "There is no such folder. Choose one that is there.": "Diesen Ordner gibt es nicht. Wähle einen, den es gibt.",
  "Type a name first.": "Gib zuerst einen Namen ein.",
  "Type a title first.": "Gib zuerst einen Titel ein.",
  "That name is too long: {count} letters at most.": "Der Name ist zu lang: höchstens {count} Zeichen.",
  "That title is too long: {count} letters at most, on one line.": "Der Titel ist zu lang: höchstens {count} Zeichen, in einer Zeile.",

  "Looking for new versions is switched off. Switch it on in the settings first.": "Die Suche nach neuen Versionen ist ausgeschaltet. Schalte sie zuerst in den Einstellungen ein.",
  "Nobody answered. Check that this computer is on the internet, and try again.": "Niemand hat geantwortet. Prüfe, ob dieser Computer im Internet ist, und versuch es noch einmal.",
  "The new version could not be installed; this one stays as it is. Try again, or get it from where you got Lanvas.": "Die neue Version ließ sich nicht installieren; diese bleibt, wie sie ist. Versuch es noch einmal, oder hol sie dort, woher du Lanvas hast.",
  "The new version did not come whole; this one stays as it is. Check the connection, and try again.": "Die neue Version ist nicht ganz angekommen; diese bleibt, wie sie ist. Prüfe die Verbindung und versuch es noch einmal.",
  "What came is not signed by the makers of this copy as the version it is said to be. It was thrown away; this version stays as it is. Get the new one from where you got Lanvas.":
    "Was ankam, ist nicht von denen, die dieses Lanvas gemacht haben, als diese Version unterschrieben. Es wurde verworfen; diese Version bleibt, wie sie ist. Hol die neue dort, woher du Lanvas hast.",
  "What answered said nothing about new versions. Try again later.": "Die Antwort sagte nichts über neue Versionen. Versuch es später noch einmal.",
  "There is no newer version any more.": "Eine neuere Version gibt es nicht mehr.",
  "This copy of Lanvas knows no place to look for new versions. Get them from where you got it.": "Dieses Lanvas weiß nicht, wo es neue Versionen gibt. Hol sie dort, woher du es hast.",
  "The system did not take that. Look for Lanvas in its own settings for programs that start at login.": "Das System hat das nicht angenommen. Such Lanvas in dessen eigenen Einstellungen für Programme, die bei der Anmeldung starten.",

  "Type the address the host sees, such as 192.168.1.5.": "Gib die Adresse ein, die der Gastgeber sieht, zum Beispiel 192.168.1.5.",
  "That is too long for an address. Paste only the link.": "Das ist zu lang für eine Adresse. Füg nur den Link ein.",
  "That is no link to a Lanvas session. It begins with {plain} or {sealed}.": "Das ist kein Link zu einer Lanvas-Sitzung. So einer beginnt mit {plain} oder {sealed}.",
  "That is no address. Type the link the host sees, or the host's IP such as 192.168.1.5.": "Das ist keine Adresse. Gib den Link ein, den der Gastgeber sieht, oder dessen IP-Adresse, zum Beispiel 192.168.1.5.",
  "The number after the colon must be between 1 and 65535.": "Die Zahl nach dem Doppelpunkt muss zwischen 1 und 65535 liegen.",
  "That is no place of a session.": "Dort kann keine Sitzung sein.",
  '"{word}" is none of the words that Lanvas uses. Ask the host to read it again.': "„{word}“ ist keins der Wörter, die Lanvas benutzt. Bitte den Gastgeber, es noch einmal vorzulesen.",
  "One of these words is another one, or one is missing, or two changed places. Ask the host to read them again.": "Eins dieser Wörter stimmt nicht, oder eins fehlt, oder zwei sind vertauscht. Bitte den Gastgeber, sie noch einmal vorzulesen.",
  "Lanvas runs at {host} but has no open session. Ask the host to start one.": "Unter {host} läuft Lanvas, aber ohne offene Sitzung. Bitte den Gastgeber, eine zu starten.",
  "Several sessions run at {host}. Type the whole link of one, which ends in /s/ and its id.": "Unter {host} laufen mehrere Sitzungen. Gib den ganzen Link von einer ein; er endet mit /s/ und ihrer Kennung.",
  "Something answers at {host}, but it is not Lanvas. Check the number after the colon.": "Unter {host} antwortet etwas, aber nicht Lanvas. Prüfe die Zahl nach dem Doppelpunkt.",
  "Nothing answers at {host}. Check the address, that the host's app is running, and that both of you are on the same network.": "Unter {host} antwortet nichts. Prüfe, ob die Adresse stimmt, ob Lanvas beim Gastgeber läuft und ob ihr beide im selben Netz seid.",

  "The session at {place} is encrypted. Compare its fingerprint first.": "Die Sitzung auf {place} ist verschlüsselt. Vergleiche zuerst ihren Fingerabdruck.",
  "The session at {place} shows another certificate than before, so Lanvas did not join. Ask the host for the fingerprint.": "Die Sitzung auf {place} zeigt ein anderes Zertifikat als bisher, darum hat Lanvas sich nicht verbunden. Frag den Gastgeber nach dem Fingerabdruck.",
  "The session at {place} shows another certificate than the network announces. Ask the host for the fingerprint.": "Die Sitzung auf {place} zeigt ein anderes Zertifikat, als im Netz angekündigt ist. Frag den Gastgeber nach dem Fingerabdruck.",
  "The session at {place} was encrypted before and is not now, so Lanvas did not join. Ask the host.": "Die Sitzung auf {place} war bisher verschlüsselt und ist es jetzt nicht, darum hat Lanvas sich nicht verbunden. Frag den Gastgeber.",
  "The way to the encrypted session could not be opened on this computer ({error}). Close other programs and try again.": "Der Weg zur verschlüsselten Sitzung ließ sich auf diesem Computer nicht öffnen ({error}). Schließ andere Programme und versuch es noch einmal.",
  "What Lanvas knows of encrypted sessions, in {path}, cannot be used ({error}). Take that file away, and compare fingerprints anew.": "Was Lanvas über verschlüsselte Sitzungen weiß, in {path}, lässt sich nicht benutzen ({error}). Nimm die Datei weg und vergleiche die Fingerabdrücke neu.",
};

/** Why the list of those nearby is empty. */
const discovery: Sentences = {
  "Discovery has ended.": "Die Suche im Netz ist beendet.",
  "Finding sessions does not work here: {fault}.": "Sitzungen zu finden, klappt hier nicht: {fault}.",
  "Lanvas was started with discovery switched off.": "Lanvas wurde ohne Suche im Netz gestartet.",
  "Lanvas was started with discovery switched off. Start it without --no-discovery, or join by address.": "Lanvas wurde ohne Suche im Netz gestartet. Starte es ohne --no-discovery, oder tritt über die Adresse bei.",
  "This computer is in no network where others could find it. Connect to Wi-Fi or a cable, or join by address.": "Dieser Computer ist in keinem Netz, in dem andere ihn finden könnten. Verbinde ihn mit einem WLAN oder einem Kabel, oder tritt über die Adresse bei.",
  "This network or its firewall does not let sessions be found. Give others the link or the QR code instead.": "In diesem Netz lassen sich keine Sitzungen finden, vielleicht wegen einer Firewall. Gib den anderen stattdessen den Link oder den QR-Code.",
};

/** What a hub says to somebody who adds a picture. */
const pictures: Sentences = {
  "Only PNG, JPEG, GIF and WebP pictures can be added.": "Nur Bilder in PNG, JPEG, GIF und WebP lassen sich hinzufügen.",
  "The picture is empty or damaged. Choose another file.": "Das Bild ist leer oder beschädigt. Wähle eine andere Datei.",
  "The picture has too many pixels. Make it smaller and try again.": "Das Bild hat zu viele Pixel. Mach es kleiner und versuch es noch einmal.",
  "The file did not arrive in full. Try again.": "Die Datei ist nicht ganz angekommen. Versuch es noch einmal.",
  "The file is larger than 32 MiB. Make it smaller and try again.": "Die Datei ist größer als 32 MiB. Mach sie kleiner und versuch es noch einmal.",
  "The pictures of this session take all the room they may.": "Die Bilder dieser Sitzung füllen allen Platz, den sie haben dürfen.",
  "There is no file of that name in this session.": "Eine solche Datei gibt es in dieser Sitzung nicht.",
  "There is no session of that id here. Ask the host for the current link.": "Diese Sitzung gibt es hier nicht. Frag den Gastgeber nach dem aktuellen Link.",
  "The session has a password. Join first and send your resume secret as bearer token.": "Die Sitzung hat ein Passwort. Tritt ihr zuerst bei.",
  "Only who is in may bring something. Join first and send your resume secret as bearer token.": "Nur wer in der Sitzung ist, darf etwas mitbringen. Tritt ihr zuerst bei.",
  "The session file cannot be read right now.": "Die Datei der Sitzung lässt sich gerade nicht lesen.",
  "Nobody may come from where you are now. Ask the host.": "Von dort, wo du gerade bist, darf niemand herein. Frag den Gastgeber.",
  "Too many connections at once. Try again in a moment.": "Gerade sind es zu viele Verbindungen. Versuch es gleich noch einmal.",
  "You may neither draw nor talk here now. The host or a moderator can let you.": "Du darfst hier gerade weder zeichnen noch schreiben. Der Gastgeber oder die Moderation kann es dir erlauben.",
};

export const SENTENCES: Sentences = {
  ...refusals,
  ...discovery,
  ...pictures,
  ...troubles,
  // What comes from Excalidraw without a name.
  Frame: "Rahmen",
};
