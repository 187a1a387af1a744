/** Lines and arrows between two places, or between shapes that they then follow. */
import type { Head } from "../../protocol/generated/messages";
import { PAPER } from "../color";
import { boundTo, endsOf, headSize, middleOf, resolved, wayOf, type ConnectorBody, type End } from "../connectors";
import { cornersOf, traceSteps } from "../forms";
import { expand, rectBetween, union, type Point, type Rect } from "../geometry";
import type { Pen } from "../layers/surface";
import { wordBlock, type WordBlock } from "../words";
import type { Brushwork, Cost, Kind, ShapeOf } from "./kind";
import { paintWords } from "./lettering";
import { finishLine, isCrossedBy, isNear, meetsBox, prepareLine } from "./line";

type Connector = ShapeOf<ConnectorBody>;

/** A label beside it is as wide as this at most, in sizes. */
const WORDS_ROOM = 16;

function words(shape: Connector): { readonly block: WordBlock; readonly box: Rect } | null {
  const { body } = shape;
  if (body.text === undefined || body.text === "") return null;
  const block = wordBlock(body, shape, body.text, body.size, body.size * WORDS_ROOM);
  const middle = middleOf(body);
  const [x, y] = [middle.x - block.width / 2, middle.y - block.height / 2];
  return { block, box: { minX: x, minY: y, maxX: x + block.width, maxY: y + block.height } };
}

function line(body: ConnectorBody): Point[] {
  return cornersOf(wayOf(body));
}

export const connectorKind: Kind<ConnectorBody> = {
  extent: (shape) => {
    const points = line(shape.body);
    const around = points.reduce((rect, point) => union(rect, rectBetween(point, point)), rectBetween({ x: 0, y: 0 }, { x: 0, y: 0 }));
    const wide = expand(around, headSize(shape.body.width) + shape.body.width);
    const said = words(shape);
    return said ? union(wide, expand(said.box, 4)) : wide;
  },
  paint: (work, shape) => paintLine(work, shape) + paintLabel(work, shape),
  isHit: (shape, at, reach) => {
    const said = words(shape)?.box;
    if (said && at.x >= said.minX && at.x <= said.maxX && at.y >= said.minY && at.y <= said.maxY) return true;
    return isNear(line(shape.body), false, at, reach + shape.body.width / 2);
  },
  isCrossed: (shape, from, to, reach) => isCrossedBy(line(shape.body), false, from, to, reach + shape.body.width / 2),
  meets: (shape, box) => meetsBox(line(shape.body), false, expand(box, shape.body.width / 2)),
  bound: { to: boundTo, resolve: resolved },
};

function paintLine(work: Brushwork, { body, color, dash }: Connector): Cost {
  const way = wayOf(body);
  const pen = work.own();
  pen.strokeStyle = work.ink(color);
  pen.fillStyle = work.ink(color);
  prepareLine(pen, Math.max(body.width, 0.8 / work.scale), dash);
  pen.beginPath();
  traceSteps(pen, way, false);
  pen.stroke();
  finishLine(pen);
  const [start, end] = endsOf(way);
  paintHead(pen, body.head_start, start, headSize(body.width));
  paintHead(pen, body.head_end, end, headSize(body.width));
  return 12 + way.length;
}

/** `along` back from the tip, `aside` of it. */
function beside({ x, y, angle }: End, along: number, aside: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: x - cos * along - sin * aside, y: y - sin * along + cos * aside };
}

/** A head's outline, for painting and export; `filled` if it is to be filled. */
export function headOf(head: Head, end: End, size: number): { readonly points: readonly Point[]; readonly filled: boolean; readonly closed: boolean } | null {
  const at = (along: number, aside: number): Point => beside(end, along * size, aside * size);
  switch (head) {
    case "none":
      return null;
    case "arrow":
      return { points: [at(1, 0.5), at(0, 0), at(1, -0.5)], filled: false, closed: false };
    case "triangle":
      return { points: [at(1, 0.5), at(0, 0), at(1, -0.5)], filled: true, closed: true };
    case "bar":
      return { points: [at(0, 0.5), at(0, -0.5)], filled: false, closed: false };
    case "diamond":
      return { points: [at(0, 0), at(0.6, 0.4), at(1.2, 0), at(0.6, -0.4)], filled: true, closed: true };
    case "dot":
      return { points: Array.from({ length: 12 }, (_, i) => at(0.3 - Math.cos((i * Math.PI) / 6) * 0.3, Math.sin((i * Math.PI) / 6) * 0.3)), filled: true, closed: true };
    default:
      return null;
  }
}

function paintHead(pen: Pen, head: Head, end: End, size: number): void {
  const shape = headOf(head, end, size);
  if (!shape) return;
  pen.beginPath();
  traceSteps(pen, shape.points, shape.closed);
  if (shape.filled) pen.fill();
  pen.stroke();
}

function paintLabel(work: Brushwork, shape: Connector): Cost {
  const said = words(shape);
  if (!said) return 0;
  const { block, box } = said;
  const pen = work.own();
  pen.fillStyle = PAPER[work.scheme];
  pen.fillRect(box.minX - 3, box.minY, box.maxX - box.minX + 6, box.maxY - box.minY);
  return paintWords(work, {
    block, look: shape, color: work.ink(shape.color), size: shape.body.size, x: box.minX, y: box.minY, room: box.maxX - box.minX, align: shape.align, byDefault: "center",
  });
}
