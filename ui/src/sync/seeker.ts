/**
 * Where to look for the hub when it is not where it was: its Wi-Fi gave it
 * another address, a cable was pulled, its port was taken when it came back.
 *
 * Promises: nobody is told anything that is the person's, only asked which
 * sessions there are; a hub that has this one is it, whoever else answers is
 * passed over; an answer within {@link ASK_MS}. Asking is an ordinary request,
 * because browsers hold sockets back after some that failed.
 */

/** A hub nearby answers in milliseconds; a name that nobody has takes a while to be given up. */
const ASK_MS = 4_000;


/** What a hub takes when its port is taken (protocol R70). */
const USUAL_PORTS: readonly number[] = Array.from({ length: 11 }, (_, more) => 7420 + more);

export class Seeker {
  readonly #session: string;
  readonly #heard: () => readonly string[];
  #reached: string;

  /** `reached` is where the hub is now; `heard` gives where the network says that the session is, if anybody listens. */
  constructor(session: string, reached: string, heard: () => readonly string[] = () => []) {
    this.#session = session;
    this.#reached = reached;
    this.#heard = heard;
  }

  /** It was welcome there. */
  reached(base: string): void {
    this.#reached = base;
  }

  /** The first place that has the session; null when none has. `told` is what the hub said of itself. */
  async seek(told: readonly string[], ended: AbortSignal): Promise<string | null> {
    const over = new AbortController();
    const end = (): void => over.abort();
    const timer = setTimeout(end, ASK_MS);
    ended.addEventListener("abort", end);
    try {
      return await Promise.any(this.places(told).map((place) => this.#ask(place, over.signal)));
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      ended.removeEventListener("abort", end);
      end();
    }
  }

  async #ask(place: string, signal: AbortSignal): Promise<string> {
    const answer = await fetch(`${place}/api/sessions`, { signal, cache: "no-store", credentials: "omit" });
    const listed: unknown = await answer.json();
    const here = Array.isArray(listed) && listed.some((one: unknown) => (one as { id?: unknown } | null)?.id === this.#session);
    return here ? place : Promise.reject(new Error("another hub"));
  }

  /** Where to ask, each place once, the likeliest first. */
  places(told: readonly string[]): readonly string[] {
    const { hostname, port } = new URL(this.#reached);
    const name = `http://lanvas-${this.#session.toLowerCase().replaceAll("_", "-")}.local:${port}`;
    const ports = USUAL_PORTS.map((usual) => `http://${hostname}:${usual}`);
    return [...new Set([this.#reached, ...[...this.#heard(), ...told].filter(isPlace), name, ...ports])];
  }
}

function isPlace(text: string): boolean {
  return /^https?:\/\/[^/?#@\s]+$/.test(text) && URL.canParse(text);
}
