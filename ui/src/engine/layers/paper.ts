/**
 * The paper: plain, or with faint dots, squares or lines that keep their density on
 * the screen. Every other row and column fades as one zooms out, so nothing jumps.
 */
import { DOTS, PAPER } from "../color";
import type { PaperKind, Scheme } from "../picture";
import type { Drawing, Pen, Surface } from "./surface";
import type { View } from "./view";

/** Board units between dots at 100 %. */
const SPACING = 28;
/** Lines cover more than dots do: they are fainter. */
const LINE_ALPHA = 0.6;

interface Dots {
  /** Device pixels between fine dots; 16 to 32 CSS pixels. */
  readonly pitch: number;
  /** How visible the dots between the coarse ones are, 0 to 1. */
  readonly fine: number;
}

/** Which dots to show at `scale` device pixels for a board unit. */
export function dotsAt(scale: number, ratio: number): Dots {
  const apart = (SPACING * scale) / ratio;
  const level = Math.ceil(Math.log2(16 / apart));
  const pitch = apart * 2 ** level;
  return { pitch: pitch * ratio, fine: Math.min(1, (pitch - 16) / 10) };
}

export class Paper {
  readonly #drawing: Drawing;
  #rows: readonly [Surface, Surface] | null = null;
  #made = "";

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
  }

  /** Covers all of `pen`'s surface. */
  draw(pen: Pen, view: View, scheme: Scheme, kind: PaperKind): void {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalAlpha = 1;
    pen.fillStyle = PAPER[scheme];
    pen.fillRect(0, 0, view.width, view.height);
    if (kind === "dots") this.#drawDots(pen, view, scheme);
    if (kind === "grid") drawLines(pen, view, scheme, true);
    if (kind === "grid" || kind === "ruled") drawLines(pen, view, scheme, false);
  }

  #drawDots(pen: Pen, view: View, scheme: Scheme): void {
    const { pitch, fine } = dotsAt(view.scale, view.ratio);
    const period = pitch * 2;
    const rows = this.#rowsFor(view, scheme, pitch, fine);
    const left = Math.round(modulo(view.offsetX, period) - period);
    const start = modulo(view.offsetY, period) - period;
    for (let i = 0, y = start; y < view.height; i++, y = start + i * pitch) {
      const row = rows[i % 2];
      if (row) pen.drawImage(row.image, left, Math.round(y - row.height / 2));
    }
  }

  /** One row with coarse dots and one without, drawn once for a zoom and a width. */
  #rowsFor(view: View, scheme: Scheme, pitch: number, fine: number): readonly [Surface, Surface] {
    const key = `${pitch}/${view.width}/${view.ratio}/${scheme}`;
    if (this.#rows && this.#made === key) return this.#rows;
    this.#made = key;
    const size = Math.max(1, Math.round(1.5 * view.ratio));
    const width = Math.ceil(view.width + pitch * 4);
    const rows = this.#rows ?? [this.#drawing.surface(1, 1), this.#drawing.surface(1, 1)];
    rows.forEach((row, odd) => {
      row.resize(width, size);
      row.pen.fillStyle = DOTS[scheme];
      for (let i = 0; i * pitch < width; i++) {
        row.pen.globalAlpha = odd === 0 && i % 2 === 0 ? 1 : fine;
        row.pen.fillRect(Math.round(i * pitch), 0, size, size);
      }
    });
    this.#rows = rows;
    return rows;
  }
}

/** Lines across the view; `upright`: down it. */
function drawLines(pen: Pen, view: View, scheme: Scheme, upright: boolean): void {
  const { pitch, fine } = dotsAt(view.scale, view.ratio);
  const width = Math.max(1, Math.round(view.ratio * 0.75));
  const [offset, end] = upright ? [view.offsetX, view.width] : [view.offsetY, view.height];
  pen.fillStyle = DOTS[scheme];
  for (let i = Math.ceil(-offset / pitch); i * pitch + offset < end; i++) {
    const at = Math.round(i * pitch + offset);
    pen.globalAlpha = LINE_ALPHA * (i % 2 === 0 ? 1 : fine);
    if (upright) pen.fillRect(at, 0, width, view.height);
    else pen.fillRect(0, at, view.width, width);
  }
  pen.globalAlpha = 1;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
