/**
 * What is shown of a kind that this page does not know: a box of its `w` and `h`
 * with a cross in it, so that everybody sees that something lies there (R48).
 */
import type { ShapeBody } from "../../protocol/generated/messages";
import { expand, rectBetween, segmentMeetsRect, type Rect } from "../geometry";
import type { Kind } from "./kind";

/** The sides of its body; 0 where it has none that can be drawn. */
function sidesOf(body: ShapeBody): { readonly w: number; readonly h: number } {
  const { w, h } = body as { readonly w?: unknown; readonly h?: unknown };
  const side = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
  return { w: side(w), h: side(h) };
}

function boxOf(body: ShapeBody): Rect {
  const { w, h } = sidesOf(body);
  return rectBetween({ x: 0, y: 0 }, { x: w, y: h });
}

export const boxKind: Kind<ShapeBody> = {
  extent: ({ body }) => boxOf(body),
  paint(work, { body, color }) {
    const { minX, minY, maxX, maxY } = boxOf(body);
    if (maxX === minX || maxY === minY) return 1;
    const pen = work.own();
    const line = Math.min(1, (maxX - minX) / 4, (maxY - minY) / 4);
    pen.globalAlpha *= 0.6;
    pen.strokeStyle = work.ink(color);
    pen.lineWidth = line;
    pen.beginPath();
    pen.moveTo(minX + line, minY + line);
    pen.lineTo(maxX - line, maxY - line);
    pen.moveTo(maxX - line, minY + line);
    pen.lineTo(minX + line, maxY - line);
    pen.rect(minX + line / 2, minY + line / 2, maxX - minX - line, maxY - minY - line);
    pen.stroke();
    return 6;
  },
  isHit: ({ body }) => sidesOf(body).w !== 0,
  isCrossed: ({ body }, from, to, reach) => segmentMeetsRect(from, to, expand(boxOf(body), reach)),
  meets: () => true,
};
