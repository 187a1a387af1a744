/**
 * Where the others write: a thin caret with a name, and what they have selected,
 * each in the person's colour.
 *
 * Carets are widgets in the text, so they move with it between two messages of
 * presence; a caret past the end of the text stands at its end. A name shows for
 * a while after its caret moved, and when one points at it.
 */
import { StateEffect, StateField, type EditorState, type Extension, type Range } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, type DecorationSet } from "@codemirror/view";
import { asColor } from "../../app/palette";
import { wordsOn } from "../../engine/color";

export interface NamedCaret {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly anchor: number;
  readonly head: number;
}

/** Replaces all carets. */
export const showCarets = StateEffect.define<readonly NamedCaret[]>();

class CaretWidget extends WidgetType {
  readonly caret: NamedCaret;
  readonly color: string;
  /** Whether the line ends here: then the name stands behind it and covers nothing. */
  readonly ends: boolean;

  constructor(caret: NamedCaret, ends: boolean) {
    super();
    this.caret = caret;
    this.ends = ends;
    this.color = asColor(caret.color) ?? "#64748b";
  }

  /** A caret that only moved is a new one: its name shows again. */
  override eq(other: CaretWidget): boolean {
    const [a, b] = [this.caret, other.caret];
    return a.id === b.id && a.name === b.name && this.color === other.color && a.head === b.head && this.ends === other.ends;
  }

  override toDOM(view: EditorView): HTMLElement {
    const caret = document.createElement("span");
    caret.className = this.ends ? "lanvas-caret ends" : "lanvas-caret";
    caret.style.setProperty("--person", this.color);
    caret.style.setProperty("--on-person", wordsOn(this.color));
    // Not read aloud in the middle of a sentence that it is not part of.
    caret.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.className = "lanvas-caret-name";
    name.textContent = this.caret.name;
    // A word joiner keeps the line from breaking at the caret.
    caret.append("\u2060", name, "\u2060");
    placeWithin(view, caret, name);
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** A name that would stand out of the page on the right turns to the left; above the first line there is no room. */
function placeWithin(view: EditorView, caret: HTMLElement, name: HTMLElement): void {
  view.requestMeasure({
    key: caret,
    read: () => ({ name: name.getBoundingClientRect(), at: caret.getBoundingClientRect(), page: view.scrollDOM.getBoundingClientRect() }),
    write: ({ name: box, at, page }) => {
      if (box.right > page.right - 4) caret.classList.add("turned");
      if (at.top - box.height < page.top) caret.classList.add("first");
    },
  });
}

function decorate(carets: readonly NamedCaret[], state: EditorState): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const caret of carets) {
    const anchor = within(caret.anchor, state);
    const head = within(caret.head, state);
    if (anchor !== head) ranges.push(selected(caret, Math.min(anchor, head), Math.max(anchor, head)));
    ranges.push(Decoration.widget({ widget: new CaretWidget(caret, state.doc.lineAt(head).to === head), side: head < anchor ? -1 : 1 }).range(head));
  }
  return Decoration.set(ranges, true);
}

function selected(caret: NamedCaret, from: number, to: number): Range<Decoration> {
  const color = asColor(caret.color) ?? "#64748b";
  return Decoration.mark({ class: "lanvas-selected", attributes: { style: `--person: ${color}` } }).range(from, to);
}

const within = (position: number, state: EditorState): number => Math.max(0, Math.min(position, state.doc.length));

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(carets, transaction) {
    const shown = transaction.effects.findLast((effect) => effect.is(showCarets));
    if (shown !== undefined) return decorate(shown.value as readonly NamedCaret[], transaction.state);
    return carets.map(transaction.changes);
  },
  provide: (carets) => EditorView.decorations.from(carets),
});

export const remoteCarets: Extension = field;
