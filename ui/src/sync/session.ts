/**
 * A session as the rest of the UI sees it: documents to read and listen to, verbs
 * to change them. Plain functions and subscriptions, no framework.
 *
 * Everything done here is seen at once and reaches the hub when it can; nothing
 * here waits, and nothing is lost by a broken connection or a closed tab.
 */
import type { ChangeSet, Text } from "@codemirror/state";
import type { BoardView } from "../document/board";
import type { ShownMessage } from "../document/chat";
import type { HistoryView } from "../document/history";
import type { Files } from "./files";
import type { HookState, HookWanted } from "./hook";
import type { PageInfo } from "../document/contents";
import type { NotesChange } from "../document/notes";
import type { PastEdit } from "../document/notes_life";
import type { WetStroke } from "../document/wet_ink";
import type { Unsubscribe } from "../lib/subscribers";
import type {
  Act,
  Area,
  ChatMessage,
  Color,
  Dash,
  Device,
  DoorAct,
  Entry,
  ErrorCode,
  Invite,
  Knock,
  Nib,
  Operation,
  PageId,
  Participant,
  ParticipantId,
  Position,
  Post,
  Presence,
  Remainder,
  Rules,
  Shape,
  ShapeId,
  StorageTrouble,
} from "../protocol/generated/messages";
import type { Point } from "../protocol/points";

export type { NotesChange, PageInfo, ShownMessage, WetStroke };

/** Something that changes: read it, or hear that it changed and then read it. */
export interface Changing {
  subscribe(hear: () => void): Unsubscribe;
}

/**
 * How things stand.
 * - `connecting`: no connection yet, being tried.
 * - `catching_up`: connected, what was missed is arriving.
 * - `live`: everything that happens is here.
 * - `offline`: the connection broke or cannot be had; it is tried again at `retryAt`.
 * - `knocking`: somebody is asked to let this person in; `attended` says whether anybody is there who
 *   could, `waitUntil` when it is given up.
 * - `asking`: the hub wants a (or another) password before anything else.
 * - `ended`: it will not be tried again; `reason` says why.
 */
export interface Status {
  readonly kind: "connecting" | "catching_up" | "live" | "offline" | "knocking" | "asking" | "ended";
  /** When it became so, on the clock of `Date.now()`. */
  readonly since: number;
  /** When the connection was last live; null before the first time. */
  readonly liveUntil: number | null;
  /** Failed tries since the connection broke. */
  readonly attempt: number;
  /** When it is tried again; only when offline. */
  readonly retryAt: number | null;
  /** What this person did that the hub has not answered. */
  readonly unsent: number;
  /** What this person did that is not on the hub's disk, the unsent included. */
  readonly unstored: number;
  /** What keeps the hub from storing; null while nothing does. */
  readonly storageTrouble: StorageTrouble | null;
  /** Whether it therefore takes nothing more until there is room. */
  readonly storageRefuses: boolean;
  /** Why it asks or ended. */
  readonly reason: ErrorCode | null;
  /** When it asks or ended: before then another try is of no use. */
  readonly waitUntil: number | null;
  readonly attended: boolean;
}

/** Where the hub is. */
export interface Place {
  /** `http://host:port`: where it is, or was last. */
  readonly base: string;
  /** That is not where this page came from. */
  readonly moved: boolean;
  /** It is being looked for elsewhere. */
  readonly looking: boolean;
}

export interface PlaceView extends Changing {
  readonly now: Place;
  /** What makes another page of this tab the same person; null before the first welcome. */
  resume(): { readonly replica: string; readonly resume: string } | null;
}

export interface StatusView extends Changing {
  readonly now: Status;
}

/** Somebody's place in the notes, in positions of `notes.doc` as it is. */
export interface NotesCaret {
  readonly participant: ParticipantId;
  readonly anchor: number;
  readonly head: number;
}

/** One page of the notes. */
export interface Notes {
  readonly page: PageId;
  /** What the editor shows: what the hub ordered and on top of it what was typed here. */
  readonly doc: Text;
  /** The editor made a change on `doc`. Call it for every change that did not come from `subscribe`. */
  edit(changes: ChangeSet): void;
  /** Every edit that the hub has on disk, oldest first; null if they cannot be had. */
  history(): Promise<PastEdit[] | null>;
  /** Writes at the end, as if somebody else had: the editor hears of it. */
  append(text: string): void;
  /** Others' changes. The editor must have applied one before it makes the next of its own. */
  subscribe(hear: (change: NotesChange) => void): Unsubscribe;
  /** The others' carets and selections, ready to draw. */
  readonly carets: readonly NotesCaret[];
  /** After carets moved, by text or by presence. */
  onCarets(hear: () => void): Unsubscribe;
}

/** All pages of the notes. Those are changed by `submit` with `add_page` and `update_page`. */
export interface Pages extends Changing {
  /** As they stand in the notes; behind them those that were taken out, the latest first. */
  readonly all: readonly PageInfo[];
  /** Whether the hub knows of more than the first one. */
  readonly several: boolean;
  /** A page's text; it must be among `all`. */
  open(page: PageId): Notes;
  /** After somebody else changed a page's text. */
  onEdited(hear: (page: PageId) => void): Unsubscribe;
}

export interface Chat extends Changing {
  /** Oldest first: the latest with those on their way at the end, or a window on the past. */
  readonly messages: readonly ShownMessage[];
  /** The latest, also while the past is looked at. */
  readonly latest: readonly ShownMessage[];
  readonly isInThePast: boolean;
  /** Whether there may be older ones than the first. */
  readonly hasOlder: boolean;
  /** Seconds everybody but the host waits between two messages. */
  readonly slowModeS: number;
  find(number: number): ShownMessage | undefined;
  /** Fetches older ones; resolves to whether it could. One call at a time, the others get the same promise. */
  loadOlder(): Promise<boolean>;
  /** Fetches newer ones while the past is looked at. */
  loadNewer(): Promise<boolean>;
  /** Looks at the messages around that number or time. Resolves to the number to look at, or null if it cannot be had. */
  lookAt(place: { number: number } | { time_ms: number }): Promise<number | null>;
  lookAtLatest(): void;
  /** What has all of it, newest first; null if it cannot be had. `before` is the `next` of the page before. */
  search(query: ChatQuery, before?: number): Promise<FoundMessages | null>;
}

/** What to look for in the chat; all of it must be so. */
export interface ChatQuery {
  readonly words: string;
  readonly from: string;
  /** Milliseconds since 1970 UTC. */
  readonly saidBefore: number | null;
  readonly saidAfter: number | null;
  readonly has: readonly ("image" | "link")[];
}

export interface FoundMessages {
  readonly messages: readonly ChatMessage[];
  readonly next: number | null;
}

export interface People extends Changing {
  /** Everybody who is in, this person too, by id. */
  readonly all: readonly Participant[];
  /** This person; null before the first welcome. */
  readonly me: Participant | null;
  /** What the session leaves to whom. */
  readonly rules: Rules;
  /** Why this person may not do it now; null if they may. */
  whyNot(act: Act): ErrorCode | null;
  get(id: ParticipantId): Participant | undefined;
}

/** What the others do right now; it goes when they go. */
export interface Presences extends Changing {
  readonly all: ReadonlyMap<ParticipantId, Presence>;
}

export interface WetInk extends Changing {
  /** Dispatched changes of a stroke only add points to the same object. */
  readonly strokes: ReadonlyMap<ShapeId, WetStroke>;
}

/** The hub did not take something this person did; it has been taken back on screen. */
export interface Refusal {
  /** Null when the answer got lost with a connection. */
  readonly code: ErrorCode | null;
  /** What was not taken; null when it was not an operation (a name, ink). */
  readonly operation: Operation["type"] | null;
  /** The words that were not taken, of a chat message or of an edit of the notes. */
  readonly text: string | null;
  /** The chat message that was not taken, to be put back where it was typed. */
  readonly post: Post | null;
  /** What was to be put on the board, kept so that it is not lost. */
  readonly shapes?: readonly Shape[];
  /** How long to wait until the same would be taken, if that is the reason. */
  readonly waitMs: number | null;
}

/** How people come in; see `document/entrance.ts`. */
export interface EntranceView extends Changing {
  readonly entry: Entry;
  readonly invites: readonly Invite[];
  readonly knocks: readonly Knock[];
  readonly password: string | null;
  token(invite: number): string | undefined;
}

export interface Session {
  readonly board: BoardView;
  readonly history: HistoryView;
  /** The first page of the notes. */
  readonly notes: Notes;
  readonly pages: Pages;
  readonly chat: Chat;
  readonly people: People;
  readonly presences: Presences;
  readonly wetInk: WetInk;
  readonly title: Changing & { readonly now: string };
  readonly status: StatusView;
  readonly place: PlaceView;
  readonly entrance: EntranceView;
  /** Does something at the door; the hub takes it from those who may. */
  keepDoor(act: DoorAct): void;
  /** Pictures that are kept with the session. */
  readonly files: Files;
  /** By which words come from outside; for the host alone. */
  readonly hook: { state(): Promise<HookState | null>; set(wanted: HookWanted): Promise<HookState | null> };
  /** The rules as this person asked for them and the hub has not answered yet; they change with `status` and `people`. */
  askedRules(): Rules;
  /** What lies on the board as the hub ordered it. */
  settledShapes(): Iterable<Shape>;
  /** When a shape was added, milliseconds since 1970 UTC; 0 if the hub has not said. */
  addedMs(shape: ShapeId): number;
  onRefused(hear: (refusal: Refusal) => void): Unsubscribe;

  /**
   * Does a lasting thing: on the board, in the chat, to the title. Not for the
   * notes: those change by `notes.edit`. Board operations go into the undo
   * history; those of one `gesture` id in a row are taken back together.
   * `taken`: of strokes that are cut, the ink that goes.
   */
  submit(operation: Exclude<Operation, { type: "edit_notes" | "edit_page" }>, gesture?: string, taken?: readonly Remainder[]): void;
  undo(): void;
  redo(): void;

  /** Points of the stroke being drawn, once per animation frame; `start` points came before. */
  extendInk(ink: {
    stroke: ShapeId;
    color: Color;
    width: number;
    start: number;
    points: readonly Point[];
    nib?: Nib;
    opacity?: number;
    dash?: Dash;
  }): void;
  cancelInk(stroke: ShapeId): void;
  /** What changed of where this person points, types and what they have selected. Sent at most 20 times a second. */
  showPresence(change: {
    cursor?: Position | null;
    /** Positions in the page's `doc`. */
    caret?: { page: PageId; anchor: number; head: number } | null;
    typing?: boolean;
    selection?: readonly ShapeId[];
    /** What of the board is on the screen, for those who follow. */
    view?: Area | null;
    /** Everybody should look where this person looks. */
    calling?: boolean;
  }): void;
  rename(name: string): void;
  /** The answer to `asking`. */
  enterPassword(password: string): void;
  /** Tries now instead of at `retryAt`. */
  retryNow(): void;
  /** Leaves. What is unsent stays kept for the next visit. */
  close(): void;
}

/** How to reach a session and as whom. */
export interface ConnectOptions {
  /** `http://host:port`, no slash at the end. */
  readonly base: string;
  /** The session's public id. */
  readonly session: string;
  readonly name: string;
  readonly password?: string;
  readonly hostToken?: string;
  /** The token of an invitation. */
  readonly invite?: string;
  readonly device?: Device;
  /** The token of the account that one is signed in to at this hub. */
  readonly account?: string | undefined;
  /** The colour to be seen by, if the person chose one. */
  readonly color?: Color | undefined;
  /** The zoom to choose the precision of wet ink by; 1 if absent. */
  readonly zoom?: () => number;
  /** Where the network says that the session is, `http://host:port` each; for who has an ear of its own. */
  readonly heard?: () => readonly string[];
}
