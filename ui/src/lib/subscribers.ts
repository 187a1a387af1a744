/**
 * Who wants to hear of a change. The one way parts of the UI listen to each
 * other, so that none of them needs a framework.
 *
 * Promises: every subscriber present when `emit` begins hears it, in order of
 * subscription, unless it left meanwhile; one that throws does not silence the rest.
 */

/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void;

export class Subscribers<T> {
  readonly #listeners = new Set<{ readonly hear: (value: T) => void }>();

  subscribe(hear: (value: T) => void): Unsubscribe {
    const listener = { hear };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener.hear(value);
      } catch (error) {
        // Reported as if nobody had caught it: a broken view must not stop the document.
        reportError(error);
      }
    }
  }

  get size(): number {
    return this.#listeners.size;
  }
}
