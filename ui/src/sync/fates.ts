/**
 * What became of what was sent, as a welcome tells it: the hub names how far it
 * has come with the replica it grants and with those it was asked for.
 */
import type { Fate, Submission } from "../document/submission";
import type { ReplicaId, Welcome } from "../protocol/generated/messages";
import type { Lasting } from "./outgoing";

export type FateOf = (sent: Submission) => Fate;

/** What a snapshot says that comes when nothing is on its way. */
export const ALL_DEALT_WITH: FateOf = () => "dealt_with";

/** `asked` is what the hello asked for. */
export function fatesIn({ replica, seq, formerly_seqs = [] }: Welcome, asked: readonly ReplicaId[]): FateOf {
  const dealtWith = new Map(asked.map((former, index) => [former, formerly_seqs[index] ?? null]));
  dealtWith.set(replica, seq);
  return (sent) => {
    const most = dealtWith.get(sent.replica) ?? null;
    if (most === null) return "unknown";
    return sent.seq <= most ? "dealt_with" : "not_arrived";
  };
}

/** Shapes have names: a second time they are refused, and a removal finds nothing. */
export function mayBeDoneTwice(operation: Lasting): boolean {
  return operation.type === "add_shapes" || operation.type === "remove_shapes";
}
