/**
 * The pictures that shapes show, once they are there.
 *
 * A kind that paints a picture asks for it by its key; the first time, whoever uses
 * the engine is asked to bring it. Promises: each is asked for once until it came
 * or was given up; no more than `PICTURE_BYTES_MAX` are kept, and one that went is
 * asked for again when it is next painted. Must not know where pictures come from.
 */
import type { Unsubscribe } from "../lib/subscribers";
import { Subscribers } from "../lib/subscribers";
import type { Pictures } from "./kinds/kind";
import { Remembered } from "./remembered";

/** Decoded, four bytes a pixel. The worker that paints has as much of its own: twice this is the bound of a page. */
export const PICTURE_BYTES_MAX = 64 * 1024 * 1024;

export class PictureBook implements Pictures {
  readonly #kept = new Remembered<string, ImageBitmap>(PICTURE_BYTES_MAX, (picture) => picture.close());
  readonly #asked = new Set<string>();
  readonly #wanted = new Subscribers<string>();

  /** Called with the key of each picture that is painted and not there. */
  onWanted(hear: (key: string) => void): Unsubscribe {
    return this.#wanted.subscribe(hear);
  }

  get(key: string): ImageBitmap | null {
    const kept = this.#kept.get(key);
    if (kept) return kept;
    if (!this.#asked.has(key)) {
      this.#asked.add(key);
      this.#wanted.emit(key);
    }
    return null;
  }

  put(key: string, picture: ImageBitmap): void {
    this.#asked.delete(key);
    this.#kept.set(key, picture, picture.width * picture.height * 4);
  }

  /** It could not be had: it may be asked for again. */
  forget(key: string): void {
    this.#asked.delete(key);
  }
}
