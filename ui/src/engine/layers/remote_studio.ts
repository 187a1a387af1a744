/**
 * A studio in a worker: the page only tells it what changed and what it wants.
 *
 * Promises: a big board is told in parts, so that telling it never holds up a
 * frame; orders are begun only when everything before them has been told; if the
 * worker cannot paint or fails, `failed` is called once and nothing more comes.
 * Must not know tiles. What is said to the worker and back is below.
 */
import type { ShapeId } from "../../protocol/generated/messages";
import type { Scheme } from "../picture";
import type { Placed, Scene, SceneChange } from "../scene";
import { isPlainInk, toColumns, transfersOf, writeIds, type ManyIds } from "./shape_columns";
import type { Told } from "./stock";
import type { Delivery, Studio } from "./studio";
import { BitmapSurface, type Drawing } from "./surface";
import type { Looks, Order } from "./workbench";

export type ToWorker =
  | ({ readonly type: "change" } & Told)
  | { readonly type: "looks"; readonly hidden: ManyIds; readonly faint: ManyIds }
  | { readonly type: "scheme"; readonly scheme: Scheme }
  | { readonly type: "paint"; readonly order: Omit<Order, "only">; readonly only?: ManyIds }
  | { readonly type: "drop"; readonly number: number }
  | { readonly type: "picture"; readonly key: string; readonly picture: ImageBitmap };

export type FromWorker =
  /** It can paint. */
  | { readonly type: "ready" }
  | { readonly type: "unable" }
  | { readonly type: "painted"; readonly number: number; readonly picture: ImageBitmap | null; readonly seen: number }
  | { readonly type: "picture_wanted"; readonly key: string };

/** The part of a `Worker` that is used. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

export interface RemoteListener {
  /** It knows the whole board and takes orders. */
  ready(): void;
  failed(): void;
  delivered(delivery: Delivery): void;
  pictureWanted(key: string): void;
}

/** Orders in the worker's hands: one being painted and one next, so that what is wanted most is never far behind. */
const ORDERS_MAX = 2;
/** How long a turn of the page may take for telling. */
const TELLING_MS = 6;
/** Shapes told at once. */
const TOLD_SHAPES_MAX = 500;
/** Fewer than this are not worth columns of their own. */
const COLUMNS_MIN = 40;

/** What is yet to be told. */
interface News {
  /** New, or other than before. */
  readonly put: readonly Placed[];
  readonly removed: readonly ShapeId[];
  readonly reset: boolean;
}

export class RemoteStudio implements Studio {
  /** Counts what is yet to be told as well. */
  told = 0;
  readonly #port: WorkerPort;
  readonly #drawing: Drawing;
  readonly #listener: RemoteListener;
  readonly #waiting: News[] = [];
  readonly #orders = new Set<number>();
  #isReady = false;
  #isOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Tells nothing before `open`: a worker takes a while to start. */
  constructor(port: WorkerPort, drawing: Drawing, listener: RemoteListener) {
    this.#port = port;
    this.#drawing = drawing;
    this.#listener = listener;
    port.onmessage = ({ data }) => this.#hear(data);
    port.onerror = (event) => {
      event.preventDefault();
      this.#fail();
    };
  }

  /** Tells all that there is; from now on every change has to be told. */
  open(scene: Scene): void {
    this.#isOpen = true;
    this.#tell({ put: [...scene.all()], removed: [], reset: true });
  }

  get room(): number {
    return this.#isReady && this.#waiting.length === 0 ? ORDERS_MAX - this.#orders.size : 0;
  }

  follow(change: SceneChange): void {
    this.#tell(newsOf(change));
  }

  setLooks(looks: Looks): void {
    this.#say({ type: "looks", hidden: writeIds(looks.hidden), faint: writeIds(looks.faint) });
  }

  setScheme(scheme: Scheme): void {
    this.#say({ type: "scheme", scheme });
  }

  addPicture(key: string, picture: ImageBitmap): void {
    this.#say({ type: "picture", key, picture });
  }

  begin(order: Order): void {
    this.#orders.add(order.number);
    const { only, ...rest } = order;
    this.#say({ type: "paint", order: rest, ...(only && { only: writeIds(only) }) });
  }

  drop(number: number): void {
    if (this.#orders.delete(number)) this.#say({ type: "drop", number });
  }

  /** The page has nothing to paint. */
  work(): 0 {
    return 0;
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#port.onmessage = null;
    this.#port.onerror = null;
    this.#port.terminate();
  }

  #tell(news: News): void {
    this.#waiting.push(...inParts(news));
    this.told += partsIn(news);
    this.#tellNext();
  }

  /** As much as a turn of the page has time for; at once, unless more is waiting already. */
  #tellNext(): void {
    if (this.#timer !== undefined) return;
    const until = performance.now() + TELLING_MS;
    for (let news = this.#waiting.shift(); news; news = performance.now() < until ? this.#waiting.shift() : undefined) {
      const told = toldOf(news);
      this.#say({ type: "change", ...told }, told.ink ? transfersOf(told.ink) : []);
    }
    if (this.#waiting.length === 0) return this.#allTold();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tellNext();
    });
  }

  #allTold(): void {
    if (this.#isReady) this.#listener.ready();
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        if (this.#isOpen && this.#waiting.length === 0) this.#listener.ready();
        return;
      case "unable":
        return this.#fail();
      case "picture_wanted":
        return this.#listener.pictureWanted(message.key);
      case "painted":
        return this.#receive(message);
    }
  }

  #receive({ number, picture, seen }: Extract<FromWorker, { type: "painted" }>): void {
    // Dropped when it was on its way already.
    if (!this.#orders.delete(number)) picture?.close();
    else this.#listener.delivered({ number, seen, surface: picture && new BitmapSurface(picture, this.#drawing) });
  }

  #say(message: ToWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #fail(): void {
    this.destroy();
    this.#listener.failed();
  }
}

function newsOf({ added, removed, reset }: SceneChange): News {
  const there = new Set<ShapeId>(added.map(({ shape }) => shape.id));
  return { put: added, removed: removed.map(({ shape }) => shape.id).filter((id) => !there.has(id)), reset };
}

function toldOf({ put, removed, reset }: News): Told {
  const plain = put.length < COLUMNS_MIN ? [] : put.filter(isPlainInk);
  if (plain.length < COLUMNS_MIN) return { ink: null, others: put.map(({ shape }) => shape), removed, reset };
  const others = plain.length === put.length ? [] : put.filter((placed) => !isPlainInk(placed)).map(({ shape }) => shape);
  return { ink: toColumns(plain), others, removed, reset };
}

function partsIn({ put }: News): number {
  return Math.max(1, Math.ceil(put.length / TOLD_SHAPES_MAX));
}

function inParts(news: News): News[] {
  if (news.put.length <= TOLD_SHAPES_MAX) return [news];
  return Array.from({ length: partsIn(news) }, (_, i) => {
    const put = news.put.slice(i * TOLD_SHAPES_MAX, (i + 1) * TOLD_SHAPES_MAX);
    return i === 0 ? { ...news, put } : { put, removed: [], reset: false };
  });
}
