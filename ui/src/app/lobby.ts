/**
 * What only the app has around its screens: what came from outside (files, links),
 * what was chosen in its menu or tray, where one has been, its settings.
 *
 * Promises: a link is joined only after the person said so; a file that was opened
 * is said to be damaged when it is; what fails is a sentence, never thrown.
 * Must not know: what is on any screen.
 */
import { said } from "../lib/language";
import { placeOf } from "../lib/place";
import type { AppSettings, AppShell, HostError, OpenedNote, Visit } from "../platform/host";
import { Cell } from "./cell";
import type { Door, Screen } from "./door";
import type { Surface } from "./surface";
import { Visiting } from "./visiting";

export type Sheet = "settings" | "stop" | "host" | "doctor";

/** What the person is told once. */
export type Told = OpenedNote | { readonly kind: "bad_link" } | { readonly kind: "copied_diagnostics" } | { readonly kind: "newer_lanvas"; readonly version: string };

/** Starting comes first. */
const LOOK_AFTER_MS = 20_000;

/** What everybody reads in the chat. */
export const endingWords = said("ending", {
  in: (seconds: number): string => `This session ends in ${seconds < 60 ? `${seconds} seconds` : `${seconds / 60} minutes`}. What was made is kept by the host.`,
  not: "This session goes on after all.",
});

export class Lobby {
  readonly door: Door;
  readonly shell: AppShell;
  /** The address of a link that waits for an answer. */
  readonly link = new Cell<string | null>(null);
  readonly sheet = new Cell<Sheet | null>(null);
  readonly told = new Cell<Told | null>(null);
  /** Null until they have been read. */
  readonly settings = new Cell<AppSettings | null>(null);
  /** Favourites first, then the latest. */
  readonly visits = new Cell<readonly Visit[]>([]);
  /** When the session ends for everybody, on the clock of `Date.now()`; null while it does not. */
  readonly endsAt = new Cell<number | null>(null);
  #ending: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  readonly #ends: (() => void)[] = [];
  #taking = false;
  /** What was last read or set of the settings. Each answer is all of them: one that came late would bring back what was before. */
  #settled: Promise<unknown> = Promise.resolve();
  #visiting: Visiting | null = null;

  constructor(door: Door, shell: AppShell) {
    this.door = door;
    this.shell = shell;
  }

  begin(): void {
    const { shell, door } = this;
    this.#ends.push(
      shell.onAsked(() => void this.#takeAsked()),
      shell.onMenu((action) => this.#do(action)),
      shell.onHosted(() => void this.#hostedChanged()),
      door.screen.subscribe(() => this.#screenChanged()),
      door.hosted.subscribe(() => this.#noteOpened()),
      door.name.subscribe(() => this.#named()),
      shell.onHubChanged((refusal) => this.#hubChanged(refusal)),
    );
    this.#screenChanged();
    void this.#inTurn(() => shell.settings()).then(() => this.#lookLater());
  }

  close(): void {
    this.#visiting?.close();
    clearTimeout(this.#ending);
    clearTimeout(this.#looking);
    for (const end of this.#ends) end();
  }

  /** For a newer Lanvas, once, where the person switched that on; who does not answer is not worth a word. */
  #lookLater(): void {
    if (this.settings.now?.updates !== true) return;
    const look = async (): Promise<void> => {
      const found = await this.shell.lookForUpdate().catch(() => null);
      if (found !== null) this.told.set({ kind: "newer_lanvas", version: found.version });
    };
    this.#looking = setTimeout(() => void look(), LOOK_AFTER_MS);
  }

  /** Joins by the link that was asked about, or does not. */
  async answerLink(join: boolean): Promise<void> {
    const address = this.link.now;
    this.link.set(null);
    if (join && address !== null) await this.door.join(address);
    await this.#takeAsked();
  }

  /** Joins the hub that the person was asked about, and takes it as it is from now on; or does neither. */
  async answerHub(join: boolean): Promise<void> {
    const { unproven } = this.door;
    const asked = unproven.now;
    unproven.set(null);
    const hub = asked?.refusal.hub;
    if (asked === null || hub === undefined) return;
    if (!join) return this.door.problem.set(asked.refusal.code === "hub_new" ? null : asked.refusal.message);
    if (await this.door.attempt(() => this.shell.trustHub(hub))) await this.door.join(asked.text);
  }

  /** Whoever is there now gets nothing of what the session's hub would have got. */
  #hubChanged(refusal: HostError): void {
    const { screen, unproven } = this.door;
    const address = screen.now.kind === "session" ? screen.now.surface.address : null;
    if (address === null || address.session !== refusal.hub?.session) return;
    this.door.leave();
    unproven.set({ text: `${placeOf(address.base)}/s/${address.session}`, refusal });
  }

  async change(settings: Partial<AppSettings>): Promise<boolean> {
    return this.#inTurn(() => this.shell.change(settings));
  }

  /** What shows is what was asked for last: one after the other. */
  #inTurn(ask: () => Promise<AppSettings>): Promise<boolean> {
    const before = this.#settled;
    const done = this.door.attempt(async () => {
      await before;
      const now = await ask();
      this.door.color = now.color ?? null;
      this.settings.set({ ...now, name: this.door.name.now });
    });
    this.#settled = done.catch(() => undefined);
    return done;
  }

  /** The door has the name, also where there are no settings. */
  #named(): void {
    const { now } = this.settings;
    if (now !== null) this.settings.set({ ...now, name: this.door.name.now });
  }

  /** Lets the person choose a session's file. */
  async chooseFile(): Promise<void> {
    await this.door.hostOne(() => this.shell.files.choose(), "choosing");
  }

  /** Opens a file that was dropped. */
  async bring(file: Blob): Promise<void> {
    await this.door.hostOne(() => this.shell.files.bring(file));
  }

  async rename(id: string, title: string): Promise<boolean> {
    return this.#withFiles(() => this.shell.files.rename(id, title));
  }

  async duplicate(id: string): Promise<void> {
    await this.#withFiles(() => this.shell.files.duplicate(id));
  }

  async reveal(id: string): Promise<void> {
    await this.door.attempt(() => this.shell.files.reveal(id));
  }

  /** Ends one session for everybody and stays on this screen. */
  async end(id: string): Promise<void> {
    await this.#withFiles(async () => {
      await this.door.host.hosting?.stop(id);
      this.door.hosted.set((await this.door.host.hosting?.current()) ?? null);
    });
  }

  /** Ends the session one is in (or was in last) for everybody, in so many seconds; they are told by the chat. */
  endIn(seconds: number): void {
    const { hosted, host } = this.door;
    const id = this.#hosting?.hosted?.address.session ?? hosted.now?.address.session;
    this.#stopEnding();
    if (id === undefined || host.hosting === null) return;
    if (seconds === 0) {
      this.sheet.set(null);
      return void this.door.stop(id);
    }
    this.#say(endingWords.in(seconds));
    this.endsAt.set(Date.now() + seconds * 1000);
    this.#ending = setTimeout(() => this.endIn(0), seconds * 1000);
  }

  /** It goes on after all, and who read that it ends reads that too. */
  endNot(): void {
    if (this.endsAt.now !== null) this.#say(endingWords.not);
    this.#stopEnding();
    this.sheet.set(null);
  }

  /** The session that is on the screen, if it is this machine's. */
  get #hosting(): Surface | null {
    const { now } = this.door.screen;
    return now.kind === "session" && now.surface.hosted ? now.surface : null;
  }

  #say(text: string): void {
    this.#hosting?.session.submit({ type: "post_message", text });
  }

  #stopEnding(): void {
    clearTimeout(this.#ending);
    this.endsAt.set(null);
  }

  async copyDiagnostics(): Promise<void> {
    if (await this.door.attempt(async () => void (await this.shell.copyDiagnostics()))) this.told.set({ kind: "copied_diagnostics" });
  }

  async readVisits(): Promise<void> {
    this.visits.set(await this.shell.visits().catch(() => []));
  }

  async mark(visit: Visit, favourite: boolean): Promise<void> {
    await this.door.attempt(() => this.shell.markVisit(visit.id, favourite));
    await this.readVisits();
  }

  async forget(visit: Visit): Promise<void> {
    await this.door.attempt(() => this.shell.forgetVisit(visit.id));
    await this.readVisits();
  }

  /** People, titles, or where this machine is reached. */
  async #hostedChanged(): Promise<void> {
    await this.door.readOwn();
    const { screen, host } = this.door;
    const surface = screen.now.kind === "session" ? screen.now.surface : null;
    if (surface === null || surface.hosted === null) return;
    const id = surface.hosted.address.session;
    const now = (await host.hosting?.current(id).catch(() => null)) ?? null;
    if (now !== null && now.urls.join() !== surface.hosted.urls.join()) surface.hosting.set(now);
  }

  #screenChanged(): void {
    const { now } = this.door.screen;
    this.#visiting?.close();
    this.#visiting = now.kind === "session" ? new Visiting(now.surface, this.shell) : null;
    if (now.kind === "home") void this.readVisits();
    if (now.kind !== "opening") void this.shell.keepPipe(pipeOf(now)).catch(() => undefined);
    void this.#takeAsked();
  }

  async #withFiles(work: () => Promise<void>): Promise<boolean> {
    const done = await this.door.attempt(work);
    await this.door.readOwn();
    return done;
  }

  /** One after the other, and only once the person has a name and a screen. */
  async #takeAsked(): Promise<void> {
    const ready = this.door.name.now !== "" && this.door.screen.now.kind !== "opening";
    if (this.#taking || !ready || this.link.now !== null) return;
    this.#taking = true;
    const asked = await this.shell.nextAsked().catch(() => null);
    this.#taking = false;
    if (asked === null) return;
    if (asked.kind === "link") return this.link.set(asked.address);
    if (asked.kind === "bad_link") this.told.set({ kind: "bad_link" });
    else await this.door.hostOne(() => this.shell.files.openAsked());
    await this.#takeAsked();
  }

  #noteOpened(): void {
    const note = this.door.hosted.now?.note;
    if (note !== undefined) this.told.set(note);
  }

  #do(action: Parameters<Parameters<AppShell["onMenu"]>[0]>[0]): void {
    switch (action) {
      case "new_session":
        return void this.door.create();
      case "open_file":
        return void this.chooseFile();
      case "copy_diagnostics":
        return void this.copyDiagnostics();
      case "stop":
        if (this.door.hosted.now !== null) this.sheet.set("stop");
        return;
      case "settings":
        this.sheet.set("settings");
    }
  }
}

/** Where the screen's session is; a pipe that leads elsewhere is of no use any more. */
function pipeOf(now: Screen): string | null {
  if (now.kind === "session") return now.surface.address.base;
  return now.kind === "naming" ? now.address.base : null;
}

const lobbies = new WeakMap<Door, Lobby>();

/** The one of this page; null in a browser. It begins when it is first asked for and lives as long as the page. */
export function lobbyOf(door: Door): Lobby | null {
  const { shell } = door.host;
  if (shell === null) return null;
  const known = lobbies.get(door);
  if (known !== undefined) return known;
  const lobby = new Lobby(door, shell);
  lobbies.set(door, lobby);
  lobby.begin();
  return lobby;
}
