/**
 * Unconfirmed work in IndexedDB. Writes are gathered for a moment, because most
 * work is confirmed and stored before it would have been written.
 *
 * A browser that has no database, or forbids it, or is full, costs only this:
 * a tab closed while offline forgets what it had not sent.
 */
import { FIRST_PAGE } from "../document/contents";
import type { UnstoredNotes } from "../document/notes";
import type { ReplicaId, SessionId } from "../protocol/generated/messages";
import type { Claims } from "./claims";
import type { KeptChanges, KeptEntry, KeptWork, WorkKeeper } from "./kept_work";
import type { KeptPages } from "./notebook";

const DATABASE = "lanvas";
/** 2: what was sent is kept with the replica it was sent as. */
const VERSION = 2;
const GATHER_MS = 150;
/** How long a session waits for the database before it starts; what opens later is still written to. */
const OPEN_TIMEOUT_MS = 1_000;
/** How long where an earlier page left work: a busy machine takes its time, and the work is worth it. */
const OPEN_TIMEOUT_WITH_WORK_MS = 10_000;
/** Says outside the database that there is something in it. */
const HINT_PREFIX = "lanvas.work.";
/** Work nobody came back for is given up after this. */
const KEPT_MS_MAX = 30 * 24 * 3_600_000;

/** One row per copy of the client that left work. */
interface ReplicaRow {
  readonly session: SessionId;
  readonly replica: ReplicaId;
  readonly resume: string | null;
  /** Of the first page, as before there were others. */
  readonly notes: UnstoredNotes | null;
  /** Of the other pages. */
  readonly pages?: KeptPages;
  /** Milliseconds since 1970. */
  readonly written: number;
}

interface EntryRow extends KeptEntry {
  readonly session: SessionId;
  readonly replica: ReplicaId;
}

export class WorkStore implements WorkKeeper {
  readonly #session: SessionId;
  readonly #claims: Claims;
  #database: Promise<IDBDatabase | null>;
  #replica: ReplicaId;
  #resume: string | null = null;
  /** What is kept now, as it is or will be on disk. */
  readonly #entries = new Map<number, KeptEntry>();
  #notes: KeptWork["notes"] = null;
  /** Entries to write, or to remove when they are no longer there. */
  readonly #dirty = new Set<number>();
  #rowDirty = false;
  #onDisk = false;
  #taking: (() => KeptChanges) | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(session: SessionId, replica: ReplicaId, claims: Claims) {
    this.#session = session;
    this.#replica = replica;
    this.#claims = claims;
    this.#claims.hold(replica);
    this.#database = openDatabase();
    void this.#database.then((database) => (this.#opened ??= database));
  }

  async adopt(): Promise<KeptWork | null> {
    const limit = this.#hint !== null ? OPEN_TIMEOUT_WITH_WORK_MS : OPEN_TIMEOUT_MS;
    const database = await Promise.race([this.#database, tooLate(limit)]);
    if (database === null) return null;
    try {
      return await this.#adoptFrom(database);
    } catch {
      return null;
    }
  }

  identify(replica: ReplicaId, resume: string): void {
    if (replica !== this.#replica) {
      this.#removeAll();
      this.#replica = replica;
      this.#claims.hold(replica);
      for (const id of this.#entries.keys()) this.#dirty.add(id);
      this.#rowDirty = true;
    }
    if (this.#resume !== resume) this.#rowDirty = true;
    this.#resume = resume;
    this.#gather();
  }

  writeLater(take: () => KeptChanges): void {
    this.#taking = take;
    this.#gather();
  }

  #note({ put, removed, notes }: KeptChanges): void {
    for (const entry of put) {
      this.#entries.set(entry.id, entry);
      this.#dirty.add(entry.id);
    }
    for (const id of removed) {
      this.#entries.delete(id);
      this.#dirty.add(id);
    }
    if (notes !== undefined) {
      this.#rowDirty ||= notes !== null || this.#notes !== null;
      this.#notes = notes;
    }
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#taking !== null) this.#note(this.#taking());
    this.#taking = null;
    if (this.#dirty.size === 0 && !this.#rowDirty) return;
    this.#transact((entries, replicas) => this.#writeTo(entries, replicas));
  }

  close(): void {
    this.flush();
    void this.#database.then((database) => database?.close());
    this.#database = Promise.resolve(null);
  }

  #gather(): void {
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  #writeTo(entries: IDBObjectStore, replicas: IDBObjectStore): void {
    const isEmpty = this.#entries.size === 0 && this.#notes === null;
    for (const id of this.#dirty) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) entries.put({ ...entry, session: this.#session, replica: this.#replica } satisfies EntryRow);
      else if (this.#onDisk) entries.delete([this.#session, this.#replica, id]);
    }
    this.#dirty.clear();
    if (isEmpty && this.#onDisk) replicas.delete([this.#session, this.#replica]);
    else if (!isEmpty && (this.#rowDirty || !this.#onDisk)) replicas.put(this.#row());
    this.#rowDirty = false;
    this.#onDisk = !isEmpty;
    this.#hint = isEmpty ? null : this.#replica;
  }

  /** Names the last replica that wrote work of this session; another tab's may be there without it. */
  get #hint(): string | null {
    try {
      return localStorage.getItem(HINT_PREFIX + this.#session);
    } catch {
      return null;
    }
  }

  set #hint(replica: string | null) {
    try {
      const key = HINT_PREFIX + this.#session;
      if (replica !== null) localStorage.setItem(key, replica);
      else if (localStorage.getItem(key) === this.#replica) localStorage.removeItem(key);
    } catch {
      // Forbidden: a slow database is then not waited for.
    }
  }

  #row(): ReplicaRow {
    const { [FIRST_PAGE]: notes = null, ...pages } = this.#notes ?? {};
    return { session: this.#session, replica: this.#replica, resume: this.#resume, notes, pages, written: Date.now() };
  }

  #removeAll(): void {
    if (!this.#onDisk) return;
    const key = [this.#session, this.#replica];
    this.#transact((entries, replicas) => {
      entries.delete(within(key));
      replicas.delete(key);
    });
    this.#onDisk = false;
  }

  /** The database is asked for anew each time: a transaction must begin in the turn that fills it. */
  #transact(act: (entries: IDBObjectStore, replicas: IDBObjectStore) => void): void {
    const run = (database: IDBDatabase | null): void => {
      if (database === null) return;
      try {
        const transaction = database.transaction(["entries", "replicas"], "readwrite");
        act(transaction.objectStore("entries"), transaction.objectStore("replicas"));
        // Said now and not when the requests have been answered: a page that goes would not be there to say it.
        transaction.commit();
      } catch {
        // Full, or closed by the browser: the work is still in memory.
      }
    };
    if (this.#opened === undefined) void this.#database.then((database) => run((this.#opened = database)));
    else run(this.#opened);
  }

  #opened: IDBDatabase | null | undefined;

  async #adoptFrom(database: IDBDatabase): Promise<KeptWork | null> {
    this.#opened = database;
    const rows = await answer<ReplicaRow[]>(database.transaction("replicas").objectStore("replicas").getAll(within([this.#session])));
    for (const row of rows.sort((a, b) => a.written - b.written)) {
      if (row.written < Date.now() - KEPT_MS_MAX) this.#forgetRow(database, row);
      else if (await this.#claims.claim(row.replica)) return await this.#take(database, row);
    }
    return null;
  }

  async #take(database: IDBDatabase, row: ReplicaRow): Promise<KeptWork> {
    const { replica, resume } = row;
    const notes = pagesOf(row);
    const key = within([this.#session, replica]);
    const entries = await answer<EntryRow[]>(database.transaction("entries").objectStore("entries").getAll(key));
    const made = [...this.#entries.values()];
    this.#removeAll();
    this.#replica = replica;
    this.#resume = resume;
    this.#onDisk = true;
    for (const { id, operation, sent } of entries) this.#entries.set(id, { id, operation, sent });
    for (const { id } of made) this.#dirty.add(id);
    this.#notes ??= notes;
    return { replica, resume, entries: entries.map(({ id, operation, sent }) => ({ id, operation, sent })), notes };
  }

  #forgetRow(database: IDBDatabase, { session, replica }: ReplicaRow): void {
    const transaction = database.transaction(["entries", "replicas"], "readwrite");
    transaction.objectStore("entries").delete(within([session, replica]));
    transaction.objectStore("replicas").delete([session, replica]);
  }
}

function pagesOf({ notes, pages = {} }: ReplicaRow): KeptPages | null {
  const all = notes === null ? pages : { ...pages, [FIRST_PAGE]: notes };
  return Object.keys(all).length === 0 ? null : all;
}

/** All keys that begin with `key`: an empty array sorts after every string and number. */
function within(key: readonly string[]): IDBKeyRange {
  return IDBKeyRange.bound([...key], [...key, []]);
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database failed"));
  });
}

async function openDatabase(): Promise<IDBDatabase | null> {
  try {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => {
      // Work of version 1 does not say what became of it.
      if (oldVersion === 1) for (const store of ["replicas", "entries"]) request.result.deleteObjectStore(store);
      request.result.createObjectStore("replicas", { keyPath: ["session", "replica"] });
      request.result.createObjectStore("entries", { keyPath: ["session", "replica", "id"] });
    };
    return await answer(request);
  } catch {
    return null;
  }
}

/** A browser in trouble may never answer; the session does not wait for it. */
function tooLate(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
