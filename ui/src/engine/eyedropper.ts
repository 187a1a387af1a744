/**
 * Which colour is seen at a place of the board: read off what is painted. The browser's
 * own eyedropper is for secure pages only; this one works on any.
 */
import { shownFill, shownInk } from "./color";
import type { Engine } from "./engine";
import type { Point } from "./geometry";
import type { Color } from "../protocol/generated/messages";

type Rgb = readonly [number, number, number];

/** `at`: board units. One of `colors` if there are any, as it was chosen and not as this paper shows it. */
export function colorSeen(host: HTMLElement, engine: Engine, at: Point, colors: readonly Color[]): Color | null {
  const seen = pixelAt(host, engine.boardToScreen(at));
  const [first = null] = colors;
  if (seen === null || first === null) return first ?? (seen && hex(seen));
  return colors.reduce((best, color) => (distance(color, seen, engine) < distance(best, seen, engine) ? color : best), first);
}

/** All layers, one over the other, as wide as a pixel. */
function pixelAt(host: HTMLElement, { x, y }: Point): Rgb | null {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  if (!pen) return null;
  for (const layer of host.querySelectorAll("canvas")) {
    const shown = layer.clientWidth;
    if (shown === 0 || layer.width === 0) continue;
    const ratio = layer.width / shown;
    pen.drawImage(layer, Math.floor(x * ratio), Math.floor(y * ratio), 1, 1, 0, 0, 1, 1);
  }
  const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

function hex(rgb: Rgb): Color {
  return `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** How far off it is, shown as ink or as an area. */
function distance(color: Color, seen: Rgb, { scheme }: Engine): number {
  const off = (shown: Color): number => seen.reduce((sum, part, i) => sum + (part - Number.parseInt(shown.slice(1 + 2 * i, 3 + 2 * i), 16)) ** 2, 0);
  return Math.min(off(shownInk(color, scheme)), off(shownFill(color, scheme)));
}
