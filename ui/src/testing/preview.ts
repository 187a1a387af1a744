/** Every screen on made-up content: `npm run dev`, then /src/testing/preview.html?screen=home|name|session|… */
import { Text } from "@codemirror/state";
import { HostError, type HostPort, type NearbySession } from "../platform/host";
import type { Participant } from "../protocol/generated/messages";
import type { Status } from "../sync/session";
import { open } from "../views/open";
import { StandIn } from "./stand_in";

const wanted = new URLSearchParams(location.search);
const screen = wanted.get("screen") ?? "session";
const address = { session: "4kq7x2m9", base: "http://192.168.1.5:7420" };
const hosted = { address, title: "Physics, Friday", port: 7420, urls: [`${address.base}/s/${address.session}`, "http://10.0.0.7:7420/s/4kq7x2m9"] };

const nearby: NearbySession[] = [
  { id: "a", title: "Sketching the summer fair", host: "Mona", people: 4, password: false, compatible: true, reachable: true, urls: ["http://192.168.1.9:7420/s/a"] },
  { id: "b", title: "Chemistry 9b", host: "Mr Petrović", people: 23, password: true, compatible: true, reachable: true, urls: ["http://192.168.1.12:7420/s/b"] },
  { id: "c", title: "Old workshop board with quite a long title that needs room", host: "Library iMac", people: 1, password: false, compatible: false, reachable: true, urls: [] },
];

const host: HostPort = {
  isDesktop: screen === "home" || screen === "host",
  hosting: { start: () => Promise.resolve(hosted), stop: () => Promise.resolve(), current: () => Promise.resolve(screen === "host" ? hosted : null) },
  window: {
    onCloseRequested: (ask) => {
      if (wanted.has("closing")) ask(3);
      return () => undefined;
    },
    answerClose: () => Promise.resolve(),
  },
  opened: screen === "home" || screen === "host" ? null : address,
  resolveAddress: () => Promise.reject(new HostError("unreachable", "Nothing answers at 192.168.1.77. Check the address, and that both machines are on the same network.")),
  onNearby: (listen) => {
    listen(wanted.has("nearby") ? nearby : []);
    return () => undefined;
  },
  discoveryStatus: () => Promise.resolve(wanted.has("off") ? { on: false, reason: "This network does not let devices find each other." } : { on: true }),
  settings: () => Promise.resolve({ name: wanted.has("anonymous") ? "" : "Ada" }),
  saveSettings: (settings) => Promise.resolve(settings),
};

const people: Participant[] = [
  { id: 2, name: "Ben", color: "#e5484d", role: "editor" },
  { id: 3, name: "Chiara with a rather long name", color: "#8b5cf6", role: "editor" },
  { id: 4, name: "Dmitri", color: "#3b82f6", role: "editor" },
  { id: 5, name: "山田", color: "#dd6b20", role: "editor" },
];

function furnished(): StandIn {
  const it = new StandIn();
  const [ben, chiara] = people as [Participant, Participant];
  if (!wanted.has("alone")) it.come(...people);
  it.doc = Text.of(["# Pendulum", "", "The period depends on **length**, not on mass.", "", "- measure 10 swings", "- divide by 10", "  - twice is better", "", "> Ask about the `1.2 m` string.", "", "See [the sheet](http://192.168.1.5/sheet.pdf)"]);
  it.showCarets({ participant: 2, anchor: 40, head: 28 }, { participant: 3, anchor: 84, head: 84 });
  const noon = Date.now() - 90_000_000;
  it.say(ben, "Who has the long string?", noon);
  it.say(it.me, "I do. Start without me, I’ll add the numbers to the notes.", noon + 20_000);
  it.say(ben, "10 swings in 22.1 s", Date.now() - 400_000);
  it.say(ben, "so 2.21 s each", Date.now() - 395_000);
  it.say(chiara, "Same here! The sheet is at http://192.168.1.5/sheet.pdf (page 2).", Date.now() - 100_000);
  if (wanted.has("pending")) it.pend("Then g is about 9.7");
  it.showOther(2, { typing: true });
  const status = wanted.get("status");
  if (status !== null) it.setStatus({ kind: status as Status["kind"], since: Date.now() - 42_000, liveUntil: Date.now() - 42_000, unsent: 12, reason: (wanted.get("reason") as Status["reason"] | null) ?? null });
  if (wanted.has("refused")) setTimeout(() => it.refuse({ code: "rate_limited", operation: "post_message", text: "One more thing" }), 50);
  return it;
}

open(host, () => furnished().session);
