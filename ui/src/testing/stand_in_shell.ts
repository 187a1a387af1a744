/** The app without an app: files and settings as values in the page. For looking at screens and for tests of the app. */
import { HostError, type AppSettings, type AppShell, type Asked, type Connected, type Examination, type HostedSession, type MenuAction, type NewVersion, type SessionFiles, type Sweep, type UnprovenHub, type Visit } from "../platform/host";
import { Subscribers } from "../lib/subscribers";
import { EXAMINATIONS } from "./examinations";

export class StandInShell implements AppShell {
  /** What was asked of it, in order. */
  readonly done: string[] = [];
  waiting: Asked[] = [];
  known: Visit[] = [];
  chosen: HostedSession | null = null;
  byItself = false;
  /** Who is asked for new versions. */
  source: string | null = null;
  settingsNow: AppSettings = { name: "Ada", theme: "system", language: null, words: null, port: null, interface: null, data_folder: null, history_mib: null, visible: true, encrypted: false, notifications: true, safe_graphics: false, updates: false };
  /** The way that was kept last. */
  pipe: string | null = null;
  readonly #changed = new Subscribers<HostError>();
  readonly #asked = new Subscribers<void>();
  readonly #menu = new Subscribers<MenuAction>();
  readonly #hosted: HostedSession;

  constructor(hosted: HostedSession) {
    this.#hosted = hosted;
  }

  readonly files: SessionFiles = {
    rename: (id, title) => this.#do(`rename ${id} ${title}`),
    duplicate: (id) => this.#do(`duplicate ${id}`),
    reveal: () => Promise.reject(new HostError("not_revealed", "No file manager answers here.")),
    choose: () => Promise.resolve(this.chosen),
    bring: (file) => this.#do(`bring ${file.size}`).then(() => this.#hosted),
    openAsked: () => this.#do("open").then(() => this.#hosted),
  };

  nextAsked = (): Promise<Asked | null> => Promise.resolve(this.waiting.shift() ?? null);
  onAsked = (hear: () => void): (() => void) => this.#asked.subscribe(hear);
  /** Chosen as soon as somebody hears it. */
  chosenFirst: MenuAction | null = null;
  onMenu = (hear: (action: MenuAction) => void): (() => void) => {
    if (this.chosenFirst !== null) queueMicrotask(() => this.choose(this.chosenFirst as MenuAction));
    return this.#menu.subscribe(hear);
  };
  onHosted = (): (() => void) => () => undefined;
  connections = (): Promise<readonly Connected[]> => Promise.resolve([{ participant: 2, round_trip_ms: 8 }, { participant: 3, round_trip_ms: 230 }, { participant: 4, round_trip_ms: 1_400 }]);
  settings = (): Promise<AppSettings> => Promise.resolve(this.settingsNow);
  trustHub = ({ place, shown }: UnprovenHub): Promise<void> => this.#do(`trust ${place} ${shown}`);
  keepPipe = (base: string | null): Promise<void> => {
    this.pipe = base;
    return Promise.resolve();
  };
  onHubChanged = (hear: (refusal: HostError) => void): (() => void) => this.#changed.subscribe(hear);
  /** The hub of the session that is open is another one now. */
  changeHub(refusal: HostError): void {
    this.#changed.emit(refusal);
  }
  /** What the doctor finds; null while it cannot look. */
  found: Examination | null = EXAMINATIONS.usual;
  examine = (): Promise<Examination> => (this.found === null ? Promise.reject(new HostError("storage_failed", "It could not look.")) : Promise.resolve(this.found));
  /** How far the asking of the network is shown to be. */
  swept: Sweep = { number: 0, running: false, asked: 0, total: 0, found: 0, networks: [] };
  readonly #sweeps = new Subscribers<Sweep>();
  sweep = (): Promise<void> => {
    this.showSweep({ number: this.swept.number + 1, running: true, asked: 96, total: 253, found: 0, networks: ["192.168.1.0/24"] });
    return this.#do("sweep");
  };
  stopSweep = (): Promise<void> => {
    this.showSweep({ ...this.swept, running: false });
    return this.#do("stop sweep");
  };
  onSweep = (listen: (sweep: Sweep) => void): (() => void) => {
    listen(this.swept);
    return this.#sweeps.subscribe(listen);
  };
  showSweep(swept: Sweep): void {
    this.swept = swept;
    this.#sweeps.emit(swept);
  }
  interfaces = (): Promise<readonly string[]> => Promise.resolve(["192.168.1.5", "10.0.0.7"]);
  chooseFolder = (): Promise<string | null> => Promise.resolve("/media/ada/Boards");
  visits = (): Promise<readonly Visit[]> => Promise.resolve(this.known);
  keepVisit = (visit: Omit<Visit, "favourite">): Promise<void> => this.#do(`keep ${visit.id}`);
  forgetVisit = (id: string): Promise<void> => this.#do(`forget ${id}`);
  notify = (title: string, body: string): Promise<boolean> => this.#do(`notify ${title}: ${body}`).then(() => true);
  showTitle = (title: string, news: number): Promise<void> => this.#do(`title ${title} ${news}`);
  copyDiagnostics = (): Promise<string> => Promise.resolve("Lanvas: 0.1.0");
  openLog = (): Promise<void> => this.#do("log");
  startsByItself = (): Promise<boolean> => Promise.resolve(this.byItself);
  startByItself = (on: boolean): Promise<boolean> => Promise.resolve((this.byItself = on));
  updateSource = (): Promise<string | null> => Promise.resolve(this.source);
  lookForUpdate = (): Promise<NewVersion | null> => this.#do("look").then(() => ({ version: "9.0.0", notes: null }));
  installUpdate = (): Promise<void> => this.#do("install");

  change = (settings: Partial<AppSettings>): Promise<AppSettings> => {
    if (settings.port !== undefined && settings.port !== null && settings.port < 1024) return Promise.reject(new HostError("port_invalid", "The port must be a number from 1024 to 65535. Leave it empty for the usual one."));
    this.settingsNow = { ...this.settingsNow, ...settings };
    return Promise.resolve(this.settingsNow);
  };

  markVisit = (id: string, favourite: boolean): Promise<void> => {
    this.known = this.known.map((visit) => (visit.id === id ? { ...visit, favourite } : visit));
    return Promise.resolve();
  };

  /** Something comes from outside. */
  ask(asked: Asked): void {
    this.waiting.push(asked);
    this.#asked.emit();
  }

  choose(action: MenuAction): void {
    this.#menu.emit(action);
  }

  #do(what: string): Promise<void> {
    this.done.push(what);
    return Promise.resolve();
  }
}
