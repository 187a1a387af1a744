/**
 * Who wrote what, as a colour behind the words; a toggle.
 *
 * It begins with what the history tells and goes on with what is typed while it
 * shows. Where nobody knows, there is no colour.
 */
import type { RangeSet} from "@codemirror/state";
import { Annotation, RangeSetBuilder, RangeValue, StateEffect, StateField, type EditorState, type Extension, type Text } from "@codemirror/state";
import { Decoration, EditorView, hoverTooltip, type DecorationSet } from "@codemirror/view";
import { asColor } from "../../app/palette";
import type { Span } from "../../document/notes_life";

export interface Author {
  readonly name: string;
  readonly color: string;
  /** Milliseconds since 1970 UTC. */
  readonly time_ms: number;
}

class Written extends RangeValue {
  readonly by: Author;

  constructor(by: Author) {
    super();
    this.by = by;
    this.startSide = 0;
    this.endSide = -1;
  }

  override eq(other: Written): boolean {
    return other.by.name === this.by.name && other.by.color === this.by.color && other.by.time_ms === this.by.time_ms;
  }
}

/** Shows whose words these are, or no longer. */
export const showAuthors = StateEffect.define<RangeSet<Written> | null>();
/** Who made a change. */
export const writtenBy = Annotation.define<Author>();

const field = StateField.define<RangeSet<Written> | null>({
  create: () => null,
  update(known, transaction) {
    const told = transaction.effects.findLast((effect) => effect.is(showAuthors));
    let ranges = told === undefined ? known : (told.value as RangeSet<Written> | null);
    if (ranges === null || !transaction.docChanged) return ranges;
    if (told === undefined) ranges = ranges.map(transaction.changes);
    const by = transaction.annotation(writtenBy);
    if (by === undefined) return ranges;
    const add: { from: number; to: number; value: Written }[] = [];
    transaction.changes.iterChangedRanges((_from, _to, from, to) => {
      if (to > from) add.push({ from, to, value: new Written(by) });
    });
    const [first, last] = [add[0], add.at(-1)];
    if (first === undefined || last === undefined) return ranges;
    // What somebody types within another's words is not the other's.
    const isOutside = (from: number, to: number): boolean => !add.some((one) => from < one.to && to > one.from);
    return ranges.update({ filter: isOutside, filterFrom: first.from, filterTo: last.to, add: around(ranges, add) , sort: true }).update({ add, sort: true });
  },
  provide: (it) => EditorView.decorations.from(it, (ranges) => (view) => (ranges === null ? Decoration.none : painted(view, ranges))),
});

/** What is left of ranges into which something was put. */
function around(ranges: RangeSet<Written>, holes: readonly { from: number; to: number }[]): { from: number; to: number; value: Written }[] {
  const rest: { from: number; to: number; value: Written }[] = [];
  const seen = new Set<Written>();
  for (const hole of holes) {
    ranges.between(hole.from, hole.to, (from, to, value) => {
      if (seen.has(value) || !(from < hole.to && to > hole.from)) return;
      seen.add(value);
      let at = from;
      for (const one of holes) {
        if (one.from > at && one.from < to) rest.push({ from: at, to: one.from, value });
        if (one.to > at) at = Math.max(at, Math.min(one.to, to));
      }
      if (at < to) rest.push({ from: at, to, value });
    });
  }
  return rest;
}

/** Only what is seen is painted. */
function painted(view: EditorView, ranges: RangeSet<Written>): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    ranges.between(from, to, (start, end, { by }) => {
      const [a, b] = [Math.max(start, from), Math.min(end, to)];
      if (a < b) builder.add(a, b, Decoration.mark({ class: "lanvas-author", attributes: { style: `--person: ${asColor(by.color) ?? "#64748b"}` } }));
    });
  }
  return builder.finish();
}

export function rangesOf(spans: readonly Span[], doc: Text): RangeSet<Written> {
  const builder = new RangeSetBuilder<Written>();
  let at = 0;
  for (const { length, by } of spans) {
    const to = Math.min(at + length, doc.length);
    if (by !== null && to > at) builder.add(at, to, new Written({ name: by.by?.name ?? "", color: by.by?.color ?? "#64748b", time_ms: by.time_ms }));
    at = to;
  }
  return builder.finish();
}

export const showsAuthors = (state: EditorState): boolean => (state.field(field, false) ?? null) !== null;

/** Who wrote on the line at `position`, in the order of their words; null while authors are not shown. */
export function authorsOfLine(state: EditorState, position: number): Author[] | null {
  const ranges = state.field(field, false) ?? null;
  if (ranges === null) return null;
  const { from, to } = state.doc.lineAt(position);
  const found = new Map<string, Author>();
  ranges.between(from, to, (start, end, { by }) => {
    if (Math.max(start, from) >= Math.min(end, to)) return;
    const had = found.get(by.name);
    if (had === undefined || had.time_ms < by.time_ms) found.set(by.name, by);
  });
  return [...found.values()];
}

/** `when` says a time in words. */
export function authors(when: (time_ms: number) => string): Extension {
  const tooltip = hoverTooltip((view, position) => {
    const ranges = view.state.field(field, false) ?? null;
    let by = null as Author | null;
    ranges?.between(position, position + 1, (from, to, value) => {
      if (from <= position && position < to) by = value.by;
    });
    const found = by;
    if (found === null) return null;
    return { pos: position, above: true, create: () => ({ dom: label(`${found.name}, ${when(found.time_ms)}`) }) };
  });
  return [field, tooltip];
}

function label(text: string): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "lanvas-author-label";
  dom.textContent = text;
  return dom;
}
