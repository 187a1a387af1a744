/**
 * Which tab of this browser works under which replica. Two may never share one:
 * the hub would take them for a single copy and pass over half of what they say.
 *
 * Tabs ask each other over a channel; who does not answer is taken to be gone.
 * (Locks would be surer, but pages on plain http have none.)
 *
 * A tab that the browser has frozen does not answer either, so its kept work may be
 * adopted. Who adopts work leaves its token at it; a tab that wakes finds that before
 * it says anything to the hub, and begins anew (`WorkStore.isTaken`).
 */
import { randomId } from "../lib/random";
import type { ReplicaId, SessionId } from "../protocol/generated/messages";

/** Another tab answers well within this, even in the background. */
const ANSWER_TIMEOUT_MS = 200;

interface Word {
  readonly type: "asked" | "held";
  readonly replica: ReplicaId;
  readonly token: string;
}

export class Claims {
  readonly #channel: BroadcastChannel | null;
  /** Of two tabs that ask at once the one with the greater token gets it. */
  readonly token = randomId();
  #held: ReplicaId | null = null;
  #asking: ReplicaId | null = null;
  #answered: (() => void) | null = null;
  #isGoing = false;

  constructor(session: SessionId) {
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`lanvas.replicas.${session}`);
    this.#channel?.addEventListener("message", (event: MessageEvent<Word>) => this.#hear(event.data));
  }

  /** This tab works under `replica` from now on. */
  hold(replica: ReplicaId): void {
    this.#held = replica;
  }

  /** Whether no other tab holds it; if so this one does. */
  async claim(replica: ReplicaId): Promise<boolean> {
    if (this.#channel === null) return true;
    this.#asking = replica;
    const held = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), ANSWER_TIMEOUT_MS);
      this.#answered = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#say("asked", replica);
    });
    this.#asking = null;
    this.#answered = null;
    if (!held) this.hold(replica);
    return !held;
  }

  /**
   * The page goes, and does not answer any more: what it kept is for who comes next, after a
   * reload itself. A browser may let a page that goes live on for a while beside the next one.
   */
  letGo(): void {
    this.#isGoing = true;
  }

  /** It was not the end: the page is shown again. */
  stay(): void {
    this.#isGoing = false;
  }

  close(): void {
    this.#channel?.close();
  }

  #hear(word: Word): void {
    if (this.#isGoing) return;
    if (word.type === "held") {
      if (word.replica === this.#asking) this.#answered?.();
    } else if (word.replica === this.#held || (word.replica === this.#asking && this.token > word.token)) {
      this.#say("held", word.replica);
    }
  }

  #say(type: Word["type"], replica: ReplicaId): void {
    this.#channel?.postMessage({ type, replica, token: this.token } satisfies Word);
  }
}
