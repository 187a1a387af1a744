/**
 * Whether one writes on the notes or only reads them, and how that looks and is told.
 *
 * Promises: where one may not write there is no caret, no keyboard comes up on a phone,
 * and a screen reader says that it is read-only and why (by what `WHY_NOT_ID` names);
 * words can still be selected, copied, searched and walked through by keyboard.
 * Must not know: who may write, or why not.
 */
import { Compartment, EditorState, type Extension, type StateEffect } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";
import { WHY_NOT_ID } from "./why_not";
import { noteWords } from "./words";

const place = new Compartment();

/** As an editor begins. */
export function writing(may: boolean): Extension {
  return place.of(may ? open() : shut());
}

/** From now on. */
export function writingAs(may: boolean): StateEffect<unknown> {
  return place.reconfigure(may ? open() : shut());
}

/** Made when wanted: the words may be in another language by then. */
const open = (): Extension => placeholder(noteWords.placeholder);

const shut = (): Extension => [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  // What cannot be edited is left out by the Tab key, unless it says otherwise.
  EditorView.contentAttributes.of({ tabindex: "0", "aria-describedby": WHY_NOT_ID }),
  EditorView.editorAttributes.of({ class: "lanvas-shut" }),
  placeholder(noteWords.nothingYet),
];
