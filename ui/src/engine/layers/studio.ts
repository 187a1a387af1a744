/**
 * Where tiles are painted: on the page itself, a bit each frame, or in a worker.
 *
 * A studio takes orders and delivers their pictures some time later, in any order
 * of its own. Promises: changes of the scene are counted, and a picture says how
 * many of them it has seen. Must not know tiles.
 */
import type { Cost } from "../kinds/kind";
import type { Scheme } from "../picture";
import type { Scene, SceneChange } from "../scene";
import type { Painter } from "./painter";
import type { Surface } from "./surface";
import { sourceOf, Workbench, type Allowance, type Looks, type Order } from "./workbench";

export interface Delivery {
  readonly number: number;
  /** The region; null when there is nothing on it. */
  readonly surface: Surface | null;
  /** Changes of the scene that were known when the picture was begun. */
  readonly seen: number;
}

export interface Studio {
  /** Changes it was told of. */
  readonly told: number;
  /** How many orders more it takes now. */
  readonly room: number;
  follow(change: SceneChange): void;
  setLooks(looks: Looks): void;
  setScheme(scheme: Scheme): void;
  begin(order: Order): void;
  /** Forgets an order: it is not delivered. */
  drop(number: number): void;
  /** Paints on, if it is on the page that this one paints. Returns the points visited. */
  work(allowance: Allowance): Cost;
  destroy(): void;
}

/** On the page: only while it is let, in `work`. */
export class PageStudio implements Studio {
  told = 0;
  readonly #bench: Workbench;
  readonly #deliver: (delivery: Delivery) => void;
  readonly #giveBack: (surface: Surface) => void;
  #seen = 0;

  constructor(
    scene: Scene,
    painter: Painter,
    room: { readonly take: (width: number, height: number) => Surface; readonly giveBack: (surface: Surface) => void },
    clock: () => number,
    deliver: (delivery: Delivery) => void,
  ) {
    this.#bench = new Workbench(sourceOf(scene), painter, room.take, clock);
    this.#giveBack = room.giveBack;
    this.#deliver = deliver;
  }

  get room(): number {
    return this.#bench.order === null ? 1 : 0;
  }

  follow(): void {
    this.told += 1;
  }

  setLooks(looks: Looks): void {
    this.#bench.looks = looks;
  }

  setScheme(scheme: Scheme): void {
    this.#bench.scheme = scheme;
  }

  begin(order: Order): void {
    this.#bench.begin(order);
    this.#seen = this.told;
  }

  drop(number: number): void {
    if (this.#bench.order?.number !== number) return;
    const surface = this.#bench.clear();
    if (surface) this.#giveBack(surface);
  }

  work(allowance: Allowance): Cost {
    const order = this.#bench.order;
    if (!order) return 0;
    const points = this.#bench.work(allowance);
    if (this.#bench.isDone) this.#deliver({ number: order.number, surface: this.#bench.clear(), seen: this.#seen });
    return points + 1;
  }

  destroy(): void {
    const order = this.#bench.order;
    if (order) this.drop(order.number);
  }
}
