/** Sticky notes: paper of one colour with dark words on it, and who wrote them. */
import { boxOf, NOTE_PADDING, noteRoom } from "../boxes";
import { wordsOn } from "../color";
import { expand, segmentMeetsRect } from "../geometry";
import { wordBlock } from "../words";
import type { BodyOf, Brushwork, Cost, Kind, ShapeOf } from "./kind";
import { paintWords } from "./lettering";

type NoteBody = BodyOf<"note">;
type Note = ShapeOf<NoteBody>;

/** Its shadow, in board units. */
const SHADOW = 5;
const CORNER = 3;

export const noteKind: Kind<NoteBody> = {
  extent: (shape) => {
    const { w, h } = boxOf(shape) ?? shape.body;
    return expand({ minX: 0, minY: 0, maxX: w, maxY: h }, SHADOW + 1);
  },
  paint: (work, shape) => paintPaper(work, shape) + paintNote(work, shape),
  isHit: (_shape, at, reach, extent) => at.x >= extent.minX - reach && at.x <= extent.maxX + reach,
  isCrossed: (_shape, from, to, reach, extent) => segmentMeetsRect(from, to, expand(extent, reach)),
  meets: () => true,
};

function paintPaper(work: Brushwork, shape: Note): Cost {
  const { w, h } = boxOf(shape) ?? shape.body;
  const pen = work.own();
  const alpha = pen.globalAlpha;
  pen.fillStyle = "#000000";
  pen.globalAlpha = alpha * 0.12;
  pen.beginPath();
  pen.roundRect(1, 3, w - 2, h, CORNER);
  pen.fill();
  pen.globalAlpha = alpha;
  pen.fillStyle = shape.color;
  pen.beginPath();
  pen.roundRect(0, 0, w, h, CORNER);
  pen.fill();
  return 8;
}

function paintNote(work: Brushwork, shape: Note): Cost {
  const { body, align } = shape;
  const box = boxOf(shape) ?? body;
  const room = noteRoom(body);
  const color = wordsOn(shape.color);
  const pad = NOTE_PADDING * body.size;
  const block = wordBlock(body, shape, body.text, body.size, room);
  const y = Math.max(pad, (box.h - block.height - body.size) / 2);
  const cost = paintWords(work, { block, look: shape, color, size: body.size, x: pad, y, room, align, byDefault: "center" });
  return cost + paintAuthor(work, body, color, box.h);
}

function paintAuthor(work: Brushwork, { by, size, w }: NoteBody, color: string, h: number): Cost {
  const small = Math.min(size * 0.6, w / 12);
  if (by === undefined || by === "" || small * work.scale < 5) return 0;
  const pen = work.pixels();
  pen.globalAlpha *= 0.65;
  pen.fillStyle = color;
  pen.font = `${small * work.scale}px system-ui, sans-serif`;
  pen.textBaseline = "alphabetic";
  pen.fillText(by, NOTE_PADDING * size * work.scale, (h - small * 0.9) * work.scale, (w - 2 * NOTE_PADDING * size) * work.scale);
  return 8 + by.length;
}
