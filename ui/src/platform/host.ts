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
  /** `http://host:port`, no path and no slash at the end. The socket is at `ws://host:port/ws/<id>`. */
  readonly base: string;
  /** Proves to the hub that this page belongs to the host; only for a session on this machine. */
  readonly hostToken?: string;
}

/** The session this app hosts now. */
export interface HostedSession {
  readonly address: SessionAddress;
  /** The title when it was opened; later changes come over the session's socket. */
  readonly title: string;
  readonly port: number;
  /** Links for guests, best first: LAN IPv4, never `localhost` or `.local`. Empty without a network. */
  readonly urls: readonly string[];
}

/** A session of this machine, hosted now or not. */
export interface OwnSession {
  readonly id: string;
  readonly title: string;
  /** When something was last done in it: milliseconds since 1970 UTC. */
  readonly modified_ms: number;
  /** Whether people can be in it now. */
  readonly hosted: boolean;
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
}

/** A refusal in a form that can be shown as it is. Every promise of the port rejects with this and nothing else. */
export class HostError extends Error {
  /** Stable, for code to decide by; `message` is the plain sentence for the screen. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "HostError";
    this.code = code;
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
  /** Ends all of them for everybody; what was made stays on disk. */
  stop(): Promise<void>;
  /** What is hosted now: a page that was reloaded asks before it shows the home screen. */
  current(): Promise<HostedSession | null>;
}

/** The window this page is in. */
export interface HostWindow {
  /**
   * The person wants to close the window while `guests` others are connected.
   * The page asks and answers with `answerClose`. A page without a listener, or
   * one that hangs, is closed after two seconds. There is one listener at a time.
   */
  onCloseRequested(ask: (guests: number) => void): Unsubscribe;
  /** `true` closes and ends the session for everybody; `false` stays. */
  answerClose(close: boolean): Promise<void>;
}

/** What the UI may ask of its runner. */
export interface HostPort {
  /** To word things: "this app" or "this page". For abilities look at `hosting` and `window` instead. */
  readonly isDesktop: boolean;
  /** Hosting needs a process that can listen: null in a browser. */
  readonly hosting: Hosting | null;
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
