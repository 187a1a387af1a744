import { afterEach, expect, test, vi } from "vitest";
import { HostError, type HostedSession, type HostPort, type Settings } from "../platform/host";
import { StandIn } from "../testing/stand_in";
import { StandInHosting } from "../testing/stand_in_hosting";
import type { ConnectOptions } from "../sync/session";
import { Door } from "./door";

const ADDRESS = { session: "abc", base: "http://192.168.1.5:7420" };
const HOSTED: HostedSession = { address: { ...ADDRESS, hostToken: "secret" }, title: "", port: 7420, urls: [`${ADDRESS.base}/s/abc`] };

interface Told {
  readonly door: Door;
  readonly connected: ConnectOptions[];
  readonly saved: Settings[];
  readonly closed: () => number;
}

function tell(host: Partial<HostPort>, name = "Ada"): Told {
  const connected: ConnectOptions[] = [];
  const saved: Settings[] = [];
  let closed = 0;
  const port: HostPort = {
    isDesktop: true,
    hosting: null,
    shell: null,
    window: null,
    opened: null,
    resolveAddress: null,
    onNearby: () => () => undefined,
    discoveryStatus: () => Promise.resolve({ on: true }),
    settings: () => Promise.resolve({ name }),
    saveSettings: (settings) => {
      saved.push(settings);
      return Promise.resolve({ name: settings.name.trim() });
    },
    ...host,
  };
  const door = new Door(port, (options) => {
    connected.push(options);
    return { ...new StandIn().session, close: () => void (closed += 1) };
  });
  return { door, connected, saved, closed: () => closed };
}

const hosting = (current: HostedSession | null): Partial<HostPort> => ({
  hosting: new StandInHosting(HOSTED, { current }),
});

afterEach(() => vi.unstubAllGlobals());

test("a guest gives a name once and is in; the next time they are in at once", async () => {
  const first = tell({ isDesktop: false, opened: ADDRESS }, "");
  await first.door.begin();
  expect(first.door.screen.now.kind).toBe("naming");
  expect(await first.door.giveName(" Ben ")).toBe(true);
  expect(first.door.screen.now.kind).toBe("session");
  expect(first.connected).toMatchObject([{ name: "Ben", ...ADDRESS }]);

  const next = tell({ isDesktop: false, opened: ADDRESS }, "Ben");
  await next.door.begin();
  expect(next.door.screen.now.kind).toBe("session");
  expect(next.saved).toEqual([]);
});

test("a browser at a hub’s front door is shown its sessions", async () => {
  vi.stubGlobal("location", { origin: "http://192.168.1.5:7420" });
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json([{ id: "abc", title: "T", host: "H", people: 1, password: false }, "junk"])));
  const { door } = tell({ isDesktop: false });
  await door.begin();
  expect(door.screen.now).toMatchObject({ kind: "choosing", sessions: [{ id: "abc" }] });
});

test("the host starts, is known as the host to its own hub, and leaves without ending it", async () => {
  const { door, connected, closed } = tell(hosting(null));
  await door.begin();
  expect(door.screen.now.kind).toBe("home");
  await door.start();
  expect(connected).toMatchObject([{ hostToken: "secret" }]);
  door.leave();
  expect(closed()).toBe(1);
  expect(door.screen.now.kind).toBe("home");
  expect(door.hosted.now).toBe(HOSTED);
  await door.start();
  await door.stop();
  expect(door.hosted.now).toBeNull();
  expect(door.screen.now.kind).toBe("home");
});

test("a page that was reloaded while it hosts is back in its session", async () => {
  const { door } = tell(hosting(HOSTED));
  await door.begin();
  expect(door.screen.now.kind).toBe("session");
});

test("a refusal is a sentence on the screen and nothing else", async () => {
  const { door, connected } = tell({ resolveAddress: () => Promise.reject(new HostError("unreachable", "Nothing answers.")) });
  await door.begin();
  await door.join("192.168.1.77");
  expect(door.problem.now).toBe("Nothing answers.");
  expect(door.screen.now.kind).toBe("home");
  expect(door.busy.now).toBeNull();
  expect(connected).toEqual([]);
});

test("a host chooses among the sessions of this machine, makes another, and has back what was thrown away", async () => {
  const map = { id: "map", title: "Map", modified_ms: 2, hosted: false, guests: 0 };
  const open = { id: "open", title: "Open", modified_ms: 1, hosted: true, guests: 0 };
  const hosting = new StandInHosting(HOSTED, { own: [map, open] });
  const { door, connected } = tell({ hosting });
  await door.begin();
  expect(door.own.now).toEqual([map, open]);

  await door.discard(open);
  expect(door.problem.now).toBe("The session stays where it is.");
  expect(door.discarded.now).toBeNull();
  await door.discard(map);
  expect([door.own.now, door.discarded.now]).toEqual([[open], map]);
  await door.restore();
  expect([door.own.now, door.discarded.now]).toEqual([[map, open], null]);

  await door.open(map);
  expect(connected.at(-1)).toMatchObject({ session: "map", hostToken: "secret" });
  door.leave();
  expect(door.screen.now.kind).toBe("home");
  await door.create();
  expect(connected.at(-1)).toMatchObject({ session: "new" });
});

test("a list that cannot be read keeps nobody from starting", async () => {
  const hosting = new StandInHosting(HOSTED);
  hosting.own = () => Promise.reject(new HostError("storage_failed", "No."));
  const { door, connected } = tell({ hosting });
  await door.begin();
  expect([door.screen.now.kind, door.own.now]).toEqual(["home", []]);
  await door.start();
  expect(connected).toHaveLength(1);
});
