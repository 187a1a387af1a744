/** Labels: lines of text in the system's font, whose size is measured by the one who looks. */
import { expand, segmentMeetsRect } from "../geometry";
import type { Pen } from "../layers/surface";
import { linesOf, textBounds, TEXT_FONT, TEXT_LINE_HEIGHT } from "../text";
import type { BodyOf, Brushwork, Cost, Kind, ShapeOf } from "./kind";

export type TextBody = BodyOf<"text">;

/** Labels lower than this many device pixels are bars. */
const TEXT_MIN = 3;
/** Letters leave their line by this part of the size. */
const OVERHANG = 0.15;

export const textKind: Kind<TextBody> = {
  extent: ({ body }, measure) => expand(textBounds(body, measure), body.size * OVERHANG),
  paint: paintText,
  // Anywhere in its box: nobody aims between letters.
  isHit: () => true,
  isCrossed: (_shape, from, to, reach, extent) => segmentMeetsRect(from, to, expand(extent, reach)),
  meets: () => true,
};

function paintText(work: Brushwork, { body, color }: ShapeOf<TextBody>): Cost {
  const pen = work.pixels();
  pen.fillStyle = work.ink(color);
  const lines = linesOf(body.text);
  const size = body.size * work.scale;
  if (size < TEXT_MIN) paintBars(pen, lines, size);
  else paintWords(pen, lines, size);
  return 8 + body.text.length;
}

function paintBars(pen: Pen, lines: readonly string[], size: number): void {
  pen.globalAlpha *= 0.5;
  lines.forEach((line, i) => {
    pen.fillRect(0, (i + 0.35) * size * TEXT_LINE_HEIGHT, line.length * size * 0.5, Math.max(size * 0.5, 0.6));
  });
}

function paintWords(pen: Pen, lines: readonly string[], size: number): void {
  pen.font = `${size}px ${TEXT_FONT}`;
  pen.textBaseline = "alphabetic";
  // Where a text field of this line height puts the letters' feet.
  const first = size * (TEXT_LINE_HEIGHT / 2 + 0.35);
  lines.forEach((line, i) => pen.fillText(line, 0, first + i * size * TEXT_LINE_HEIGHT));
}
