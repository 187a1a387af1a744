/** Boxes to tick in place of `[ ]` and `[x]`, but on the line where one writes. */
import { syntaxTree } from "@codemirror/language";
import { RangeSetBuilder, type Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { Decoration, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from "@codemirror/view";

class Box extends WidgetType {
  readonly done: boolean;
  readonly fixed: boolean;

  constructor(done: boolean, fixed: boolean) {
    super();
    this.done = done;
    this.fixed = fixed;
  }

  override eq(other: Box): boolean {
    return other.done === this.done && other.fixed === this.fixed;
  }

  override toDOM(view: EditorView): HTMLElement {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "lanvas-task";
    box.checked = this.done;
    box.disabled = this.fixed;
    // The change comes back through the text, and so does the tick.
    box.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      event.preventDefault();
      const from = view.posAtDOM(box);
      view.dispatch({ changes: { from, to: from + 3, insert: this.done ? "[ ]" : "[x]" }, userEvent: "input" });
    });
    return box;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

function boxes(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { state } = view;
  const here = view.hasFocus && !state.readOnly ? state.doc.lineAt(state.selection.main.head) : null;
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(state).iterate({
      from,
      to,
      enter: ({ name, from: start, to: end }) => {
        if (name !== "TaskMarker" || (here !== null && start >= here.from && end <= here.to)) return;
        const done = /x/i.test(state.sliceDoc(start, end));
        builder.add(start, end, Decoration.replace({ widget: new Box(done, state.readOnly) }));
      },
    });
  }
  return builder.finish();
}

export const tasks: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = boxes(view);
    }

    update(update: ViewUpdate): void {
      const grown = syntaxTree(update.state) !== syntaxTree(update.startState);
      if (update.docChanged || update.selectionSet || update.viewportChanged || update.focusChanged || grown || update.state.readOnly !== update.startState.readOnly) this.decorations = boxes(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
