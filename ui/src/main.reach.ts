/**
 * The entry of `/test`: shows on this device what it reaches of the host, and tells the host. A page of its own,
 * opened where something is wrong: it brings its few words itself, and speaks what the device speaks.
 */
import { connectEcho, report, requestTime, type Reached } from "./platform/reach";

type Mark = "running" | "good" | "bad" | "";

const ENGLISH = {
  trying: "Trying …",
  good: "This device can join.",
  slow: "This device can join, but its network is slow: drawing may lag. Go nearer to the Wi-Fi, or use the other Wi-Fi if there are two.",
  noSocket: "The page comes through, the live connection does not: something between lets only pages pass. Switch off a VPN, a proxy or a data saver on this device, then test again.",
  noAnswer: "The host does not answer any more. Check that its computer is awake and this device still in the same network, then test again.",
};

const GERMAN: typeof ENGLISH = {
  trying: "Wird geprüft …",
  good: "Dieses Gerät kann mitmachen.",
  slow: "Dieses Gerät kann mitmachen, aber sein Netz ist langsam: Beim Zeichnen kann es haken. Geh näher ans WLAN, oder nimm das andere, wenn es zwei gibt.",
  noSocket: "Die Seite kommt durch, die Live-Verbindung nicht: Etwas dazwischen lässt nur Seiten passieren. Schalte VPN, Proxy oder Datensparer auf diesem Gerät aus und prüfe noch einmal.",
  noAnswer: "Der Gastgeber antwortet nicht mehr. Sieh nach, ob sein Computer wach ist und dieses Gerät noch im selben Netz, und prüfe noch einmal.",
};

const isGerman = navigator.languages.find((read) => /^(de|en)\b/i.test(read))?.slice(0, 2).toLowerCase() === "de";
const words = isGerman ? GERMAN : ENGLISH;

/** There and back; above it, others see a stroke late. */
const SLOW_MS = 150;
const MEGABYTE = 1_000_000;

function mark(id: string, state: Mark, text = ""): void {
  const row = document.getElementById(id);
  if (row === null) return;
  row.className = state;
  const value = row.querySelector("span");
  if (value !== null) value.textContent = text;
}

function show(verdict: string, over: boolean): void {
  const said = document.getElementById("verdict");
  if (said !== null) said.textContent = verdict;
  for (const id of ["again", "join"]) document.getElementById(id)?.toggleAttribute("hidden", !over);
}

async function run(): Promise<void> {
  for (const id of ["request", "socket", "speed", "told"]) mark(id, "");
  show(words.trying, false);
  mark("request", "running");
  const http_ms = await requestTime();
  mark("request", http_ms === null ? "bad" : "good", milliseconds(http_ms));
  if (http_ms === null) return show(words.noAnswer, true);
  const socket = await tryConnection();
  mark("told", "running");
  const told = await report({ http_ms, ...(socket === undefined ? {} : { socket }) });
  mark("told", told ? "good" : "bad");
  show(socket === undefined ? words.noSocket : socket.latency_ms > SLOW_MS ? words.slow : words.good, true);
}

async function tryConnection(): Promise<Reached["socket"]> {
  mark("socket", "running");
  const echo = await connectEcho();
  const latency_ms = (await echo?.latency()) ?? null;
  mark("socket", latency_ms === null ? "bad" : "good", milliseconds(latency_ms));
  if (echo === null || latency_ms === null) return undefined;
  mark("speed", "running");
  const bytes_per_s = await echo.speed();
  echo.close();
  mark("speed", bytes_per_s === null ? "bad" : "good", bytes_per_s === null ? "" : `${numeral(bytes_per_s / MEGABYTE, { maximumSignificantDigits: 2, useGrouping: false })} MB/s`);
  return { latency_ms, bytes_per_s: bytes_per_s ?? 0 };
}

/** As numbers are written in the language of the page. */
const numeral = (value: number, how: Intl.NumberFormatOptions): string => new Intl.NumberFormat(isGerman ? "de" : "en", how).format(value);

function milliseconds(time: number | null): string {
  return time === null ? "" : time < 10 ? `${numeral(time, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} ms` : `${Math.round(time)} ms`;
}

// The page says the rest in both languages, and shows the one that it is in.
document.documentElement.lang = isGerman ? "de" : "en";
if (isGerman) document.title = "Verbindung prüfen – Lanvas";

document.getElementById("again")?.addEventListener("click", () => void run());
void run();
