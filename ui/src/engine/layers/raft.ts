/**
 * Many shapes that are carried along, as one picture.
 *
 * A few are painted anew each frame; thousands are painted once, where tiles are
 * painted, and the picture is moved. Promises: until the picture is there `isReady`
 * says no, and the shapes are better left where they are; a frame costs one image;
 * what was taken up ahead of time is there at once if nothing of it changed (`holds`).
 * Must not know gestures.
 */
import { containsRect, expand, intersection, isEmpty, translate, union, EMPTY_RECT, type Rect } from "../geometry";
import type { Scheme } from "../picture";
import type { Placed } from "../scene";
import type { Easel } from "./easel";
import type { Pen, Surface } from "./surface";
import { shownRect, type View } from "./view";

/** With fewer than this, each is painted in each frame. */
export const RAFT_SHAPES_MIN = 120;
/** Beyond the screen on each side, in parts of it: what may be carried into view. */
const MARGIN = 0.5;
/** Device pixels of the picture, at most; a larger one is coarser. */
const PIXELS_MAX = 6_000_000;

interface Picture {
  readonly surface: Surface | null;
  readonly scale: number;
  /** On the board, where the shapes were taken up. */
  readonly area: Rect;
}

/** What a picture is of, beside the shapes. */
interface Taking {
  readonly bounds: Rect;
  readonly area: Rect;
  readonly viewScale: number;
  readonly scheme: Scheme;
}

export class Raft {
  readonly #easel: Easel;
  readonly #changed: () => void;
  #shapes: readonly Placed[] = [];
  #taking: Taking | null = null;
  #picture: Picture | null = null;
  #order: number | null = null;

  /** `changed` is called when the picture has come. */
  constructor(easel: Easel, changed: () => void) {
    this.#easel = easel;
    this.#changed = changed;
  }

  get isReady(): boolean {
    return this.#picture !== null;
  }

  get shapes(): readonly Placed[] {
    return this.#shapes;
  }

  /** Whether it took up just these, as they are, with all of them that `view` shows. */
  holds(shapes: readonly Placed[], view: View): boolean {
    const taking = this.#taking;
    if (!taking || taking.viewScale !== view.scale || taking.scheme !== this.#easel.scheme) return false;
    if (shapes.length !== this.#shapes.length || !shapes.every((placed, i) => placed === this.#shapes[i])) return false;
    const needed = intersection(taking.bounds, shownRect(view));
    return isEmpty(needed) || containsRect(taking.area, needed);
  }

  /** Takes up `shapes` as `view` shows them. */
  take(shapes: readonly Placed[], view: View): void {
    this.drop();
    this.#shapes = shapes;
    const bounds = shapes.reduce((all, placed) => union(all, placed.bounds), EMPTY_RECT);
    this.#paint(bounds, view);
  }

  drop(): void {
    if (this.#order !== null) this.#easel.dropPicture(this.#order);
    this.#picture?.surface?.resize(0, 0);
    this.#order = null;
    this.#picture = null;
    this.#taking = null;
    this.#shapes = [];
  }

  /** Puts the picture `dx`, `dy` board units aside of where it was taken up. */
  draw(pen: Pen, view: View, dx: number, dy: number): void {
    const picture = this.#picture;
    if (!picture?.surface) return;
    const { minX, minY, maxX, maxY } = translate(picture.area, dx, dy);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(
      picture.surface.image,
      Math.round(minX * view.scale + view.offsetX),
      Math.round(minY * view.scale + view.offsetY),
      Math.round((maxX - minX) * view.scale),
      Math.round((maxY - minY) * view.scale),
    );
  }

  #paint(bounds: Rect, view: View): void {
    const shown = shownRect(view);
    const margin = MARGIN * Math.max(shown.maxX - shown.minX, shown.maxY - shown.minY);
    const wide = intersection(expand(bounds, 2 / view.scale), expand(shown, margin));
    this.#taking = { bounds, area: wide, viewScale: view.scale, scheme: this.#easel.scheme };
    if (isEmpty(wide)) return;
    const pixels = (wide.maxX - wide.minX) * (wide.maxY - wide.minY) * view.scale ** 2;
    const scale = view.scale * Math.min(1, Math.sqrt(PIXELS_MAX / pixels));
    const region = {
      minX: Math.floor(wide.minX * scale),
      minY: Math.floor(wide.minY * scale),
      maxX: Math.ceil(wide.maxX * scale),
      maxY: Math.ceil(wide.maxY * scale),
    };
    const area = { minX: region.minX / scale, minY: region.minY / scale, maxX: region.maxX / scale, maxY: region.maxY / scale };
    this.#order = this.#easel.orderPicture({ scale, region, only: this.#shapes.map(({ shape }) => shape.id) }, (surface) => {
      this.#order = null;
      this.#picture = { surface, scale, area };
      this.#changed();
    });
  }
}
