/** Frames: a named part of the board. Inside, what lies there is what is met. */
import { cornersOf, outlineOf } from "../forms";
import { shownFill } from "../color";
import { expand, type Point } from "../geometry";
import { wordBlock } from "../words";
import type { BodyOf, Brushwork, Kind, ShapeOf } from "./kind";
import { paintWords } from "./lettering";
import { isCrossedBy, isNear, meetsBox } from "./line";

type FrameBody = BodyOf<"frame">;
type Frame = ShapeOf<FrameBody>;

/** Of its name, by its height: one that is seen whole has a name that can be read. */
function nameSize({ h }: FrameBody): number {
  return Math.min(Math.max(h * 0.035, 12), 400);
}

function nameBlock(shape: Frame) {
  const { body } = shape;
  return wordBlock(body, { bold: true }, body.text.split("\n", 1)[0] ?? "", nameSize(body), 0);
}

function edge({ w, h }: FrameBody): Point[] {
  return cornersOf(outlineOf("rectangle", w, h));
}

export const frameKind: Kind<FrameBody> = {
  extent: (shape) => {
    const { w, h } = shape.body;
    const size = nameSize(shape.body);
    const name = nameBlock(shape);
    return expand({ minX: 0, minY: -size * 1.5, maxX: Math.max(w, name.width), maxY: h }, 2);
  },
  paint: (work, shape) => paintFrame(work, shape),
  isHit: (shape, at, reach) => isOnName(shape, at) || isNear(edge(shape.body), true, at, reach),
  isCrossed: (shape, from, to, reach) => isOnName(shape, from) || isCrossedBy(edge(shape.body), true, from, to, reach),
  meets: (shape, box) => meetsBox(edge(shape.body), true, box),
};

function isOnName(shape: Frame, { x, y }: Point): boolean {
  return y < 0 && y > -nameSize(shape.body) * 1.5 && x >= 0 && x <= nameBlock(shape).width;
}

function paintFrame(work: Brushwork, shape: Frame): number {
  const { body, color, fill } = shape;
  const pen = work.own();
  if (fill !== undefined && fill !== "none") {
    pen.fillStyle = shownFill(fill, work.scheme);
    pen.fillRect(0, 0, body.w, body.h);
  }
  pen.strokeStyle = work.ink(color);
  pen.lineWidth = 1.5 / work.scale;
  pen.strokeRect(0, 0, body.w, body.h);
  const size = nameSize(body);
  return 8 + paintWords(work, { block: nameBlock(shape), look: { bold: true }, color: work.ink(color), size, x: 0, y: -size * 1.45, room: body.w, align: "left", byDefault: "left" });
}
