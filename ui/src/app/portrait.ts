/**
 * How a board looks, small: for lists of sessions.
 *
 * Promises: a few milliseconds at a time; null for a board with nothing on it, or
 * with more than is worth the time.
 */
import type { Desk } from "./desk";
import { areaOf, paintBitmap, stacked } from "./exchange/paint_out";

const WIDTH = 288;
const HEIGHT = 192;
/** More shapes than these are not painted again and again for a small picture. */
const SHAPES_MAX = 8_000;
/** Longer ones are not kept: nobody needs more to know a board again. */
const LENGTH_MAX = 60_000;

export async function portrait(desk: Desk, signal: AbortSignal): Promise<string | null> {
  const placed = stacked(desk.engine?.scene.all() ?? []);
  if (placed.length === 0 || placed.length > SHAPES_MAX) return null;
  const area = areaOf(placed);
  const scale = Math.min(WIDTH / (area.maxX - area.minX), HEIGHT / (area.maxY - area.minY), 1);
  const file = await paintBitmap(placed, area, { scale, pixels: WIDTH * HEIGHT, paper: true }, new Map(), { onPart: () => undefined, signal });
  const url = await asUrl(file);
  return url.length <= LENGTH_MAX ? url : null;
}

function asUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(file);
  });
}
