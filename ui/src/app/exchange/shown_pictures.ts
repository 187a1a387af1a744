/**
 * The pictures that a file shows, as far as they are seen in it: what was cropped
 * away does not leave the board with a drawing or a page.
 *
 * Promises: no pixel outside the shown part is in what comes out; none has more
 * pixels than were asked for. Must not know any file format.
 */
import { isCropped, shownPart } from "../../engine/crop";
import type { Placed } from "../../engine/scene";
import type { BlobName, Shape, ShapeBody } from "../../protocol/generated/messages";

type ImageBody = Extract<ShapeBody, { kind: "image" }>;

/** Something a file shows of a picture. */
export interface Shown {
  /** Names it where it is painted. */
  readonly key: string;
  readonly blob: BlobName;
  readonly part: ReturnType<typeof shownPart>;
  /** Of the shown part where it is largest, board units. */
  readonly w: number;
  readonly h: number;
}

const QUALITY = 0.92;
/** A part's edge may be so far from a pixel's and still be the same, in pixels. */
const SAME = 0.01;

/** The shapes with pictures of what is seen alone, and those pictures. */
export function framed(placed: readonly Placed[]): { readonly placed: Placed[]; readonly pictures: Shown[] } {
  const all = new Map<string, Shown>();
  const own = placed.map((one): Placed => {
    const { body } = one.drawn;
    if (body.kind !== "image") return one;
    const shown = shownOf(body);
    const had = all.get(shown.key);
    all.set(shown.key, had ? { ...shown, w: Math.max(had.w, shown.w), h: Math.max(had.h, shown.h) } : shown);
    return isCropped(body) ? { ...one, drawn: uncut(one.drawn, body, shown.key) } : one;
  });
  return { placed: own, pictures: [...all.values()] };
}

function shownOf(body: ImageBody): Shown {
  const { blob, w, h } = body;
  const part = shownPart(body);
  const key = isCropped(body) ? `${blob}/${[part.x, part.y, part.w, part.h].join()}` : blob;
  return { key, blob, part, w, h };
}

function uncut(shape: Shape, { kind, w, h }: ImageBody, blob: string): Shape {
  return { ...shape, body: { kind, w, h, blob } };
}

/** Decoded; `scale`: pixels for a board unit, at most. */
export async function bitmapOf({ part, w, h }: Shown, file: Blob, scale: number): Promise<ImageBitmap> {
  const whole = await createImageBitmap(file);
  const [x, wide] = pixels(part.x, part.w, whole.width);
  const [y, high] = pixels(part.y, part.h, whole.height);
  const by = Math.min(1, Math.max((w * scale) / wide, (h * scale) / high));
  if (by === 1 && wide === whole.width && high === whole.height) return whole;
  const size = { resizeWidth: Math.max(1, Math.round(wide * by)), resizeHeight: Math.max(1, Math.round(high * by)), resizeQuality: "high" } as const;
  const shown = await createImageBitmap(whole, x, y, wide, high, size);
  whole.close();
  return shown;
}

/** The first whole pixel inside and how many there are. */
function pixels(from: number, length: number, side: number): [number, number] {
  const first = Math.min(side - 1, Math.ceil(from * side - SAME));
  return [first, Math.max(1, Math.floor((from + length) * side + SAME) - first)];
}

/** As a file of its own; one that is seen whole stays the file it is. */
export async function fileOf(shown: Shown, file: Blob): Promise<Blob> {
  if (shown.key === shown.blob) return file;
  const bitmap = await bitmapOf(shown, file, Infinity);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const part = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, file.type === "image/jpeg" ? "image/jpeg" : "image/png", QUALITY));
  [canvas.width, canvas.height] = [0, 0];
  if (!part) throw new Error("a picture cannot be cut");
  return part;
}
