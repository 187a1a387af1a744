/** Asking the whole network, in German. */
import type { sweepWords } from "../../views/home/sweep_words";
import type { Saying } from "../../lib/language";

export const sweep: Saying<typeof sweepWords> = {
  begin: "Das ganze Netz fragen",
  again: "Noch einmal fragen",
  more: "Fehlt jemand? Das ganze Netz fragen",
  what: "Manche Netze lassen Ankündigungen nicht durch. Dann kann Lanvas jede Adresse dieses Netzes einmal fragen; das dauert ein paar Sekunden.",
  running: (asked, total) => `${asked} von ${total} Adressen gefragt`,
  found: (n) => (n === 1 ? "1 Computer mit Lanvas hat geantwortet." : `${n} Computer mit Lanvas haben geantwortet.`),
  stop: "Anhalten",
  progress: "Wie viele Adressen gefragt sind",
  none: (networks) => `In ${networks} hat kein Lanvas geantwortet. Bitte den Gastgeber um den Link, den QR-Code oder die Wörter und gib sie unten ein.`,
  nowhere: "Dieser Computer ist in keinem privaten Netz, das man fragen könnte. Geh in ein WLAN, steck ein Kabel ein oder tritt über die Adresse bei.",
};
