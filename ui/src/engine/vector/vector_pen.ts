/**
 * A pen that writes down what is painted as paths, words and pictures, for files
 * that keep their edges sharp. Shapes are painted by the same code as on the screen.
 *
 * Promises: only straight lines and cubic curves come out. Must not know any file
 * format.
 */
import type { Drawing, Pen } from "../layers/surface";
import type { PathSink } from "../outline";

/** a c e / b d f, as in the DOM. */
export type Matrix = readonly [number, number, number, number, number, number];

/** A path: `M` and `L` with two numbers, `C` with six, `Z` with none. */
export type PathStep = readonly ["M" | "L" | "C" | "Z", ...number[]];

export interface Look {
  readonly color: string;
  readonly alpha: number;
  readonly multiplies: boolean;
}

export interface Line extends Look {
  readonly width: number;
  readonly dash: readonly number[];
}

export interface VectorSink {
  fill(path: readonly PathStep[], matrix: Matrix, look: Look): void;
  stroke(path: readonly PathStep[], matrix: Matrix, line: Line): void;
  /** `font` as CSS has it; the baseline begins at (x, y). */
  words(text: string, x: number, y: number, font: string, matrix: Matrix, look: Look): void;
  /** A picture of the engine's key, in a box from (0, 0). */
  picture(key: string, w: number, h: number, matrix: Matrix, alpha: number): void;
}

/** What `Pictures.get` gives when files are made. */
export interface PictureToken {
  readonly key: string;
  readonly width: number;
  readonly height: number;
}

export function pictureToken(key: string): CanvasImageSource & PictureToken {
  return { key, width: 1, height: 1 } satisfies PictureToken as unknown as CanvasImageSource & PictureToken;
}

const KAPPA = 0.5522847498;

export class VectorPath implements PathSink {
  readonly steps: PathStep[] = [];
  #x = 0;
  #y = 0;

  moveTo(x: number, y: number): void {
    this.steps.push(["M", x, y]);
    [this.#x, this.#y] = [x, y];
  }

  lineTo(x: number, y: number): void {
    this.steps.push([this.steps.length === 0 ? "M" : "L", x, y]);
    [this.#x, this.#y] = [x, y];
  }

  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    const third = (from: number, control: number): number => from + ((control - from) * 2) / 3;
    this.steps.push(["C", third(this.#x, cx), third(this.#y, cy), third(x, cx), third(y, cy), x, y]);
    [this.#x, this.#y] = [x, y];
  }

  arc(cx: number, cy: number, r: number, from: number, to: number, anticlockwise = false): void {
    let sweep = to - from;
    const full = 2 * Math.PI;
    if (anticlockwise) sweep = sweep <= -full ? -full : ((sweep % full) - full) % full;
    else sweep = sweep >= full ? full : ((sweep % full) + full) % full;
    const count = Math.max(1, Math.ceil(Math.abs(sweep) / (Math.PI / 2)));
    const step = sweep / count;
    const out = (4 / 3) * Math.tan(step / 4);
    this.lineTo(cx + Math.cos(from) * r, cy + Math.sin(from) * r);
    for (let i = 0; i < count; i++) {
      const [a, b] = [from + step * i, from + step * (i + 1)];
      const [x, y] = [cx + Math.cos(b) * r, cy + Math.sin(b) * r];
      this.steps.push(["C", this.#x - Math.sin(a) * r * out, this.#y + Math.cos(a) * r * out, x + Math.sin(b) * r * out, y - Math.cos(b) * r * out, x, y]);
      [this.#x, this.#y] = [x, y];
    }
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.moveTo(x, y);
    this.lineTo(x + w, y);
    this.lineTo(x + w, y + h);
    this.lineTo(x, y + h);
    this.closePath();
  }

  roundRect(x: number, y: number, w: number, h: number, radius: number): void {
    const r = Math.min(radius, w / 2, h / 2);
    const k = r * (1 - KAPPA);
    this.moveTo(x + r, y);
    this.lineTo(x + w - r, y);
    this.steps.push(["C", x + w - k, y, x + w, y + k, x + w, y + r], ["L", x + w, y + h - r], ["C", x + w, y + h - k, x + w - k, y + h, x + w - r, y + h]);
    this.steps.push(["L", x + r, y + h], ["C", x + k, y + h, x, y + h - k, x, y + h - r], ["L", x, y + r], ["C", x, y + k, x + k, y, x + r, y], ["Z"]);
  }

  closePath(): void {
    this.steps.push(["Z"]);
  }
}

export class VectorPen {
  fillStyle = "#000000";
  strokeStyle = "#000000";
  globalAlpha = 1;
  globalCompositeOperation = "source-over";
  lineWidth = 1;
  lineCap = "butt";
  lineJoin = "miter";
  font = "10px sans-serif";
  textBaseline = "alphabetic";
  imageSmoothingEnabled = true;
  imageSmoothingQuality = "high";
  readonly #sink: VectorSink;
  #path = new VectorPath();
  #matrix: Matrix = [1, 0, 0, 1, 0, 0];
  #dash: readonly number[] = [];

  constructor(sink: VectorSink) {
    this.#sink = sink;
  }

  /** As the painter takes it. */
  get pen(): Pen {
    return this as unknown as Pen;
  }

  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.#matrix = [a, b, c, d, e, f];
  }

  beginPath(): void {
    this.#path = new VectorPath();
  }

  moveTo(x: number, y: number): void {
    this.#path.moveTo(x, y);
  }

  lineTo(x: number, y: number): void {
    this.#path.lineTo(x, y);
  }

  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    this.#path.quadraticCurveTo(cx, cy, x, y);
  }

  arc(x: number, y: number, r: number, from: number, to: number, anticlockwise?: boolean): void {
    this.#path.arc(x, y, r, from, to, anticlockwise);
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.#path.rect(x, y, w, h);
  }

  roundRect(x: number, y: number, w: number, h: number, r: number): void {
    this.#path.roundRect(x, y, w, h, r);
  }

  closePath(): void {
    this.#path.closePath();
  }

  fill(path?: unknown): void {
    this.#sink.fill(path instanceof VectorPath ? path.steps : this.#path.steps, this.#matrix, this.#look(this.fillStyle));
  }

  stroke(): void {
    this.#sink.stroke(this.#path.steps, this.#matrix, { ...this.#look(this.strokeStyle), width: this.lineWidth, dash: this.#dash });
  }

  fillRect(x: number, y: number, w: number, h: number): void {
    const path = new VectorPath();
    path.rect(x, y, w, h);
    this.fill(path);
  }

  strokeRect(x: number, y: number, w: number, h: number): void {
    const path = new VectorPath();
    path.rect(x, y, w, h);
    this.#sink.stroke(path.steps, this.#matrix, { ...this.#look(this.strokeStyle), width: this.lineWidth, dash: this.#dash });
  }

  fillText(text: string, x: number, y: number): void {
    this.#sink.words(text, x, y, this.font, this.#matrix, this.#look(this.fillStyle));
  }

  /** As kinds use it: all of it, into a box from (0, 0). What is cropped is handed in as a picture of what is seen. */
  drawImage(picture: unknown, _x: number, _y: number, w: number, h: number): void {
    this.#sink.picture((picture as PictureToken).key, w, h, this.#matrix, this.globalAlpha);
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = [...dash];
  }

  /** Nothing that kinds use. */
  save(): void {}
  restore(): void {}
  clip(): void {}
  clearRect(): void {}

  #look(color: string): Look {
    return { color, alpha: this.globalAlpha, multiplies: this.globalCompositeOperation === "multiply" };
  }
}

/** Makes paths that can be read again. There are no bitmaps. */
export const vectorDrawing: Drawing = {
  surface: () => {
    throw new Error("a vector drawing has no bitmaps");
  },
  path: () => new VectorPath() as unknown as ReturnType<Drawing["path"]>,
};

/** For boards of so many strokes that their edges would make the file fifty times as large. */
export const coarseDrawing: Drawing = { ...vectorDrawing, linesTo: 6 };
