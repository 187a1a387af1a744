/** The text and the page it reads as, side by side: the one that is scrolled takes the other along. */
import type { EditorView } from "@codemirror/view";

interface Mark {
  /** Where it stands in the text. */
  readonly at: number;
  /** How far down it stands in the page. */
  readonly top: number;
}

export interface ScrolledAlike {
  /** Brings the page to where the text is. */
  readonly align: () => void;
  readonly end: () => void;
}

export function scrolledAlike(view: EditorView, page: HTMLElement): ScrolledAlike {
  const listening = new AbortController();
  const { signal } = listening;
  let led: HTMLElement = view.scrollDOM;
  for (const side of [view.scrollDOM, page]) {
    for (const type of ["wheel", "pointerdown", "touchstart", "keydown"]) side.addEventListener(type, () => (led = side), { signal, passive: true });
  }
  const marks = (): Mark[] => marksOf(page);
  const align = (): void => {
    const { from } = view.lineBlockAtHeight(view.scrollDOM.scrollTop);
    page.scrollTop = between(marks(), "at", "top", from);
  };
  view.scrollDOM.addEventListener("scroll", () => {
    if (led === view.scrollDOM) align();
  }, { signal, passive: true });
  page.addEventListener("scroll", () => {
    if (led !== page) return;
    const at = Math.round(between(marks(), "top", "at", page.scrollTop));
    view.scrollDOM.scrollTop = view.lineBlockAt(Math.min(at, view.state.doc.length)).top;
  }, { signal, passive: true });
  return { align, end: () => listening.abort() };
}

/** The first stands where the page begins, whatever room is above it. */
function marksOf(page: HTMLElement): Mark[] {
  const marked = [...page.querySelectorAll<HTMLElement>(":scope > [data-at]")];
  const room = marked[0]?.offsetTop ?? 0;
  return marked.map((each) => ({ at: Number(each.dataset["at"]), top: each.offsetTop - room }));
}

/** The other measure of a place, by the marks around it. */
function between(marks: readonly Mark[], by: keyof Mark, other: keyof Mark, place: number): number {
  const after = marks.findIndex((mark) => mark[by] > place);
  const right = marks[after];
  const left = after === -1 ? marks.at(-1) : marks[after - 1];
  if (left === undefined) return 0;
  if (right === undefined || right[by] === left[by]) return left[other];
  return left[other] + ((place - left[by]) / (right[by] - left[by])) * (right[other] - left[other]);
}
