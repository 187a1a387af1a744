/**
 * Decides where tiles are painted: on the page while there is little on the board
 * or the browser can do no better, in a worker as soon as one is ready.
 *
 * Promises: whatever happens to the worker, tiles go on being painted; `destroy`
 * ends it. Must not know tiles.
 */
import type { PictureBook } from "./pictures";
import type { Scene, SceneChange } from "./scene";
import type { Easel } from "./layers/easel";
import { RemoteStudio, type WorkerPort } from "./layers/remote_studio";
import type { Studio } from "./layers/studio";
import type { Drawing } from "./layers/surface";

/** With fewer shapes than this the page paints as quickly itself, and nothing is kept twice. */
const WORKER_SHAPES = 300;

/** What there is to paint, and with what. */
export interface Painting {
  readonly easel: Easel;
  readonly scene: Scene;
  readonly pictures: PictureBook;
  readonly drawing: Drawing;
}

export class Atelier {
  readonly #easel: Easel;
  readonly #scene: Scene;
  readonly #pictures: PictureBook;
  readonly #drawing: Drawing;
  readonly #changed: () => void;
  #remote: RemoteStudio | null;
  /** The page's studio while the worker paints. */
  #page: Studio | null = null;
  /** Whether the worker is told what is on the board. */
  #isTold = false;

  /** `spawn` starts the worker, null where there can be none; `changed` is called when a picture came or another studio paints. */
  constructor(painting: Painting, spawn: () => WorkerPort | null, changed: () => void) {
    this.#easel = painting.easel;
    this.#scene = painting.scene;
    this.#pictures = painting.pictures;
    this.#drawing = painting.drawing;
    this.#changed = changed;
    // Started before it is needed: by the time that a large board has come it is ready.
    const port = spawn();
    this.#remote = port && this.#hire(port);
    this.#tell();
  }

  get isRemote(): boolean {
    return this.#page !== null;
  }

  /** The scene changed; call it after the easel's studio was told. */
  follow(change: SceneChange): void {
    if (!this.#isTold) this.#tell();
    else if (!this.#page) this.#remote?.follow(change);
  }

  addPicture(key: string, picture: ImageBitmap): void {
    this.#remote?.addPicture(key, picture);
  }

  destroy(): void {
    if (!this.#page) this.#remote?.destroy();
    this.#page?.destroy();
    this.#remote = null;
  }

  #tell(): void {
    if (!this.#remote || this.#scene.size < WORKER_SHAPES) return;
    this.#isTold = true;
    this.#remote.open(this.#scene);
  }

  #hire(port: WorkerPort): RemoteStudio {
    return new RemoteStudio(port, this.#drawing, {
      ready: () => this.#takeOver(),
      failed: () => this.#fallBack(),
      delivered: (delivery) => {
        this.#easel.receive(delivery);
        this.#changed();
      },
      pictureWanted: (key) => this.#bring(key),
    });
  }

  #takeOver(): void {
    if (this.#remote && !this.#page) this.#page = this.#easel.moveTo(this.#remote);
    this.#changed();
  }

  #fallBack(): void {
    this.#remote = null;
    if (this.#page) this.#easel.moveTo(this.#page);
    this.#page = null;
    this.#changed();
  }

  #bring(key: string): void {
    const picture = this.#pictures.get(key);
    if (picture) this.#remote?.addPicture(key, picture);
  }
}

/** The worker of this program; null where the browser has none. */
export function spawnTileWorker(): WorkerPort | null {
  if (typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined") return null;
  try {
    return new Worker(new URL("./tile_worker.ts", import.meta.url), { type: "module", name: "tiles" });
  } catch {
    // A policy or an embedding that allows none.
    return null;
  }
}
