/**
 * Has tiles painted, and puts the pictures on them when they come.
 *
 * A picture is painted aside and shown when it is done, so what is on the screen is
 * never half of one. Promises: what is added on top of a finished tile is on it at
 * once; everything else that changes is painted anew, only where it changed; a
 * picture that comes late does not take away what was added meanwhile. Must not
 * know which tiles are wanted, or where they are painted.
 */
import { containsRect, EMPTY_RECT, intersection, intersects, isEmpty, union, type Rect } from "../geometry";
import type { Cost } from "../kinds/kind";
import type { Scheme } from "../picture";
import type { Placed, SceneChange } from "../scene";
import type { Painter, Target } from "./painter";
import type { Delivery, Studio } from "./studio";
import type { Surface } from "./surface";
import { TILE_SIZE, type Tile, type Tiles } from "./tiles";
import { alphaOf, areaOf, EDGE, PLAIN_LOOKS, type Allowance, type Looks, type Order } from "./workbench";

/** More than this are spread all over: looking at each tile for each of them would cost more than it saves. */
const AREAS_MAX = 1_000;

interface Ordered {
  readonly order: Order;
  readonly tile: Tile;
  /** Shapes that came on top since, and the change that brought them. */
  readonly late: { readonly placed: Placed; readonly change: number }[];
}

export class Easel {
  readonly #tiles: Tiles;
  readonly #painter: Painter;
  readonly #orders = new Map<number, Ordered>();
  readonly #ordered = new Map<Tile, number>();
  /** Pictures that are no tiles: those that wait for room, and who gets each of them. */
  readonly #asked: Order[] = [];
  readonly #askers = new Map<number, (surface: Surface | null) => void>();
  #studio: Studio;
  #looks: Looks = PLAIN_LOOKS;
  #scheme: Scheme = "light";
  #lastOrder = 0;
  /** Pictures that came since the beginning. */
  finished = 0;

  /** `found` makes the studio, which delivers to the function it is given. */
  constructor(tiles: Tiles, painter: Painter, found: (deliver: (delivery: Delivery) => void) => Studio) {
    this.#tiles = tiles;
    this.#painter = painter;
    this.#studio = found((delivery) => this.receive(delivery));
  }

  get looks(): Looks {
    return this.#looks;
  }

  setLooks(looks: Looks): void {
    this.#looks = looks;
    this.#studio.setLooks(looks);
  }

  get scheme(): Scheme {
    return this.#scheme;
  }

  setScheme(scheme: Scheme): void {
    this.#scheme = scheme;
    this.#studio.setScheme(scheme);
  }

  /** Has everything painted by another studio from now on. Returns the one before. */
  moveTo(studio: Studio): Studio {
    this.abandon();
    const before = this.#studio;
    // Pictures that were asked for and not delivered are nobody's any more: they are seen as empty.
    for (const [number, got] of [...this.#askers]) {
      this.dropPicture(number);
      got(null);
    }
    this.#studio = studio;
    studio.setLooks(this.#looks);
    studio.setScheme(this.#scheme);
    return before;
  }

  get hasRoom(): boolean {
    return this.#studio.room > 0;
  }

  /** Whether nothing is being painted. */
  get isIdle(): boolean {
    return this.#orders.size === 0 && this.#askers.size === 0;
  }

  isOrdered(tile: Tile): boolean {
    return this.#ordered.has(tile);
  }

  /** Tells the studio; call it before any of the change is invalidated or added. */
  follow(change: SceneChange): void {
    this.#studio.follow(change);
  }

  /** Has painted what is out of date on `tile`. */
  begin(tile: Tile): void {
    const region = tile.painted ? regionOf(tile, tile.dirty ?? tile.bounds) : WHOLE;
    tile.dirty = null;
    this.#lastOrder += 1;
    const order = { number: this.#lastOrder, scale: tile.scale, column: tile.column, row: tile.row, region };
    this.#orders.set(order.number, { order, tile, late: [] });
    this.#ordered.set(tile, order.number);
    this.#studio.begin(order);
  }

  /** Has a picture painted that is no tile's; `got` is called once with it, unless it is dropped. Returns its number. */
  orderPicture({ scale, region, only }: Pick<Order, "scale" | "region" | "only">, got: (surface: Surface | null) => void): number {
    this.#lastOrder += 1;
    const order: Order = { number: this.#lastOrder, scale, column: 0, row: 0, region, ...(only && { only }) };
    this.#askers.set(order.number, got);
    this.#asked.push(order);
    this.beginAsked();
    return order.number;
  }

  dropPicture(number: number): void {
    if (!this.#askers.delete(number)) return;
    const waiting = this.#asked.findIndex((order) => order.number === number);
    if (waiting >= 0) this.#asked.splice(waiting, 1);
    else this.#studio.drop(number);
  }

  /** Begins pictures that were asked for, as far as there is room: before any tile. */
  beginAsked(): void {
    while (this.hasRoom) {
      const order = this.#asked.shift();
      if (!order) return;
      this.#studio.begin(order);
    }
  }

  /** Paints on, where it is the page that paints. Returns the points visited; none when there is nothing to do here. */
  work(allowance: Allowance): Cost {
    return this.#studio.work(allowance);
  }

  /** Gives up the orders of tiles that nobody wants; they are out of date as before. */
  keepOnly(isWanted: (tile: Tile) => boolean): void {
    for (const ordered of this.#orders.values()) {
      if (isWanted(ordered.tile)) continue;
      this.#studio.drop(ordered.order.number);
      this.#forget(ordered);
      this.#soil(ordered.tile, areaOf(ordered.order, ordered.order.region));
    }
  }

  abandon(): void {
    this.keepOnly(() => false);
  }

  /** Something on `area` is no longer as it was painted. */
  invalidate(area: Rect): void {
    this.#tiles.invalidate(area);
  }

  /** The same for each of `areas`; where they are many, for all that they span. */
  invalidateEach(areas: readonly Rect[]): void {
    if (areas.length <= AREAS_MAX) for (const area of areas) this.invalidate(area);
    else this.invalidate(areas.reduce(union, EMPTY_RECT));
  }

  /** `placed` came, on top of all it meets: it goes straight onto the tiles of `scale`. */
  addOnTop(placed: Placed, scale: number): void {
    const area = placed.bounds;
    this.#tiles.each(area, (tile) => {
      const ordered = this.#orders.get(this.#ordered.get(tile) ?? -1);
      ordered?.late.push({ placed, change: this.#studio.told });
      if (tile.painted && tile.scale === scale) this.#paintOver(tile, [placed], null);
      else if (!ordered) this.#soil(tile, area);
    });
  }

  /** Whether something of `area` is out of date on `tile`, or about to be painted. */
  isStale(tile: Tile, area: Rect): boolean {
    if (!tile.painted) return true;
    if (tile.dirty && intersects(tile.dirty, area)) return true;
    const ordered = this.#orders.get(this.#ordered.get(tile) ?? -1);
    return ordered !== undefined && intersects(areaOf(ordered.order, ordered.order.region), area);
  }

  /** A picture came. */
  receive({ number, surface, seen }: Delivery): void {
    const asker = this.#askers.get(number);
    this.#askers.delete(number);
    if (asker) return asker(surface);
    const ordered = this.#orders.get(number);
    if (!ordered) {
      surface?.resize(0, 0);
      return;
    }
    this.#forget(ordered);
    const { tile, order, late } = ordered;
    this.finished += 1;
    if (order.region === WHOLE) this.#show(tile, surface);
    else this.#patch(tile, order.region, surface);
    const missing = late.filter(({ change }) => change > seen).map(({ placed }) => placed);
    this.#paintOver(tile, missing, order.region === WHOLE ? null : order.region);
  }

  destroy(): void {
    this.abandon();
    this.#studio.destroy();
  }

  #forget({ order, tile }: Ordered): void {
    this.#orders.delete(order.number);
    this.#ordered.delete(tile);
  }

  #soil(tile: Tile, area: Rect): void {
    const part = intersection(tile.bounds, area);
    tile.dirty = tile.dirty ? union(tile.dirty, part) : part;
  }

  #show(tile: Tile, surface: Surface | null): void {
    this.#tiles.dress(tile, surface);
    tile.painted = true;
  }

  #patch(tile: Tile, { minX, minY, maxX, maxY }: Rect, surface: Surface | null): void {
    const { pen } = this.#surfaceOf(tile);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(minX, minY, maxX - minX, maxY - minY);
    if (!surface) return;
    pen.drawImage(surface.image, minX, minY);
    surface.resize(0, 0);
  }

  #surfaceOf(tile: Tile): Surface {
    if (!tile.surface) this.#tiles.dress(tile, this.#tiles.take());
    // One that was dropped meanwhile has none: what is painted there nobody sees.
    return tile.surface ?? this.#tiles.take();
  }

  /** Paints shapes onto a finished tile, in `region` of it only. */
  #paintOver(tile: Tile, shapes: readonly Placed[], region: Rect | null): void {
    const there = shapes.filter(({ shape }) => !this.#looks.hidden.has(shape.id));
    if (there.length === 0) return;
    const { pen } = this.#surfaceOf(tile);
    const target: Target = { pen, scale: tile.scale, offsetX: -tile.column * TILE_SIZE, offsetY: -tile.row * TILE_SIZE, scheme: this.#scheme };
    pen.save();
    if (region) clipTo(target, region);
    for (const placed of there) this.#painter.paint(target, placed, alphaOf(placed, this.#looks));
    this.#painter.flush();
    pen.restore();
  }
}

const WHOLE: Rect = { minX: 0, minY: 0, maxX: TILE_SIZE, maxY: TILE_SIZE };

/** The pixels of `tile` that `dirty` covers, with the softness of edges. */
function regionOf(tile: Tile, dirty: Rect): Rect {
  if (containsRect(dirty, tile.bounds)) return WHOLE;
  const [left, top] = [tile.column * TILE_SIZE, tile.row * TILE_SIZE];
  const region = intersection(WHOLE, {
    minX: Math.floor(dirty.minX * tile.scale - left) - EDGE,
    minY: Math.floor(dirty.minY * tile.scale - top) - EDGE,
    maxX: Math.ceil(dirty.maxX * tile.scale - left) + EDGE,
    maxY: Math.ceil(dirty.maxY * tile.scale - top) + EDGE,
  });
  return isEmpty(region) || containsRect(region, WHOLE) ? WHOLE : region;
}

function clipTo({ pen }: Target, region: Rect): void {
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.beginPath();
  pen.rect(region.minX, region.minY, region.maxX - region.minX, region.maxY - region.minY);
  pen.clip();
}
