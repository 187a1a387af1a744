/** Every screen on made-up content: `npm run dev`, then /src/testing/preview.html?screen=home|name|session|… */
import { Text } from "@codemirror/state";
import { packPoints, type Point } from "../protocol/points";
import { HostError, type HostedSession, type HostPort, type MenuAction, type NearbySession, type OpenedNote, type OwnSession, type UnprovenHub } from "../platform/host";
import type { Entry, Participant, Shape, StorageTrouble } from "../protocol/generated/messages";
import type { Status } from "../sync/session";
import { speakAsChosen } from "../languages/languages";
import { open } from "../views/open";
import { chatter } from "./chatter";
import { EXAMINATIONS } from "./examinations";
import { StandIn } from "./stand_in";
import { StandInHosting } from "./stand_in_hosting";
import { StandInShell } from "./stand_in_shell";

const wanted = new URLSearchParams(location.search);
const screen = wanted.get("screen") ?? "session";
const encrypted = wanted.has("tls");
const address = { session: "4kq7x2m9", base: `${encrypted ? "https" : "http"}://192.168.1.5:7420` };
const urls = wanted.has("nowhere") ? [] : [`${address.base}/s/${address.session}`, "http://10.0.0.7:7420/s/4kq7x2m9"];
if (encrypted) {
  const { fetch } = window;
  const said = { issuer: "own", short: "4f2a 91c0 77de 0b18 e6a3" };
  window.fetch = (what, how) => (what === `${address.base}/api/tls` ? Promise.resolve(Response.json(said)) : fetch(what, how));
}
const note: OpenedNote = wanted.get("note") === "rescued" ? { kind: "rescued", operations: 41, last_ms: Date.now() - 90_000_000 } : { kind: "copied" };
const hosted: HostedSession = { address, title: "Physics, Friday", port: 7420, urls, ...(wanted.has("note") ? { note } : {}) };

const unproven: UnprovenHub = { session: "a", place: "192.168.1.9:7420", shown: wanted.get("hub") === "hub_bare" ? null : "aa".repeat(32), shownShort: wanted.get("hub") === "hub_bare" ? null : "4f2a 91c0 77de 0b18 e6a3", knownShort: wanted.get("hub") === "hub_new" ? null : "b7c4 02d9 5e61 f38a 1d70" };

const nearby: NearbySession[] = [
  { id: "a", title: "Sketching the summer fair", host: "Mona", people: 4, password: false, compatible: true, reachable: true, urls: ["http://192.168.1.9:7420/s/a"] },
  { id: "b", title: "Chemistry 9b", host: "Mr Petrović", people: 23, password: true, compatible: true, reachable: true, urls: ["http://192.168.1.12:7420/s/b"] },
  { id: "c", title: "Old workshop board with quite a long title that needs room", host: "Library iMac", people: 1, password: false, compatible: false, reachable: true, urls: ["http://192.168.1.12:7420/s/c"] },
  ...(wanted.has("dead") ? [{ id: "d", title: "Choir practice", host: "Tom’s laptop", people: 2, password: false, compatible: true, reachable: false, urls: ["http://192.168.1.30:7420/s/d"] }] : []),
];

const own: OwnSession[] = [
  { id: "o1", title: "Physics, Friday", modified_ms: Date.now() - 3_600_000, hosted: false, guests: 0 },
  { id: "o2", title: "Seating plan for the wedding of Chiara and a very long list of cousins", modified_ms: Date.now() - 90_000_000, hosted: true, guests: 2 },
  ...(wanted.has("unreadable") ? [
    { id: "o4", title: "4kq7x2m9.lanvas", modified_ms: Date.now() - 990_000_000, hosted: false, guests: 0, unreadable: { code: "file_newer", message: "This session was made by a newer Lanvas (format 99, this one knows 12). Update Lanvas to open it." } },
    { id: "o5", title: "7pz1mmw0.lanvas", modified_ms: Date.now() - 990_000_000, hosted: false, guests: 0, unreadable: { code: "file_damaged", message: "The session file is damaged and was left as it is (malformed)." } },
  ] : []),
  { id: "o3", title: "", modified_ms: Date.now() - 900_000_000, hosted: false, guests: 0 },
];

const picture = (ink: string): string => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 64"><rect width="96" height="64" fill="#fcfcfb"/><path d="M10 44c10-30 20-30 26-6s16 10 22-8 14-14 26 4" fill="none" stroke="${ink}" stroke-width="5" stroke-linecap="round"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
};

const shell = new StandInShell(hosted);
const day = 86_400_000;
if (wanted.has("visits"))
  shell.known = [
    { id: "a", title: "Sketching the summer fair", host: "Mona", bases: ["http://192.168.1.9:7420"], when_ms: Date.now() - day, favourite: true, picture: picture("#e5484d") },
    { id: "v2", title: "Thursday club with a title that is far too long for its row", host: "Chiara", bases: ["http://192.168.1.8:7420"], when_ms: Date.now() - 3 * day, favourite: false, picture: null },
    { id: "o1", title: "Physics, Friday", host: "", bases: [], when_ms: Date.now() - day, favourite: false, picture: picture("#3b82f6") },
  ];
if (wanted.has("updates")) [shell.source, shell.settingsNow] = ["lanvas.example", { ...shell.settingsNow, updates: true, color: "#1971c2" }];
const swept = { number: 1, asked: 253, total: 253, found: 0, networks: ["192.168.1.0/24"], running: false };
if (wanted.get("sweep") === "running") shell.swept = { ...swept, running: true, asked: 96 };
if (wanted.get("sweep") === "none") shell.swept = swept;
if (wanted.get("sweep") === "nowhere") shell.swept = { ...swept, asked: 0, total: 0, networks: [] };
if (wanted.get("sweep") === "found") shell.swept = { ...swept, found: 2 };
if (wanted.has("link")) shell.waiting.push({ kind: "link", address: "192.168.1.9:7420/s/4kq7x2m9" });
if (wanted.has("bad_link")) shell.waiting.push({ kind: "bad_link" });
if (wanted.has("doctor")) shell.found = EXAMINATIONS[wanted.get("doctor") as keyof typeof EXAMINATIONS] ?? null;
shell.chosenFirst = wanted.get("menu") as MenuAction | null;

const host: HostPort = {
  isDesktop: screen === "home" || screen === "host",
  hosting: new StandInHosting(hosted, { current: screen === "host" ? hosted : null, own: wanted.has("own") ? own : [] }),
  shell: screen === "home" || screen === "host" ? shell : null,
  window: {
    onCloseRequested: (ask) => {
      if (wanted.has("closing")) ask(3, wanted.has("tray"));
      return () => undefined;
    },
    answerClose: () => Promise.resolve(),
    hide: () => Promise.resolve(true),
  },
  opened: screen === "session" || screen === "name" ? address : null,
  resolveAddress: () => Promise.reject(wanted.has("hub") ? new HostError(wanted.get("hub") ?? "", "The session at 192.168.1.9:7420 is encrypted. Compare its fingerprint first.", unproven) : new HostError("unreachable", "Nothing answers at 192.168.1.77. Check the address, that the host's app is running, and that both of you are on the same network.")),
  onNearby: (listen) => {
    listen(wanted.has("nearby") ? nearby : []);
    return () => undefined;
  },
  discoveryStatus: () => Promise.resolve(wanted.has("off") ? { on: false, reason: "This network or its firewall does not let sessions be found. Give others the link or the QR code instead." } : { on: true }),
  settings: () => Promise.resolve({ name: wanted.has("anonymous") ? "" : "Ada" }),
  saveSettings: (settings) => Promise.resolve(settings),
};

const people: Participant[] = [
  { id: 2, name: "Ben", color: "#1971c2", role: "editor" },
  { id: 3, name: "Chiara with a rather long name", color: "#7048e8", role: "editor" },
  { id: 4, name: "Dmitri", color: "#c2550a", role: "editor" },
  { id: 5, name: "山田", color: "#9c36b5", role: "editor" },
];

/** A pendulum: a beam, a string, a weight, its swing, and words beside it. */
function drawOn(it: StandIn): void {
  const line = (id: string, color: string, width: number, points: Point[]): Shape => {
    const [first = { x: 0, y: 0 }] = points;
    const relative = points.map(({ x, y }) => ({ x: x - first.x, y: y - first.y }));
    return { id, author: 2, x: first.x, y: first.y, z: 1, color, body: { kind: "stroke", width, points: packPoints(relative, 4) } };
  };
  const arc = (x: number, y: number, r: number, from: number, to: number, wobble = 1.5): Point[] =>
    Array.from({ length: 60 }, (_, at) => {
      const angle = from + ((to - from) * at) / 59;
      return { x: x + (r + wobble * Math.sin(at * 0.7)) * Math.cos(angle), y: y + (r + wobble * Math.cos(at * 0.9)) * Math.sin(angle) };
    });
  const straight = (x: number, y: number, x2: number, y2: number): Point[] =>
    Array.from({ length: 30 }, (_, at) => ({ x: x + ((x2 - x) * at) / 29, y: y + ((y2 - y) * at) / 29 + 1.2 * Math.sin(at) }));
  const label = (id: string, x: number, y: number, size: number, color: string, text: string): Shape => ({ id, author: 3, x, y, z: 2, color, body: { kind: "text", text, size } });
  it.board.applyConfirmed({
    type: "add_shapes",
    shapes: [
      line("beam", "#22252a", 8, straight(60, 170, 330, 166)),
      line("string", "#64748b", 3, straight(195, 172, 292, 425)),
      line("weight", "#e5484d", 6, arc(300, 446, 24, 0.2, 6.6)),
      line("swing", "#3b82f6", 4, arc(195, 172, 300, 2.05, 1.12)),
      line("dot", "#8b5cf6", 3, straight(195, 172, 195, 480)),
      label("l1", 255, 275, 26, "#64748b", "l = 1.2 m"),
      label("l2", 60, 505, 30, "#22252a", "T = 2π √(l/g)"),
      line("under", "#dd6b20", 5, straight(60, 556, 270, 552)),
    ],
  });
  it.showOther(2, { typing: false, cursor: { x: 330, y: 380 } });
  it.showOther(3, { typing: false, cursor: { x: 120, y: 600 }, selection: ["l2"] });
}

function furnished(): StandIn {
  const it = new StandIn();
  const [ben, chiara] = people as [Participant, Participant];
  if (!wanted.has("alone")) it.come(...people);
  it.doc = Text.of(["# Pendulum", "", "The period depends on **length**, not on mass.", "", "- measure 10 swings", "- divide by 10", "  - twice is better", "", "> Ask about the `1.2 m` string.", "", "See [the sheet](http://192.168.1.5/sheet.pdf)"]);
  const by = (person: Participant) => ({ name: person.name, color: person.color });
  const parts = it.doc.toString().match(/[^\n]*\n+|[^\n]+$/g) ?? [];
  it.pastEdits = parts.map((text, at) => {
    const person = [it.me, ben, chiara][at % 3] ?? it.me;
    const before = parts.slice(0, at).join("").length;
    return { number: at + 1, time_ms: Date.now() - (parts.length - at) * 400_000, author: person.id, by: by(person), changes: before === 0 ? [[0, text]] : [before, [0, text]] };
  });
  it.showCarets({ participant: 2, anchor: 40, head: 28 }, { participant: 3, anchor: 84, head: 84 });
  const noon = Date.now() - 90_000_000;
  it.say(ben, "Who has the long string?", noon);
  it.say(it.me, "I do. Start without me, I’ll add the numbers to the notes.", noon + 20_000);
  it.say(ben, "10 swings in 22.1 s", Date.now() - 400_000);
  it.say(ben, "so 2.21 s each", Date.now() - 395_000);
  it.say(chiara, "Same here! The sheet is at http://192.168.1.5/sheet.pdf (page 2).", Date.now() - 100_000);
  if (wanted.has("talk")) chatter(it, ben, chiara);
  if (wanted.has("slow")) setTimeout(() => it.refuse({ code: "slow_mode", operation: "post_message", text: "Too soon", post: { text: "Too soon" }, waitMs: 25_000 }), 50);
  if (wanted.has("board")) drawOn(it);
  if (wanted.has("door")) it.keepDoor({ type: "set_entry", entry: wanted.get("door") as Entry });
  if (wanted.has("invites")) {
    it.keepDoor({ type: "make_invite", role: "editor" });
    it.keepDoor({ type: "make_invite", role: "editor", uses_max: 1, lasts_s: 3_600 });
  }
  if (wanted.has("knocks")) {
    const knocks = ["Dana", "Emil with quite a long name"].map((name, id) => ({ id, name, device: id === 0 ? ("phone" as const) : ("computer" as const), address: `192.168.1.${20 + id}`, since_ms: Date.now() }));
    it.entrance.hear({ type: "knocks_changed", knocks });
  }
  if (wanted.has("many")) it.board.reset(many(Number(wanted.get("many"))), []);
  if (wanted.has("things")) it.board.applyConfirmed({ type: "add_shapes", shapes: things() });
  const trouble = wanted.get("disk");
  if (trouble !== null && screen !== "host") {
    it.me = { ...it.me, role: "editor" };
    it.people = [it.me, ...it.people.slice(1).map((person, index) => (index === 0 ? { ...person, role: "host" as const } : person))];
  }
  if (trouble !== null) it.setStatus({ unstored: 3, storageTrouble: trouble as StorageTrouble, storageRefuses: wanted.has("refuses") });
  if (wanted.has("returned")) setTimeout(() => it.refuse({ code: null, operation: "edit_notes", text: "and the string must not stretch,\nor the swing gets slower", post: null, waitMs: null }), 50);
  if (wanted.has("pending")) it.pend("Then g is about 9.7");
  it.showOther(4, { typing: true });
  const status = wanted.get("status");
  if (status !== null) it.setStatus({ kind: status as Status["kind"], since: Date.now() - 42_000, liveUntil: Date.now() - 42_000, unsent: 12, reason: (wanted.get("reason") as Status["reason"] | null) ?? null, ...(status === "knocking" ? { attended: true, waitUntil: Date.now() + 300_000 } : {}), ...(wanted.get("reason") === "too_many_tries" ? { waitUntil: Date.now() + 8_000 } : {}) });
  if (wanted.has("refused")) setTimeout(() => it.refuse({ code: "rate_limited", operation: "post_message", text: "One more thing", post: { text: "One more thing" }, waitMs: 500 }), 50);
  return it;
}

void speakAsChosen().then(() => open(host, () => furnished().session));

/** One of each kind, as people would use them. */
function things(): Shape[] {
  const shape = (id: string, x: number, y: number, z: number, body: Shape["body"], part: Partial<Shape> = {}): Shape => ({ id, author: 1, x, y, z, color: "#22252a", body, ...part });
  const geo = (form: Extract<Shape["body"], { kind: "geo" }>["form"], text: string, w = 150, h = 84) => ({ kind: "geo", form, w, h, width: 3, text, size: 18 }) as const;
  const arrow = (from: string, to: string, part: Partial<Extract<Shape["body"], { kind: "connector" }>> = {}) =>
    ({ kind: "connector", w: 10, h: 10, width: 3, route: "straight", head_start: "none", head_end: "arrow", size: 16, from, to, ...part }) as const;
  const marked: Point[] = Array.from({ length: 20 }, (_, i) => ({ x: i * 9, y: Math.sin(i) * 2 }));
  return [
    shape("frame", 330, 130, 0, { kind: "frame", w: 620, h: 330, text: "How a leaf works", order: 1 }, { color: "#64748b" }),
    shape("sun", 360, 170, 1, geo("ellipse", "Sunlight"), { fill: "#ffe58a", color: "#b7860b" }),
    shape("leaf", 590, 250, 2, geo("rounded", "Chloroplast", 180, 100), { fill: "#bde8b0", color: "#2f9e44" }),
    shape("sugar", 780, 160, 3, geo("diamond", "Sugar?", 140, 100), { color: "#8b5cf6" }),
    shape("a1", 0, 0, 4, arrow("sun", "leaf", { text: "gives energy" })),
    shape("a2", 0, 0, 5, arrow("leaf", "sugar", { route: "curved", bend: 0.2, head_end: "triangle" }), { color: "#e5484d" }),
    shape("cloud", 370, 330, 6, geo("cloud", "CO₂", 150, 96), { dash: "dashed", color: "#3b82f6" }),
    shape("a3", 0, 0, 7, arrow("cloud", "leaf", { route: "elbow", head_end: "dot" })),
    shape("note", 790, 290, 8, { kind: "note", w: 140, h: 140, text: "Ask Ms Lee about water", size: 17, by: "Ben" }, { color: "#f7b5dc", rotation: 0.06 }),
    shape("words", 360, 490, 9, { kind: "text", text: "Photosynthesis in one picture", size: 34 }, { font: "serif", bold: true }),
    shape("mark", 362, 515, 10, { kind: "stroke", width: 26, nib: "marker", points: packPoints(marked, 4) }, { color: "#ffd43b" }),
    shape("star", 860, 470, 11, geo("star", "", 70, 70), { fill: "#ffc999", color: "#dd6b20", rotation: 0.3 }),
    shape("heart", 780, 480, 12, geo("heart", "", 60, 56), { fill: "#ffb3ad", color: "#e5484d", locked: true }),
  ];
}

/** A great many strokes of 50 points, on 10,000 by 10,000. */
function many(count: number): Shape[] {
  const points = packPoints(Array.from({ length: 50 }, (_, i): Point => ({ x: i * 3, y: Math.sin(i / 4) * 20 })), 4);
  return Array.from({ length: count }, (_, i): Shape => ({ id: `m${i}`, author: 1, x: (i * 7919) % 10_000, y: (i * 104_729) % 10_000, z: i, color: "#22252a", body: { kind: "stroke", width: 4, points: points.slice() } }));
}
