/**
 * A long text as it is written: pieces that are enough leave the heap as a part of
 * the file, so that neither memory nor the end of the writing grows with its length.
 */

/** Letters of a part. */
const PART_LENGTH = 512 * 1024;

export class GrowingText {
  readonly #parts: Blob[] = [];
  #pieces: string[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#parts.length === 0 && this.#pieces.length === 0;
  }

  add(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length < PART_LENGTH) return;
    this.#parts.push(new Blob(this.#pieces));
    [this.#pieces, this.#length] = [[], 0];
  }

  /** All of it, with more before and after. */
  file(type: string, head = "", tail = ""): Blob {
    return new Blob([head, ...this.#parts, ...this.#pieces, tail], { type });
  }
}
