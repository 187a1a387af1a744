/**
 * The finished picture in squares, at several scales.
 *
 * Keeps bitmaps up to a number of bytes; those not used lately go first. Promises:
 * a tile that is shown always has a whole picture, though perhaps an old one: it
 * says what of it is out of date and keeps showing it until the new one is done.
 * Must not know shapes.
 */
import { intersection, intersects, isEmpty, union, type Rect } from "../geometry";
import type { Drawing, Surface } from "./surface";

/** Device pixels of a side. */
export const TILE_SIZE = 512;
const TILE_BYTES = TILE_SIZE * TILE_SIZE * 4;
const KEY_SPAN = 2 ** 26;
/** Of the bytes, what the screen and its surroundings may take together. */
const AHEAD_PART = 0.7;
/** Bitmaps kept for the next tile rather than made anew. */
const POOL_MAX = 6;

export interface Tile {
  /** Device pixels for a board unit. */
  readonly scale: number;
  readonly column: number;
  readonly row: number;
  /** What of the board it shows. */
  readonly bounds: Rect;
  /** None while there is nothing on it. Set by `Tiles.dress`. */
  surface: Surface | null;
  /** Whether it has been painted at all. */
  painted: boolean;
  /** What of it is out of date, in board units; null when nothing is. */
  dirty: Rect | null;
  usedAt: number;
}

type TileSet = Map<number, Tile>;

function keyOf(column: number, row: number): number {
  return (column + KEY_SPAN / 2) * KEY_SPAN + (row + KEY_SPAN / 2);
}

/** Columns and rows of the tiles of `scale` that meet `area`. */
export function tilesOver(area: Rect, scale: number): Rect {
  const side = TILE_SIZE / scale;
  return {
    minX: Math.floor(area.minX / side),
    minY: Math.floor(area.minY / side),
    maxX: Math.ceil(area.maxX / side) - 1,
    maxY: Math.ceil(area.maxY / side) - 1,
  };
}

export class Tiles {
  readonly #drawing: Drawing;
  /** Bytes of bitmaps to keep. */
  bytesMax: number;
  readonly #sets = new Map<number, TileSet>();
  readonly #pool: Surface[] = [];
  #bitmaps = 0;

  constructor(drawing: Drawing, bytesMax: number) {
    this.#drawing = drawing;
    this.bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bitmaps * TILE_BYTES;
  }

  /** Whether `count` tiles leave room for others: what is only painted ahead may not push out what is needed. */
  hasRoomFor(count: number): boolean {
    return count * TILE_BYTES <= this.bytesMax * AHEAD_PART;
  }

  /** The scales of which there are tiles. */
  get scales(): Iterable<number> {
    return this.#sets.keys();
  }

  get(scale: number, column: number, row: number): Tile | undefined {
    return this.#sets.get(scale)?.get(keyOf(column, row));
  }

  /** The tile, made if it is not there; `frame` counts up and says that it is in use. */
  use(scale: number, column: number, row: number, frame: number): Tile {
    let set = this.#sets.get(scale);
    if (!set) {
      set = new Map();
      this.#sets.set(scale, set);
    }
    const key = keyOf(column, row);
    let tile = set.get(key);
    if (!tile) {
      tile = freshTile(scale, column, row);
      set.set(key, tile);
    }
    tile.usedAt = frame;
    return tile;
  }

  /** `area` is out of date on every tile that shows some of it. */
  invalidate(area: Rect): void {
    this.each(area, (tile) => {
      const part = intersection(tile.bounds, area);
      tile.dirty = tile.dirty ? union(tile.dirty, part) : part;
    });
  }

  invalidateAll(): void {
    for (const set of this.#sets.values()) for (const tile of set.values()) tile.dirty = tile.bounds;
  }

  /** Calls `visit` with every tile that meets `area`. */
  each(area: Rect, visit: (tile: Tile) => void): void {
    if (isEmpty(area)) return;
    for (const set of this.#sets.values()) {
      for (const tile of set.values()) if (intersects(tile.bounds, area)) visit(tile);
    }
  }

  /** An empty bitmap of a tile's size. */
  take(): Surface {
    const surface = this.#pool.pop() ?? this.#drawing.surface(TILE_SIZE, TILE_SIZE);
    surface.pen.setTransform(1, 0, 0, 1, 0, 0);
    surface.pen.clearRect(0, 0, TILE_SIZE, TILE_SIZE);
    return surface;
  }

  /** Takes back a bitmap that is not on a tile. */
  give(surface: Surface | null): void {
    if (!surface) return;
    if (surface.isReusable && this.#pool.length < POOL_MAX && surface.width === TILE_SIZE && surface.height === TILE_SIZE) this.#pool.push(surface);
    // Some engines free a canvas's memory only when it has no size.
    else surface.resize(0, 0);
  }

  /** Puts a bitmap on `tile` in place of the one it has. One on a tile that has been dropped meanwhile is taken back. */
  dress(tile: Tile, surface: Surface | null): void {
    if (this.get(tile.scale, tile.column, tile.row) !== tile) {
      this.give(surface);
      return;
    }
    if (tile.surface === surface) return;
    this.#bitmaps += (surface ? 1 : 0) - (tile.surface ? 1 : 0);
    this.give(tile.surface);
    tile.surface = surface;
  }

  /** Frees what was used longest ago until all fits; what `frame` used stays. */
  evict(frame: number): void {
    if (this.bytes <= this.bytesMax) return;
    const idle = [...this.#sets.values()].flatMap((set) => [...set.values()].filter((tile) => tile.usedAt < frame));
    idle.sort((a, b) => a.usedAt - b.usedAt);
    for (const tile of idle) {
      if (this.bytes <= this.bytesMax) return;
      this.#drop(tile);
    }
  }

  clear(): void {
    for (const set of this.#sets.values()) for (const tile of set.values()) this.give(tile.surface);
    this.#bitmaps = 0;
    this.#sets.clear();
    for (const surface of this.#pool.splice(0)) surface.resize(0, 0);
  }

  #drop(tile: Tile): void {
    this.dress(tile, null);
    const set = this.#sets.get(tile.scale);
    set?.delete(keyOf(tile.column, tile.row));
    if (set?.size === 0) this.#sets.delete(tile.scale);
  }
}

function freshTile(scale: number, column: number, row: number): Tile {
  const side = TILE_SIZE / scale;
  const bounds = { minX: column * side, minY: row * side, maxX: (column + 1) * side, maxY: (row + 1) * side };
  return { scale, column, row, bounds, surface: null, painted: false, dirty: bounds, usedAt: 0 };
}
