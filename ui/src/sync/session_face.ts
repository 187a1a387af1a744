/** A session's face over the client's core: each member reads a document or hands in an input. */
import { loadNewer, loadOlder, lookAt, search, type HistoryAddress } from "./chat_history";
import type { Driver } from "./connect";
import { pastEdits } from "./notes_history";
import { filesOf } from "./files";
import { hookState, setHook } from "./hook";
import type { ConnectOptions, Notes, NotesCaret, Pages, Session } from "./session";
import { FIRST_PAGE } from "../document/contents";
import type { PageId } from "../protocol/generated/messages";
import { precisionFor } from "../protocol/points";

export function sessionOf(driver: Driver, options: ConnectOptions): Session {
  const { client, refused } = driver;
  const { board, history, roster, presences, wetInk, titleChanged } = client.replica;
  return {
    board,
    history,
    notes: notesOf(driver, options, FIRST_PAGE),
    pages: pagesOf(driver, options),
    chat: chatOf(driver, options),
    hook: {
      state: () => hookState({ ...options, base: driver.base, resume: client.resume }),
      set: (wanted) => setHook({ ...options, base: driver.base, resume: client.resume }, wanted),
    },
    people: roster,
    presences,
    wetInk,
    title: {
      get now() {
        return client.replica.title;
      },
      subscribe: (hear) => titleChanged.subscribe(hear),
    },
    status: {
      get now() {
        return client.status;
      },
      subscribe: (hear) => client.statusChanged.subscribe(() => hear()),
    },
    place: {
      get now() {
        return { base: driver.base, moved: driver.base !== options.base, looking: driver.looking };
      },
      resume: () => (client.resume === undefined ? null : { replica: client.replica.replica, resume: client.resume }),
      subscribe: (hear) => driver.place.subscribe(hear),
    },
    entrance: client.entrance,
    keepDoor: (act) => driver.handle({ type: "keep_door", act }),
    files: filesOf({ base: () => driver.base, session: options.session, resume: () => client.resume }),
    askedRules: () => client.askedRules,
    settledShapes: () => board.confirmedShapes(),
    addedMs: (shape) => board.confirmed(shape)?.added_ms ?? 0,
    onRefused: (hear) => refused.subscribe(hear),
    submit: (operation, gesture, taken) => driver.handle({ type: "act", operation, gesture, taken }),
    undo: () => driver.handle({ type: "undo" }),
    redo: () => driver.handle({ type: "redo" }),
    extendInk: (ink) => driver.handle({ type: "extend_ink", ink: { ...ink, precision: precisionFor(options.zoom?.() ?? 1) } }),
    cancelInk: (stroke) => driver.handle({ type: "cancel_ink", stroke }),
    showPresence: (change) => driver.handle({ type: "show_presence", change }),
    rename: (name) => driver.handle({ type: "rename", name }),
    enterPassword: (password) => driver.handle({ type: "enter_password", password }),
    retryNow: () => driver.handle({ type: "nudged" }),
    close: () => driver.close(),
  };
}

function chatOf(driver: Driver, { session }: ConnectOptions): Session["chat"] {
  const { chat } = driver.client.replica;
  const address = (): HistoryAddress => ({ base: driver.base, session, resume: driver.client.resume });
  return {
    get messages() {
      return chat.messages;
    },
    get latest() {
      return chat.latest;
    },
    get isInThePast() {
      return chat.isInThePast;
    },
    get hasOlder() {
      return chat.hasOlder;
    },
    get slowModeS() {
      return chat.slowModeS;
    },
    subscribe: (hear) => chat.subscribe(hear),
    find: (number) => chat.find(number),
    loadOlder: oneAtATime(() => loadOlder(chat, address())),
    loadNewer: oneAtATime(() => loadNewer(chat, address())),
    lookAt: (place) => lookAt(chat, address(), place),
    lookAtLatest: () => chat.lookAtLatest(),
    search: (query, before) => search(address(), query, before),
  };
}

function oneAtATime(load: () => Promise<boolean>): () => Promise<boolean> {
  let loading: Promise<boolean> | null = null;
  return () => (loading ??= load().finally(() => (loading = null)));
}

function pagesOf(driver: Driver, options: ConnectOptions): Pages {
  const { replica } = driver.client;
  return {
    get all() {
      return replica.pages;
    },
    get several() {
      return replica.notebook.contents.takesPages;
    },
    open: (page) => notesOf(driver, options, page),
    onEdited: (hear) => replica.notebook.changed.subscribe(({ page, author }) => {
      if (author !== null && author !== replica.roster.me?.id) hear(page);
    }),
    subscribe: (hear) => replica.pagesChanged.subscribe(hear),
  };
}

function notesOf(driver: Driver, { session }: ConnectOptions, page: PageId): Notes {
  const { text, carets } = driver.client.replica.notebook.open(page);
  return {
    page,
    get doc() {
      return text.doc;
    },
    edit: (changes) => driver.handle({ type: "edit_notes", page, changes }),
    append: (words) => driver.handle({ type: "append_notes", page, text: words }),
    history: () => pastEdits({ base: driver.base, session, resume: driver.client.resume }, page),
    subscribe: (hear) => text.subscribe(hear),
    get carets() {
      return caretsOf(driver, page);
    },
    onCarets: (hear) => carets.subscribe(hear),
  };
}

/** The others' carets where they are in this page's text. */
function caretsOf({ client }: Driver, page: PageId): NotesCaret[] {
  const { notebook, roster } = client.replica;
  const { text, carets } = notebook.open(page);
  const most = text.confirmed.length;
  const placed = (position: number): number => text.fromConfirmed(Math.min(position, most));
  return [...carets.placed]
    .filter(([participant]) => participant !== roster.me?.id)
    .map(([participant, { anchor, head }]) => ({ participant, anchor: placed(anchor), head: placed(head) }));
}
