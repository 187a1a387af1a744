/**
 * What became of what was sent, as a welcome tells it: the hub names how far it
 * has come with the replica it grants and with those it was asked for, and what
 * it refused lately.
 */
import type { Fate, Submission } from "../document/submission";
import type { ErrorCode, ReplicaId, Welcome } from "../protocol/generated/messages";
import type { Lasting } from "./outgoing";

/** The codes after which the same thing may be tried again. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["rate_limited", "storage_failed", "stale_revision"]);
/** The codes that say that what was wanted is so already. */
const ALREADY_SO: ReadonlySet<ErrorCode> = new Set(["shape_exists", "shape_not_found", "page_exists"]);

export class Fates {
  readonly #replica: ReplicaId | null;
  readonly #dealtWith: ReadonlyMap<ReplicaId, number | null>;
  readonly #refused: ReadonlyMap<number, ErrorCode>;
  readonly #refusedAfter: number;

  private constructor(welcome: Welcome | null, asked: readonly ReplicaId[]) {
    const { formerly_seqs = [] } = welcome ?? {};
    const dealtWith = new Map(asked.map((former, index) => [former, formerly_seqs[index] ?? null]));
    if (welcome !== null) dealtWith.set(welcome.replica, welcome.seq);
    this.#replica = welcome?.replica ?? null;
    this.#dealtWith = dealtWith;
    this.#refused = new Map(welcome?.refused.map(({ seq, code }) => [seq, code]));
    this.#refusedAfter = welcome?.refused_after ?? 0;
  }

  /** `asked` is what the hello asked for. */
  static toldBy(welcome: Welcome, asked: readonly ReplicaId[]): Fates {
    return new Fates(welcome, asked);
  }

  /** Nothing is on its way. */
  static none(): Fates {
    return new Fates(null, []);
  }

  readonly of = (sent: Submission): Fate => {
    const most = this.#dealtWith.get(sent.replica) ?? null;
    if (most === null) return this.#replica === null ? "dealt_with" : "unknown";
    if (sent.seq > most) return "not_arrived";
    if (sent.replica !== this.#replica || sent.seq <= this.#refusedAfter) return "dealt_with";
    const code = this.#refused.get(sent.seq);
    if (code === undefined) return "ordered";
    return isPassing(code) ? "not_arrived" : "refused";
  };

  /** Why it was refused; null if that is not known. */
  codeOf(sent: Submission): ErrorCode | null {
    return (sent.replica === this.#replica ? this.#refused.get(sent.seq) : undefined) ?? null;
  }
}

export function isPassing(code: ErrorCode): boolean {
  return PASSING.has(code);
}

/** Nobody needs to hear of this refusal: what was wanted is so. */
export function isSoAnyway(code: ErrorCode | null, operation: Lasting): boolean {
  if (code === "message_not_found") return operation.type === "delete_message";
  return code !== null && ALREADY_SO.has(code) && mayBeDoneTwice(operation);
}

/** Shapes and pages have names: a second time they are refused, and a removal finds nothing. */
export function mayBeDoneTwice(operation: Lasting): boolean {
  return operation.type === "add_shapes" || operation.type === "remove_shapes" || operation.type === "add_page";
}
