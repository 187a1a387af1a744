/**
 * The life of the connection: when to try, when to ask whether it still lives,
 * when to give it up, when to try again. Pure: time and chance are handed in.
 *
 * A socket is named by a number; what an older one still says is not heard.
 */
import { PING_INTERVAL_S, SILENCE_TIMEOUT_S } from "../protocol/generated/limits";

export const BACKOFF_FIRST_MS = 300;
export const BACKOFF_FACTOR = 1.7;
export const BACKOFF_MAX_MS = 10_000;
/** A delay is off by up to this share, so that a room does not come back in one instant. */
export const BACKOFF_JITTER = 0.3;
/** From opening a socket to the hub's welcome. */
export const GREETING_TIMEOUT_MS = 10_000;
/** After the machine slept or the page was hidden: an answer this late means a dead connection. */
export const PROBE_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = PING_INTERVAL_S * 1_000;
const SILENCE_TIMEOUT_MS = SILENCE_TIMEOUT_S * 1_000;

export type LinkState =
  /** Not to be tried. */
  | "halted"
  /** Between tries. */
  | "waiting"
  /** A socket is being opened. */
  | "opening"
  /** Open, and not welcomed yet. */
  | "greeting"
  /** Somebody is asked to let us in, which may take as long as it takes. */
  | "kept"
  | "joined";

/** What the time that has come asks for. */
export type LinkAct = "open" | "ping" | "break" | null;

export class Link {
  readonly #random: () => number;
  #state: LinkState = "halted";
  #socket = 0;
  #attempt = 0;
  /** When to try again, or when the greeting is too late. */
  #deadline: number | null = null;
  #lastHeard = 0;
  #pingAt = 0;
  #probeUntil: number | null = null;

  /** `random` gives 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  get state(): LinkState {
    return this.#state;
  }

  get socket(): number {
    return this.#socket;
  }

  /** Tries since the last one that got through. */
  get attempt(): number {
    return this.#attempt;
  }

  get retryAt(): number | null {
    return this.#state === "waiting" ? this.#deadline : null;
  }

  /** When `woke` has to be called. */
  get wakeAt(): number | null {
    switch (this.#state) {
      case "halted":
        return null;
      case "joined":
      case "kept":
        return Math.min(this.#pingAt, this.#probeUntil ?? Infinity, this.#lastHeard + SILENCE_TIMEOUT_MS);
      default:
        return this.#deadline;
    }
  }

  /** A new socket is being opened; its number. */
  open(now: number): number {
    this.#state = "opening";
    this.#socket += 1;
    this.#deadline = now + GREETING_TIMEOUT_MS;
    return this.#socket;
  }

  isCurrent(socket: number): boolean {
    return socket === this.#socket && this.#state !== "halted" && this.#state !== "waiting";
  }

  opened(): void {
    this.#state = "greeting";
  }

  welcomed(now: number): void {
    this.#state = "joined";
    this.#deadline = null;
    this.#lastHeard = now;
    this.#probeUntil = null;
    this.#pingAt = now + PING_INTERVAL_MS;
  }

  /** The hub asks somebody to let us in: a dead connection shows as it does later. */
  kept(now: number): void {
    this.welcomed(now);
    this.#state = "kept";
  }

  /** Everything is here: the next break begins with short delays again. */
  settled(): void {
    this.#attempt = 0;
  }

  heard(now: number): void {
    this.#lastHeard = now;
    this.#probeUntil = null;
    if (this.#state === "greeting") this.#deadline = now + GREETING_TIMEOUT_MS;
  }

  /** The socket is gone; it is tried again after a delay. */
  lost(now: number): void {
    this.#state = "waiting";
    const delay = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * BACKOFF_FACTOR ** this.#attempt);
    this.#deadline = now + delay * (1 + BACKOFF_JITTER * (2 * this.#random() - 1));
    this.#attempt += 1;
  }

  /** Trying again would not help before something else happens. */
  halt(): void {
    this.#state = "halted";
    this.#deadline = null;
  }

  /** The page came back to sight or the network came back. */
  nudged(now: number): LinkAct {
    if (this.#state === "waiting") return "open";
    if (!this.#isLiving || this.#probeUntil !== null) return null;
    return this.#probe(now);
  }

  /** Time has passed. */
  woke(now: number): LinkAct {
    const due = this.wakeAt;
    if (due === null || now < due) return null;
    if (this.#state === "waiting") return "open";
    if (!this.#isLiving) return "break";
    if (this.#probeUntil !== null && now >= this.#probeUntil) return "break";
    // A timer that is this late was asleep with the machine: the silence proves nothing yet.
    const slept = now - due > PROBE_TIMEOUT_MS;
    if (now - this.#lastHeard >= SILENCE_TIMEOUT_MS && !slept) return "break";
    return slept ? this.#probe(now) : this.#ping(now);
  }

  get #isLiving(): boolean {
    return this.#state === "joined" || this.#state === "kept";
  }

  #probe(now: number): LinkAct {
    this.#probeUntil = now + PROBE_TIMEOUT_MS;
    this.#lastHeard = now;
    return this.#ping(now);
  }

  #ping(now: number): LinkAct {
    this.#pingAt = now + PING_INTERVAL_MS;
    return "ping";
  }
}
