/**
 * Fetches a part of the page that is not in the first download, and again if the
 * network dropped it: a phone that changes its Wi-Fi, a hub that starts anew.
 *
 * Promises: who waits gets the part, or the last try's error after
 * {@link PAUSES_MS}; `partMissing` is then true until a later one comes, so that
 * one sentence on the page can say what to do.
 */
import { Cell } from "./cell";

/** Between the tries. */
export const PAUSES_MS: readonly number[] = [300, 1_000, 3_000];

/** Whether a part did not come that somebody asked for. */
export const partMissing = new Cell(false);

/** `load` is an `import()` of a part; browsers ask anew for one that failed. */
export async function fetched<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await arrived(load);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  try {
    return await arrived(load);
  } catch (error) {
    partMissing.set(true);
    throw error;
  }
}

async function arrived<T>(load: () => Promise<T>): Promise<T> {
  const part = await load();
  partMissing.set(false);
  return part;
}
