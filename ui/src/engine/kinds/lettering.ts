/** Words as kinds paint them: letters where they can be read, bars where not. */
import type { Align, Color } from "../../protocol/generated/messages";
import { TEXT_LINE_HEIGHT } from "../text";
import { cssFont, lineStart, type WordBlock, type WordLook } from "../words";
import type { Brushwork, Cost } from "./kind";

/** Words lower than this many device pixels are bars. */
const TEXT_MIN = 3;

export interface Lettering {
  readonly block: WordBlock;
  readonly look: WordLook;
  readonly color: Color;
  readonly size: number;
  /** The room that lines are aligned in, own coordinates. */
  readonly x: number;
  readonly y: number;
  readonly room: number;
  readonly align: Align | undefined;
  readonly byDefault: "left" | "center";
}

export function paintWords(work: Brushwork, words: Lettering): Cost {
  const { block, look, color } = words;
  if (block.lines.every(({ text }) => text === "")) return 1;
  const pen = work.pixels();
  pen.fillStyle = color;
  const size = words.size * work.scale;
  const bars = size < TEXT_MIN;
  if (bars) pen.globalAlpha *= 0.5;
  else {
    pen.font = cssFont(look, size);
    pen.textBaseline = "alphabetic";
  }
  // Where a text field of this line height puts the letters' feet.
  const first = words.y * work.scale + size * (bars ? 0.35 * TEXT_LINE_HEIGHT : TEXT_LINE_HEIGHT / 2 + 0.35);
  let cost = 8;
  block.lines.forEach(({ text, width }, i) => {
    const x = (words.x + lineStart(words.align, words.byDefault, width * words.size, words.room)) * work.scale;
    const y = first + i * size * TEXT_LINE_HEIGHT;
    if (bars) pen.fillRect(x, y, width * size, Math.max(size * 0.5, 0.6));
    else pen.fillText(text, x, y);
    cost += text.length;
  });
  return cost;
}
