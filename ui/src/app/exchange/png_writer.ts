/**
 * Who writes a PNG file: a worker where the browser has one, the page otherwise.
 *
 * Promises: rows are written in the order they are given, and only so many wait; a
 * worker that cannot be had or breaks before it has taken anything is not missed.
 */
import { PngFile, type PngSize } from "./png_file";

export type ToWorker = { readonly type: "begin"; readonly size: PngSize } | { readonly type: "rows"; readonly pixels: ArrayBuffer } | { readonly type: "end" };

export type FromWorker = { readonly type: "taken" | "failed" } | { readonly type: "written"; readonly file: Blob };

/** The page's end of a worker. */
export interface WriterPort {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: ToWorker, transfer: readonly Transferable[]): void;
  terminate(): void;
}

export interface PngWriter {
  /** The next whole rows, four bytes a pixel, which are its own from now on; resolves when there is room for more. */
  add(pixels: Uint8ClampedArray<ArrayBuffer>): Promise<void>;
  end(): Promise<Blob>;
  /** Ends it at once. */
  destroy(): void;
}

/** Whether this browser can write files row by row. */
export function canWritePng(): boolean {
  return typeof CompressionStream !== "undefined";
}

export async function pngWriter(size: PngSize, spawn: () => WriterPort | null): Promise<PngWriter> {
  const port = spawn();
  if (!port) return onPage(size);
  const remote = new RemoteWriter(port);
  try {
    await remote.begin(size);
    return remote;
  } catch {
    remote.destroy();
    return onPage(size);
  }
}

function onPage(size: PngSize): PngWriter {
  const file = new PngFile(size);
  return { add: (pixels) => file.add(pixels), end: () => file.end(), destroy: () => undefined };
}

class RemoteWriter implements PngWriter {
  readonly #port: WriterPort;
  #answer: { readonly taken: (file: Blob | null) => void; readonly failed: (error: Error) => void } | null = null;
  /** What it has been given and has not answered. */
  #working: Promise<unknown> = Promise.resolve();

  constructor(port: WriterPort) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data);
    port.onerror = () => this.#hear({ type: "failed" });
  }

  begin(size: PngSize): Promise<unknown> {
    return this.#say({ type: "begin", size }, []);
  }

  async add(pixels: Uint8ClampedArray<ArrayBuffer>): Promise<void> {
    // The page reads the next rows while the worker writes these.
    await this.#working;
    this.#working = this.#say({ type: "rows", pixels: pixels.buffer }, [pixels.buffer]);
    // Told by the next call.
    this.#working.catch(() => undefined);
  }

  async end(): Promise<Blob> {
    await this.#working;
    const file = await this.#say({ type: "end" }, []);
    if (!file) throw new Error("no picture came of it");
    return file;
  }

  destroy(): void {
    this.#port.terminate();
  }

  #say(message: ToWorker, transfer: readonly Transferable[]): Promise<Blob | null> {
    return new Promise((taken, failed) => {
      this.#answer = { taken, failed };
      this.#port.postMessage(message, transfer);
    });
  }

  #hear(word: FromWorker): void {
    const answer = this.#answer;
    this.#answer = null;
    if (word.type === "failed") answer?.failed(new Error("the worker could not write"));
    else answer?.taken(word.type === "written" ? word.file : null);
  }
}

/** The worker of this program; null where the browser has none. */
export function spawnPngWorker(): WriterPort | null {
  if (typeof Worker === "undefined") return null;
  try {
    return new Worker(new URL("./png_worker.ts", import.meta.url), { type: "module", name: "png" });
  } catch {
    // A policy or an embedding that allows none.
    return null;
  }
}
