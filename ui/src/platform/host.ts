/**
 * The port: everything the UI may ask of whatever runs it.
 *
 * Two things run it. The desktop app (`desktop.ts`) can host, hears the network
 * itself and has a window that asks before it closes. A plain browser
 * (`browser.ts`) came by a link: it is in one session already and asks that
 * session's hub for the rest. The entry file picks the one it needs, so a page
 * for browsers never has Tauri in its module graph.
 *
 * A member is here only because neither side can do it without its runner; each
 * says why. What both do alike (sockets, canvas, storage in the page) is not here.
 *
 * Must not know: any framework, any DOM type, any message of the wire.
 */

/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void;

/** Where a session is reached. All that is needed to open its socket. */
export interface SessionAddress {
  /** The session's public id. */
  readonly session: string;
  /** `http://host:port`, no path and no slash at the end; for an encrypted hub the way there on this machine (`lib/place.ts`). The socket is at `ws://host:port/ws/<id>`. */
  readonly base: string;
  /** Proves to the hub that this page belongs to the host; only for a session on this machine. */
  readonly hostToken?: string;
  /** The token of an invitation, from the link that was opened. */
  readonly invite?: string;
}

/** The session this app hosts now. */
export interface HostedSession {
  readonly address: SessionAddress;
  /** The title when it was opened; later changes come over the session's socket. */
  readonly title: string;
  readonly port: number;
  /** Links for guests, best first: LAN IPv4, never `localhost` or `.local`. Empty without a network. */
  readonly urls: readonly string[];
  /** What the person should know about how it was opened. */
  readonly note?: OpenedNote;
}

/** `rescued`: its file was damaged, and this is what could be read. `copied`: it is here in another state, so this is another session. */
export type OpenedNote = { readonly kind: "rescued"; readonly operations: number; readonly last_ms: number } | { readonly kind: "copied" };

/** A session of this machine, hosted now or not. */
export interface OwnSession {
  readonly id: string;
  readonly title: string;
  /** When something was last done in it: milliseconds since 1970 UTC. */
  readonly modified_ms: number;
  /** Whether people can be in it now. */
  readonly hosted: boolean;
  /** How many are in besides the host. */
  readonly guests: number;
  /** Why it cannot be opened as it is; its title is then its file's name. */
  readonly unreadable?: { readonly code: string; readonly message: string };
}

/** Something that came to the app from outside. */
export type Asked = { readonly kind: "file"; readonly name: string } | { readonly kind: "link"; readonly address: string } | { readonly kind: "bad_link" };

/** What can be chosen in the window's menu or the tray's and is the page's to do. */
export type MenuAction = "new_session" | "open_file" | "settings" | "stop" | "copy_diagnostics";

/** A session that the person was in. */
export interface Visit {
  readonly id: string;
  readonly title: string;
  /** Who hosts it; empty for one of this machine. */
  readonly host: string;
  /** `http://host:port`, the latest first; none for one of this machine. */
  readonly bases: readonly string[];
  readonly when_ms: number;
  readonly favourite: boolean;
  /** How it looked, as a `data:` address. */
  readonly picture: string | null;
}

/** A connection of somebody who is in a hosted session. */
export interface Connected {
  readonly participant: number;
  /** What the last ping took there and back; null before the first. */
  readonly round_trip_ms: number | null;
}

/** What is remembered of the app between starts. */
export interface AppSettings extends Settings {
  readonly theme: "system" | "light" | "dark";
  /** How dates and times are written, such as `en-GB`; null for as the system writes them. */
  readonly language: string | null;
  /** What Lanvas itself speaks, from the next start on; null for what the system speaks. */
  readonly words: "en" | "de" | null;
  /** For guests; null for the usual ones. */
  readonly port: number | null;
  /** The address of the only interface to host on; null for all. */
  readonly interface: string | null;
  /** Where sessions are kept, from the next start on; null for the usual place. */
  readonly data_folder: string | null;
  /** MiB of each session kept for looking back, from the next hub on; null for the usual ones. */
  readonly history_mib: number | null;
  /** Whether sessions are announced on the network. */
  readonly visible: boolean;
  /** Whether what goes over the network is encrypted, from the next hub on. */
  readonly encrypted: boolean;
  readonly notifications: boolean;
  /** For windows that stay blank; from the next start on. */
  readonly safe_graphics: boolean;
  /** Whether the internet may be asked for new versions, where this copy knows whom to ask. */
  readonly updates: boolean;
}

/** A version that is newer than this one. */
export interface NewVersion {
  readonly version: string;
  readonly notes: string | null;
}

/** One row of the list of sessions heard on the network. */
export interface NearbySession {
  readonly id: string;
  readonly title: string;
  /** Display name of the person or machine that hosts it. */
  readonly host: string;
  /** People in it now, as last announced. */
  readonly people: number;
  readonly password: boolean;
  /** False when it speaks no wire version of ours: shown, but it cannot be joined. */
  readonly compatible: boolean;
  /** False once its hub stopped answering: the row is grey and soon gone. */
  readonly reachable: boolean;
  /** Links to it, most likely to work first: `http://host:port/s/<id>`. */
  readonly urls: readonly string[];
}

/** Whether hearing and being heard works, and in plain words why not. */
export interface DiscoveryStatus {
  readonly on: boolean;
  /** A sentence to show; only when `on` is false. */
  readonly reason?: string;
}

/** What is remembered of the person between visits. */
export interface Settings {
  /** The name others see; empty until the person has given one. */
  readonly name: string;
  /** The colour others see, one of those that people may have; null or absent leaves it to the hub. */
  readonly color?: string | null;
}

/** A hub that the person has to look at before anything goes to it. */
export interface UnprovenHub {
  readonly session: string | null;
  /** `host:port`. */
  readonly place: string;
  /** Fingerprint of the certificate that it shows; null where it is not encrypted. */
  readonly shown: string | null;
  /** How that begins, for people to compare. */
  readonly shownShort: string | null;
  /** Of the one that is known of it, or that the network announces. */
  readonly knownShort: string | null;
}

/** A refusal in a form that can be shown as it is. Every promise of the port rejects with this and nothing else. */
export class HostError extends Error {
  /** Stable, for code to decide by; `message` is the plain sentence for the screen. */
  readonly code: string;
  /** Only where the person can say that it is the right one. */
  readonly hub: UnprovenHub | undefined;

  constructor(code: string, message: string, hub?: UnprovenHub) {
    super(message);
    this.name = "HostError";
    this.code = code;
    this.hub = hub;
  }
}

/** Running a hub in this process. */
export interface Hosting {
  /** Opens the newest session of this machine, or makes one called `title`, and starts announcing it. The same session when one runs already. */
  start(title?: string): Promise<HostedSession>;
  /** Hosts a new one, beside what is hosted already. */
  create(title?: string): Promise<HostedSession>;
  /** Hosts one of this machine's, beside what is hosted already. */
  open(id: string): Promise<HostedSession>;
  /** Those of this machine, the newest first. */
  own(): Promise<readonly OwnSession[]>;
  /** Moves one that is not hosted to the trash. It stays there for 30 days. */
  discard(id: string): Promise<void>;
  /** Brings it back from there. */
  restore(id: string): Promise<void>;
  /** Ends one of them, or all, for everybody; what was made stays on disk. */
  stop(id?: string): Promise<void>;
  /** What is hosted now, that of the id or the one that was started last: a page that was reloaded asks before it shows the home screen. */
  current(id?: string): Promise<HostedSession | null>;
}

/** Session files: the page has things done with them and never learns where they are. */
export interface SessionFiles {
  rename(id: string, title: string): Promise<void>;
  duplicate(id: string): Promise<void>;
  /** Shows its file in the system's file manager. */
  reveal(id: string): Promise<void>;
  /** Lets the person choose one and hosts it; null when they chose none. */
  choose(): Promise<HostedSession | null>;
  /** Hosts what is in a file that was dropped on the page. */
  bring(file: Blob): Promise<HostedSession>;
  /** Hosts the file that `nextAsked` gave last. */
  openAsked(): Promise<HostedSession>;
}

/** One thing that was found about being reached. */
export interface Finding {
  /** Stable, for code; never shown. */
  readonly code: string;
  readonly level: "good" | "notice" | "problem";
  /** One sentence: what is so. */
  readonly says: string;
  /** One action; empty where there is nothing to do. */
  readonly action: string;
}

/** Why people cannot join, as far as this computer can tell; the most serious first. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** To be opened on another device; null while nothing is hosted that it could reach. */
  readonly testLink: string | null;
  /** The hub's address as words to say across the room; "Join by address" takes them. */
  readonly joinCode: string | null;
}

/** How far the asking of the own network is. */
export interface Sweep {
  /** Which one it is; 0 before the first. */
  readonly number: number;
  readonly running: boolean;
  /** Addresses that answered or had their time, of so many. */
  readonly asked: number;
  readonly total: number;
  /** Hubs that were found. */
  readonly found: number;
  /** What is asked, such as `192.168.1.0/24`; none where there is no private network. */
  readonly networks: readonly string[];
}

/** What only the app has: files, its own settings, the system around it. */
export interface AppShell {
  readonly files: SessionFiles;
  /** What came from outside, one at a time; null when there is nothing more. */
  nextAsked(): Promise<Asked | null>;
  onAsked(hear: () => void): Unsubscribe;
  onMenu(hear: (action: MenuAction) => void): Unsubscribe;
  /** What is hosted, and who is in, may be different now. */
  onHosted(hear: () => void): Unsubscribe;
  /** How well people in a hosted session are connected. */
  connections(id: string): Promise<readonly Connected[]>;
  settings(): Promise<AppSettings>;
  /** Changes those that are given. */
  change(settings: Partial<AppSettings>): Promise<AppSettings>;
  /** Addresses of this machine to choose one to host on. */
  interfaces(): Promise<readonly string[]>;
  /** From now on that hub is taken as it is: the person compared its fingerprint, or wants it unencrypted. */
  trustHub(hub: UnprovenHub): Promise<void>;
  /** The ways to encrypted hubs end, but the one to `base`: those sessions were left. */
  keepPipe(base: string | null): Promise<void>;
  /** The hub of a session that is open shows another certificate, so nothing goes to it any more. */
  onHubChanged(hear: (refusal: HostError) => void): Unsubscribe;
  /** Takes some seconds. */
  examine(): Promise<Examination>;
  /** Asks every address of the own networks for sessions. Only when the person pressed for it. */
  sweep(): Promise<void>;
  stopSweep(): Promise<void>;
  /** Calls back with how far it is, now and while it goes on. */
  onSweep(listen: (sweep: Sweep) => void): Unsubscribe;
  chooseFolder(): Promise<string | null>;
  visits(): Promise<readonly Visit[]>;
  keepVisit(visit: Omit<Visit, "favourite">): Promise<void>;
  markVisit(id: string, favourite: boolean): Promise<void>;
  forgetVisit(id: string): Promise<void>;
  /** By the system, if the person wants that and does not look at the window. */
  notify(title: string, body: string): Promise<boolean>;
  /** Of the window; `news` is for its icon where the system shows such a count. */
  showTitle(title: string, news: number): Promise<void>;
  /** On the clipboard; gives the text. */
  copyDiagnostics(): Promise<string>;
  openLog(): Promise<void>;
  /** Whether the app starts when the person logs in. */
  startsByItself(): Promise<boolean>;
  startByItself(on: boolean): Promise<boolean>;
  /** The machine that is asked for new versions; null when this copy knows none. */
  updateSource(): Promise<string | null>;
  /** Asks it, if the settings allow that. */
  lookForUpdate(): Promise<NewVersion | null>;
  /** Fetches it and puts it in place; it is there at the next start. */
  installUpdate(): Promise<void>;
}

/** The window this page is in. */
export interface HostWindow {
  /**
   * The person wants to close the window while `guests` others are connected.
   * The page asks and answers with `answerClose`. A page without a listener, or
   * one that hangs, is closed after two seconds. There is one listener at a time.
   * `canHide` says whether the window can go while the session goes on.
   */
  onCloseRequested(ask: (guests: number, canHide: boolean) => void): Unsubscribe;
  /** `true` closes and ends the session for everybody; `false` stays. */
  answerClose(close: boolean): Promise<void>;
  /** Answers it with: the window goes, the session stays; the tray has it back. */
  hide(): Promise<boolean>;
}

/** What the UI may ask of its runner. */
export interface HostPort {
  /** To word things: "this app" or "this page". For abilities look at `hosting` and `window` instead. */
  readonly isDesktop: boolean;
  /** Hosting needs a process that can listen: null in a browser. */
  readonly hosting: Hosting | null;
  /** Null in a browser. */
  readonly shell: AppShell | null;
  /** A browser tab cannot hold itself open for a question of ours: null there. */
  readonly window: HostWindow | null;
  /** The session the page was opened for: from the link in a browser, null on the desktop's home screen. */
  readonly opened: SessionAddress | null;
  /**
   * Calls back with the whole list now and after each change. On the desktop it
   * comes from the app's own ear, in a browser from the hub's `/api/nearby`.
   */
  onNearby(listen: (sessions: readonly NearbySession[]) => void): Unsubscribe;
  /** To say "discovery is off, because …" instead of an empty list. */
  discoveryStatus(): Promise<DiscoveryStatus>;
  /**
   * Makes an address of what a person typed: a URL, a host, an IP or IP:port. It
   * may have to ask that hub which session it runs, which the app may and a page
   * of another origin may not. Null in a browser: it has its address bar, and a
   * nearby session there is a plain link.
   */
  readonly resolveAddress: ((text: string) => Promise<SessionAddress>) | null;
  /** On the desktop a file, in a browser the page's storage; both outlive the page. */
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<Settings>;
}
