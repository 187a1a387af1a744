/**
 * The door to `sync/`: opens a session and keeps it open.
 *
 * The shell around the client's core: sockets, timers, the page's events and the
 * store of unconfirmed work. It decides nothing.
 */
import { Subscribers } from "../lib/subscribers";
import { placeOf } from "../lib/place";
import { randomId } from "../lib/random";
import { RESUME_KEY_PREFIX } from "../lib/resume_key";
import { encodeBinary, SUBPROTOCOL_BINARY } from "../protocol/codec";
import type { ClientMessage, ReplicaId, ServerMessage } from "../protocol/generated/messages";
import { Inbox } from "../protocol/inbox";
import { Claims } from "./claims";
import { SyncClient, type Effect, type Input } from "./client";
import type { WorkKeeper } from "./kept_work";
import type { ConnectOptions, Refusal, Session } from "./session";
import { sessionOf } from "./session_face";
import type { Seeker } from "./seeker";
import { WorkStore } from "./work_store";

/** Bytes the socket may hold back before what is worth nothing later is left out. */
const LIVE_BACKLOG_BYTES_MAX = 64 * 1024;
const ABNORMAL_CLOSE = 1006;
/** How long the place where the hub was is tried alone, once: most breaks are over by then. */
const HEAD_START_MS = 1_500;
const NORMAL_CLOSE = 1000;

/** Returns at once; the connection is made and kept in the background until `close`. */
export function connect(options: ConnectOptions): Session {
  const shell = new Shell(options);
  void shell.start();
  return sessionOf(shell, options);
}

/** What the session's face needs of the shell. */
export interface Driver {
  readonly client: SyncClient;
  readonly refused: Subscribers<Refusal>;
  /** Where the hub is, as far as is known. */
  readonly base: string;
  /** It is being looked for elsewhere. */
  readonly looking: boolean;
  /** One of the two changed. */
  readonly place: Subscribers<void>;
  handle(input: Input): void;
  close(): void;
}

class Shell implements Driver {
  readonly client: SyncClient;
  readonly refused = new Subscribers<Refusal>();
  readonly #options: ConnectOptions;
  readonly #claims: Claims;
  readonly #keeper: WorkKeeper;
  readonly #ended = new AbortController();
  #socket: { readonly web: WebSocket; readonly inbox: Inbox } | null = null;
  /** Fetched when one is in: before that there is one address, the link's. */
  #seeker: Seeker | null = null;
  #seekTimer: ReturnType<typeof setTimeout> | undefined;
  /** Where the hub is tried, and where it was last. */
  #base: string;
  #reached: string;
  /** Where the hub says that it is. */
  #told: readonly string[] = [];
  readonly place = new Subscribers<void>();
  #looking = false;
  #seeking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** A listener may do something while the core is at work: that comes next. */
  readonly #inputs: Input[] = [];
  #working = false;

  constructor(options: ConnectOptions) {
    this.#options = options;
    const replica = randomId();
    this.#base = this.#reached = options.base;
    this.#claims = new Claims(options.session);
    this.#keeper = new WorkStore(options.session, replica, this.#claims);
    this.client = new SyncClient({
      name: options.name,
      password: options.password,
      hostToken: options.hostToken,
      invite: options.invite,
      device: options.device,
      account: options.account,
      color: options.color,
      earlier: recall(options.session),
      replica,
      entriesAfter: Date.now() * 1_000,
      random: Math.random,
      newReplica: randomId,
    });
  }

  get base(): string {
    return this.#reached;
  }

  get looking(): boolean {
    return this.#looking;
  }

  async start(): Promise<void> {
    this.#listenToPage();
    const work = await this.#keeper.adopt();
    if (this.#ended.signal.aborted) return;
    if (work !== null) this.client.restore(now(), work);
    this.handle({ type: "start" });
  }

  handle(input: Input): void {
    this.#inputs.push(input);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of this.client.handle(now(), next)) this.#do(effect);
      }
    } finally {
      this.#working = false;
    }
  }

  close(): void {
    this.handle({ type: "leave" });
    this.#ended.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#seekTimer);
    this.#keeper.close();
    this.#claims.close();
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case "open":
        return this.#open(effect.socket);
      case "send":
        return this.#send(effect.message);
      case "close":
        return this.#drop();
      case "wake":
        return this.#wake(effect.at);
      case "identify":
        remember(this.#options.session, effect);
        return this.#keeper.identify(effect.replica, effect.resume);
      case "keep":
        return this.#keep();
      case "refused":
        return this.refused.emit(effect.refusal);
    }
  }

  #open(socket: number): void {
    this.#drop();
    const { session } = this.#options;
    const web = new WebSocket(`${this.#base.replace(/^http/, "ws")}/ws/${encodeURIComponent(session)}`, [SUBPROTOCOL_BINARY]);
    web.binaryType = "arraybuffer";
    const inbox = new Inbox(
      (message) => {
        this.#learn(message);
        this.handle({ type: "received", socket, message });
      },
      () => this.#lose(socket),
    );
    this.#socket = { web, inbox };
    web.onopen = () => {
      clearTimeout(this.#seekTimer);
      if (this.#keeper.isTaken()) return location.reload();
      this.handle({ type: "opened", socket });
    };
    web.onmessage = (event: MessageEvent<string | ArrayBuffer>) => inbox.receive(event.data);
    web.onclose = ({ code }) => void inbox.whenEmpty().then(() => this.handle({ type: "closed", socket, code }));
    clearTimeout(this.#seekTimer);
    this.#seekTimer = setTimeout(() => void this.#seek(socket), this.client.status.attempt > 1 ? 0 : HEAD_START_MS);
  }

  /** Looks for the hub elsewhere while `socket` is being opened; only who was in knows where. */
  async #seek(socket: number): Promise<void> {
    if (this.#seeker === null || this.#seeking || this.#isOpen()) return;
    this.#look(true);
    this.#seeking = true;
    const found = await this.#seeker.seek(this.#told, this.#ended.signal);
    this.#seeking = false;
    if (found === null || found === this.#base || this.#isOpen() || this.#ended.signal.aborted) return;
    this.#base = found;
    this.#lose(socket);
    this.handle({ type: "nudged" });
  }

  #learn(message: ServerMessage): void {
    if (message.type === "addresses_changed") this.#told = message.addresses;
    if (message.type !== "welcomed") return;
    this.#reached = this.#base;
    if (this.#seeker === null) void this.#learnToSeek();
    else this.#seeker.reached(this.#base);
    this.#look(false);
  }

  /** When the hub is gone, nothing can be fetched any more. Without it, the hub is looked for where it was. A pipe looks for it by itself, and knows it by its certificate: nobody else is asked. */
  async #learnToSeek(): Promise<void> {
    if (placeOf(this.#reached) !== this.#reached) return;
    const fetched = await import("./seeker").catch(() => null);
    if (fetched !== null) this.#seeker ??= new fetched.Seeker(this.#options.session, this.#reached, this.#options.heard);
  }

  #isOpen(): boolean {
    return this.#socket?.web.readyState === WebSocket.OPEN;
  }

  #look(looking: boolean): void {
    this.#looking = looking;
    this.place.emit();
  }

  /** What came cannot be read: another connection brings it again. */
  #lose(socket: number): void {
    this.#drop();
    this.handle({ type: "closed", socket, code: ABNORMAL_CLOSE });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    const { web, inbox } = socket;
    inbox.close();
    web.onopen = web.onmessage = web.onclose = null;
    web.close(NORMAL_CLOSE);
  }

  #send(message: ClientMessage): void {
    const web = this.#socket?.web;
    if (web?.readyState !== WebSocket.OPEN) return;
    const mayBeLeftOut = message.type === "extend_ink" || message.type === "show_presence";
    if (mayBeLeftOut && web.bufferedAmount > LIVE_BACKLOG_BYTES_MAX) return;
    web.send(encodeBinary(message));
  }

  #wake(at: number | null): void {
    clearTimeout(this.#timer);
    if (at !== null) this.#timer = setTimeout(() => this.handle({ type: "woke" }), Math.max(0, at - now()));
  }

  /** The notes are large, so they are fetched when the store writes, not at each letter. */
  #keep(): void {
    this.#keeper.writeLater(() => this.client.replica.takeChangesToKeep());
  }

  #listenToPage(): void {
    const { signal } = this.#ended;
    const nudge = (): void => this.handle({ type: "nudged" });
    window.addEventListener("online", nudge, { signal });
    const shown = (): void => {
      this.#claims.stay();
      nudge();
    };
    const hidden = (): void => {
      this.#keeper.leave();
      this.#claims.letGo();
    };
    window.addEventListener("pageshow", shown, { signal });
    window.addEventListener("pagehide", hidden, { signal });
    document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? nudge() : this.#keeper.flush()), { signal });
  }
}

/** The clock of `Date.now()` at the page's start, and steady from then on. */
function now(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** For this tab only: a person's other tabs are other copies, but after a reload one is the same person. */
function recall(session: string): { replica: ReplicaId; resume: string } | undefined {
  try {
    const [replica, resume] = sessionStorage.getItem(RESUME_KEY_PREFIX + session)?.split(" ") ?? [];
    return replica === undefined || resume === undefined ? undefined : { replica, resume };
  } catch {
    return undefined;
  }
}

function remember(session: string, { replica, resume }: { replica: ReplicaId; resume: string }): void {
  try {
    sessionStorage.setItem(RESUME_KEY_PREFIX + session, `${replica} ${resume}`);
  } catch {
    // Forbidden: after a reload the hub sees somebody new.
  }
}
