/**
 * Pictures that go along when shapes are copied: their bytes are read when the
 * shapes are selected, because a copy event does not wait, and brought to the hub
 * where the shapes are pasted.
 *
 * Promises: no more than `LUGGAGE_BYTES_MAX` of data URLs are kept, of what is
 * selected only. Must not know events or the clipboard.
 */
import type { BlobName, Shape } from "../protocol/generated/messages";
import { selectedWithFrames } from "../tools/frames";
import type { Luggage, Pasted } from "./clipboard";
import type { Desk } from "./desk";
import { brought, dataUrl, fromDataUrl, renamed } from "./exchange/board_json";

const LUGGAGE_BYTES_MAX = 12 * 1024 * 1024;

function blobsOf(shapes: readonly Shape[]): BlobName[] {
  return [...new Set(shapes.flatMap(({ body }) => (body.kind === "image" ? [body.blob] : [])))];
}

export class PictureLuggage {
  readonly #desk: Desk;
  readonly #source: string;
  readonly #urls = new Map<BlobName, string>();

  /** `source`: the session's address on its hub. */
  constructor(desk: Desk, source: string) {
    this.#desk = desk;
    this.#source = source;
  }

  /** Reads the pictures of what is selected now. */
  async pack(): Promise<void> {
    const view = this.#desk.view();
    const wanted = view ? blobsOf(selectedWithFrames(view).map(({ shape }) => shape)) : [];
    for (const name of this.#urls.keys()) if (!wanted.includes(name)) this.#urls.delete(name);
    for (const name of wanted) if (!this.#urls.has(name)) await this.#read(name);
  }

  async #read(name: BlobName): Promise<void> {
    const size = [...this.#urls.values()].reduce((sum, url) => sum + url.length, 0);
    try {
      const file = await this.#desk.session.files.read(name);
      // In base64 it is a third longer.
      if (size + file.size * 1.4 <= LUGGAGE_BYTES_MAX) this.#urls.set(name, await dataUrl(file));
    } catch {
      // Not to be had now: who pastes may still be able to read it.
    }
  }

  of(shapes: readonly Shape[]): Luggage {
    const atHand = blobsOf(shapes).flatMap((name) => (this.#urls.has(name) ? [[name, this.#urls.get(name)]] : []));
    return { source: this.#source, pictures: Object.fromEntries(atHand) as Record<BlobName, string> };
  }

  /** The shapes with pictures that this session has; without those that cannot be had. */
  async unpack({ shapes, pictures, source }: Pasted): Promise<{ readonly shapes: Shape[]; readonly lost: number }> {
    const here = new Set(blobsOf([...this.#desk.session.board.shapes()]));
    const missing = blobsOf(shapes).filter((name) => !here.has(name));
    const names = await brought(Object.fromEntries(missing.map((name) => [name, pictures[name]])), (file) => this.#desk.pictures.bring(file));
    for (const name of missing) {
      const kept = names.has(name) ? null : await this.#fromSource(source, name);
      if (kept !== null) names.set(name, kept);
    }
    const found = shapes.filter(({ body }) => body.kind !== "image" || here.has(body.blob) || names.has(body.blob));
    return { shapes: renamed(found, names), lost: shapes.length - found.length };
  }

  /** From another session of the same hub: pages of other hubs may not read there. */
  async #fromSource(source: string, name: BlobName): Promise<BlobName | null> {
    if (!/^\/api\/sessions\/[\w-]+$/.test(source) || !/^[0-9a-f]{64}$/.test(name)) return null;
    try {
      const answer = await fetch(`${source}/blobs/${name}`);
      const picture = answer.ok ? fromDataUrl(await dataUrl(await answer.blob())) : null;
      return picture && ((await this.#desk.pictures.bring(picture))?.blob ?? null);
    } catch {
      return null;
    }
  }
}
