/**
 * Paints tiles, a bit each frame.
 *
 * One tile at a time is on the easel. It is painted aside and shown when it is
 * done, so what is on the screen is never half a picture. Promises: what is added
 * on top of a finished tile is on it at once; everything else that changes is
 * painted anew, only where it changed. Must not know which tiles are wanted.
 */
import { containsRect, expand, intersection, intersects, isEmpty, union, type Rect } from "../geometry";
import type { Scheme } from "../picture";
import type { Placed, Scene } from "../scene";
import type { Painter, Target } from "./painter";
import { TILE_SIZE, type Tile, type Tiles } from "./tiles";
import type { Surface } from "./surface";

/** How shapes are shown other than as they are. */
export interface Looks {
  /** Not shown: another layer has them. */
  readonly hidden: ReadonlySet<string>;
  readonly faint: ReadonlySet<string>;
}

export const FAINT_ALPHA = 0.22;
/** Beyond the box of ink, for the softness of its edge, in device pixels. */
const EDGE = 2;
/** Between looks at the clock, in points. */
const CLOCK_POINTS = 600;

interface Job {
  readonly tile: Tile;
  /** What of the tile is painted, in its own pixels. */
  readonly region: Rect;
  /** The same on the board. */
  readonly area: Rect;
  readonly shapes: Placed[];
  readonly surface: Surface;
  readonly target: Target;
  next: number;
}

/** What a frame may do: so many points, and not past a time of `clock`. */
export interface Allowance {
  readonly points: number;
  readonly until: number;
}

export class Easel {
  readonly #scene: Scene;
  readonly #tiles: Tiles;
  readonly #painter: Painter;
  readonly #clock: () => number;
  looks: Looks = { hidden: new Set(), faint: new Set() };
  scheme: Scheme = "light";
  /** Tiles finished since the beginning. */
  finished = 0;
  #job: Job | null = null;

  constructor(scene: Scene, tiles: Tiles, painter: Painter, clock: () => number) {
    this.#scene = scene;
    this.#tiles = tiles;
    this.#painter = painter;
    this.#clock = clock;
  }

  /** The tile being painted. */
  get tile(): Tile | null {
    return this.#job?.tile ?? null;
  }

  /** Begins to paint what is out of date on `tile`. */
  begin(tile: Tile): void {
    this.abandon();
    const dirty = tile.dirty ?? tile.bounds;
    const region = tile.painted ? regionOf(tile, dirty) : WHOLE;
    const area = areaOf(tile, region);
    tile.dirty = null;
    const shapes = this.#scene.query(expand(area, EDGE / tile.scale)).filter(({ shape }) => !this.looks.hidden.has(shape.id));
    if (shapes.length === 0 && region === WHOLE) {
      this.#show(tile, null);
      return;
    }
    const surface = this.#tiles.take();
    const target = this.#target(tile, surface);
    clipTo(surface, region);
    this.#job = { tile, region, area, shapes, surface, target, next: 0 };
  }

  /** Paints on as far as allowed. Returns the points visited. */
  work(allowance: Allowance): number {
    const job = this.#job;
    if (!job) return 0;
    let points = 0;
    let look = CLOCK_POINTS;
    while (job.next < job.shapes.length && points < allowance.points) {
      const placed = job.shapes[job.next];
      job.next += 1;
      if (placed) points += this.#painter.paint(job.target, placed, this.#alpha(placed));
      if (points < look) continue;
      look = points + CLOCK_POINTS;
      if (this.#clock() >= allowance.until) break;
    }
    this.#painter.flush();
    if (job.next >= job.shapes.length) this.#finish(job);
    return points + 1;
  }

  /** Gives up what is being painted; its tile is out of date as before. */
  abandon(): void {
    const job = this.#job;
    if (!job) return;
    this.#job = null;
    job.surface.pen.restore();
    this.#tiles.give(job.surface);
    job.tile.dirty = job.tile.dirty ? union(job.tile.dirty, job.area) : job.area;
  }

  /** Something on `area` is no longer as it was painted. */
  invalidate(area: Rect): void {
    if (this.#job && intersects(this.#job.tile.bounds, area)) this.abandon();
    this.#tiles.invalidate(area);
  }

  /** `placed` came, on top of all it meets: it goes straight onto the tiles of `scale`. */
  addOnTop(placed: Placed, scale: number): void {
    const job = this.#job;
    const area = placed.bounds;
    this.#tiles.each(area, (tile) => {
      if (tile === job?.tile) job.shapes.push(placed);
      if (tile.painted && tile.scale === scale) this.#paintOver(tile, placed);
      else if (tile !== job?.tile || tile.painted) {
        const part = intersection(tile.bounds, area);
        tile.dirty = tile.dirty ? union(tile.dirty, part) : part;
      }
    });
  }

  #paintOver(tile: Tile, placed: Placed): void {
    tile.surface ??= this.#tiles.take();
    this.#painter.paint(this.#target(tile, tile.surface), placed, this.#alpha(placed));
    this.#painter.flush();
  }

  #alpha({ shape }: Placed): number {
    return this.looks.faint.has(shape.id) ? FAINT_ALPHA : 1;
  }

  #target(tile: Tile, surface: Surface): Target {
    return {
      pen: surface.pen,
      scale: tile.scale,
      offsetX: -tile.column * TILE_SIZE,
      offsetY: -tile.row * TILE_SIZE,
      scheme: this.scheme,
    };
  }

  #finish(job: Job): void {
    this.#job = null;
    job.surface.pen.restore();
    if (job.region === WHOLE) {
      this.#show(job.tile, job.surface);
      return;
    }
    this.finished += 1;
    job.tile.surface ??= this.#tiles.take();
    const { minX, minY, maxX, maxY } = job.region;
    const [width, height] = [maxX - minX, maxY - minY];
    const { pen } = job.tile.surface;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(minX, minY, width, height);
    pen.drawImage(job.surface.image, minX, minY, width, height, minX, minY, width, height);
    this.#tiles.give(job.surface);
  }

  #show(tile: Tile, surface: Surface | null): void {
    this.finished += 1;
    this.#tiles.give(tile.surface);
    tile.surface = surface;
    tile.painted = true;
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

function areaOf(tile: Tile, region: Rect): Rect {
  const [left, top] = [tile.column * TILE_SIZE, tile.row * TILE_SIZE];
  return {
    minX: (region.minX + left) / tile.scale,
    minY: (region.minY + top) / tile.scale,
    maxX: (region.maxX + left) / tile.scale,
    maxY: (region.maxY + top) / tile.scale,
  };
}

/** Saves the pen's state; `restore` when the job is over. */
function clipTo({ pen }: Surface, region: Rect): void {
  pen.save();
  if (region === WHOLE) return;
  pen.beginPath();
  pen.rect(region.minX, region.minY, region.maxX - region.minX, region.maxY - region.minY);
  pen.clip();
}
