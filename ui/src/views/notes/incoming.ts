/**
 * What the others do, brought to the editor in strides.
 *
 * Promises: no letter that is typed here waits for it. Words where one looks are
 * shown with the next frame, all of them at once; carets a moment later, and what is
 * elsewhere now and then, so that many who type do not take a frame each.
 */
import type { EditorView } from "@codemirror/view";
import type { ChangeSet, TransactionSpec } from "@codemirror/state";
import { Arrivals, type Arrival } from "../../document/arrivals";
import { caretsOf, showCarets, type NamedCaret } from "./carets";

/** How late what is not looked at is shown at most, and carets where one looks. */
const ELSEWHERE_MS = 500;
const CARETS_MS = 100;
/** More do not wait, as in a page that is not shown. */
const WAITING_MAX = 200;

export interface IncomingOptions {
  /** A change of others as the editor is told it. */
  readonly told: (arrival: Arrival) => TransactionSpec;
  /** Whether it is to be told who made each. */
  readonly apart: () => boolean;
  /** Where the carets are, in the text with all that has come. */
  readonly carets: () => readonly NamedCaret[];
}

export class Incoming {
  readonly #view: EditorView;
  readonly #options: IncomingOptions;
  readonly #arrivals = new Arrivals();
  #caretsMoved = false;
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer goes off, in ms of the page's clock. */
  #due = Infinity;

  constructor(view: EditorView, options: IncomingOptions) {
    this.#view = view;
    this.#options = options;
  }

  arrive({ changes, author }: Arrival): void {
    this.#arrivals.arrive(changes, author);
    const { from, to } = this.#view.viewport;
    if (this.#arrivals.count > WAITING_MAX) this.show();
    else this.#plan(this.#arrivals.touches(from, to) ? 0 : ELSEWHERE_MS);
  }

  moveCarets(): void {
    this.#caretsMoved = true;
    const { state, viewport } = this.#view;
    const isSeen = [...caretsOf(state), ...this.#options.carets()].some(({ head }) => head >= viewport.from && head <= viewport.to);
    this.#plan(isSeen ? CARETS_MS : ELSEWHERE_MS);
  }

  /** One looks elsewhere now. */
  look(): void {
    if (this.#caretsMoved || this.#arrivals.count > 0) this.#plan(0);
  }

  /** What was typed here, as it is made on the text. */
  pass(changes: ChangeSet): ChangeSet {
    return this.#arrivals.pass(changes);
  }

  /** A position of the editor in the text. */
  place(position: number): number {
    return this.#arrivals.place(position);
  }

  /** Shows all that has come. */
  show(): void {
    this.#unplan();
    const transactions = [];
    let { state } = this.#view;
    for (const arrival of this.#options.apart() ? this.#arrivals.take() : this.#together()) {
      const transaction = state.update(this.#options.told(arrival));
      transactions.push(transaction);
      ({ state } = transaction);
    }
    if (this.#caretsMoved) transactions.push(state.update({ effects: showCarets.of(this.#options.carets()) }));
    this.#caretsMoved = false;
    if (transactions.length > 0) this.#view.dispatch(transactions);
  }

  close(): void {
    this.#unplan();
  }

  #together(): Arrival[] {
    const changes = this.#arrivals.takeTogether();
    return changes === null ? [] : [{ changes, author: null }];
  }

  #plan(after_ms: number): void {
    if (after_ms === 0) this.#frame ??= requestAnimationFrame(() => this.show());
    // A page that is not shown has no frames, but its time goes on.
    const wait = Math.max(after_ms, CARETS_MS);
    const due = performance.now() + wait;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.show(), wait);
  }

  #unplan(): void {
    clearTimeout(this.#timer);
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#due = Infinity;
    this.#frame = null;
  }
}
