/**
 * One session as a person has it before them: what is open, which tool is in
 * hand, what is new. The views read its cells and call its verbs.
 *
 * Promises: lives as long as the person is in the session and leaves nothing
 * running after `close`.
 * Must not know: any framework, or how the board is painted.
 */
import type { HostedSession, SessionAddress } from "../platform/host";
import type { PageId, Post, Shape } from "../protocol/generated/messages";
import { FIRST_PAGE } from "../document/contents";
import type { Refusal, Session } from "../sync/session";
import { Cell } from "./cell";
import { Desk } from "./desk";
import { fetched } from "./fetched";
import { inviteLinks } from "./invite";
import { keepLastRead, lastRead } from "./chat/last_read";
import type { Place } from "./chat/places";
import { Talk } from "./chat/talk";
import { Unread } from "./unread";

/** A chat message that the hub did not take, kept so that its words are not lost. */
export interface RefusedMessage {
  readonly key: number;
  readonly post: Post;
  readonly code: Refusal["code"];
}

/** How long a sentence about a refusal stays. */
const NOTICE_SPAN_MS = 8_000;
/** More things than these are not kept when they may not be drawn any more. */
const UNTAKEN_MAX = 500;
/** More than this many refused messages are not kept for a retry. */
const REFUSED_MAX = 20;

export class Surface {
  readonly address: SessionAddress;
  /** Set when this app hosts it; another one when its links are others. */
  readonly hosting: Cell<HostedSession | null>;
  readonly session: Session;
  /** The board with its tools. */
  readonly desk: Desk;
  readonly unread: Unread;
  /** What one does in the chat. */
  readonly talk: Talk;
  /** The page of the notes that is open. */
  readonly page = new Cell<PageId>(FIRST_PAGE);
  /** Pages that others changed since one looked. */
  readonly news = new Cell<ReadonlySet<PageId>>(new Set());
  /** Whether the notes are read beside where they are written. */
  readonly wide = new Cell(false);
  /** A heading of that page that something points at, to be shown. */
  readonly heading = new Cell<string | null>(null);
  /** A chat message to be shown; another object each time. */
  readonly pointed = new Cell<{ readonly number: number } | null>(null);
  readonly notesOpen = new Cell(false);
  readonly chatOpen = new Cell(false);
  readonly helpOpen = new Cell(false);
  /** What was just refused. */
  readonly notice = new Cell<Refusal["code"] | null>(null);
  readonly refused = new Cell<readonly RefusedMessage[]>([]);
  /** What this person drew when they might not any more, kept so that it is not lost. */
  readonly untaken = new Cell<readonly Shape[]>([]);
  /** What this person wrote in the notes and is not there. */
  readonly returned = new Cell<readonly string[]>([]);
  readonly #ends: (() => void)[] = [];
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;
  #refusedCount = 0;

  constructor(address: SessionAddress, hosted: HostedSession | null, connect: (zoom: () => number) => Session) {
    this.address = address;
    this.hosting = new Cell(hosted);
    this.session = connect(() => this.desk.zoom.now);
    this.desk = new Desk(this.session);
    this.unread = new Unread(this.session.chat, this.session.people, lastRead(address.session), (number) => keepLastRead(address.session, number));
    this.talk = new Talk(this.session);
    this.#ends.push(
      this.session.onRefused((refusal) => this.#refuse(refusal)),
      this.session.status.subscribe(() => this.#statusChanged()),
    );
    this.desk.onPlace = (link) => void fetched(() => import("./chat/places")).then(({ placeOf }) => this.#goTo(placeOf(link)), () => undefined);
    const look = (): void => this.#seen();
    this.#ends.push(this.page.subscribe(look), this.notesOpen.subscribe(look), this.session.pages.onEdited((page) => this.#edited(page)));
    this.#statusChanged();
  }

  #goTo(place: Place | null): void {
    if (place !== null) this.goTo(place);
  }

  #seen(): void {
    const { now } = this.page;
    if (this.notesOpen.now) this.news.set(new Set([...this.news.now].filter((page) => page !== now)));
  }

  #edited(page: PageId): void {
    if (!(this.notesOpen.now && page === this.page.now) && !this.news.now.has(page)) this.news.set(new Set([...this.news.now, page]));
  }

  /** Links for others, best first. */
  get invites(): readonly string[] {
    return inviteLinks(this.address, this.hosted, this.session.place.now.base);
  }

  get hosted(): HostedSession | null {
    return this.hosting.now;
  }

  /** Goes where a message points. */
  goTo(place: Place): void {
    if (place.kind === "board") return this.desk.lookAt(place);
    this.page.set(place.page);
    this.notesOpen.set(true);
    if (place.text !== "") this.heading.set(place.text);
  }

  /** Shows a chat message, also one from long ago. Whether it could be had. */
  async showMessage(place: { number: number } | { time_ms: number }): Promise<boolean> {
    const here = "number" in place ? this.session.chat.messages.some((message) => !message.pending && message.number === place.number) : false;
    const number = here && "number" in place ? place.number : await this.session.chat.lookAt(place);
    if (number !== null) this.pointed.set({ number });
    return number !== null;
  }

  retry(key: number): void {
    const message = this.refused.now.find((each) => each.key === key);
    this.discard(key);
    if (message !== undefined) this.session.submit({ type: "post_message", ...message.post });
  }

  discard(key: number): void {
    this.refused.set(this.refused.now.filter((each) => each.key !== key));
  }

  /** Writes words that were handed back at the end of the notes. */
  putBack(index: number): void {
    const text = this.returned.now[index];
    this.letGo(index);
    if (text !== undefined) this.session.pages.open(this.page.now).append(text);
  }

  letGo(index: number): void {
    this.returned.set(this.returned.now.filter((_, at) => at !== index));
  }

  /** Puts what was not taken on the board, now that it may be. */
  takeAgain(): void {
    const shapes = this.untaken.now.filter(({ id }) => this.session.board.get(id) === undefined);
    this.untaken.set([]);
    this.desk.add(shapes);
  }

  setTitle(text: string): void {
    const title = text.trim();
    if (title !== "" && title !== this.session.title.now) this.session.submit({ type: "set_title", title });
  }

  close(): void {
    clearTimeout(this.#noticeTimer);
    for (const end of this.#ends) end();
    this.unread.close();
    this.talk.close();
    this.desk.close();
    this.session.close();
  }

  #statusChanged(): void {
    if (this.session.status.now.kind === "live") this.unread.begin();
  }

  #refuse({ code, operation, text, post, shapes }: Refusal): void {
    if (shapes !== undefined) return this.untaken.set([...this.untaken.now, ...shapes].slice(-UNTAKEN_MAX));
    if (post !== null) {
      this.#refusedCount += 1;
      this.refused.set([...this.refused.now, { key: this.#refusedCount, post, code }].slice(-REFUSED_MAX));
      return;
    }
    if (operation === "edit_notes" && text !== null) return this.returned.set([...this.returned.now, text].slice(-REFUSED_MAX));
    this.notice.set(code);
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => this.notice.set(null), NOTICE_SPAN_MS);
  }
}
