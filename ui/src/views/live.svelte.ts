/**
 * Ties what changes in the app to what is shown: a view that reads through it is
 * painted again when the thing says that it changed. The one bridge between
 * framework-free subscriptions and Svelte.
 */
import { createSubscriber } from "svelte/reactivity";

interface Changing {
  subscribe(hear: () => void): () => void;
}

/** `source` is read anew whenever what it depends on changes; call the result where it is shown. */
export function live<T extends Changing>(source: () => T): () => T {
  const watched = $derived.by(() => {
    const thing = source();
    return { thing, track: createSubscriber((update) => thing.subscribe(update)) };
  });
  return () => {
    watched.track();
    return watched.thing;
  };
}

/** The time, told every second while somebody looks at it. */
export function seconds(): () => number {
  const track = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  });
  return () => {
    track();
    return Date.now();
  };
}
