/**
 * The notes' editor: CodeMirror tied to the session's notes.
 *
 * Promises: what is typed here is in the notes at once and waits for nobody;
 * what the others do arrives without moving the caret or the view away from where
 * one writes; undo takes back only what was done in this editor.
 * Must not know: revisions, numbers, or how a change reaches the hub.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdownKeymap } from "@codemirror/lang-markdown";
import { indentUnit } from "@codemirror/language";
import { Annotation, ChangeSet, EditorState, Transaction, type Extension } from "@codemirror/state";
import { closeSearchPanel, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { dropCursor, EditorView, highlightSpecialChars, keymap, type ViewUpdate } from "@codemirror/view";
import { fetched } from "../../app/fetched";
import { headingAt } from "../../app/chat/places";
import type { Span } from "../../document/notes_life";
import { asText, changesBetween } from "../../document/text_changes";
import { NOTES_LENGTH_MAX } from "../../protocol/generated/limits";
import type { PageId, ParticipantId } from "../../protocol/generated/messages";
import type { Notes, Session } from "../../sync/session";
import { noteWords } from "./words";
import { authors, authorsOfLine, rangesOf, showAuthors, showsAuthors, writtenBy, type Author } from "./authors";
import { remoteCarets } from "./carets";
import { Incoming } from "./incoming";
import { notesLanguage } from "./language";
import { links } from "./links";
import { looks } from "./looks";
import { tasks } from "./tasks";
import { writing, writingAs } from "./writing";

/** Marks what came from the session, so that it is not sent back. */
const fromSession = Annotation.define<boolean>();
const ofOthers = [fromSession.of(true), Transaction.addToHistory.of(false), Transaction.remote.of(true)];
/** What has come for each editor. */
const incomings = new WeakMap<EditorView, Incoming>();

/** The editor as the panel around it uses it. */
export interface NotesEditor {
  readonly view: EditorView;
  find(): void;
  /** Scrolls to where somebody writes. */
  goTo(position: number): void;
  /** Colours the words by who wrote them, or no longer. */
  showAuthors(spans: readonly Span[] | null): void;
  /** Puts a file's words where the caret is; of another kind of file the options are told. */
  bring(file: File): Promise<void>;
  /** Makes the notes say this, as one change. */
  replaceAll(text: string): void;
  /** Closes it and ends everything it listens to. */
  close(): void;
}

export interface EditorOptions {
  /** Says a time in words. */
  readonly when: (time_ms: number) => string;
  /** Who wrote on the line where the caret is; null while that is not shown. */
  readonly onLine: (authors: readonly Author[] | null) => void;
  /** What was typed or pasted would make the notes too long, and was not taken. */
  readonly onTooLong: () => void;
  /** A file was to be put in that is no text. */
  readonly onNoText: () => void;
  /** A link to a place of a session was opened. */
  readonly onPlace: (place: string) => void;
  /** The text is another one now, whoever changed it. */
  readonly onChange: () => void;
  readonly heading: Pointed;
}

/** Opens the editor in `host`. */
export function openEditor(host: HTMLElement, session: Session, page: Notes, options: EditorOptions): NotesEditor {
  const view = new EditorView({ parent: host, state: takeUp(session, page, options) });
  const incoming = new Incoming(view, {
    // A change of others is no step of one's own to undo; history maps its steps over it.
    told: ({ changes, author }) => ({ changes, annotations: [...ofOthers, ...authorOf(session, author)] }),
    apart: () => showsAuthors(view.state),
    carets: () => namedCarets(session, page),
  });
  incomings.set(view, incoming);
  const ends = [
    page.subscribe((change) => incoming.arrive(change)),
    page.onCarets(() => incoming.moveCarets()),
    session.people.subscribe(() => incoming.moveCarets()),
    session.people.subscribe(() => permit(view, session)),
  ];
  const showHeading = (): void => goToHeading(view, options.heading);
  ends.push(options.heading.subscribe(showHeading));
  incoming.moveCarets();
  // A page taken up again is as it was put down.
  permit(view, session);
  showHeading();
  return {
    view,
    find: () => void openSearchPanel(view),
    goTo: (position) => {
      incoming.show();
      view.dispatch({ effects: EditorView.scrollIntoView(Math.min(position, view.state.doc.length), { y: "center" }) });
    },
    showAuthors: (spans) => view.dispatch({ effects: showAuthors.of(spans === null ? null : rangesOf(spans, view.state.doc)) }),
    bring: (file) => bring(view, file, options.onNoText),
    replaceAll: (text) => view.dispatch({ changes: changesBetween(view.state.doc, asText(text)), userEvent: "input" }),
    close: () => {
      for (const end of ends) end();
      incoming.show();
      session.showPresence({ caret: null });
      putDown(session, page, view.state);
      view.destroy();
    },
  };
}

/** As people are and what the host leaves to them now: who may write, and who only reads. */
function permit(view: EditorView, session: Session): void {
  const may = session.people.whyNot("write") === null;
  if (may !== view.state.readOnly) return;
  // It would go on offering to replace, or not offer it.
  closeSearchPanel(view);
  view.dispatch({ effects: writingAs(may) });
}

/** A heading that is to be shown, until it has been. */
interface Pointed {
  readonly now: string | null;
  set(next: string | null): void;
  subscribe(hear: () => void): () => void;
}

function goToHeading(view: EditorView, heading: Pointed): void {
  const wanted = heading.now;
  if (wanted === null) return;
  const at = headingAt(view.state.doc.toString(), wanted);
  heading.set(null);
  if (at === -1) return;
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "start", yMargin: 16 }) });
  view.focus();
}

function authorOf(session: Session, id: ParticipantId | null) {
  const person = id === null ? undefined : session.people.get(id);
  return person === undefined ? [] : [writtenBy.of({ name: person.name, color: person.color, time_ms: Date.now() })];
}

/** What is typed here is mine; what is done again leaves the caret behind it, not before. */
function completed(session: Session): Extension {
  return EditorState.transactionExtender.of((transaction) => {
    const me = session.people.me;
    if (!transaction.docChanged || me === null || transaction.annotation(fromSession) === true) return null;
    return { annotations: writtenBy.of({ name: me.name, color: me.color, time_ms: Date.now() }) };
  });
}

/** The history puts the caret where it was before what is done again. */
const caretAfterRedo = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.isUserEvent("redo") || !transaction.docChanged) return transaction;
  let end = 0;
  transaction.changes.iterChangedRanges((_from, _to, _fromNew, toNew) => (end = toNew));
  return [transaction, { selection: { anchor: end }, sequential: true, scrollIntoView: true }];
});

/** What the options say now: a page that is taken up again may be in another panel. */
const current = new WeakMap<Session, EditorOptions>();

/** A page that nobody looks at: its steps to undo, and what others did to it since. */
interface PutDown {
  readonly state: EditorState;
  missed: ChangeSet;
  readonly end: () => void;
}

/** Pages put down are kept ready to undo on; of more than so many the one put down first is not. */
const PUT_DOWN_MAX = 20;
const down = new WeakMap<Session, Map<PageId, PutDown>>();

function putDown(session: Session, page: Notes, state: EditorState): void {
  const pages = down.get(session) ?? new Map<PageId, PutDown>();
  down.set(session, pages);
  const kept: PutDown = { state, missed: ChangeSet.empty(state.doc.length), end: page.subscribe(({ changes }) => (kept.missed = kept.missed.compose(changes))) };
  pages.set(page.page, kept);
  for (const [oldest, { end }] of pages) {
    if (pages.size <= PUT_DOWN_MAX) break;
    end();
    pages.delete(oldest);
  }
}

/** The page as this person left it, with what others did since; or as it is. */
function takeUp(session: Session, page: Notes, options: EditorOptions): EditorState {
  current.set(session, options);
  const kept = down.get(session)?.get(page.page);
  kept?.end();
  down.get(session)?.delete(page.page);
  const state = kept?.state.update({ changes: kept.missed, annotations: ofOthers }).state;
  if (state?.doc.eq(page.doc) === true) return state;
  return EditorState.create({ doc: page.doc, extensions: extensions(session, page) });
}

/** What may not be written now is not; why not stands below. */
function whileAllowed(session: Session): Extension {
  return EditorState.changeFilter.of((transaction) => transaction.annotation(fromSession) === true || session.people.whyNot("write") === null);
}

function extensions(session: Session, page: Notes): Extension {
  const asked = (): EditorOptions | undefined => current.get(session);
  return [
    history(),
    completed(session),
    caretAfterRedo,
    whileAllowed(session),
    search({ top: true }),
    EditorState.phrases.of(noteWords.searching),
    keymap.of([...searchKeymap, ...markdownKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    // One kind of line end on every machine: positions must mean the same to all.
    EditorState.lineSeparator.of("\n"),
    indentUnit.of("  "),
    EditorState.tabSize.of(4),
    notesLanguage,
    // The browser draws caret and selection: a caret that blinks as an animation keeps every frame busy.
    dropCursor(),
    // What turns the reading direction or hides is seen.
    highlightSpecialChars(),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": noteWords.label, spellcheck: "true", autocapitalize: "sentences" }),
    writing(session.people.whyNot("write") === null),
    remoteCarets,
    tasks,
    authors((time_ms) => asked()?.when(time_ms) ?? ""),
    bounded(() => asked()?.onTooLong()),
    taken(() => asked()?.onNoText()),
    links((place) => asked()?.onPlace(place)),
    EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
    looks,
    EditorView.updateListener.of((update) => {
      tell(session, page, update);
      if (update.docChanged) asked()?.onChange();
      if (update.docChanged || update.selectionSet || update.transactions.some((one) => one.effects.length > 0)) asked()?.onLine(authorsOfLine(update.state, update.state.selection.main.head));
    }),
  ];
}

/** What would make the notes longer than the hub takes is not taken; others' changes are. */
function bounded(onTooLong: () => void): Extension {
  return EditorState.changeFilter.of((transaction) => {
    const { length } = transaction.newDoc;
    const fits = length <= NOTES_LENGTH_MAX || length <= transaction.startState.doc.length;
    if (fits || transaction.annotation(fromSession) === true) return true;
    queueMicrotask(onTooLong);
    return false;
  });
}

/** A dropped file's words come to where it was dropped, a pasted one's to the caret. */
function taken(onNoText: () => void): Extension {
  const take = (view: EditorView, event: Event, files: readonly File[]): boolean => {
    if (files.length === 0) return false;
    event.preventDefault();
    for (const file of files) void bring(view, file, onNoText);
    return true;
  };
  return EditorView.domEventHandlers({
    drop: (event, view) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      const at = files.length === 0 ? null : view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (at !== null) view.dispatch({ selection: { anchor: at } });
      return take(view, event, files);
    },
    // What is copied from a table or a page is words and a picture of them.
    paste: (event, view) => event.clipboardData?.types.includes("text/plain") !== true && take(view, event, [...(event.clipboardData?.files ?? [])]),
  });
}

async function bring(view: EditorView, file: File, onNoText: () => void): Promise<void> {
  const { wordsOf } = await fetched(() => import("./exchange"));
  const text = await wordsOf(file);
  if (text === null) onNoText();
  else view.dispatch(view.state.replaceSelection(asText(text)), { userEvent: "input.drop", scrollIntoView: true });
}

function tell(session: Session, page: Notes, update: ViewUpdate): void {
  const incoming = incomings.get(update.view);
  if (update.viewportChanged && !update.docChanged) incoming?.look();
  for (const transaction of update.transactions) {
    if (transaction.docChanged && transaction.annotation(fromSession) !== true) page.edit(incoming?.pass(transaction.changes) ?? transaction.changes);
  }
  if (!update.selectionSet && !update.docChanged && !update.focusChanged) return;
  const { anchor, head } = update.state.selection.main;
  const place = (position: number): number => incoming?.place(position) ?? position;
  session.showPresence({ caret: update.view.hasFocus ? { page: page.page, anchor: place(anchor), head: place(head) } : null });
}

/** Carets of those who are still here, as they are called now. */
function namedCarets({ people }: Session, page: Notes) {
  return page.carets.flatMap(({ participant, anchor, head }) => {
    const person = people.get(participant);
    return person === undefined ? [] : [{ id: participant, name: person.name, color: person.color, anchor, head }];
  });
}
