/** Waiting for things, never for time. */

/** Asks `look` until it answers something true, or fails with what was waited for and what was there instead. */
export async function until(what, look, limit_ms = 15_000) {
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
export function within(what, promise, limit_ms = 15_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limit_ms} ms: ${what}`)), limit_ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
