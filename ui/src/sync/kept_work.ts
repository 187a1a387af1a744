/**
 * The port to where unconfirmed work is kept, so that a tab closed while offline
 * loses nothing. One record per copy of the client (replica) and session.
 */
import type { Submission } from "../document/submission";
import type { ReplicaId } from "../protocol/generated/messages";
import type { KeptPages } from "./notebook";
import type { Lasting } from "./outgoing";

/** One operation that the hub has not answered or not stored. */
export interface KeptEntry {
  readonly id: number;
  readonly operation: Lasting;
  /** As what it went out; null if it never did. */
  readonly sent: Submission | null;
}

/** What an earlier life of the page left behind. */
export interface KeptWork {
  readonly replica: ReplicaId;
  /** To be the same participant again: the hub lets nobody else go on with a replica. */
  readonly resume: string | null;
  readonly entries: readonly KeptEntry[];
  readonly notes: KeptPages | null;
}

/** What changed in one go. */
export interface KeptChanges {
  readonly put: readonly KeptEntry[];
  readonly removed: readonly number[];
  /** Absent when the notes did not change; null when nothing of them needs keeping. */
  readonly notes?: KeptPages | null;
}

/** Keeps the work of this page. A failure to keep is no failure of the session: the work is in memory too. */
export interface WorkKeeper {
  /** Takes over what a closed page left, if any. */
  adopt(): Promise<KeptWork | null>;
  /** From now on the work belongs to this replica; what is kept under another one moves along. */
  identify(replica: ReplicaId, resume: string): void;
  /** There is something to keep; `take` is called soon, once, however often this was. */
  writeLater(take: () => KeptChanges): void;
  /** Everything written so far is on its way to the disk. */
  flush(): void;
  /** Whether another page has taken the work over while this one was frozen; from then on nothing is kept here. */
  isTaken(): boolean;
  /** The page goes, perhaps for good: what is not on the disk yet is left where a going page can. */
  leave(): void;
  close(): void;
}
