import type { UnstoredNotes } from "../document/notes";
import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { Claims } from "./claims";
import type { KeptChanges } from "./kept_work";
import { WorkStore } from "./work_store";

const opened: { store: WorkStore; claims: Claims }[] = [];
let sessions = 0;

afterEach(() => {
  for (const { store, claims } of opened.splice(0)) {
    store.close();
    claims.close();
  }
});

function open(session: string, replica: string): WorkStore {
  const claims = new Claims(session);
  const store = new WorkStore(session, replica, claims);
  opened.push({ store, claims });
  return store;
}

/** The tab goes: what is written stays. */
function close(store: WorkStore): void {
  const index = opened.findIndex((tab) => tab.store === store);
  store.close();
  opened.splice(index, 1)[0]?.claims.close();
}

function newSession(): string {
  return `session-${(sessions += 1)}`;
}

function keep(store: WorkStore, changes: Partial<KeptChanges>): void {
  store.writeLater(() => ({ put: [], removed: [], ...changes }));
  store.flush();
}

function message(id: number, text: string, seq: number | null = null): KeptChanges["put"][number] {
  return { id, operation: { type: "post_message", text }, sent: seq === null ? null : { replica: "r1", seq } };
}

function words(text: string): UnstoredNotes {
  return { text, parts: [{ sent: null, changes: [text.length, [0, "!"]] }] };
}

test("what a closed tab left is taken over once, whole", async () => {
  const session = newSession();
  const first = open(session, "r1");
  await first.adopt();
  first.identify("r1", "secret");
  keep(first, { put: [message(1, "one", 4), message(2, "two")], notes: { first: words("base"), p2: words("other") } });
  close(first);

  const second = open(session, "r2");
  const work = await second.adopt();
  expect(work).toEqual({
    replica: "r1",
    resume: "secret",
    entries: [message(1, "one", 4), message(2, "two")],
    notes: { first: words("base"), p2: words("other") },
  });
  expect(await open(session, "r3").adopt()).toBeNull();
});

test("what a tab that lives has is left to it", async () => {
  const session = newSession();
  const alive = open(session, "r1");
  await alive.adopt();
  keep(alive, { put: [message(1, "mine")] });
  expect(await open(session, "r2").adopt()).toBeNull();
});

test("what a page has that is about to go is for who comes next, before it is gone", async () => {
  const session = newSession();
  const going = open(session, "r1");
  await going.adopt();
  keep(going, { put: [message(1, "mine")] });
  const { claims } = opened[0] ?? expect.fail("it was opened");
  claims.letGo();
  claims.stay();
  expect(await open(session, "r2").adopt(), "it is shown again").toBeNull();
  claims.letGo();
  expect((await open(session, "r3").adopt())?.entries).toEqual([message(1, "mine")]);
});

test("what has been stored leaves nothing behind", async () => {
  const session = newSession();
  const store = open(session, "r1");
  await store.adopt();
  keep(store, { put: [message(1, "one")], notes: { p2: { text: "", parts: [] } } });
  keep(store, { removed: [1], notes: null });
  close(store);
  expect(await open(session, "r2").adopt()).toBeNull();
});

test("under another replica the work moves along", async () => {
  const session = newSession();
  const store = open(session, "r1");
  await store.adopt();
  keep(store, { put: [message(1, "one")] });
  store.identify("given", "secret");
  keep(store, { put: [message(2, "two")] });
  close(store);
  const work = await open(session, "r2").adopt();
  expect([work?.replica, work?.entries.length]).toEqual(["given", 2]);
});

test("sessions do not see each other's work", async () => {
  const store = open(newSession(), "r1");
  await store.adopt();
  keep(store, { put: [message(1, "one")] });
  close(store);
  expect(await open(newSession(), "r2").adopt()).toBeNull();
});

test("a database that is slow to open is waited for where an earlier page left work, and written to in any case", async () => {
  const session = newSession();
  const first = open(session, "r1");
  await first.adopt();
  first.identify("r1", "secret");
  keep(first, { put: [message(1, "one")] });
  close(first);

  const indexed = indexedDB.open.bind(indexedDB);
  const slow = vi.spyOn(indexedDB, "open").mockImplementation((name, version) => {
    const request = indexed(name, version);
    let hear: IDBOpenDBRequest["onsuccess"] = null;
    Object.defineProperty(request, "onsuccess", { set: (listener: typeof hear) => (hear = listener) });
    request.addEventListener("success", (event) => setTimeout(() => hear?.call(request, event), 1_500));
    return request;
  });
  const hints = new Map([[`lanvas.work.${session}`, "r1"]]);
  vi.stubGlobal("localStorage", { getItem: (key: string) => hints.get(key) ?? null, setItem: () => undefined, removeItem: () => undefined });
  const second = open(session, "r2");
  expect((await second.adopt())?.entries).toEqual([message(1, "one")]);

  hints.clear();
  const elsewhere = newSession();
  const third = open(elsewhere, "r3");
  expect(await third.adopt()).toBeNull();
  third.identify("r3", "secret");
  keep(third, { put: [message(1, "late")] });
  slow.mockRestore();
  vi.unstubAllGlobals();
  await vi.waitFor(async () => {
    close(third);
    expect((await open(elsewhere, "r4").adopt())?.entries).toEqual([message(1, "late")]);
  }, { timeout: 4_000, interval: 300 });
});

/** Storage as browsers have it, for one test. */
function withLocalStorage(): Record<string, string> {
  const items: Record<string, string> = {};
  const hidden = (value: unknown): PropertyDescriptor => ({ value, enumerable: false });
  Object.defineProperties(items, {
    getItem: hidden((key: string) => items[key] ?? null),
    setItem: hidden((key: string, value: string) => (items[key] = value)),
    removeItem: hidden((key: string) => Reflect.deleteProperty(items, key)),
  });
  vi.stubGlobal("localStorage", items);
  return items;
}

test("what a going page could not get into the database any more is taken over with the rest", async () => {
  const items = withLocalStorage();
  const session = newSession();
  const first = open(session, "r1");
  await first.adopt();
  first.identify("r1", "secret");
  keep(first, { put: [message(1, "one"), message(2, "two", 3)], notes: { first: words("base") } });
  await vi.waitFor(async () => expect(await keptIn(session)).toHaveLength(2));
  const lost = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
    throw new DOMException("the page goes");
  });
  first.writeLater(() => ({ put: [message(3, "the last, with ink: ✎")], removed: [1] }));
  first.leave();
  lost.mockRestore();
  opened.find(({ store }) => store === first)?.claims.letGo();

  const second = open(session, "r2");
  expect(await second.adopt()).toEqual({
    replica: "r1",
    resume: "secret",
    entries: [message(2, "two", 3), message(3, "the last, with ink: ✎")],
    notes: { first: words("base") },
  });
  // From here on the database has it, and nothing is left beside it.
  second.flush();
  await vi.waitFor(async () => expect((await keptIn(session)).map(({ id }) => id)).toEqual([2, 3]));
  await vi.waitFor(() => expect(Object.keys(items).filter((key) => key.startsWith("lanvas.last."))).toEqual([]));
  vi.unstubAllGlobals();
});

test("a page that slept while another took its work over keeps and says nothing more of it", async () => {
  const items = withLocalStorage();
  const session = newSession();
  const sleeper = open(session, "r1");
  await sleeper.adopt();
  sleeper.identify("r1", "secret");
  keep(sleeper, { put: [message(1, "mine")] });
  expect(sleeper.isTaken()).toBe(false);
  opened.find(({ store }) => store === sleeper)?.claims.letGo(); // as one that does not answer
  const other = open(session, "r2");
  expect((await other.adopt())?.entries).toEqual([message(1, "mine")]);
  expect(other.isTaken()).toBe(false);

  expect(sleeper.isTaken()).toBe(true);
  keep(sleeper, { put: [message(2, "too late")] });
  sleeper.leave();
  keep(other, { removed: [1] });
  await vi.waitFor(async () => expect(await keptIn(session)).toEqual([]));
  expect(Object.keys(items)).toEqual([`lanvas.owner.${session}.r1`]);
  vi.unstubAllGlobals();
});

test("last words that are damaged, or of a page with nothing to say, are none", async () => {
  const items = withLocalStorage();
  const session = newSession();
  items[`lanvas.last.${session}.r0`] = "\u00c1 no words";
  const store = open(session, "r1");
  expect(await store.adopt()).toBeNull();
  store.identify("r1", "secret");
  store.leave();
  expect(Object.keys(items)).toEqual([]);
  vi.unstubAllGlobals();
});

async function keptIn(session: string): Promise<{ id: number }[]> {
  const database = await answered(indexedDB.open("lanvas"));
  const rows = (await answered(database.transaction("entries").objectStore("entries").getAll())) as { session: string; id: number }[];
  database.close();
  return rows.filter((row) => row.session === session);
}

test("work that was kept when the notes were one page is the first page's", async () => {
  const session = newSession();
  const store = open(session, "r1");
  await store.adopt();
  keep(store, { notes: { first: words("base") } });
  close(store);
  await olderRow(session, "r1");
  const work = await open(session, "r2").adopt();
  expect(work?.notes).toEqual({ first: words("base") });
});

/** The row as it was written before there were pages. */
async function olderRow(session: string, replica: string): Promise<void> {
  const database = await answered(indexedDB.open("lanvas"));
  const rows = database.transaction("replicas", "readwrite").objectStore("replicas");
  const { pages: _, ...row } = (await answered(rows.get([session, replica]))) as { pages: unknown };
  await answered(rows.put(row));
  database.close();
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error("the database failed"));
  });
}
