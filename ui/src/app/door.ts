/**
 * The way in and out: who the person is, which screen they are on, which session
 * they are in. One for the page's life.
 *
 * Promises: a name is asked for once; there is one session at a time and leaving
 * closes it; what is refused is kept as a sentence to show, never thrown at a view.
 * Must not know: what is on any screen, or how a session is reached.
 */
import { HostError, type HostedSession, type HostPort, type Hosting, type NearbySession, type OwnSession, type SessionAddress } from "../platform/host";
import { device } from "../platform/newcomer";
import type { ConnectOptions, Session } from "../sync/session";
import { accountAt } from "./account";
import { Cell } from "./cell";
import { listedSessions, type ListedSession } from "./hub_list";
import { Surface } from "./surface";

export type Connect = (options: ConnectOptions) => Session;

export type Screen =
  /** The settings are being read; nothing to show for that moment. */
  | { readonly kind: "opening" }
  /** A guest's first visit: a name is all that is missing. */
  | { readonly kind: "naming"; readonly address: SessionAddress }
  /** The desktop's start; a browser has none. */
  | { readonly kind: "home" }
  | { readonly kind: "session"; readonly surface: Surface }
  /** A browser page that was opened for no session: those of its hub. */
  | { readonly kind: "choosing"; readonly sessions: readonly ListedSession[] };

/** What the person waits for; while they choose a file, it waits for them. */
export type Busy = "starting" | "joining" | "choosing";

export class Door {
  readonly screen = new Cell<Screen>({ kind: "opening" });
  readonly name = new Cell("");
  /** The session of this app, also while its host looks elsewhere. */
  readonly hosted = new Cell<HostedSession | null>(null);
  /** The sessions of this machine, the newest first; none in a browser. */
  readonly own = new Cell<readonly OwnSession[]>([]);
  /** The one that was thrown away last: it can be had back. */
  readonly discarded = new Cell<OwnSession | null>(null);
  /** What was to be joined, and why the person has to look at its hub first. */
  readonly unproven = new Cell<{ readonly text: string; readonly refusal: HostError } | null>(null);
  /** A sentence about the last thing that could not be done here. */
  readonly problem = new Cell<string | null>(null);
  /** Something was asked for and has not happened yet. */
  readonly busy = new Cell<Busy | null>(null);
  /** The colour to be seen by in sessions that are entered from now on; null leaves it to the hub. */
  color: string | null = null;
  readonly host: HostPort;
  readonly #connect: Connect;
  /** What the app's own ear hears; a browser's would be a hub that may be gone. */
  #nearby: readonly NearbySession[] = [];

  constructor(host: HostPort, connect: Connect) {
    this.host = host;
    this.#connect = connect;
  }

  /** Reads who this is and shows the first screen. */
  async begin(): Promise<void> {
    if (this.host.isDesktop) this.host.onNearby((sessions) => (this.#nearby = sessions));
    const [name, hosted] = await Promise.all([this.#savedName(), this.#hostedNow()]);
    this.name.set(name);
    this.hosted.set(hosted);
    const address = this.host.opened ?? hosted?.address ?? null;
    if (address !== null) this.#enter(address);
    else if (this.host.isDesktop) {
      await this.readOwn();
      this.screen.set({ kind: "home" });
    }
    else this.screen.set({ kind: "choosing", sessions: await listedSessions(location.origin) });
  }

  /** Keeps the name and, where that was what was missing, goes on. Whether it was taken. */
  async giveName(text: string): Promise<boolean> {
    const named = await this.attempt(async () => {
      const settings = await this.host.saveSettings({ name: text });
      this.name.set(settings.name);
    });
    const screen = this.screen.now;
    if (named && screen.kind === "naming") this.#enter(screen.address);
    if (named && screen.kind === "session") screen.surface.session.rename(this.name.now);
    return named;
  }

  /** Goes back to what is hosted, or hosts the newest session of this machine; without any, a new one. */
  start(): Promise<void> {
    return this.hostOne((hosting) => hosting.start());
  }

  /** Hosts a new session. */
  create(): Promise<void> {
    return this.hostOne((hosting) => hosting.create());
  }

  /** Hosts one of this machine's. */
  open({ id }: OwnSession): Promise<void> {
    return this.hostOne((hosting) => hosting.open(id));
  }

  /** Moves one to the trash. */
  async discard(session: OwnSession): Promise<void> {
    await this.attempt(async () => {
      await this.host.hosting?.discard(session.id);
      this.discarded.set(session);
    });
    await this.readOwn();
  }

  /** Brings back what was thrown away last. */
  async restore(): Promise<void> {
    const session = this.discarded.now;
    if (session === null) return;
    await this.attempt(async () => {
      await this.host.hosting?.restore(session.id);
      this.discarded.set(null);
    });
    await this.readOwn();
  }

  /** Ends one hosted session, or all of them, for everybody. */
  async stop(id?: string): Promise<void> {
    await this.attempt(async () => {
      await this.host.hosting?.stop(id);
      this.hosted.set((await this.host.hosting?.current()) ?? null);
      this.leave();
    });
  }

  /** Joins what a person typed or what a nearby session announced. */
  async join(text: string): Promise<void> {
    await this.attempt(async () => {
      const resolve = this.host.resolveAddress;
      if (resolve !== null) this.#enter(await resolve(text).catch((refusal: HostError) => this.#unproven(text, refusal)));
    }, "joining");
    if (this.unproven.now !== null) this.problem.set(null);
  }

  #unproven(text: string, refusal: HostError): never {
    if (refusal.hub !== undefined) this.unproven.set({ text, refusal });
    throw refusal;
  }

  /** Back to the start; the hub goes on if there is one here. */
  leave(): void {
    const screen = this.screen.now;
    if (screen.kind === "session") screen.surface.close();
    if (this.host.isDesktop) {
      this.screen.set({ kind: "home" });
      void this.readOwn();
    }
    else if (this.host.opened !== null) this.screen.set({ kind: "naming", address: this.host.opened });
  }

  /** Opens the same session anew: after it ended, or when another tab had taken over. */
  again(): void {
    const screen = this.screen.now;
    if (screen.kind === "session") this.#enter(screen.surface.address);
  }

  /** Comes in anew, called so. */
  async enterAs(name: string): Promise<void> {
    await this.attempt(async () => this.name.set((await this.host.saveSettings({ name })).name));
    const screen = this.screen.now;
    if (screen.kind === "naming") this.#enter(screen.address);
    else this.again();
  }

  /** Who was somebody until now says who they are. */
  askName(): void {
    this.name.set("");
    this.again();
  }

  /** What the hub calls a session that one is not in yet; null when it does not say. */
  async titleOf({ base, session }: SessionAddress): Promise<string | null> {
    const listed = await listedSessions(base);
    return listed.find(({ id }) => id === session)?.title ?? null;
  }

  /** Goes into the session that `choose` hosts, if it does. */
  async hostOne(choose: (hosting: Hosting) => Promise<HostedSession | null>, busy: Busy = "starting"): Promise<void> {
    const { hosting } = this.host;
    if (hosting === null) return;
    await this.attempt(async () => {
      const hosted = await choose(hosting);
      if (hosted === null) return;
      this.hosted.set(hosted);
      this.#enter(hosted.address);
    }, busy);
  }

  /** The sessions of this machine, anew. A list that cannot be read is shown as empty: starting says what is wrong. */
  async readOwn(): Promise<void> {
    const own = this.host.hosting?.own() ?? Promise.resolve([]);
    this.own.set(await own.catch(() => []));
  }

  #enter(address: SessionAddress): void {
    this.problem.set(null);
    this.discarded.set(null);
    const before = this.screen.now;
    if (before.kind === "session") before.surface.close();
    if (this.name.now === "") {
      this.screen.set({ kind: "naming", address });
      return;
    }
    const hosted = this.hosted.now;
    const own = hosted !== null && hosted.address.session === address.session ? hosted : null;
    const surface = new Surface(address, own, (zoom) => this.#connect(this.#options(own?.address ?? address, zoom)));
    this.screen.set({ kind: "session", surface });
  }

  #options(address: SessionAddress, zoom: () => number): ConnectOptions {
    const { base, session, hostToken, invite } = address;
    const heard = (): string[] => this.#nearby.flatMap(({ id, urls }) => (id === session ? urls.map((url) => new URL(url).origin) : []));
    const brought = { ...(hostToken === undefined ? {} : { hostToken }), ...(invite === undefined ? {} : { invite }) };
    const account = accountAt(base)?.token;
    return { base, session, name: this.name.now, account, zoom, heard, device: device(), color: this.color ?? undefined, ...brought };
  }

  async #savedName(): Promise<string> {
    let name = "";
    await this.attempt(async () => {
      const settings = await this.host.settings();
      name = settings.name;
      this.color = settings.color ?? null;
    });
    return name;
  }

  async #hostedNow(): Promise<HostedSession | null> {
    let hosted: HostedSession | null = null;
    await this.attempt(async () => {
      hosted = (await this.host.hosting?.current()) ?? null;
    });
    return hosted;
  }

  /** Does something; what is refused is kept as a sentence. Whether it was done. */
  async attempt(act: () => Promise<void>, busy: Busy | null = null): Promise<boolean> {
    this.problem.set(null);
    this.busy.set(busy);
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.problem.set(error.message);
      return false;
    } finally {
      this.busy.set(null);
    }
  }
}
