/**
 * What this device reaches of the hub that served the page: a request, a live
 * connection, its delay and its speed. The hub's `/echo` sends everything back.
 *
 * Promises: each measure ends within {@link LIMIT_MS}, and what cannot be had is
 * null. Must not know: sessions, the page's words.
 */

export const LIMIT_MS = 8_000;
/** The middle of so many. */
const ECHOES = 9;
const CHUNK_BYTES = 256 * 1024;
/** Enough to see a fast cable, little enough for a slow Wi-Fi. */
const SPEED_MS = 1_500;
const ON_THEIR_WAY = 4;

/** As `POST /api/reach` takes it. */
export interface Reached {
  readonly http_ms: number;
  readonly socket?: { readonly latency_ms: number; readonly bytes_per_s: number };
}

/** Milliseconds from asking to having an answer. */
export async function requestTime(): Promise<number | null> {
  const begun = performance.now();
  const answer = await within(fetch("/healthz", { cache: "no-store" }), null);
  if (answer === null || !answer.ok) return null;
  await answer.text();
  return performance.now() - begun;
}

/** An open connection to `/echo`. */
export async function connectEcho(): Promise<Echo | null> {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/echo`);
  socket.binaryType = "arraybuffer";
  const open = new Promise<Echo | null>((resolve) => {
    socket.onopen = () => resolve(new Echo(socket));
    socket.onerror = () => resolve(null);
  });
  const echo = await within(open, null);
  if (echo === null) socket.close();
  return echo;
}

export class Echo {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Milliseconds there and back. */
  async latency(): Promise<number | null> {
    const times: number[] = [];
    for (let time = 0; time < ECHOES; time += 1) {
      const begun = performance.now();
      if (!(await this.#sendBack("hello"))) return null;
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)] ?? null;
  }

  /** Bytes there and back in a second. */
  speed(): Promise<number | null> {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const begun = performance.now();
    let back = 0;
    const measured = new Promise<number | null>((resolve) => {
      this.#socket.onmessage = () => {
        back += CHUNK_BYTES;
        const passed = performance.now() - begun;
        if (passed > SPEED_MS) resolve((back / passed) * 1_000);
        else this.#socket.send(chunk);
      };
      this.#socket.onclose = () => resolve(null);
      for (let sent = 0; sent < ON_THEIR_WAY; sent += 1) this.#socket.send(chunk);
    });
    return within(measured, null);
  }

  close(): void {
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #sendBack(text: string): Promise<boolean> {
    const back = new Promise<boolean>((resolve) => {
      this.#socket.onmessage = () => resolve(true);
      this.#socket.onclose = () => resolve(false);
    });
    this.#socket.send(text);
    return within(back, false);
  }
}

/** Whether the hub took it. */
export async function report(reached: Reached): Promise<boolean> {
  const told = fetch("/api/reach", { method: "POST", body: JSON.stringify(reached) });
  return (await within(told, null))?.ok ?? false;
}

/** What does not come, or fails, is `otherwise`. */
async function within<T>(promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<T>((resolve) => (timer = setTimeout(() => resolve(otherwise), LIMIT_MS)));
  try {
    return await Promise.race([promise, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
