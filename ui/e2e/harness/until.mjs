/** Waiting for things, never for time. */

/** What is waited for comes much sooner, on a slow machine too: this only tells slow from never. */
export const HANGS_MS = 30_000;

/** Asks `look` until it answers something true, or fails with what was waited for and what was there instead. */
export async function until(what, look, limit_ms = HANGS_MS) {
  const end = performance.now() + limit_ms;
  let last;
  for (;;) {
    last = await look();
    if (last) return last;
    if (performance.now() > end) throw new Error(`waited ${limit_ms} ms: ${what}`);
    await new Promise((again) => setTimeout(again, 20));
  }
}

/** A promise that fails when it takes too long. */
export function within(what, promise, limit_ms = HANGS_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limit_ms} ms: ${what}`)), limit_ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
