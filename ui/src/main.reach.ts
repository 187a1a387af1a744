/** The entry of `/test`: shows on this device what it reaches of the host, and tells the host. */
import { connectEcho, report, requestTime, type Reached } from "./platform/reach";

type Mark = "running" | "good" | "bad" | "";

const VERDICTS = {
  good: "This device can join.",
  slow: "This device can join, but its network is slow: drawing may lag. Go nearer to the Wi-Fi, or use the other Wi-Fi if there are two.",
  noSocket: "The page comes through, the live connection does not: something between lets only pages pass. Switch off a VPN, a proxy or a data saver on this device, then test again.",
  noAnswer: "The host does not answer any more. Check that its computer is awake and this device still in the same network, then test again.",
};
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
  show("Trying …", false);
  mark("request", "running");
  const http_ms = await requestTime();
  mark("request", http_ms === null ? "bad" : "good", milliseconds(http_ms));
  if (http_ms === null) return show(VERDICTS.noAnswer, true);
  const socket = await tryConnection();
  mark("told", "running");
  const told = await report({ http_ms, ...(socket === undefined ? {} : { socket }) });
  mark("told", told ? "good" : "bad");
  show(socket === undefined ? VERDICTS.noSocket : socket.latency_ms > SLOW_MS ? VERDICTS.slow : VERDICTS.good, true);
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
  mark("speed", bytes_per_s === null ? "bad" : "good", bytes_per_s === null ? "" : `${(bytes_per_s / MEGABYTE).toPrecision(2)} MB/s`);
  return { latency_ms, bytes_per_s: bytes_per_s ?? 0 };
}

function milliseconds(time: number | null): string {
  return time === null ? "" : time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`;
}

document.getElementById("again")?.addEventListener("click", () => void run());
void run();
