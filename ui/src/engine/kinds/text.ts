/** Labels: lines of words whose size is measured by the one who looks. */
import { boxOf } from "../boxes";
import { expand, segmentMeetsRect } from "../geometry";
import { wordBlock } from "../words";
import type { BodyOf, Kind } from "./kind";
import { paintWords } from "./lettering";

export type TextBody = BodyOf<"text">;

/** Letters leave their line by this part of the size. */
const OVERHANG = 0.15;

export const textKind: Kind<TextBody> = {
  extent: (shape) => {
    const { w, h } = boxOf(shape) ?? { w: 0, h: 0 };
    return expand({ minX: 0, minY: 0, maxX: w, maxY: h }, shape.body.size * OVERHANG);
  },
  paint: (work, shape) => {
    const { body, color, align } = shape;
    const room = boxOf(shape)?.w ?? 0;
    const block = wordBlock(body, shape, body.text, body.size, body.w ?? 0);
    return paintWords(work, { block, look: shape, color: work.ink(color), size: body.size, x: 0, y: 0, room, align, byDefault: "left" });
  },
  // Anywhere in its box: nobody aims between letters.
  isHit: () => true,
  isCrossed: (_shape, from, to, reach, extent) => segmentMeetsRect(from, to, expand(extent, reach)),
  meets: () => true,
};
