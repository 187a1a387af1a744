/**
 * Plain ink as a few arrays, to be sent to a worker and kept there: object by
 * object the two ends would take longer than the painting, and ten times the room.
 *
 * Only strokes with nothing but a colour and a width, which are nearly all there is
 * on a big board, become columns. Promises: `shapeAt` gives what `toColumns` was
 * given, but for what nobody paints: who drew it, when, what it is called. Must not know what it is for.
 */
import type { Shape, ShapeId } from "../../protocol/generated/messages";
import { translate, type Rect } from "../geometry";
import type { Placed } from "../scene";

/** Rows stand at the same place of all lists. */
export interface InkColumns {
  readonly colors: readonly string[];
  /** Of each: x, y, z, width. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Of each, in its own coordinates. A rounding here is far below the softness of an edge. */
  readonly extents: Float32Array<ArrayBuffer>;
  /** Of each, the place of its colour. */
  readonly inks: Uint32Array<ArrayBuffer>;
  /** Where its points begin; at the end the number of bytes. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** The points of all, one after the other. */
  readonly points: Uint8Array<ArrayBuffer>;
}

/** One in a line, as they travel: as a list each of them would be copied by itself. */
export type ManyIds = string;

export const readIds = (ids: ManyIds): ShapeId[] => (ids === "" ? [] : ids.split("\n"));
export const writeIds = (ids: Iterable<ShapeId>): ManyIds => [...ids].join("\n");

/** As it travels. */
export interface SentInk extends InkColumns {
  readonly ids: ManyIds;
}

const AUTHOR_UNTOLD = 0;

type Stroke = Placed & { readonly shape: { readonly body: Extract<Shape["body"], { kind: "stroke" }> } };

/** What the columns have room for, and what nobody paints. */
const PLAIN = new Set(["id", "author", "x", "y", "z", "color", "body", "added_ms", "locked", "sealed", "group", "link", "name"]);
const PLAIN_BODY = new Set(["kind", "width", "points"]);

/** Whether there is no more to it than the columns have room for. */
export function isPlainInk(placed: Placed): placed is Stroke {
  const { shape } = placed;
  if (shape.body.kind !== "stroke") return false;
  for (const property in shape) if (!PLAIN.has(property)) return false;
  for (const property in shape.body) if (!PLAIN_BODY.has(property)) return false;
  return !shape.id.includes("\n");
}

export function toColumns(strokes: readonly Stroke[]): SentInk {
  const columns = emptyColumns(strokes.length, strokes.reduce((sum, { shape }) => sum + shape.body.points.length, 0));
  const places = new Map<string, number>();
  let byte = 0;
  strokes.forEach(({ shape: { x, y, z, color, body }, extent }, i) => {
    let place = places.get(color);
    if (place === undefined) {
      place = places.size;
      places.set(color, place);
    }
    columns.numbers.set([x, y, z, body.width], i * 4);
    columns.extents.set([extent.minX, extent.minY, extent.maxX, extent.maxY], i * 4);
    columns.inks[i] = place;
    columns.starts[i] = byte;
    columns.points.set(body.points, byte);
    byte += body.points.length;
  });
  columns.starts[strokes.length] = byte;
  return { ...columns, colors: [...places.keys()], ids: writeIds(strokes.map(({ shape }) => shape.id)) };
}

function emptyColumns(rows: number, bytes: number): Omit<InkColumns, "colors"> {
  return {
    numbers: new Float64Array(rows * 4),
    extents: new Float32Array(rows * 4),
    inks: new Uint32Array(rows),
    starts: new Uint32Array(rows + 1),
    points: new Uint8Array(bytes),
  };
}

/** What may be handed over rather than copied. */
export function transfersOf({ numbers, extents, inks, starts, points }: InkColumns): Transferable[] {
  return [numbers.buffer, extents.buffer, inks.buffer, starts.buffer, points.buffer];
}

/** What is kept of it. */
export function columnsOf({ colors, numbers, extents, inks, starts, points }: SentInk): InkColumns {
  return { colors, numbers, extents, inks, starts, points };
}

export function zAt({ numbers }: InkColumns, row: number): number {
  return numbers[row * 4 + 2] ?? 0;
}

/** On the board. */
export function boundsAt(columns: InkColumns, row: number): Rect {
  return translate(extentAt(columns, row), columns.numbers[row * 4] ?? 0, columns.numbers[row * 4 + 1] ?? 0);
}

function extentAt({ extents }: InkColumns, row: number): Rect {
  const side = (i: number): number => extents[row * 4 + i] ?? 0;
  return { minX: side(0), minY: side(1), maxX: side(2), maxY: side(3) };
}

/** The stroke of a row; its points are a view of the column. */
export function shapeAt(columns: InkColumns, row: number, id: ShapeId): Placed {
  const { numbers, inks, starts, points, colors } = columns;
  const number = (column: number): number => numbers[row * 4 + column] ?? 0;
  const shape: Shape = {
    id,
    author: AUTHOR_UNTOLD,
    x: number(0),
    y: number(1),
    z: number(2),
    color: colors[inks[row] ?? 0] ?? "#000000",
    body: { kind: "stroke", width: number(3), points: points.subarray(starts[row], starts[row + 1]) },
  };
  return { shape, drawn: shape, extent: extentAt(columns, row), bounds: boundsAt(columns, row) };
}
