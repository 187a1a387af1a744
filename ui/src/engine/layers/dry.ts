/**
 * The dry layer: paper and everything that is on the board, from cached tiles.
 *
 * Promises: a frame costs the tiles on screen and the frame's allowance of
 * painting, however many shapes there are; what is not painted yet shows what
 * there is of it at another scale; when `work` says that nothing is left, the
 * screen shows the board exactly, at the device's own resolution.
 * Must not know gestures or wet ink.
 */
import { expand, intersection, intersects, isEmpty, type Rect } from "../geometry";
import type { PaperKind, Scheme } from "../picture";
import type { Scene, SceneChange } from "../scene";
import { Easel } from "./easel";
import type { Painter } from "./painter";
import { Paper } from "./paper";
import { PageStudio } from "./studio";
import type { Drawing, Surface } from "./surface";
import { TILE_SIZE, Tiles, tilesOver, type Tile } from "./tiles";
import { shownRect, type View } from "./view";
import type { Looks } from "./workbench";

/** While the zoom changes, tiles are painted for powers of two only; after this long for the exact scale. */
const SETTLE_MS = 140;
/** More new shapes than this at once are painted tile by tile. */
const DIRECT_MAX = 48;
/** Device pixels of the overview's longer side. */
const OVERVIEW_SIZE = 1_024;
/** Where many shapes come at once, more are likely to follow: nothing is painted until they pause this long, */
const BULK_PAUSE_MS = 24;
/** or have been coming for this long. */
const BULK_MS_MAX = 700;
/** Not looked through for something to show meanwhile. */
const FALLBACK_TILES_MAX = 64;

export interface WorkLimit {
  /** Points to visit. */
  readonly points: number;
  /** Milliseconds to take. */
  readonly ms: number;
}

export class DryLayer {
  readonly surface: Surface;
  readonly tiles: Tiles;
  paper: PaperKind = "dots";
  readonly easel: Easel;
  readonly #scene: Scene;
  readonly #paper: Paper;
  readonly #clock: () => number;
  #frame = 0;
  /** Of the last frame. */
  #view: View | null = null;
  #target = 1;
  #lastScale = 0;
  #zoomedAt = -Infinity;
  #bulkSince = -Infinity;
  #bulkAt = -Infinity;

  constructor(drawing: Drawing, scene: Scene, painter: Painter, bytesMax: number, clock: () => number) {
    this.surface = drawing.surface(1, 1, { opaque: true });
    this.tiles = new Tiles(drawing, bytesMax);
    const room = {
      take: (width: number, height: number) =>
        width === TILE_SIZE && height === TILE_SIZE ? this.tiles.take() : drawing.surface(width, height),
      giveBack: (surface: Surface) => this.tiles.give(surface),
    };
    this.easel = new Easel(this.tiles, painter, (deliver) => new PageStudio(scene, painter, room, clock, deliver));
    this.#scene = scene;
    this.#paper = new Paper(drawing);
    this.#clock = clock;
  }

  /** The scene changed. */
  follow(change: SceneChange): void {
    this.easel.follow(change);
    if (change.added.length > DIRECT_MAX) this.#noteBulk();
    if (change.reset) {
      this.tiles.invalidateAll();
      return;
    }
    this.easel.invalidateEach(change.removed.map(({ bounds }) => bounds));
    if (change.added.length > DIRECT_MAX) {
      this.easel.invalidateEach(change.added.map(({ bounds }) => bounds));
      return;
    }
    for (const placed of change.added) {
      if (!this.easel.looks.hidden.has(placed.shape.id) && !this.#scene.isCovered(placed)) {
        this.easel.addOnTop(placed, this.#target);
      } else this.easel.invalidate(placed.bounds);
    }
  }

  /** Shows some shapes otherwise than they are, or again as they are. */
  setLooks(looks: Looks): void {
    const before = this.easel.looks;
    this.easel.setLooks(looks);
    const other = [...difference(before.hidden, looks.hidden), ...difference(before.faint, looks.faint)];
    this.easel.invalidateEach(other.flatMap((id) => this.#scene.get(id)?.bounds ?? []));
  }

  setScheme(scheme: Scheme): void {
    if (this.easel.scheme === scheme) return;
    this.easel.abandon();
    this.easel.setScheme(scheme);
    // Old tiles would show dark ink on dark paper: better none for a moment.
    this.tiles.clear();
  }

  /**
   * Has tiles painted for what `view` shows at time `now`; on the page as far as
   * `limit` allows. Returns whether it must be called again before something changes.
   */
  work(view: View, now: number, limit: WorkLimit): { readonly left: boolean; readonly points: number } {
    this.#frame += 1;
    this.#view = view;
    const zooming = this.#aim(view, now);
    this.#keepOnlyWanted(view);
    this.easel.beginAsked();
    if (this.#awaitsMore(now)) return { left: true, points: 0 };
    const until = this.#clock() + limit.ms;
    let points = 0;
    while (points < limit.points && this.#clock() < until) {
      const wanted = this.#order(view);
      const visited = this.easel.work({ points: limit.points - points, until });
      points += visited;
      // Nothing to do here: all is painted, or others are painting.
      if (visited === 0) return { left: zooming || (wanted && this.easel.isIdle), points };
    }
    return { left: true, points };
  }

  /** Orders more as soon as there is room again, between frames: where others paint they need not wait for one. */
  orderOn(): void {
    if (this.#view && !this.#awaitsMore(this.#clock())) this.#order(this.#view);
  }

  /** Whether everything that is wanted has been painted. */
  get isIdle(): boolean {
    return this.easel.isIdle;
  }

  /** Whether what `area` of the board shows on screen is as it should be. */
  isFresh(area: Rect, view: View): boolean {
    const shown = intersection(area, shownRect(view));
    if (isEmpty(shown)) return true;
    const range = tilesOver(shown, this.#target);
    for (let row = range.minY; row <= range.maxY; row++) {
      for (let column = range.minX; column <= range.maxX; column++) {
        const tile = this.tiles.get(this.#target, column, row);
        if (!tile || this.easel.isStale(tile, area)) return false;
      }
    }
    return true;
  }

  /** Puts paper and tiles on the surface. */
  draw(view: View): void {
    const { pen } = this.surface;
    if (this.surface.width !== view.width || this.surface.height !== view.height) {
      this.surface.resize(view.width, view.height);
    }
    this.#paper.draw(pen, view, this.easel.scheme, this.paper);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "low";
    const range = tilesOver(shownRect(view), this.#target);
    for (let row = range.minY; row <= range.maxY; row++) {
      for (let column = range.minX; column <= range.maxX; column++) {
        const tile = this.tiles.use(this.#target, column, row, this.#frame);
        if (!tile.painted) this.#drawMeanwhile(tile.bounds, view);
        else this.#drawTile(tile, view);
      }
    }
    this.tiles.evict(this.#frame);
  }

  destroy(): void {
    this.easel.destroy();
    this.tiles.clear();
    this.surface.resize(0, 0);
  }

  /** Decides the scale to paint at. Returns whether the zoom is still changing. */
  #aim(view: View, now: number): boolean {
    if (this.#lastScale !== 0 && view.scale !== this.#lastScale) this.#zoomedAt = now;
    this.#lastScale = view.scale;
    const zooming = now - this.#zoomedAt < SETTLE_MS;
    this.#target = zooming ? 2 ** Math.round(Math.log2(view.scale)) : view.scale;
    return zooming;
  }

  #noteBulk(): void {
    const now = this.#clock();
    if (now - this.#bulkAt > BULK_PAUSE_MS) this.#bulkSince = now;
    this.#bulkAt = now;
  }

  /** Whether shapes are coming in lots, so that what is painted now would be painted again in a moment. */
  #awaitsMore(now: number): boolean {
    return now - this.#bulkAt < BULK_PAUSE_MS && now - this.#bulkSince < BULK_MS_MAX;
  }

  #keepOnlyWanted(view: View): void {
    const near = expand(shownRect(view), TILE_SIZE / this.#target);
    const overview = this.#overviewScale(view);
    this.easel.keepOnly((tile) => tile.scale === overview || (tile.scale === this.#target && intersects(tile.bounds, near)));
  }

  /** Orders what is wanted most, as far as there is room. Returns whether something is wanted still. */
  #order(view: View): boolean {
    this.easel.beginAsked();
    while (this.easel.hasRoom) {
      const tile = this.#nextTile(view);
      if (!tile) return false;
      this.easel.begin(tile);
    }
    return true;
  }

  /** The tile to paint next: what is on screen, then the overview, then what surrounds the screen. */
  #nextTile(view: View): Tile | null {
    const shown = shownRect(view);
    return (
      this.#nearestDirty(shown, this.#target) ??
      this.#overviewTile(view) ??
      this.#tileAhead(expand(shown, (TILE_SIZE / this.#target) * 0.75))
    );
  }

  #tileAhead(area: Rect): Tile | null {
    const range = tilesOver(area, this.#target);
    const count = (range.maxX - range.minX + 1) * (range.maxY - range.minY + 1);
    return this.tiles.hasRoomFor(count) ? this.#nearestDirty(area, this.#target) : null;
  }

  #nearestDirty(area: Rect, scale: number): Tile | null {
    const range = tilesOver(area, scale);
    const middle = { x: (range.minX + range.maxX) / 2, y: (range.minY + range.maxY) / 2 };
    let nearest: Tile | null = null;
    let least = Infinity;
    for (let row = range.minY; row <= range.maxY; row++) {
      for (let column = range.minX; column <= range.maxX; column++) {
        const tile = this.tiles.use(scale, column, row, this.#frame);
        const away = Math.hypot(column - middle.x, row - middle.y);
        if (tile.dirty && away < least && !this.easel.isOrdered(tile)) [nearest, least] = [tile, away];
      }
    }
    return nearest;
  }

  /** The whole board in a few tiles, so that there is always something to show; none where it would not be coarser. */
  #overviewScale(view: View): number | null {
    const bounds = this.#scene.bounds();
    if (isEmpty(bounds)) return null;
    const size = Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY, 1);
    const scale = 2 ** Math.floor(Math.log2(OVERVIEW_SIZE / size));
    return scale <= view.scale / 2 ? scale : null;
  }

  #overviewTile(view: View): Tile | null {
    const scale = this.#overviewScale(view);
    return scale === null ? null : this.#nearestDirty(this.#scene.bounds(), scale);
  }

  #drawTile(tile: Tile, view: View): void {
    if (!tile.surface) return;
    const step = (TILE_SIZE * view.scale) / tile.scale;
    // Edges on whole pixels: neighbours meet without a seam at any ratio.
    const left = Math.round(tile.column * step + view.offsetX);
    const top = Math.round(tile.row * step + view.offsetY);
    const right = Math.round((tile.column + 1) * step + view.offsetX);
    const bottom = Math.round((tile.row + 1) * step + view.offsetY);
    this.surface.pen.drawImage(tile.surface.image, left, top, right - left, bottom - top);
  }

  /** Shows `area` from tiles of other scales: the nearest that have all of it, on top of coarser ones. */
  #drawMeanwhile(area: Rect, view: View): void {
    const { pen } = this.surface;
    const pixels = {
      minX: Math.round(area.minX * view.scale + view.offsetX),
      minY: Math.round(area.minY * view.scale + view.offsetY),
      maxX: Math.round(area.maxX * view.scale + view.offsetX),
      maxY: Math.round(area.maxY * view.scale + view.offsetY),
    };
    pen.save();
    pen.beginPath();
    pen.rect(pixels.minX, pixels.minY, pixels.maxX - pixels.minX, pixels.maxY - pixels.minY);
    pen.clip();
    for (const tile of this.#standIns(area)) this.#drawTile(tile, view);
    pen.restore();
  }

  #standIns(area: Rect): Tile[] {
    const distance = (scale: number) => Math.abs(Math.log2(scale / this.#target));
    const scales = [...this.tiles.scales].sort((a, b) => distance(a) - distance(b));
    const chosen: Tile[] = [];
    for (const scale of scales) {
      const { tiles, whole } = this.#paintedOver(area, scale);
      chosen.unshift(...tiles);
      if (whole) break;
    }
    return chosen;
  }

  #paintedOver(area: Rect, scale: number): { tiles: Tile[]; whole: boolean } {
    const range = tilesOver(area, scale);
    const count = (range.maxX - range.minX + 1) * (range.maxY - range.minY + 1);
    if (count > FALLBACK_TILES_MAX) return { tiles: [], whole: false };
    const tiles: Tile[] = [];
    for (let row = range.minY; row <= range.maxY; row++) {
      for (let column = range.minX; column <= range.maxX; column++) {
        const tile = this.tiles.get(scale, column, row);
        if (!tile?.painted) continue;
        tile.usedAt = this.#frame;
        tiles.push(tile);
      }
    }
    return { tiles, whole: tiles.length === count };
  }
}

function difference(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...[...a].filter((id) => !b.has(id)), ...[...b].filter((id) => !a.has(id))];
}

