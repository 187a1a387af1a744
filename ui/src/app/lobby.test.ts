import { afterEach, expect, test, vi } from "vitest";
import { HostError, type HostedSession, type HostPort } from "../platform/host";
import { StandIn } from "../testing/stand_in";
import { StandInHosting } from "../testing/stand_in_hosting";
import { StandInShell } from "../testing/stand_in_shell";
import type { ConnectOptions } from "../sync/session";
import { Door } from "./door";
import { Lobby, lobbyOf } from "./lobby";

const ADDRESS = { session: "abc", base: "http://192.168.1.5:7420" };
const HOSTED: HostedSession = { address: { ...ADDRESS, hostToken: "secret" }, title: "Map", port: 7420, urls: [`${ADDRESS.base}/s/abc`] };

class CountingHosting extends StandInHosting {
  stopped: (string | undefined)[] = [];
  override stop = (id?: string): Promise<void> => {
    this.stopped.push(id);
    return Promise.resolve();
  };
}

async function tell({ current = null, prepare = () => undefined }: { current?: HostedSession | null; prepare?: (shell: StandInShell) => void } = {}) {
  const shell = new StandInShell(HOSTED);
  prepare(shell);
  const hosting = new CountingHosting(HOSTED, { current });
  const joined: string[] = [];
  const connected: ConnectOptions[] = [];
  const sessions: StandIn[] = [];
  const host: HostPort = {
    isDesktop: true,
    hosting,
    shell,
    window: null,
    opened: null,
    resolveAddress: (text) => {
      joined.push(text);
      return Promise.resolve({ session: "there", base: "http://192.168.1.9:7420" });
    },
    onNearby: () => () => undefined,
    discoveryStatus: () => Promise.resolve({ on: true }),
    settings: () => shell.settings(),
    saveSettings: (settings) => shell.change(settings),
  };
  const door = new Door(host, (options) => {
    connected.push(options);
    const there = new StandIn();
    sessions.push(there);
    return there.session;
  });
  await door.begin();
  const lobby = new Lobby(door, shell);
  lobby.begin();
  await settled();
  return { lobby, door, shell, hosting, joined, connected, sessions };
}

/** Whatever was promised has been kept. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

afterEach(() => vi.useRealTimers());

test("a browser has no lobby, and a page of the app one", async () => {
  const { door } = await tell();
  expect(lobbyOf(door)).toBe(lobbyOf(door));
  const browser = new Door({ ...door.host, shell: null }, () => new StandIn().session);
  expect(lobbyOf(browser)).toBeNull();
});

test("a link waits for an answer, and is joined only after yes", async () => {
  const { lobby, shell, joined, door } = await tell();
  shell.ask({ kind: "link", address: "192.168.1.9/s/there" });
  shell.ask({ kind: "link", address: "192.168.1.8/s/other" });
  await settled();
  expect(lobby.link.now).toBe("192.168.1.9/s/there");
  await lobby.answerLink(false);
  expect(joined).toEqual([]);
  expect(lobby.link.now, "the next one is asked about").toBe("192.168.1.8/s/other");
  await lobby.answerLink(true);
  expect(joined).toEqual(["192.168.1.8/s/other"]);
  expect(door.screen.now.kind).toBe("session");
});

test("what came before the person had a name is kept until they have", async () => {
  const told = await tell({ prepare: (shell) => {
    shell.settingsNow = { ...shell.settingsNow, name: "" };
    shell.waiting.push({ kind: "link", address: "192.168.1.9/s/there" });
  } });
  expect(told.lobby.link.now).toBeNull();
  await told.door.giveName("Ann");
  told.shell.ask({ kind: "bad_link" });
  await settled();
  expect(told.lobby.link.now).toBe("192.168.1.9/s/there");
});

test("a file from outside is hosted at once; a link that leads nowhere is said to", async () => {
  const { lobby, shell, door } = await tell({ prepare: (shell) => shell.waiting.push({ kind: "bad_link" }, { kind: "file", name: "Map.lanvas" }) });
  expect(lobby.told.now).toEqual({ kind: "bad_link" });
  expect(shell.done).toContain("open");
  expect(door.screen.now.kind).toBe("session");
});

test("a session of which only a part could be read says so", async () => {
  const note = { kind: "rescued", operations: 7, last_ms: 0 } as const;
  const { lobby, shell } = await tell();
  shell.chosen = { ...HOSTED, note };
  await lobby.chooseFile();
  expect(lobby.told.now).toEqual(note);
});

test("the end for everybody comes after the time that was said, or not at all", async () => {
  vi.useFakeTimers();
  const { lobby, hosting, door, sessions } = await tell({ current: HOSTED });
  expect(door.screen.now.kind).toBe("session");
  lobby.endIn(30);
  expect(lobby.endsAt.now).toBe(Date.now() + 30_000);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(hosting.stopped).toEqual([]);
  lobby.endNot();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hosting.stopped, "it goes on").toEqual([]);
  const said = (sessions[0]?.submitted ?? []).flatMap((it) => (it.type === "post_message" ? [it.text] : []));
  expect(said.map((text) => text.slice(0, 22))).toEqual(["This session ends in 3", "This session goes on a"]);
  lobby.endIn(30);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(hosting.stopped).toEqual(["abc"]);
});

test("a setting that is refused is a sentence, and the others stay", async () => {
  const { lobby, door } = await tell();
  expect(await lobby.change({ port: 80 })).toBe(false);
  expect(door.problem.now).toMatch(/^The port must be/);
  expect(lobby.settings.now?.port).toBeNull();
});

test("of settings that cross on their way the newest shows", async () => {
  vi.useFakeTimers();
  const { lobby, shell } = await tell();
  const { change } = shell;
  const answersMs = [50, 10, 30];
  shell.change = async (settings) => {
    const answer = await change(settings);
    await new Promise((resolve) => setTimeout(resolve, answersMs.shift()));
    return answer;
  };
  const shown: unknown[] = [];
  lobby.settings.subscribe(() => shown.push([lobby.settings.now?.theme, lobby.settings.now?.visible]));
  const changed = Promise.all([lobby.change({ theme: "dark" }), lobby.change({ theme: "light" }), lobby.change({ visible: false })]);
  await vi.advanceTimersByTimeAsync(100);
  expect(await changed).toEqual([true, true, true]);
  expect(shown).toEqual([["dark", true], ["light", true], ["light", false]]);
});

test("what is set beside a refused setting is set, and the refusal stays to be read", async () => {
  const { lobby, door } = await tell();
  expect(await Promise.all([lobby.change({ port: 80 }), lobby.change({ theme: "dark" })])).toEqual([false, true]);
  expect(lobby.settings.now).toMatchObject({ port: null, theme: "dark" });
  expect(door.problem.now).toMatch(/^The port must be/);
});

test("the settings show the name that was given elsewhere", async () => {
  const { lobby, door } = await tell();
  await door.giveName("Bo");
  expect(lobby.settings.now?.name).toBe("Bo");
});

test("the colour that was chosen goes along into the next session", async () => {
  const { lobby, door, connected } = await tell();
  await lobby.change({ color: "#1971c2" });
  await door.start();
  expect(connected.at(-1)?.color).toBe("#1971c2");
});

test("a newer Lanvas is looked for only where the person switched that on", async () => {
  vi.useFakeTimers();
  const off = await tell();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(off.shell.done).not.toContain("look");
  const on = await tell({ prepare: (shell) => (shell.settingsNow = { ...shell.settingsNow, updates: true }) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(on.shell.done.filter((done) => done === "look")).toHaveLength(1);
  expect(on.lobby.told.now).toEqual({ kind: "newer_lanvas", version: "9.0.0" });
});

test("nobody who answers is no trouble", async () => {
  vi.useFakeTimers();
  const { lobby, door } = await tell({ prepare: (shell) => {
    shell.settingsNow = { ...shell.settingsNow, updates: true };
    shell.lookForUpdate = () => Promise.reject(new HostError("update_unknown", "Nobody answered."));
  } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([lobby.told.now, door.problem.now]).toEqual([null, null]);
});

test("menus lead where they say", async () => {
  const { lobby, shell, door } = await tell();
  shell.choose("stop");
  expect(lobby.sheet.now, "nothing is hosted").toBeNull();
  shell.choose("settings");
  expect(lobby.sheet.now).toBe("settings");
  shell.choose("new_session");
  await settled();
  expect(door.screen.now.kind).toBe("session");
  shell.choose("stop");
  expect(lobby.sheet.now).toBe("stop");
  shell.choose("copy_diagnostics");
  await settled();
  expect(lobby.told.now).toEqual({ kind: "copied_diagnostics" });
});

const PIPE = `http://127.0.0.1:41234/${"0".repeat(32)}/192.168.1.9:7420`;
const refusalOf = (code: string, shown: string | null): HostError =>
  new HostError(code, "Compare first.", { session: "there", place: "192.168.1.9:7420", shown, shownShort: shown, knownShort: null });

/** An encrypted hub that is taken once the person said so. */
async function encrypted() {
  const told = await tell();
  const { shell, door } = told;
  const asked: string[] = [];
  (door.host as { resolveAddress: HostPort["resolveAddress"] }).resolveAddress = (text) => {
    asked.push(text);
    return shell.done.some((it) => it.startsWith("trust")) ? Promise.resolve({ session: "there", base: PIPE }) : Promise.reject(refusalOf("hub_new", "4f2a"));
  };
  return { ...told, asked };
}

test("an encrypted hub is joined only after its fingerprint was compared, by the same link", async () => {
  const { lobby, door, shell, asked } = await encrypted();
  await door.join("https://192.168.1.9:7420/s/there#invite=x");
  expect(door.unproven.now?.refusal.code).toBe("hub_new");
  await lobby.answerHub(false);
  expect([door.unproven.now, shell.done.some((it) => it.startsWith("trust")), door.screen.now.kind]).toEqual([null, false, "home"]);

  await door.join("https://192.168.1.9:7420/s/there#invite=x");
  await lobby.answerHub(true);
  expect(shell.done).toContain("trust 192.168.1.9:7420 4f2a");
  expect(asked.at(-1)).toBe("https://192.168.1.9:7420/s/there#invite=x");
  expect(door.screen.now.kind).toBe("session");
});

test("the way to a hub is kept while one is in, and ends when one leaves", async () => {
  const { lobby, door, shell } = await encrypted();
  expect(shell.pipe).toBeNull();
  await door.join("192.168.1.9");
  await lobby.answerHub(true);
  expect(shell.pipe).toBe(PIPE);
  door.again();
  expect(shell.pipe, "anew by the same way").toBe(PIPE);
  door.leave();
  expect(shell.pipe).toBeNull();
});

test("a hub that is another one all at once is left, and asked about", async () => {
  const { lobby, door, shell } = await encrypted();
  await door.join("192.168.1.9");
  await lobby.answerHub(true);
  const elsewhere = new HostError("hub_changed", "Another.", { session: "other", place: "x:1", shown: "1", shownShort: "1", knownShort: "2" });
  shell.changeHub(elsewhere);
  expect(door.screen.now.kind, "another session").toBe("session");
  shell.changeHub(refusalOf("hub_changed", "b7c4"));
  expect([door.screen.now.kind, shell.pipe, door.unproven.now?.refusal.code]).toEqual(["home", null, "hub_changed"]);
  expect(door.unproven.now?.text).toBe("https://192.168.1.9:7420/s/there");
  await lobby.answerHub(false);
  expect(door.problem.now).toBe("Compare first.");
});
