/**
 * What the worker does: keeps a stock of its own of what it is told, and paints
 * the orders it gets, one after the other, between messages.
 *
 * Promises: hears what is said within `SLICE_MS`, so an order that is dropped stops.
 * Must not know the page, or that it is in a worker.
 */
import { PictureBook } from "../pictures";
import type { MeasureLine } from "../text";
import { Painter } from "./painter";
import type { FromWorker, ToWorker } from "./remote_studio";
import { readIds } from "./shape_columns";
import { Stock } from "./stock";
import type { Drawing, Surface } from "./surface";
import { Workbench, type Order } from "./workbench";

/** How long it paints before it listens again. */
const SLICE_MS = 12;

/** What only a worker's browser can do. */
export interface Equipment {
  readonly drawing: Drawing;
  readonly measure: MeasureLine;
  now(): number;
  say(message: FromWorker, transfer: readonly Transferable[]): void;
  /** Calls `then` soon, after what has been said meanwhile was heard. */
  later(then: () => void): void;
  /** Takes the picture off a surface of `drawing`, which may be used again. */
  pictureOf(surface: Surface): ImageBitmap;
}

export class Workshop {
  readonly #equipment: Equipment;
  readonly #stock: Stock;
  readonly #pictures = new PictureBook();
  readonly #bench: Workbench;
  readonly #orders: Order[] = [];
  #told = 0;
  #seen = 0;
  #working = false;

  constructor(equipment: Equipment) {
    this.#equipment = equipment;
    this.#stock = new Stock(equipment.measure);
    const painter = new Painter(equipment.drawing, this.#pictures);
    const take = (width: number, height: number): Surface => equipment.drawing.surface(width, height);
    this.#bench = new Workbench(this.#stock, painter, take, () => equipment.now());
    this.#pictures.onWanted((key) => equipment.say({ type: "picture_wanted", key }, []));
  }

  hear(message: ToWorker): void {
    switch (message.type) {
      case "change":
        this.#told += 1;
        return this.#stock.tell(message);
      case "looks":
        this.#bench.looks = { hidden: new Set(readIds(message.hidden)), faint: new Set(readIds(message.faint)) };
        return;
      case "scheme":
        this.#bench.scheme = message.scheme;
        return;
      case "paint":
        this.#orders.push({ ...message.order, ...(message.only !== undefined && { only: readIds(message.only) }) });
        return this.#wake();
      case "drop":
        return this.#drop(message.number);
      case "picture":
        return this.#pictures.put(message.key, message.picture);
    }
  }

  #drop(number: number): void {
    const waiting = this.#orders.findIndex((order) => order.number === number);
    if (waiting >= 0) this.#orders.splice(waiting, 1);
    if (this.#bench.order?.number === number) this.#bench.clear()?.resize(0, 0);
  }

  #wake(): void {
    if (this.#working) return;
    this.#working = true;
    this.#equipment.later(() => this.#paint());
  }

  #paint(): void {
    this.#working = false;
    const next = this.#bench.order ?? this.#orders.shift();
    if (!next) return;
    if (!this.#bench.order) {
      this.#bench.begin(next);
      this.#seen = this.#told;
    }
    this.#bench.work({ points: Infinity, until: this.#equipment.now() + SLICE_MS });
    if (this.#bench.isDone) this.#deliver(next);
    if (this.#bench.order || this.#orders.length > 0) this.#wake();
  }

  #deliver({ number }: Order): void {
    const surface = this.#bench.clear();
    const picture = surface && this.#equipment.pictureOf(surface);
    this.#equipment.say({ type: "painted", number, picture, seen: this.#seen }, picture ? [picture] : []);
  }
}
