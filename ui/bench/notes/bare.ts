/** The baseline: CodeMirror with nothing of ours, and as much text. */
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const LINE = "The quick brown fox jumps over the lazy dog, and the dog goes on sleeping.\n";
const units = Number(new URLSearchParams(location.search).get("units") ?? 0);
const doc = LINE.repeat(Math.ceil(units / LINE.length)).slice(0, units);
const parent = document.querySelector("#editor") ?? document.body;
const view = new EditorView({ parent, state: EditorState.create({ doc, extensions: [EditorView.lineWrapping, EditorView.theme({ "&": { height: "600px" } })] }) });
view.focus();
