/** Shapes and boards for tests of what is drawn. */
import { Board } from "../document/board";
import type { InkPoint } from "../engine/outline";
import type { Shape } from "../protocol/generated/messages";
import { packPoints } from "../protocol/points";

/** A stroke through `points` of the board. */
export function stroke(id: string, points: readonly InkPoint[], part: { z?: number; width?: number; color?: string } = {}): Shape {
  const { x, y } = points[0] ?? { x: 0, y: 0 };
  const own = points.map((point) => ({ ...point, x: point.x - x, y: point.y - y }));
  const body = { kind: "stroke", width: part.width ?? 4, points: packPoints(own, 6) } as const;
  return { id, author: 1, x, y, z: part.z ?? 1, color: part.color ?? "#1e1f22", body };
}

/** A straight stroke from (x, y) to the right. */
export function line(id: string, x: number, y: number, length = 40, z = 1): Shape {
  return stroke(id, [{ x, y }, { x: x + length / 2, y }, { x: x + length, y }], { z });
}

export function label(id: string, x: number, y: number, text: string, size = 20): Shape {
  return { id, author: 1, x, y, z: 1, color: "#1e1f22", body: { kind: "text", text, size } };
}

/** A board with these on it. */
export function boardOf(...shapes: Shape[]): Board {
  const board = new Board();
  board.reset(shapes, []);
  return board;
}
