/**
 * The engine's part of the page: three canvases in a host element, their size and
 * resolution, and whether the room is dark or should be still.
 *
 * The only file of the engine that listens to the browser. Promises: `destroy`
 * leaves no element, listener or observer behind.
 */
import type { Size } from "./camera";
import type { Scheme } from "./picture";
import { CanvasSurface, type Surface } from "./layers/surface";

export interface StageListener {
  /** Size, resolution, scheme or motion changed. */
  stageChanged(): void;
}

export class Stage {
  readonly host: HTMLElement;
  readonly #listener: StageListener;
  readonly #observer: ResizeObserver;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #hear = () => this.#listener.stageChanged();
  readonly #elements: HTMLElement[] = [];
  #resolution: MediaQueryList | null = null;

  constructor(host: HTMLElement, listener: StageListener) {
    this.host = host;
    this.#listener = listener;
    this.#observer = new ResizeObserver(this.#hear);
    this.#observer.observe(host);
    this.#dark.addEventListener("change", this.#hear);
    this.#still.addEventListener("change", this.#hear);
    this.#watchResolution();
  }

  get size(): Size {
    return { width: Math.max(1, this.host.clientWidth), height: Math.max(1, this.host.clientHeight) };
  }

  /** Device pixels for a CSS pixel. */
  get ratio(): number {
    return Math.max(0.5, window.devicePixelRatio || 1);
  }

  get scheme(): Scheme {
    return this.#dark.matches ? "dark" : "light";
  }

  get reducedMotion(): boolean {
    return this.#still.matches;
  }

  /** Puts a layer on top of those that are there. */
  mount(surface: Surface): void {
    if (!(surface instanceof CanvasSurface)) return;
    const { canvas } = surface;
    Object.assign(canvas.style, { position: "absolute", left: "0", top: "0", pointerEvents: "none" });
    canvas.setAttribute("aria-hidden", "true");
    this.host.append(canvas);
    this.#elements.push(canvas);
  }

  /** Gives every layer the size in CSS pixels that `width` × `height` device pixels take. */
  fit(width: number, height: number): void {
    for (const element of this.#elements) {
      element.style.width = `${width / this.ratio}px`;
      element.style.height = `${height / this.ratio}px`;
    }
  }

  /** Layers with nothing on them cost nothing to put together. */
  reveal(surface: Surface, shown: boolean): void {
    if (surface instanceof CanvasSurface) surface.canvas.style.display = shown ? "block" : "none";
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#dark.removeEventListener("change", this.#hear);
    this.#still.removeEventListener("change", this.#hear);
    this.#resolution?.removeEventListener("change", this.#resolutionChanged);
    for (const element of this.#elements) element.remove();
  }

  readonly #resolutionChanged = () => {
    this.#watchResolution();
    this.#listener.stageChanged();
  };

  /** A query matches one resolution only, so it is made anew for each. */
  #watchResolution(): void {
    this.#resolution?.removeEventListener("change", this.#resolutionChanged);
    this.#resolution = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    this.#resolution.addEventListener("change", this.#resolutionChanged);
  }
}

