/** A part of the board as SVG, in pieces of text. */
import { PAPER } from "../../engine/color";
import type { Rect } from "../../engine/geometry";
import type { Line, Look, Matrix, PathStep, VectorSink } from "../../engine/vector/vector_pen";
import { GrowingText } from "./growing_text";

const round = (value: number): string => String(Math.round(value * 100) / 100);

export class SvgWriter implements VectorSink {
  readonly #text = new GrowingText();
  readonly #pictures: ReadonlyMap<string, string>;

  /** `scale`: units of the sink for one of the board; `pictures`: data URLs by key. */
  constructor(area: Rect, scale: number, hasPaper: boolean, pictures: ReadonlyMap<string, string>) {
    const [w, h] = [area.maxX - area.minX, area.maxY - area.minY];
    this.#pictures = pictures;
    this.#text.add(`<svg xmlns="http://www.w3.org/2000/svg" width="${round(w)}" height="${round(h)}" viewBox="0 0 ${round(w * scale)} ${round(h * scale)}">`);
    if (hasPaper) this.#text.add(`<rect width="100%" height="100%" fill="${PAPER.light}"/>`);
  }

  fill(path: readonly PathStep[], matrix: Matrix, look: Look): void {
    if (path.length > 0) this.#text.add(`<path d="${steps(path)}"${transform(matrix)} fill="${look.color}"${lookOf(look, "fill")}/>`);
  }

  stroke(path: readonly PathStep[], matrix: Matrix, line: Line): void {
    if (path.length === 0) return;
    const dash = line.dash.length > 0 ? ` stroke-dasharray="${line.dash.map(round).join(" ")}"` : "";
    this.#text.add(`<path d="${steps(path)}"${transform(matrix)} fill="none" stroke="${line.color}" stroke-width="${round(line.width)}" stroke-linecap="round" stroke-linejoin="round"${dash}${lookOf(line, "stroke")}/>`);
  }

  words(text: string, x: number, y: number, font: string, matrix: Matrix, look: Look): void {
    this.#text.add(`<text x="${round(x)}" y="${round(y)}"${transform(matrix)} style="font:${escaped(font)}" fill="${look.color}" xml:space="preserve"${lookOf(look, "fill")}>${escaped(text)}</text>`);
  }

  picture(key: string, w: number, h: number, matrix: Matrix, alpha: number): void {
    const url = this.#pictures.get(key);
    if (url === undefined) return;
    this.#text.add(`<image href="${url}" width="${round(w)}" height="${round(h)}" preserveAspectRatio="none"${transform(matrix)}${alpha === 1 ? "" : ` opacity="${round(alpha)}"`}/>`);
  }

  end(): Blob {
    return this.#text.file("image/svg+xml", "", "</svg>");
  }
}

function steps(path: readonly PathStep[]): string {
  return path.map(([name, ...values]) => name + values.map(round).join(" ")).join("");
}

function transform(matrix: Matrix): string {
  const [a, b, c, d, e, f] = matrix;
  if (a === 1 && b === 0 && c === 0 && d === 1 && e === 0 && f === 0) return "";
  return ` transform="matrix(${[a, b, c, d].map((value) => String(Math.round(value * 1e6) / 1e6)).join(" ")} ${round(e)} ${round(f)})"`;
}

function lookOf({ alpha, multiplies }: Look, of: "fill" | "stroke"): string {
  return (alpha === 1 ? "" : ` ${of}-opacity="${round(alpha)}"`) + (multiplies ? ' style="mix-blend-mode:multiply"' : "");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter] ?? letter);
}
