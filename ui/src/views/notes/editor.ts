/**
 * The notes' editor: CodeMirror tied to the session's notes.
 *
 * Promises: what is typed here is in the notes at once and waits for nobody;
 * what the others do arrives without moving the caret or the view away from where
 * one writes; undo takes back only what was done in this editor.
 * Must not know: revisions, numbers, or how a change reaches the hub.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdownKeymap, markdownLanguage } from "@codemirror/lang-markdown";
import { indentUnit, LanguageSupport } from "@codemirror/language";
import { Annotation, EditorState, Transaction, type Extension } from "@codemirror/state";
import { drawSelection, dropCursor, EditorView, keymap, placeholder, type ViewUpdate } from "@codemirror/view";
import { headingAt } from "../../app/chat/places";
import type { Session } from "../../sync/session";
import { words } from "../words";
import { remoteCarets, showCarets } from "./carets";
import { looks } from "./looks";

/** Marks what came from the session, so that it is not sent back. */
const fromSession = Annotation.define<boolean>();

/** Opens the editor in `host`; the result closes it and ends everything it listens to. */
export function openEditor(host: HTMLElement, session: Session, heading: Pointed): () => void {
  const view = new EditorView({
    parent: host,
    state: EditorState.create({ doc: session.notes.doc, extensions: extensions(session) }),
  });
  const drawCarets = (): void => view.dispatch({ effects: showCarets.of(namedCarets(session)) });
  const ends = [
    session.notes.subscribe(({ changes }) => {
      // A change of others is no step of one's own to undo; history maps its steps over it.
      const annotations = [fromSession.of(true), Transaction.addToHistory.of(false), Transaction.remote.of(true)];
      view.dispatch({ changes, annotations });
    }),
    session.notes.onCarets(drawCarets),
    session.people.subscribe(drawCarets),
  ];
  const showHeading = (): void => goToHeading(view, heading);
  ends.push(heading.subscribe(showHeading));
  drawCarets();
  showHeading();
  return () => {
    for (const end of ends) end();
    session.showPresence({ caret: null });
    view.destroy();
  };
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

function extensions(session: Session): Extension {
  return [
    history(),
    keymap.of([...markdownKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    // One kind of line end on every machine: positions must mean the same to all.
    EditorState.lineSeparator.of("\n"),
    indentUnit.of("  "),
    EditorState.tabSize.of(4),
    // Without the languages of code blocks and HTML, which weigh more than the editor.
    new LanguageSupport(markdownLanguage),
    drawSelection(),
    dropCursor(),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": words.notes.label, spellcheck: "true", autocapitalize: "sentences" }),
    placeholder(words.notes.placeholder),
    remoteCarets,
    looks,
    EditorView.updateListener.of((update) => tell(session, update)),
  ];
}

function tell(session: Session, update: ViewUpdate): void {
  for (const transaction of update.transactions) {
    if (transaction.docChanged && transaction.annotation(fromSession) !== true) session.notes.edit(transaction.changes);
  }
  if (!update.selectionSet && !update.docChanged && !update.focusChanged) return;
  const { anchor, head } = update.state.selection.main;
  session.showPresence({ caret: update.view.hasFocus ? { anchor, head } : null });
}

/** Carets of those who are still here, as they are called now. */
function namedCarets({ notes, people }: Session) {
  return notes.carets.flatMap(({ participant, anchor, head }) => {
    const person = people.get(participant);
    return person === undefined ? [] : [{ id: participant, name: person.name, color: person.color, anchor, head }];
  });
}
