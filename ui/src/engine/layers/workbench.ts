/**
 * Paints one order at a time: a tile, or a part of one, a bit whenever it is let.
 *
 * The same on the page and in a worker. Promises: an order's picture is the board
 * as it was when the order was begun, with the looks and the scheme of then. Must
 * not know which tiles are wanted or where their pictures go.
 */
import { expand, type Rect } from "../geometry";
import type { ShapeId } from "../../protocol/generated/messages";
import type { Cost } from "../kinds/kind";
import type { Scheme } from "../picture";
import type { Placed, Scene } from "../scene";
import type { Painter, Target } from "./painter";
import type { Surface } from "./surface";
import { TILE_SIZE } from "./tiles";

/** How shapes are shown other than as they are. */
export interface Looks {
  /** Not shown: another layer has them. */
  readonly hidden: ReadonlySet<string>;
  readonly faint: ReadonlySet<string>;
}

export const PLAIN_LOOKS: Looks = { hidden: new Set(), faint: new Set() };
export const FAINT_ALPHA = 0.22;
/** Beyond the box of ink, for the softness of its edge, in device pixels. */
export const EDGE = 2;
/** Between looks at the clock, in points. */
const CLOCK_POINTS = 600;

/** A tile, or part of one, to be painted. */
export interface Order {
  /** Its own. */
  readonly number: number;
  readonly scale: number;
  readonly column: number;
  readonly row: number;
  /** What of the tile, in its pixels. */
  readonly region: Rect;
  /** These shapes alone, however they are shown otherwise; all if absent. */
  readonly only?: readonly ShapeId[];
}

/** What painting may take: so many points, and not past a time of the clock. */
export interface Allowance {
  readonly points: number;
  readonly until: number;
}

/** Shapes, lowest first; perhaps made only when they are looked at. */
export interface Lot {
  readonly length: number;
  at(i: number): Placed | undefined;
}

/** Where shapes are had from. */
export interface Source {
  /** Those that may paint in `area`. */
  query(area: Rect, isWanted: (id: ShapeId) => boolean): Lot;
}

/** A scene as a source. */
export function sourceOf(scene: Scene): Source {
  return { query: (area, isWanted) => scene.query(area).filter(({ shape }) => isWanted(shape.id)) };
}

interface Job {
  readonly order: Order;
  readonly shapes: Lot;
  /** The region; none when there is nothing on it. */
  readonly surface: Surface | null;
  readonly target: Target | null;
  next: number;
}

/** What of the board `region` of a tile shows. */
export function areaOf({ scale, column, row }: Pick<Order, "scale" | "column" | "row">, region: Rect): Rect {
  const [left, top] = [column * TILE_SIZE, row * TILE_SIZE];
  return {
    minX: (region.minX + left) / scale,
    minY: (region.minY + top) / scale,
    maxX: (region.maxX + left) / scale,
    maxY: (region.maxY + top) / scale,
  };
}

export class Workbench {
  looks: Looks = PLAIN_LOOKS;
  scheme: Scheme = "light";
  readonly #source: Source;
  readonly #painter: Painter;
  readonly #take: (width: number, height: number) => Surface;
  readonly #clock: () => number;
  #job: Job | null = null;

  /** `take` gives an empty surface of a size in pixels. */
  constructor(source: Source, painter: Painter, take: (width: number, height: number) => Surface, clock: () => number) {
    this.#source = source;
    this.#painter = painter;
    this.#take = take;
    this.#clock = clock;
  }

  get order(): Order | null {
    return this.#job?.order ?? null;
  }

  get isDone(): boolean {
    return this.#job !== null && this.#job.next >= this.#job.shapes.length;
  }

  begin(order: Order): void {
    const { region, scale, column, row } = order;
    const only = order.only && new Set(order.only);
    const { hidden } = this.looks;
    const shapes = this.#source.query(expand(areaOf(order, region), EDGE / scale), (id) => (only ? only.has(id) : !hidden.has(id)));
    const surface = shapes.length === 0 ? null : this.#take(region.maxX - region.minX, region.maxY - region.minY);
    const offsetX = -column * TILE_SIZE - region.minX;
    const offsetY = -row * TILE_SIZE - region.minY;
    const target = surface && { pen: surface.pen, scale, offsetX, offsetY, scheme: this.scheme };
    this.#job = { order, shapes, surface, target, next: 0 };
  }

  /** Paints on as far as allowed. Returns the points visited. */
  work(allowance: Allowance): Cost {
    const job = this.#job;
    if (!job?.target) return 0;
    let points = 0;
    let look = CLOCK_POINTS;
    while (job.next < job.shapes.length && points < allowance.points) {
      const placed = job.shapes.at(job.next);
      job.next += 1;
      if (placed) points += this.#painter.paint(job.target, placed, alphaOf(placed, this.looks));
      if (points < look) continue;
      look = points + CLOCK_POINTS;
      if (this.#clock() >= allowance.until) break;
    }
    this.#painter.flush();
    return points + 1;
  }

  /** The picture of the order, done or not; null when it is empty. The bench is free. */
  clear(): Surface | null {
    const surface = this.#job?.surface ?? null;
    this.#job = null;
    return surface;
  }
}

export function alphaOf({ shape }: Placed, looks: Looks): number {
  return looks.faint.has(shape.id) ? FAINT_ALPHA : 1;
}
