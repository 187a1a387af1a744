/** Links where one writes: Ctrl, or Cmd on a Mac, and a click open one as a page to read does; a click alone is for the caret. */
import { syntaxTree } from "@codemirror/language";
import { RangeSetBuilder, type EditorState, type Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { PLACE, safe } from "./targets";
import { noteWords } from "./words";

const KINDS = new Set(["Link", "Image", "Autolink", "URL"]);
const isMac = /^(?:Mac|iP)/.test(navigator.platform);

/** Where the link around `position` leads; null if it leads nowhere or none is there. */
export function linkAt(state: EditorState, position: number): string | null {
  let address: string | null = null;
  for (let node = syntaxTree(state).resolveInner(position, 1); ; ) {
    const url = !KINDS.has(node.name) ? null : node.name === "URL" ? node : node.getChild("URL");
    // The outermost: a picture may stand in a link.
    if (url !== null) address = state.sliceDoc(url.from, url.to);
    if (node.parent === null) break;
    node = node.parent;
  }
  return address === null ? null : PLACE.test(address) ? address : safe(address);
}

function titled(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const mark = Decoration.mark({ class: "lanvas-link", attributes: { title: noteWords.opensLink(isMac ? "Cmd" : noteWords.ctrl) } });
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: ({ name, from: start, to: end }) => {
        if (!KINDS.has(name)) return undefined;
        if (linkAt(view.state, start) !== null) builder.add(start, end, mark);
        return false;
      },
    });
  }
  return builder.finish();
}

/** `go` is told of a place of a session. */
export function links(go: (place: string) => void): Extension {
  const pressed = ({ target, button, ctrlKey, metaKey }: MouseEvent, view: EditorView): string | null => {
    const mark = target instanceof Element && button === 0 && (isMac ? metaKey : ctrlKey) ? target.closest(".lanvas-link") : null;
    return mark === null ? null : linkAt(view.state, view.posAtDOM(mark));
  };
  const marks = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = titled(view);
      }

      update(update: ViewUpdate): void {
        if (update.docChanged || update.viewportChanged || syntaxTree(update.state) !== syntaxTree(update.startState)) this.decorations = titled(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
  const presses = EditorView.domEventHandlers({
    mousedown: (event, view) => pressed(event, view) !== null,
    click: (event, view) => {
      const link = pressed(event, view);
      if (link === null || event.detail > 1) return false;
      if (PLACE.test(link)) go(link);
      else window.open(link, "_blank", "noopener,noreferrer");
      return true;
    },
  });
  return [marks, presses];
}
