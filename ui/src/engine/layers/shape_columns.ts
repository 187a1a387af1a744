/**
 * Many shapes as a few arrays, to be sent to a worker: object by object the two
 * ends would take longer than the painting.
 *
 * Only plain strokes, which are nearly all there is on a big board, become columns;
 * everything else goes along as it is. Promises: `fromColumns` of `toColumns` has
 * equal shapes, in another order perhaps. Must not know what the shapes are for.
 */
import type { Shape } from "../../protocol/generated/messages";

export interface ShapeColumns {
  /** Of the strokes, one in a line. */
  readonly ids: string;
  readonly colors: readonly string[];
  /** For each stroke: author, x, y, z, width, place of its colour, bytes of its points. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** The points of all, one after the other. */
  readonly points: Uint8Array<ArrayBuffer>;
  readonly others: readonly Shape[];
}

const NUMBERS = 7;

type Stroke = Shape & { readonly body: Extract<Shape["body"], { kind: "stroke" }> };

/** Whether the shape has nothing but what the columns have room for. */
function isPlainStroke(shape: Shape): shape is Stroke {
  let properties = 0;
  for (const _ in shape) properties += 1;
  if (shape.body.kind !== "stroke") return false;
  for (const _ in shape.body) properties += 1;
  return properties === 10 && !shape.id.includes("\n");
}

export function toColumns(shapes: readonly Shape[]): ShapeColumns {
  const strokes = shapes.filter(isPlainStroke);
  const others = strokes.length === shapes.length ? [] : shapes.filter((shape) => !isPlainStroke(shape));
  const numbers = new Float64Array(strokes.length * NUMBERS);
  const points = new Uint8Array(strokes.reduce((sum, { body }) => sum + body.points.length, 0));
  const colors: string[] = [];
  const places = new Map<string, number>();
  let at = 0;
  strokes.forEach(({ author, x, y, z, color, body }, i) => {
    let place = places.get(color);
    if (place === undefined) {
      place = colors.push(color) - 1;
      places.set(color, place);
    }
    const first = i * NUMBERS;
    numbers[first] = author;
    numbers[first + 1] = x;
    numbers[first + 2] = y;
    numbers[first + 3] = z;
    numbers[first + 4] = body.width;
    numbers[first + 5] = place;
    numbers[first + 6] = body.points.length;
    points.set(body.points, at);
    at += body.points.length;
  });
  return { ids: strokes.map(({ id }) => id).join("\n"), colors, numbers, points, others };
}

/** What may be handed over rather than copied. */
export function transfersOf({ numbers, points }: ShapeColumns): Transferable[] {
  return [numbers.buffer, points.buffer];
}

export function fromColumns({ ids, colors, numbers, points, others }: ShapeColumns): Shape[] {
  let at = 0;
  const strokes = (ids === "" ? [] : ids.split("\n")).map((id, i): Shape => {
    const first = i * NUMBERS;
    const number = (column: number): number => numbers[first + column] ?? 0;
    const length = number(6);
    const own = points.subarray(at, at + length);
    at += length;
    const color = colors[number(5)] ?? "#000000";
    return { id, author: number(0), x: number(1), y: number(2), z: number(3), color, body: { kind: "stroke", width: number(4), points: own } };
  });
  return [...strokes, ...others];
}
