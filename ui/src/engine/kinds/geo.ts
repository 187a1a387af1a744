/** Forms: an outline, perhaps filled, with words in its middle. */
import { edgeOf } from "../boxes";
import { innerLinesOf, isInside, outlineOf, roomIn, traceSteps } from "../forms";
import { expand, union, type Rect } from "../geometry";
import { shownFill } from "../color";
import { wordBlock, type WordBlock } from "../words";
import type { BodyOf, Brushwork, Cost, Kind, ShapeOf } from "./kind";
import { paintWords } from "./lettering";
import { finishLine, isCrossedBy, isNear, meetsBox, prepareLine } from "./line";

type GeoBody = BodyOf<"geo">;
type Geo = ShapeOf<GeoBody>;

/** Where the words are, own coordinates. */
function words(shape: Geo): { readonly block: WordBlock; readonly box: Rect } {
  const { w, h, form, text, size } = shape.body;
  const room = roomIn(form);
  const block = wordBlock(shape.body, shape, text, size, Math.max(room.w * w, size));
  const y = (room.y + room.h / 2) * h - block.height / 2;
  return { block, box: { minX: room.x * w, minY: y, maxX: (room.x + room.w) * w, maxY: y + block.height } };
}

export const geoKind: Kind<GeoBody> = {
  extent: (shape) => {
    const { w, h, width, text } = shape.body;
    const edge = expand({ minX: 0, minY: 0, maxX: w, maxY: h }, width);
    if (text === "") return edge;
    const { block, box } = words(shape);
    const middle = (box.minX + box.maxX) / 2;
    const wide = Math.max(block.width, box.maxX - box.minX) / 2;
    return union(edge, { minX: middle - wide, minY: box.minY, maxX: middle + wide, maxY: box.maxY });
  },
  paint: (work, shape) => paintForm(work, shape) + (shape.body.text === "" ? 0 : paintText(work, shape)),
  isHit: (shape, at, reach) => {
    const edge = edgeOf(shape);
    if (isNear(edge, true, at, reach + shape.body.width / 2)) return true;
    // An empty form lets through to what it is drawn around.
    return isInside(edge, at) && (isFilled(shape) || isOnWords(shape, at.x, at.y));
  },
  isCrossed: (shape, from, to, reach) => {
    const edge = edgeOf(shape);
    return isCrossedBy(edge, true, from, to, reach + shape.body.width / 2) || (isFilled(shape) && isInside(edge, from));
  },
  meets: (shape, box) => {
    const edge = edgeOf(shape);
    const inBox = meetsBox(edge, true, expand(box, shape.body.width / 2));
    return inBox || (isFilled(shape) && isInside(edge, { x: box.minX, y: box.minY }));
  },
};

function isFilled({ fill }: Geo): boolean {
  return fill !== undefined && fill !== "none";
}

function isOnWords(shape: Geo, x: number, y: number): boolean {
  if (shape.body.text === "") return false;
  const { box } = words(shape);
  return x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY;
}

function paintForm(work: Brushwork, { body, color, fill, dash }: Geo): Cost {
  const { form, w, h, width } = body;
  const steps = outlineOf(form, w, h);
  const pen = work.own();
  pen.beginPath();
  traceSteps(pen, steps, true);
  if (fill !== undefined && fill !== "none") {
    pen.fillStyle = shownFill(fill, work.scheme);
    pen.fill();
  }
  pen.strokeStyle = work.ink(color);
  // Never so thin that it fades away.
  prepareLine(pen, Math.max(width, 0.8 / work.scale), dash);
  pen.stroke();
  for (const inner of innerLinesOf(form, w, h)) {
    pen.beginPath();
    traceSteps(pen, inner, false);
    pen.stroke();
  }
  finishLine(pen);
  return 10 + steps.length;
}

function paintText(work: Brushwork, shape: Geo): Cost {
  const { block, box } = words(shape);
  const { body, align, color } = shape;
  return paintWords(work, {
    block, look: shape, color: work.ink(color), size: body.size, x: box.minX, y: box.minY, room: box.maxX - box.minX, align, byDefault: "center",
  });
}
