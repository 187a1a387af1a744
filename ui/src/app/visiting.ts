/**
 * While the app is in a session: remembers that it was there and how it looked,
 * shows its title on the window, and tells the system when somebody means the person.
 *
 * Promises: takes pictures only of a board that changed, a few milliseconds at a
 * time; says each message once, and nothing that was there before.
 */
import { said } from "../lib/language";
import { placeOf } from "../lib/place";
import type { AppShell } from "../platform/host";
import { portrait } from "./portrait";
import type { Surface } from "./surface";

/** In the system's notifications. */
export const visitingWords = said("visiting", {
  knocks: (name: string): string => `${name} knocks`,
  wants: (title: string): string => `They would like to come into ${title || "your session"}.`,
});

/** After the board came, and then between pictures of a board that changes. */
const FIRST_PICTURE_MS = 2_000;
const PICTURE_INTERVAL_MS = 15_000;

export class Visiting {
  readonly #surface: Surface;
  readonly #shell: AppShell;
  readonly #ended = new AbortController();
  readonly #ends: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #boardChanged = true;
  #arrived = false;
  /** Messages up to here are no news. */
  #heardTo = Infinity;
  #knockedTo = 0;

  constructor(surface: Surface, shell: AppShell) {
    this.#surface = surface;
    this.#shell = shell;
    const { session, unread } = surface;
    this.#ends.push(
      session.status.subscribe(() => this.#arrive()),
      session.title.subscribe(() => this.#showTitle()),
      unread.count.subscribe(() => this.#showTitle()),
      session.board.subscribe(() => (this.#boardChanged = true)),
      session.chat.subscribe(() => this.#hear()),
      session.entrance.subscribe(() => this.#answer()),
    );
    this.#showTitle();
    this.#arrive();
  }

  close(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
    void this.#shell.showTitle("", 0);
  }

  #arrive(): void {
    if (this.#arrived || this.#surface.session.status.now.kind !== "live") return;
    this.#arrived = true;
    this.#heardTo = this.#lastHeard();
    this.#keep(null);
    this.#timer = setTimeout(() => void this.#picture(), FIRST_PICTURE_MS);
  }

  async #picture(): Promise<void> {
    if (this.#boardChanged) {
      this.#boardChanged = false;
      const picture = await portrait(this.#surface.desk, this.#ended.signal).catch(() => null);
      if (this.#ended.signal.aborted) return;
      this.#keep(picture);
    }
    this.#timer = setTimeout(() => void this.#picture(), PICTURE_INTERVAL_MS);
  }

  #keep(picture: string | null): void {
    const { address, hosted, session } = this.#surface;
    const host = session.people.all.find(({ role }) => role === "host")?.name ?? "";
    const visit = {
      id: address.session,
      title: session.title.now,
      host: hosted === null ? host : "",
      bases: hosted === null ? [placeOf(address.base)] : [],
      when_ms: Date.now(),
      picture,
    };
    void this.#shell.keepVisit(visit).catch(() => undefined);
  }

  #showTitle(): void {
    const { session, unread } = this.#surface;
    const news = unread.count.now;
    const title = session.title.now === "" ? "Lanvas" : `${session.title.now} – Lanvas`;
    // The icon has room for a number alone: none stands there that is not the true one.
    void this.#shell.showTitle(news === "" ? title : `(${news}) ${title}`, Number(news) || 0).catch(() => undefined);
  }

  #lastHeard(): number {
    return this.#surface.session.chat.latest.reduce((last, message) => (message.pending ? last : Math.max(last, message.number)), 0);
  }

  /** Somebody is at the door. */
  #answer(): void {
    const { entrance, title } = this.#surface.session;
    for (const { id, name } of entrance.knocks) {
      if (id <= this.#knockedTo) continue;
      this.#knockedTo = id;
      void this.#shell.notify(visitingWords.knocks(name), visitingWords.wants(title.now)).catch(() => undefined);
    }
  }

  /** Somebody else means this person. */
  #hear(): void {
    const { chat, people, title } = this.#surface.session;
    const me = people.me?.id;
    const from = this.#heardTo;
    if (me === undefined || from === Infinity) return;
    this.#heardTo = this.#lastHeard();
    for (const message of chat.latest) {
      if (message.pending || message.number <= from || message.author === me || message.deleted !== undefined) continue;
      if (message.mentions?.includes(me)) void this.#shell.notify(`${message.by.name} · ${title.now || "Lanvas"}`, message.text).catch(() => undefined);
    }
  }
}
