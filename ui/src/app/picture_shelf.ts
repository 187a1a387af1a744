/**
 * Pictures of the session: brought to the hub once, fetched when the engine paints
 * one, kept small enough for the screen.
 *
 * Promises: a large picture is shown by a smaller copy, the hub keeps the original;
 * each is fetched once. Must not know how shapes are painted.
 */
import type { Engine } from "../engine/engine";
import { BLOB_BYTES_MAX } from "../protocol/generated/limits";
import type { Session } from "../sync/session";
import { Cell } from "./cell";

/** The copy that is shown has at most this many pixels on its longer side. */
const SHOWN_SIDE_MAX = 2_048;
const RETRY_MS = 4_000;

export interface Upload {
  readonly key: number;
  readonly name: string;
  /** 0 to 1. */
  readonly part: number;
  /** A plain sentence, when it could not be done. */
  readonly problem: string | null;
}

/** Its sides are not what the hub says: it does not turn a photo as it was held. */
export interface Brought {
  readonly blob: string;
}

export class PictureShelf {
  readonly uploads = new Cell<readonly Upload[]>([]);
  /** The view opens the chooser of files. */
  ask: ((what: "image" | "open") => void) | null = null;
  readonly #session: Session;
  #count = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Brings pictures that the engine asks for. */
  serve(engine: Engine): () => void {
    const stop = new AbortController();
    const leave = engine.pictures.onWanted((blob) => void this.#fetch(engine, blob, stop.signal));
    return () => {
      stop.abort();
      leave();
    };
  }

  /** Brings a file to the hub; null when it could not be, which is then told in `uploads`. */
  async bring(file: Blob & { readonly name?: string }): Promise<Brought | null> {
    const key = (this.#count += 1);
    const name = file.name ?? "picture";
    this.uploads.set([...this.uploads.now, { key, name, part: 0, problem: null }]);
    if (file.size > BLOB_BYTES_MAX) return this.#fail(key, "The file is larger than 32 MiB. Make it smaller and try again.");
    const { files } = this.#session;
    try {
      const brought = await files.bring(file, (part) => this.#tell(key, { part }));
      this.drop(key);
      return brought;
    } catch (error) {
      return this.#fail(key, error instanceof Error ? error.message : "The file could not be added. Try again.");
    }
  }

  drop(key: number): void {
    this.uploads.set(this.uploads.now.filter((upload) => upload.key !== key));
  }

  /** What is said already is said once. */
  #fail(key: number, problem: string): null {
    this.uploads.set(this.uploads.now.filter((upload) => upload.problem !== problem));
    this.#tell(key, { problem });
    return null;
  }

  #tell(key: number, change: Partial<Upload>): void {
    this.uploads.set(this.uploads.now.map((upload) => (upload.key === key ? { ...upload, ...change } : upload)));
  }

  async #fetch(engine: Engine, blob: string, signal: AbortSignal): Promise<void> {
    try {
      const file = await this.#session.files.read(blob);
      const picture = await smallEnough(file);
      if (!signal.aborted) engine.addPicture(blob, picture);
    } catch {
      // The hub cannot be reached, or has it no longer: painted again, it is asked for again.
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      if (!signal.aborted) engine.pictures.forget(blob);
    }
  }
}

async function smallEnough(file: Blob): Promise<ImageBitmap> {
  const whole = await createImageBitmap(file);
  const by = SHOWN_SIDE_MAX / Math.max(whole.width, whole.height);
  if (by >= 1) return whole;
  const size = { resizeWidth: Math.max(1, Math.round(whole.width * by)), resizeHeight: Math.max(1, Math.round(whole.height * by)), resizeQuality: "high" } as const;
  const small = await createImageBitmap(whole, size);
  whole.close();
  return small;
}
