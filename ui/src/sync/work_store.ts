/**
 * Unconfirmed work in IndexedDB. Writes are gathered for a moment, because most
 * work is confirmed and stored before it would have been written. A page that goes
 * leaves what it could not write any more as its last words (`last_words.ts`).
 *
 * A browser that has no database, or forbids it, or is full, costs only this:
 * a tab closed while offline forgets what it had not sent.
 */
import { FIRST_PAGE } from "../document/contents";
import type { UnstoredNotes } from "../document/notes";
import type { ReplicaId, SessionId } from "../protocol/generated/messages";
import type { Claims } from "./claims";
import type { KeptChanges, KeptEntry, KeptWork, WorkKeeper } from "./kept_work";
import { forgetWords, lastWords, leaveWords, ownerOf, takeOver, type LastWords } from "./last_words";
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

/** What one transaction is to write. */
interface Lot {
  readonly ids: readonly number[];
  readonly row: boolean;
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
  /** On their way to the disk: a page that goes takes them along. */
  readonly #underWay = new Set<Lot>();
  /** Under whose names the work was before: removed when it is written under the present one. */
  readonly #former = new Set<ReplicaId>();
  #leftWords = false;
  /** Another page goes on with the work while this one slept: here it is only looked at. */
  #taken = false;
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
    try {
      return await this.#adoptFrom(database);
    } catch {
      return null;
    }
  }

  identify(replica: ReplicaId, resume: string): void {
    if (replica !== this.#replica) {
      this.#moveTo(replica);
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
    if (this.#taken) return;
    if (this.#dirty.size === 0 && !this.#rowDirty && this.#former.size === 0) return;
    this.#transact((entries, replicas) => this.#writeTo(entries, replicas));
  }

  isTaken(): boolean {
    const owner = ownerOf(this.#session, this.#replica);
    this.#taken ||= owner !== null && owner !== this.#claims.token;
    return this.#taken;
  }

  leave(): void {
    if (this.#taken) return;
    this.flush();
    const lots = [...this.#underWay, { ids: [...this.#dirty], row: this.#rowDirty }];
    const ids = [...new Set(lots.flatMap((lot) => lot.ids))];
    const put = ids.flatMap((id) => this.#entries.get(id) ?? []);
    const removed = ids.filter((id) => !this.#entries.has(id));
    const row = lots.some((lot) => lot.row);
    const isMore = put.length > 0 || (row && this.#notes !== null);
    const isLess = (this.#onDisk || this.#underWay.size > 0) && (removed.length > 0 || row);
    if (!isMore && !isLess) return;
    const notes = row ? { notes: this.#notes } : {};
    this.#leftWords = true;
    leaveWords(this.#session, { replica: this.#replica, resume: this.#resume, put, removed, ...notes, written: Date.now() });
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
    const lot = { ids: [...this.#dirty], row: this.#rowDirty };
    for (const id of this.#dirty) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) entries.put({ ...entry, session: this.#session, replica: this.#replica } satisfies EntryRow);
      else if (this.#onDisk) entries.delete([this.#session, this.#replica, id]);
    }
    if (isEmpty && this.#onDisk) replicas.delete([this.#session, this.#replica]);
    else if (!isEmpty && (this.#rowDirty || !this.#onDisk)) replicas.put(this.#row());
    for (const former of this.#former) remove(this.#session, former, entries, replicas);
    if (!isEmpty || this.#onDisk || this.#former.size > 0) this.#await(entries.transaction, lot, [...this.#former]);
    this.#dirty.clear();
    this.#former.clear();
    this.#rowDirty = false;
    this.#onDisk = !isEmpty;
    this.#hint = isEmpty ? null : this.#replica;
  }

  /** What failed, on a full disk for one, is tried again with what comes next. */
  #await(transaction: IDBTransaction, lot: Lot, former: readonly ReplicaId[]): void {
    this.#underWay.add(lot);
    transaction.addEventListener("complete", () => {
      this.#underWay.delete(lot);
      for (const replica of former) forgetWords(this.#session, replica);
      if (!this.#leftWords || this.#underWay.size > 0 || this.#dirty.size > 0) return;
      this.#leftWords = false;
      forgetWords(this.#session, this.#replica);
    });
    transaction.addEventListener("abort", () => {
      this.#underWay.delete(lot);
      for (const id of lot.ids) this.#dirty.add(id);
      for (const replica of former) this.#former.add(replica);
      this.#rowDirty ||= lot.row;
    });
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

  /** The work goes on under another name, and is gone under the old one when it is there under the new. */
  #moveTo(replica: ReplicaId): void {
    if (this.#onDisk || this.#leftWords) this.#former.add(this.#replica);
    this.#former.delete(replica);
    this.#replica = replica;
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

  async #adoptFrom(database: IDBDatabase | null): Promise<KeptWork | null> {
    if (database !== null) this.#opened = database;
    const rows = database === null ? [] : await this.#rowsIn(database);
    const words = lastWords(this.#session);
    for (const { replica, resume, written } of words.values()) {
      if (!rows.some((row) => row.replica === replica)) rows.push({ session: this.#session, replica, resume, notes: null, written });
    }
    for (const row of rows.sort((a, b) => a.written - b.written)) {
      if (row.written < Date.now() - KEPT_MS_MAX) this.#forgetRow(row);
      else if (await this.#claims.claim(row.replica)) return await this.#take(database, row, words.get(row.replica));
    }
    return null;
  }

  #rowsIn(database: IDBDatabase): Promise<ReplicaRow[]> {
    return answer<ReplicaRow[]>(database.transaction("replicas").objectStore("replicas").getAll(within([this.#session])));
  }

  async #take(database: IDBDatabase | null, row: ReplicaRow, words: LastWords | undefined): Promise<KeptWork> {
    const { replica } = row;
    const key = within([this.#session, replica]);
    const rows = database === null ? [] : await answer<EntryRow[]>(database.transaction("entries").objectStore("entries").getAll(key));
    const made = [...this.#entries.values()];
    takeOver(this.#session, replica, this.#claims.token);
    this.#moveTo(replica);
    this.#resume = words?.resume ?? row.resume;
    this.#onDisk = true;
    for (const { id, operation, sent } of rows) this.#entries.set(id, { id, operation, sent });
    if (words !== undefined) this.#overwrite(words);
    const entries = [...this.#entries.values()].filter((entry) => !made.includes(entry)).sort((a, b) => a.id - b.id);
    for (const { id } of made) this.#dirty.add(id);
    const notes = words?.notes === undefined ? pagesOf(row) : words.notes;
    this.#notes ??= notes;
    return { replica, resume: this.#resume, entries, notes };
  }

  /** What the page said last goes over what it got into the database, and then there. */
  #overwrite({ put, removed, notes }: LastWords): void {
    for (const entry of put) this.#entries.set(entry.id, entry);
    for (const id of removed) this.#entries.delete(id);
    for (const id of [...removed, ...put.map((entry) => entry.id)]) this.#dirty.add(id);
    this.#rowDirty ||= notes !== undefined;
    this.#leftWords = true;
    this.#gather();
  }

  #forgetRow({ session, replica }: ReplicaRow): void {
    this.#transact((entries, replicas) => remove(session, replica, entries, replicas));
    forgetWords(session, replica);
  }
}

function remove(session: SessionId, replica: ReplicaId, entries: IDBObjectStore, replicas: IDBObjectStore): void {
  entries.delete(within([session, replica]));
  replicas.delete([session, replica]);
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
