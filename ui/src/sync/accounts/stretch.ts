/**
 * Makes guessing a password slow: argon2id with 19 MiB, two passes, one lane (rule R85), away from the thread
 * that paints.
 *
 * Promises: the same bytes with a worker or without one. Must not know: what is stretched.
 */
import type { Stretch } from "./opaque";

export const stretch: Stretch = async (input) => {
  let worker: Worker;
  try {
    worker = new Worker(new URL("./stretch_worker.ts", import.meta.url), { type: "module", name: "stretch" });
  } catch {
    return (await import("./argon")).argon(input);
  }
  try {
    return await new Promise<Uint8Array>((done, failed) => {
      worker.onmessage = ({ data }: MessageEvent<Uint8Array>) => done(data);
      worker.onerror = () => failed(new Error("the worker did not come"));
      worker.postMessage(input);
    });
  } finally {
    worker.terminate();
  }
};
