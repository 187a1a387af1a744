/**
 * Where the others write: a thin caret with a name, and what they have selected,
 * each in the person's colour.
 *
 * Carets are widgets in the text, so they move with it between two messages of
 * presence; a caret past the end of the text stands at its end. A name shows for
 * a while after its caret moved, and when one points at it.
 */
import { StateEffect, StateField, type ChangeDesc, type EditorState, type Extension, type Range } from "@codemirror/state";
import { Decoration, ViewPlugin, WidgetType, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";
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
  readonly moves: number;
  /** Whether the line ends here: then the name stands behind it and covers nothing. */
  readonly ends: boolean;

  constructor(caret: NamedCaret, moves: number, ends: boolean) {
    super();
    this.caret = caret;
    this.moves = moves;
    this.ends = ends;
    this.color = asColor(caret.color) ?? "#64748b";
  }

  /** A caret that its person moved is a new one: its name shows again. One that others' words push along is not. */
  override eq(other: CaretWidget): boolean {
    const [a, b] = [this.caret, other.caret];
    return a.id === b.id && a.name === b.name && this.color === other.color && this.moves === other.moves && this.ends === other.ends;
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

/** How high the letters are where the caret stands; 0 where that cannot be told. */
function letterAt(view: EditorView, caret: HTMLElement): number {
  if (!caret.isConnected) return 0;
  const box = view.coordsAtPos(view.posAtDOM(caret), -1);
  return box === null ? 0 : box.bottom - box.top;
}

/** A name that would stand out of the page on the right turns to the left; above the first line there is no room. */
function placeWithin(view: EditorView, caret: HTMLElement, name: HTMLElement): void {
  view.requestMeasure({
    key: caret,
    read: () => ({ name: name.getBoundingClientRect(), at: caret.getBoundingClientRect(), page: view.scrollDOM.getBoundingClientRect(), letter: letterAt(view, caret) }),
    write: ({ name: box, at, page, letter }) => {
      // In a heading it is as high as the heading's letters, and the name above them.
      if (letter > at.height * 1.1 && at.height > 0) caret.style.fontSize = `${letter / at.height}em`;
      if (box.right > page.right - 4) caret.classList.add("turned");
      if (at.top - box.height < page.top) caret.classList.add("first");
    },
  });
}

function selected(caret: NamedCaret, from: number, to: number): Range<Decoration> {
  const color = asColor(caret.color) ?? "#64748b";
  return Decoration.mark({ class: "lanvas-selected", attributes: { style: `--person: ${color}` } }).range(from, to);
}

/** A caret as it moved along with the text since it was told, and how often its person moved it. */
interface Placed {
  readonly caret: NamedCaret;
  readonly moves: number;
}

const along = (placed: readonly Placed[], changes: ChangeDesc): readonly Placed[] =>
  placed.map(({ caret, moves }) => ({ caret: { ...caret, anchor: changes.mapPos(caret.anchor, -1), head: changes.mapPos(caret.head, -1) }, moves }));

const field = StateField.define<readonly Placed[]>({
  create: () => [],
  update(had, transaction) {
    const placed = transaction.docChanged && had.length > 0 ? along(had, transaction.changes) : had;
    const shown = transaction.effects.findLast((effect) => effect.is(showCarets));
    if (shown === undefined) return placed;
    const within = (position: number): number => Math.max(0, Math.min(position, transaction.newDoc.length));
    return (shown.value as readonly NamedCaret[]).map((told) => {
      const caret = { ...told, anchor: within(told.anchor), head: within(told.head) };
      const before = placed.find(({ caret: { id } }) => id === caret.id);
      const stayed = before?.caret.head === caret.head && before.caret.anchor === caret.anchor;
      return { caret, moves: (before?.moves ?? 0) + (stayed ? 0 : 1) };
    });
  },
});

/** As they are shown, or would be where one looks. */
export const caretsOf = (state: EditorState): NamedCaret[] => state.field(field).map(({ caret }) => caret);

/** Only carets near what is seen are drawn. */
function drawn({ state, viewport }: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const { caret, moves } of state.field(field)) {
    const { anchor, head } = caret;
    const [from, to] = [Math.max(Math.min(anchor, head), viewport.from), Math.min(Math.max(anchor, head), viewport.to)];
    if (from < to) ranges.push(selected(caret, from, to));
    if (head < viewport.from || head > viewport.to) continue;
    const widget = new CaretWidget(caret, moves, state.doc.lineAt(head).to === head);
    ranges.push(Decoration.widget({ widget, side: head < anchor ? -1 : 1 }).range(head));
  }
  return Decoration.set(ranges, true);
}

const carets = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = drawn(view);
    }

    update({ view, docChanged, viewportChanged, state, startState }: ViewUpdate): void {
      if (docChanged || viewportChanged || state.field(field) !== startState.field(field)) this.decorations = drawn(view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const remoteCarets: Extension = [field, carets];
