/**
 * Turns what a socket receives into messages, in the order it was received.
 *
 * Opening a compressed frame takes a moment in the browser; whatever comes
 * meanwhile waits behind it. As long as nothing is compressed, a message is
 * delivered at once, in the same turn.
 */
import { decodeBinary, decodeJson, inflated, isDeflated, UnreadableMessage } from "./codec";
import type { ServerMessage } from "./generated/messages";

export class Inbox {
  readonly #deliver: (message: ServerMessage) => void;
  readonly #fail: (error: UnreadableMessage) => void;
  /** Frames that wait behind one that is being opened. */
  readonly #waiting: (string | Uint8Array<ArrayBuffer>)[] = [];
  readonly #onEmpty: (() => void)[] = [];
  #opening = false;
  #closed = false;

  constructor(deliver: (message: ServerMessage) => void, fail: (error: UnreadableMessage) => void) {
    this.#deliver = deliver;
    this.#fail = fail;
  }

  receive(data: string | ArrayBuffer): void {
    this.#waiting.push(typeof data === "string" ? data : new Uint8Array(data));
    if (!this.#opening) this.#drain();
  }

  /** Once everything received so far is delivered. */
  whenEmpty(): Promise<void> {
    if (!this.#opening) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  /** Nothing more is delivered. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }

  #drain(): void {
    for (let frame = this.#waiting.shift(); frame !== undefined && !this.#closed; frame = this.#waiting.shift()) {
      if (typeof frame !== "string" && isDeflated(frame)) {
        void this.#open(frame);
        return;
      }
      this.#read(frame);
    }
  }

  async #open(frame: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#opening = true;
    try {
      const plain = await inflated(frame);
      if (!this.#closed) this.#read(plain);
    } catch (error) {
      this.#refuse(error);
    }
    this.#opening = false;
    this.#drain();
    if (!this.#opening) for (const done of this.#onEmpty.splice(0)) done();
  }

  #read(frame: string | Uint8Array): void {
    let message: ServerMessage;
    try {
      message = typeof frame === "string" ? decodeJson(frame) : decodeBinary(frame);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    this.#deliver(message);
  }

  #refuse(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#fail(error instanceof UnreadableMessage ? error : new UnreadableMessage("unreadable", { cause: error }));
  }
}
