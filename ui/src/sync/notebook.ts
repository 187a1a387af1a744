/**
 * All pages of the notes: how each follows the hub's order, what waits to be sent,
 * and how they are brought together with what the hub has after a snapshot.
 *
 * Promises: a page is the same object for as long as it is there; what somebody
 * wrote on a page that is no more is handed back.
 * Must not know: sockets, time, anything else of the session.
 */
import type { ChangeSet, Text } from "@codemirror/state";
import { Carets } from "../document/carets";
import { Contents, FIRST_PAGE, isPageOperation, type PageOperation } from "../document/contents";
import { NotesReplica, type UnstoredNotes } from "../document/notes";
import type { Submission } from "../document/submission";
import { asString, asText, fromWire } from "../document/text_changes";
import { Subscribers } from "../lib/subscribers";
import type { Caret, ErrorCode, Operation, PageId, ParticipantId, ReplicaId, SnapshotRest, TextChanges } from "../protocol/generated/messages";
import type { Fates } from "./fates";
import type { Entry } from "./outgoing";

/** What the hub does not have of each page. */
export type KeptPages = Readonly<Record<PageId, UnstoredNotes>>;

/** Words for which there is no place any more, and why if that is known. */
export interface HandedBack {
  readonly code: ErrorCode | null;
  readonly words: string;
}

/** One page as it is here. */
export class NotebookPage {
  readonly text = new NotesReplica();
  readonly carets = new Carets();
  /** What the hub has, from a snapshot until the end of the catch-up. */
  hub: Text | null = null;

  constructor(readonly id: PageId) {}
}

interface Place {
  readonly number: number;
  readonly author: ParticipantId;
}

export class Notebook {
  readonly contents = new Contents();
  /** A page's text was changed by others. */
  readonly changed = new Subscribers<{ readonly page: PageId; readonly changes: ChangeSet; readonly author: ParticipantId | null }>();
  readonly #pages = new Map<PageId, NotebookPage>();
  /** Carets on pages that are not here yet: presence may overtake the page. */
  readonly #early = new Map<ParticipantId, Caret>();
  /** Whether a snapshot has come and the pages are not brought together with it yet. */
  #meeting = false;
  #number = 0;

  readonly first = this.open(FIRST_PAGE);

  find(page: PageId): NotebookPage | undefined {
    return this.#pages.get(page);
  }

  /** The page, blank if there is none yet. */
  open(id: PageId): NotebookPage {
    const had = this.#pages.get(id);
    if (had !== undefined) return had;
    const page = new NotebookPage(id);
    page.carets.begin(this.#number);
    page.text.subscribe(({ changes, author }) => this.changed.emit({ page: id, changes, author }));
    this.#pages.set(id, page);
    for (const [participant, caret] of this.#early) if (caret.page === id) this.showCaret(participant, caret);
    return page;
  }

  get isMeeting(): boolean {
    return this.#meeting;
  }

  get unsent(): number {
    return this.#sum(({ text }) => text.unsent);
  }

  get unstored(): number {
    return this.#sum(({ text }) => text.unstored);
  }

  get onTheirWay(): number {
    return this.#sum(({ text }) => (text.sent === null ? 0 : 1));
  }

  /** Whether there is an edit that may be sent: of a page that the hub has. */
  get wantsToSend(): boolean {
    return this.#nextToSend() !== undefined;
  }

  /** The oldest edit on its way. */
  get oldestSeq(): number {
    return Math.min(...[...this.#pages.values()].map(({ text }) => text.sent?.seq ?? Infinity));
  }

  senders(): ReplicaId[] {
    return [...this.#pages.values()].flatMap(({ text }) => text.senders());
  }

  sentAs(sent: Submission): NotebookPage | undefined {
    for (const page of this.#pages.values()) if (page.text.isSent(sent)) return page;
    return undefined;
  }

  /** The next edit as an operation, on its way as `sent`. */
  send(sent: Submission, base: number): Operation | null {
    const page = this.#nextToSend();
    const changes = page?.text.send(sent) ?? null;
    return page === undefined || changes === null ? null : editOf(page.id, base, changes);
  }

  // --- what the hub says ------------------------------------------------------

  /** The order has come to `number`, by something else than the notes. */
  advance(number: number): void {
    this.#number = number;
    for (const { carets } of this.#pages.values()) carets.advance(number);
  }

  /** Somebody's edit, or this person's as it was told. */
  edited(page: PageId, changes: TextChanges, { number, author }: Place, sent: Submission): void {
    const known = this.open(page);
    if (known.hub !== null) {
      const remote = fromWire(changes);
      known.hub = remote.apply(known.hub);
      this.#editedAt(known, number, author, remote);
      return;
    }
    const mine = known.text.isSent(sent);
    this.#editedAt(known, number, author, mine ? known.text.confirm(number, changes) : known.text.applyRemote(number, changes, author));
  }

  /** This person's edit, as it was sent. */
  confirmed(page: NotebookPage, { number, author }: Place): void {
    this.#editedAt(page, number, author, page.text.confirm(number));
  }

  /** Pages came, went or are called otherwise. Gives the words that have no page any more. */
  ordered(number: number, operation: PageOperation): HandedBack[] {
    if (operation.type === "add_page" && !this.contents.has(operation.page)) {
      const page = this.open(operation.page);
      if (this.#meeting) page.hub = asText("");
    }
    this.advance(number);
    return this.contents.apply(number, operation, (page) => this.#lengthOf(page)).flatMap((page) => this.giveUp(page));
  }

  showCaret(participant: ParticipantId, caret: Caret | undefined): void {
    const on = caret?.page ?? FIRST_PAGE;
    if (caret !== undefined && !this.#pages.has(on)) this.#early.set(participant, caret);
    else this.#early.delete(participant);
    for (const { id, carets } of this.#pages.values()) carets.show(participant, id === on ? caret : undefined);
  }

  forgetCaret(participant: ParticipantId): void {
    this.showCaret(participant, undefined);
  }

  /** From now on until `meet` the hub's pages are followed beside what is on the screen. */
  snapshot(number: number, { notes, pages = [] }: SnapshotRest): void {
    this.#number = number;
    this.#meeting = true;
    this.contents.reset(pages);
    for (const page of this.#pages.values()) page.hub = null;
    this.first.hub = asText(notes);
    for (const { page, text = "" } of pages) if (page !== FIRST_PAGE) this.open(page).hub = asText(text);
    for (const { carets, hub } of this.#pages.values()) carets.reset(number, hub?.length ?? 0);
  }

  /** The catch-up is over: what is on the screen becomes what the hub has, with what it does not have on top. `comes` are pages that will be added. */
  meet(number: number, fates: Fates, comes: ReadonlySet<PageId>): HandedBack[] {
    const back: HandedBack[] = [];
    for (const page of [...this.#pages.values()]) {
      if (this.#meeting) {
        const returned = page.text.reset(page.hub === null ? "" : asString(page.hub), number, fates.of);
        back.push(...returned.map(({ sent, words }) => ({ code: fates.codeOf(sent), words })));
        if (!this.contents.has(page.id) && !comes.has(page.id)) back.push(...this.giveUp(page.id));
        page.hub = null;
      } else if (page.text.sent !== null) {
        back.push(...resolved(page.text, page.text.sent, fates));
      }
    }
    this.#meeting = false;
    this.advance(number);
    return back;
  }

  /** There is no such page any more. Gives what was written on it and not sent. */
  giveUp(id: PageId): HandedBack[] {
    const page = this.#pages.get(id);
    if (page === undefined || id === FIRST_PAGE) return [];
    this.#pages.delete(id);
    const words = page.text.unsentWords();
    return words === "" ? [] : [{ code: "page_not_found", words }];
  }

  store(number: number): void {
    for (const { text } of this.#pages.values()) text.store(number);
  }

  // --- what is kept over the life of the page ---------------------------------

  /** What the hub may not have; null if it has all. */
  unstoredParts(): KeptPages | null {
    const open = [...this.#pages.values()].filter(({ text }) => text.unstored > 0);
    return open.length === 0 ? null : Object.fromEntries(open.map(({ id, text }) => [id, text.unstoredParts()]));
  }

  restore(kept: KeptPages): void {
    for (const [id, unstored] of Object.entries(kept)) this.open(id).text.restore(unstored);
  }

  // --- within -----------------------------------------------------------------

  #nextToSend(): NotebookPage | undefined {
    for (const page of this.#pages.values()) if (page.text.wantsToSend && this.contents.has(page.id)) return page;
    return undefined;
  }

  #editedAt(page: NotebookPage, number: number, author: ParticipantId, changes: ChangeSet | null): void {
    this.#number = number;
    for (const other of this.#pages.values()) {
      if (other === page && changes !== null) other.carets.advance(number, { author, changes });
      else other.carets.advance(number);
    }
  }

  #lengthOf(id: PageId): number {
    const page = this.#pages.get(id);
    return page?.hub?.length ?? page?.text.confirmed.length ?? 0;
  }

  #sum(of: (page: NotebookPage) => number): number {
    let sum = 0;
    for (const page of this.#pages.values()) sum += of(page);
    return sum;
  }
}

/** Everything ordered since has come, and this edit was not among it. */
function resolved(text: NotesReplica, sent: Submission, fates: Fates): HandedBack[] {
  if (fates.of(sent) !== "not_arrived") return [{ code: fates.codeOf(sent), words: text.dropSent() }];
  text.takeBackSent();
  return [];
}

function editOf(page: PageId, base: number, changes: TextChanges): Operation {
  return page === FIRST_PAGE ? { type: "edit_notes", base, changes } : { type: "edit_page", page, base, changes };
}

/** What this person did to the pages, of what the hub has not answered. */
export function pageOperations(unanswered: readonly Entry[]): PageOperation[] {
  return unanswered.flatMap(({ operation }) => (isPageOperation(operation) ? [operation] : []));
}

/** Pages that this person added and that will be sent (again). */
export function comingPages(unanswered: readonly Entry[], fates: Fates): Set<PageId> {
  const coming = new Set<PageId>();
  for (const { operation, sent } of unanswered) {
    const fate = sent === null ? "not_arrived" : fates.of(sent);
    if (operation.type === "add_page" && (fate === "not_arrived" || fate === "unknown")) coming.add(operation.page);
  }
  return coming;
}
