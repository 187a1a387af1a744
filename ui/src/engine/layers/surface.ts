/**
 * Where pictures are drawn: the browser's canvas, seen through as little as the
 * layers need, so that tests can hand in one that writes down the calls.
 */
import type { PathSink } from "../outline";

/** The part of a 2D context that is used. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "save"
  | "restore"
  | "setTransform"
  | "clearRect"
  | "fillRect"
  | "strokeRect"
  | "drawImage"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "quadraticCurveTo"
  | "arc"
  | "roundRect"
  | "closePath"
  | "rect"
  | "clip"
  | "fill"
  | "stroke"
  | "fillText"
  | "measureText"
  | "setLineDash"
  | "fillStyle"
  | "strokeStyle"
  | "globalAlpha"
  | "globalCompositeOperation"
  | "lineWidth"
  | "lineCap"
  | "lineJoin"
  | "font"
  | "textBaseline"
  | "imageSmoothingEnabled"
  | "imageSmoothingQuality"
>;

/** A bitmap to draw on and to draw from. */
export interface Surface {
  readonly pen: Pen;
  /** For `drawImage`. */
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  /** Sets the size in device pixels and clears. Without a size it takes no memory. */
  resize(width: number, height: number): void;
  /** Whether there is something to gain from painting on it again rather than on a new one. */
  readonly isReusable?: boolean;
}

/** What only a browser can make. */
export interface Drawing {
  surface(width: number, height: number, options?: { readonly opaque?: boolean }): Surface;
  path(): PathSink & Path2D;
  /**
   * Whether paths are not worth keeping: what is painted once and for all, in a worker.
   * There they pile up outside the heap, unseen by the collector.
   */
  readonly forgetsPaths?: boolean;
  /** Ink up to this many device pixels of width may be a plain line of its mean width; as is best on a screen if absent. */
  readonly linesTo?: number;
}

/** A canvas as a surface, a page's or a worker's. */
export class SurfaceOn<C extends HTMLCanvasElement | OffscreenCanvas> implements Surface {
  readonly canvas: C;
  readonly pen: Pen;

  constructor(canvas: C, pen: Pen | null) {
    if (!pen) throw new Error("this browser gives no 2D canvas");
    this.canvas = canvas;
    this.pen = pen;
  }

  get image(): CanvasImageSource {
    return this.canvas;
  }

  get width(): number {
    return this.canvas.width;
  }

  get height(): number {
    return this.canvas.height;
  }

  resize(width: number, height: number): void {
    this.canvas.width = width;
    this.canvas.height = height;
  }
}

/** A canvas element as a surface. */
export class CanvasSurface extends SurfaceOn<HTMLCanvasElement> {
  readonly isReusable = true;

  constructor(width: number, height: number, opaque = false) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    super(canvas, canvas.getContext("2d", { alpha: !opaque }));
  }
}

/** A finished picture that came from elsewhere. It becomes a canvas only when somebody paints on it. */
export class BitmapSurface implements Surface {
  readonly #drawing: Drawing;
  #bitmap: ImageBitmap | null;
  #canvas: Surface | null = null;

  constructor(bitmap: ImageBitmap, drawing: Drawing) {
    this.#bitmap = bitmap;
    this.#drawing = drawing;
  }

  get image(): CanvasImageSource {
    return this.#bitmap ?? this.#painted().image;
  }

  get pen(): Pen {
    return this.#painted().pen;
  }

  get width(): number {
    return this.#bitmap?.width ?? this.#canvas?.width ?? 0;
  }

  get height(): number {
    return this.#bitmap?.height ?? this.#canvas?.height ?? 0;
  }

  resize(width: number, height: number): void {
    this.#bitmap?.close();
    this.#bitmap = null;
    if (width > 0) this.#painted();
    this.#canvas?.resize(width, height);
  }

  #painted(): Surface {
    this.#canvas ??= this.#drawing.surface(this.width, this.height);
    if (this.#bitmap) {
      this.#canvas.pen.drawImage(this.#bitmap, 0, 0);
      this.#bitmap.close();
      this.#bitmap = null;
    }
    return this.#canvas;
  }
}

export const browserDrawing: Drawing = {
  surface: (width, height, options) => new CanvasSurface(width, height, options?.opaque ?? false),
  path: () => new Path2D(),
};
