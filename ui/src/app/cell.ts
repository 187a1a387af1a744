/**
 * A value that can be watched: how the app tells the views what changed. It has
 * the shape of what `sync` offers (`now` and `subscribe`), and knows no framework.
 *
 * Promises: a watcher hears of every change and of nothing else.
 */
import { Subscribers, type Unsubscribe } from "../lib/subscribers";

export interface Watchable<T> {
  readonly now: T;
  subscribe(hear: () => void): Unsubscribe;
}

export class Cell<T> implements Watchable<T> {
  #now: T;
  readonly #subscribers = new Subscribers<void>();

  constructor(now: T) {
    this.#now = now;
  }

  get now(): T {
    return this.#now;
  }

  set(next: T): void {
    if (Object.is(next, this.#now)) return;
    this.#now = next;
    this.#subscribers.emit();
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }
}
