/** What the connection doctor finds, in German: the app says it in English sentences, here by their patterns. */
import type { Sentences } from "../sentences";

/** At an address that somebody tried, or that is announced and does not answer. */
const MET: Sentences = {
  "A session is hosted at {ip}, but on port {other}, not {port}.": "Auf {ip} läuft eine Sitzung, aber auf Port {other}, nicht {port}.",
  "A session is hosted at {place} and this computer reaches it.": "Auf {place} läuft eine Sitzung, und dieser Computer erreicht sie.",
  "Something else than Lanvas answers at {place}.": "Auf {place} antwortet etwas anderes als Lanvas.",
  "The computer {ip} is on, but no session is hosted there on port {port}.": "Der Computer {ip} ist an, aber auf seinem Port {port} läuft keine Sitzung.",
  "{ip} is in another network than this computer and cannot be reached.": "{ip} ist in einem anderen Netz als dieser Computer und nicht zu erreichen.",
  "The computer {ip} is on, but a firewall there drops what comes to port {port}.": "Der Computer {ip} ist an, aber eine Firewall dort lässt nichts zu Port {port} durch.",
  "No device answers at {ip}.": "Unter {ip} antwortet kein Gerät.",
  "Nothing came back from {place}.": "Von {place} kam nichts zurück.",
};

const announced = (sentences: Sentences): Sentences =>
  Object.fromEntries(Object.entries(sentences).map(([english, german]) => [`“{title}” is announced and does not answer. ${english}`, `„{title}“ ist angekündigt und antwortet nicht. ${german}`]));

const ONLY_A_TEST = "nur eine Prüfung von einem anderen Gerät aus zeigt, ob sie jemanden hereinlässt.";

export const FINDINGS: Sentences = {
  "This computer is on no network that others could be on.": "Dieser Computer ist in keinem Netz, in dem andere sein könnten.",
  "Join a Wi-Fi or plug in a cable.": "Geh in ein WLAN oder steck ein Kabel ein.",
  "Others reach this computer at {place}.": "Andere erreichen diesen Computer unter {place}.",
  "This computer is on several networks: {networks}.": "Dieser Computer ist in mehreren Netzen: {networks}.",
  "Give people the address of the network that they are on, too.": "Gib den Leuten die Adresse in dem Netz, in dem sie auch sind.",
  "No router gave this computer an address, so it made up {place}.": "Kein Router hat diesem Computer eine Adresse gegeben, darum hat er sich {place} ausgedacht.",
  "Check the cable or the Wi-Fi's password, unless the two computers are joined by a cable alone.": "Prüfe das Kabel oder das WLAN-Passwort, außer die beiden Computer sind nur durch ein Kabel verbunden.",
  "A VPN or tunnel is on ({name}); many of them cut a computer off from its own network.": "Ein VPN oder Tunnel ist an ({name}); viele davon trennen einen Computer von seinem eigenen Netz.",
  "If nobody gets in, switch it off and try again.": "Wenn niemand hereinkommt, schalte ihn aus und versuch es noch einmal.",
  "The address of this computer changed since the session began: links with {former} lead nowhere now.": "Dieser Computer hat seit Beginn der Sitzung eine neue Adresse: Links mit {former} führen jetzt nirgendwohin.",
  "Give people the link that the session shows now; who is in follows without doing anything.": "Gib den Leuten den Link, den die Sitzung jetzt zeigt; wer schon drin ist, kommt von selbst mit.",
  "Sessions are not announced on {networks}: that leads to containers or virtual machines of this computer.": "Auf {networks} werden Sitzungen nicht angekündigt: Das führt zu Containern oder virtuellen Maschinen dieses Computers.",

  "The device at {address} opened the page and got no live connection.": "Das Gerät {address} hat die Seite geöffnet, aber keine Live-Verbindung bekommen.",
  "On that device, switch off a VPN, a proxy or a data saver, then test again.": "Schalte auf dem Gerät VPN, Proxy oder Datensparer aus und prüfe noch einmal.",
  "The device at {address} can join: {latency} ms there and back, {whole}.{tenth} MB a second.": "Das Gerät {address} kann mitmachen: {latency} ms hin und zurück, {whole},{tenth} MB pro Sekunde.",
  "Its network is slow: bring it nearer to the Wi-Fi, or use a cable for the host.": "Sein Netz ist langsam: Bring es näher ans WLAN, oder nimm beim Gastgeber ein Kabel.",

  "A session is hosted here on port {port}.": "Hier läuft eine Sitzung auf Port {port}.",
  "The session on port {port} is open to this computer alone.": "Die Sitzung auf Port {port} ist nur für diesen Computer offen.",
  "Host it without --bind, or with --bind 0.0.0.0.": "Starte sie ohne --bind oder mit --bind 0.0.0.0.",
  "Another program has the usual port {usual}, so the session took {port}.": "Ein anderes Programm hat den üblichen Port {usual}, darum hat die Sitzung {port} genommen.",
  "Give people the whole link with the number after the colon.": "Gib den Leuten den ganzen Link mit der Zahl nach dem Doppelpunkt.",
  "No session is hosted here, and another program has port {port}.": "Hier läuft keine Sitzung, und ein anderes Programm hat Port {port}.",
  "Start a session: it takes the next free port. Then look again.": "Starte eine Sitzung: Sie nimmt den nächsten freien Port. Dann sieh noch einmal nach.",
  "No session is hosted on this computer.": "Auf diesem Computer läuft keine Sitzung.",
  "Start a session, then look again.": "Starte eine Sitzung und sieh dann noch einmal nach.",

  "This computer cannot ask the network who is there: {fault}.": "Dieser Computer kann das Netz nicht fragen, wer da ist: {fault}.",
  "Give people the link or its QR code, which work without.": "Gib den Leuten den Link oder den QR-Code, damit geht es auch so.",
  "This computer does not hear its own announcement: something on it, likely a firewall, drops multicast.": "Dieser Computer hört seine eigene Ankündigung nicht: Etwas auf ihm, wohl eine Firewall, lässt Multicast nicht durch.",
  "Let UDP port 5353 in. Until then, give people the link or its QR code.": "Lass UDP-Port 5353 herein. Bis dahin gib den Leuten den Link oder den QR-Code.",
  "No other device was heard: either there is none, or this network keeps its devices apart.": "Kein anderes Gerät war zu hören: Entweder gibt es keines, oder dieses Netz hält seine Geräte voneinander fern.",
  "Allow Lanvas in System Settings, Privacy & Security, Local Network. If it is allowed, switch off \"client isolation\" in the Wi-Fi's settings.": "Erlaube Lanvas in den Systemeinstellungen unter „Datenschutz & Sicherheit“, „Lokales Netzwerk“. Wenn es erlaubt ist, schalte im WLAN die „Client-Isolation“ aus.",
  "If others are here, switch off \"client isolation\" in the Wi-Fi's settings, or use a phone's hotspot.": "Wenn andere da sind, schalte im WLAN die „Client-Isolation“ aus, oder nimm den Hotspot eines Handys.",
  "Announcements travel on this network: 1 other device was heard.": "Ankündigungen kommen in diesem Netz an: 1 anderes Gerät war zu hören.",
  "Announcements travel on this network: {many} other devices were heard.": "Ankündigungen kommen in diesem Netz an: {many} andere Geräte waren zu hören.",

  "The firewall ufw is on; only a test from another device shows whether it lets people in.": `Die Firewall ufw ist an; ${ONLY_A_TEST}`,
  "The firewall firewalld is on; only a test from another device shows whether it lets people in.": `Die Firewall firewalld ist an; ${ONLY_A_TEST}`,
  "The macOS firewall is on; only a test from another device shows whether it lets people in.": `Die Firewall von macOS ist an; ${ONLY_A_TEST}`,
  "Windows treats this network as public and lets nobody in; only a test from another device shows whether it lets people in.": "Windows hält dieses Netz für öffentlich und lässt niemanden herein; nur eine Prüfung von einem anderen Gerät aus zeigt, ob doch jemand hereinkommt.",
  "Let Lanvas in: {command}": "Lass Lanvas herein: {command}",
  "Open Settings, Network & internet, the network's properties, and choose Private.": "Öffne „Einstellungen“, „Netzwerk und Internet“, die Eigenschaften des Netzes, und wähle „Privat“.",
  "Open System Settings, Network, Firewall, Options, and let Lanvas in.": "Öffne „Systemeinstellungen“, „Netzwerk“, „Firewall“, „Optionen“, und lass Lanvas herein.",

  "{count} sessions nearby are called “{title}”, hosted by {hosts}.": "In der Nähe heißen {count} Sitzungen „{title}“, Gastgeber: {hosts}.",
  "{count} sessions nearby are called “{title}”, hosted by {hosts}, and one more title is used twice.": "In der Nähe heißen {count} Sitzungen „{title}“, Gastgeber: {hosts}. Noch ein Titel kommt zweimal vor.",
  "{count} sessions nearby are called “{title}”, hosted by {hosts}, and {more} more titles are used twice.": "In der Nähe heißen {count} Sitzungen „{title}“, Gastgeber: {hosts}. Noch {more} Titel kommen zweimal vor.",
  "Give people the link or its QR code, or change the title of one of them.": "Gib den Leuten den Link oder den QR-Code, oder ändere einen der Titel.",
  "{count} sessions are announced on this network, and people have to look for theirs in the list.": "In diesem Netz sind {count} Sitzungen angekündigt, und alle müssen ihre in der Liste suchen.",
  "Give people the link, its QR code or its words: these lead to one session.": "Gib den Leuten den Link, den QR-Code oder die Wörter: Die führen zu einer Sitzung.",

  ...MET,
  ...announced(MET),
  "Open {link}": "Öffne {link}",
  "Look at the link again, above all at the number after the colon.": "Sieh dir den Link noch einmal an, vor allem die Zahl nach dem Doppelpunkt.",
  "Ask the host whether the session still runs, and for its link.": "Frag den Gastgeber, ob die Sitzung noch läuft, und nach ihrem Link.",
  "Join the same Wi-Fi or network as the host.": "Geh in dasselbe WLAN oder Netz wie der Gastgeber.",
  "On that computer, let TCP port {port} in; \"lanvas-server doctor\" run there says how.": "Lass auf jenem Computer TCP-Port {port} herein; „lanvas-server doctor“ sagt dort, wie.",
  "Check that the host's computer is on, awake and in this network, and look at its address again.": "Sieh nach, ob der Computer des Gastgebers an, wach und in diesem Netz ist, und ob die Adresse stimmt.",
  "Check that the host's computer is on and awake, and that its firewall lets Lanvas in.": "Sieh nach, ob der Computer des Gastgebers an und wach ist und seine Firewall Lanvas hereinlässt.",
  "A router stands between, which announcements do not pass: the list of nearby sessions does not show it.": "Dazwischen steht ein Router, den Ankündigungen nicht passieren: In der Liste der Sitzungen in der Nähe steht sie nicht.",
  "Its announcement does not get here: something between drops multicast, or its host keeps it off the list.": "Ihre Ankündigung kommt hier nicht an: Etwas dazwischen lässt Multicast nicht durch, oder der Gastgeber hält sie von der Liste fern.",
  "Join by the link, its QR code or its words, which work without.": "Tritt über den Link, den QR-Code oder die Wörter bei, damit geht es auch so.",
  "“{title}” is no longer at {place}: it is at {there} now.": "„{title}“ ist nicht mehr auf {place}: Sie ist jetzt auf {there}.",
};
