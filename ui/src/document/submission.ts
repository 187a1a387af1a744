/** What names one thing that was sent to the hub, over reconnects and reloads. */
import type { ReplicaId } from "../protocol/generated/messages";

export interface Submission {
  /** The copy of the client it was sent as. */
  readonly replica: ReplicaId;
  readonly seq: number;
}

/** What became of something sent: the hub has dealt with it, has not, or cannot say. */
export type Fate = "dealt_with" | "unknown" | "not_arrived";
