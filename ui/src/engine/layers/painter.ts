/**
 * Paints shapes.
 *
 * Promises: `paint` leaves the picture complete only after `flush`; what is painted
 * depends on the shape, the scale and the scheme alone. Ink that is thin on the
 * screen is painted as a plain line, many strokes in one call: at that size it
 * looks the same and costs a tenth. Outlines are kept by the shape's body, so a
 * stroke that is moved or recoloured keeps its own.
 */
import type { Shape } from "../../protocol/generated/messages";
import { shownInk } from "../color";
import type { Rect } from "../geometry";
import { samplesFor, type StrokeBody, type TextBody } from "../ink";
import { spineOf, traceOutline, type InkPoint } from "../outline";
import type { Scheme } from "../picture";
import { Remembered } from "../remembered";
import type { Placed } from "../scene";
import { linesOf, TEXT_FONT, TEXT_LINE_HEIGHT } from "../text";
import type { Drawing, Pen } from "./surface";

/** Spine vertices whose outlines are kept; a path takes some 40 bytes for each. */
const PATH_VERTICES_MAX = 600_000;
/** Ink below this many device pixels of width is a line. */
const LINE_WIDTH_MAX = 2.2;
/** A line is no thinner than this, or it fades away. */
const LINE_WIDTH_MIN = 0.8;
/** Mean of what pressure and speed make of the nominal width. */
const MEAN_FACTOR = 0.85;
/** Steps of a line on the screen, in device pixels. */
const LINE_STEP = 1.2;
/** Shapes smaller than this many device pixels are a speck. */
const SPECK = 1.2;
/** Labels lower than this many device pixels are bars. */
const TEXT_MIN = 3;

/** Where to paint: device pixel = board unit * scale + offset. */
export interface Target {
  readonly pen: Pen;
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly scheme: Scheme;
}

/** Work that a shape's painting was, in points visited. */
export type Cost = number;

export class Painter {
  readonly #drawing: Drawing;
  readonly #paths = new Remembered<StrokeBody, Path2D>(PATH_VERTICES_MAX);
  /** Style of the lines collected since the last flush; empty when there are none. */
  #lineStyle = "";
  #lineTarget: Target | null = null;

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
  }

  /** Paints one shape, `alpha` opaque; `dx`, `dy` board units aside of its place. */
  paint(target: Target, placed: Placed, alpha = 1, dx = 0, dy = 0): Cost {
    const { shape, bounds } = placed;
    const size = Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY) * target.scale;
    if (size < SPECK) return this.#speck(target, shape, bounds);
    if (shape.body.kind === "text") {
      this.flush();
      return this.#text(target, shape, shape.body, alpha, dx, dy);
    }
    const width = shape.body.width * target.scale;
    if (width < LINE_WIDTH_MAX && alpha === 1) return this.#line(target, shape, shape.body, dx, dy);
    this.flush();
    return this.#outline(target, shape, shape.body, alpha, dx, dy);
  }

  /** Paints what was collected. */
  flush(): void {
    if (this.#lineStyle === "" || !this.#lineTarget) return;
    this.#lineTarget.pen.stroke();
    this.#lineStyle = "";
    this.#lineTarget = null;
  }

  #speck(target: Target, shape: Shape, bounds: Rect): Cost {
    this.flush();
    const { pen, scale } = target;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = shownInk(shape.color, target.scheme);
    pen.fillRect(bounds.minX * scale + target.offsetX, bounds.minY * scale + target.offsetY, 1, 1);
    return 1;
  }

  #outline(target: Target, shape: Shape, body: StrokeBody, alpha: number, dx: number, dy: number): Cost {
    const { pen, scale } = target;
    const path = this.#pathOf(body);
    const x = (shape.x + dx) * scale + target.offsetX;
    const y = (shape.y + dy) * scale + target.offsetY;
    pen.setTransform(scale, 0, 0, scale, x, y);
    pen.globalAlpha = alpha;
    pen.fillStyle = shownInk(shape.color, target.scheme);
    pen.fill(path);
    pen.globalAlpha = 1;
    return 4 + samplesFor(body).length;
  }

  #pathOf(body: StrokeBody): Path2D {
    let path = this.#paths.get(body);
    if (!path) {
      const spine = spineOf(samplesFor(body), body.width);
      path = this.#drawing.path();
      traceOutline(path, spine);
      this.#paths.set(body, path, spine.length + 1);
    }
    return path;
  }

  #line(target: Target, shape: Shape, body: StrokeBody, dx: number, dy: number): Cost {
    const { pen, scale } = target;
    const width = Math.max(body.width * scale * MEAN_FACTOR, LINE_WIDTH_MIN);
    const color = shownInk(shape.color, target.scheme);
    const style = `${color}/${width}`;
    if (style !== this.#lineStyle || target !== this.#lineTarget) {
      this.flush();
      this.#lineStyle = style;
      this.#lineTarget = target;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.strokeStyle = color;
      pen.lineWidth = width;
      pen.lineCap = "round";
      pen.lineJoin = "round";
      pen.beginPath();
    }
    const x = (shape.x + dx) * scale + target.offsetX;
    const y = (shape.y + dy) * scale + target.offsetY;
    return traceScaledLine(pen, samplesFor(body), scale, x, y);
  }

  #text(target: Target, shape: Shape, body: TextBody, alpha: number, dx: number, dy: number): Cost {
    const { pen, scale } = target;
    const lines = linesOf(body.text);
    const x = (shape.x + dx) * scale + target.offsetX;
    const y = (shape.y + dy) * scale + target.offsetY;
    pen.setTransform(1, 0, 0, 1, x, y);
    pen.globalAlpha = alpha;
    pen.fillStyle = shownInk(shape.color, target.scheme);
    const size = body.size * scale;
    if (size < TEXT_MIN) this.#bars(pen, lines, size);
    else this.#words(pen, lines, size);
    pen.globalAlpha = 1;
    return 8 + body.text.length;
  }

  #bars(pen: Pen, lines: readonly string[], size: number): void {
    pen.globalAlpha *= 0.5;
    lines.forEach((line, i) => {
      pen.fillRect(0, (i + 0.35) * size * TEXT_LINE_HEIGHT, line.length * size * 0.5, Math.max(size * 0.5, 0.6));
    });
  }

  #words(pen: Pen, lines: readonly string[], size: number): void {
    pen.font = `${size}px ${TEXT_FONT}`;
    pen.textBaseline = "alphabetic";
    // Where a text field of this line height puts the letters' feet.
    const first = size * (TEXT_LINE_HEIGHT / 2 + 0.35);
    lines.forEach((line, i) => pen.fillText(line, 0, first + i * size * TEXT_LINE_HEIGHT));
  }
}

/** Adds the samples as a line in device pixels, leaving out what cannot be seen. Returns the work. */
function traceScaledLine(pen: Pen, samples: readonly InkPoint[], scale: number, x: number, y: number): Cost {
  let lastX = NaN;
  let lastY = NaN;
  let count = 2;
  const end = samples.length - 1;
  samples.forEach((sample, i) => {
    const atX = sample.x * scale + x;
    const atY = sample.y * scale + y;
    if (i === 0) pen.moveTo(atX, atY);
    else if (i === end || Math.abs(atX - lastX) + Math.abs(atY - lastY) >= LINE_STEP) pen.lineTo(atX, atY);
    else return;
    lastX = atX;
    lastY = atY;
    count += 1;
  });
  // A line of no length shows nothing in some engines, round caps or not.
  if (end === 0) pen.lineTo(lastX + 0.01, lastY);
  return count + samples.length / 4;
}
