/** What names one thing that was sent to the hub, over reconnects and reloads. */
import type { ReplicaId } from "../protocol/generated/messages";

export interface Submission {
  /** The copy of the client it was sent as. */
  readonly replica: ReplicaId;
  readonly seq: number;
}

/**
 * What became of something sent: it is in the order, was refused for good, one of
 * the two, nobody can say, or it has to be sent again.
 */
export type Fate = "ordered" | "refused" | "dealt_with" | "unknown" | "not_arrived";
