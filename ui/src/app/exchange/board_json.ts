/**
 * A board as a file of our own: its shapes as JSON, with the bytes of its pictures.
 */
import { BOARD_SHAPES_MAX } from "../../protocol/generated/limits";
import type { BlobName, Shape } from "../../protocol/generated/messages";
import { shapesFromJson, shapesToJson } from "../clipboard";
import type { Brought } from "../picture_shelf";
import { NotTaken } from "./not_taken";

const FORMAT = "lanvas-board";
const VERSION = 1;

/** What stands before and after the shapes' texts in a file. */
export async function boardFrame(shapes: readonly Shape[], read: (name: BlobName) => Promise<Blob>): Promise<{ readonly head: string; readonly tail: string }> {
  const pictures: Record<BlobName, string> = {};
  for (const { body } of shapes) {
    if (body.kind !== "image" || body.blob in pictures) continue;
    pictures[body.blob] = await dataUrl(await read(body.blob));
  }
  return { head: `{"format":"${FORMAT}","version":${VERSION},"shapes":[`, tail: `],"pictures":${JSON.stringify(pictures)}}` };
}

export function shapeText(shape: Shape): string {
  return shapesToJson([shape]).slice(1, -1);
}

/** The shapes of such a file, its pictures brought to the hub; null for another file. Throws on what is nested too deep or too much. */
export async function boardFromJson(text: string, bring: (file: Blob) => Promise<Brought | null>): Promise<Shape[] | null> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof read !== "object" || read === null || !("format" in read) || read.format !== FORMAT || !("shapes" in read)) return null;
  if (Array.isArray(read.shapes) && read.shapes.length > BOARD_SHAPES_MAX) throw new NotTaken("too_many_things");
  const names = await brought("pictures" in read ? read.pictures : null, bring);
  const shapes = shapesFromJson(JSON.stringify(read.shapes));
  return renamed(shapes, names);
}

/** The shapes with their pictures under the names they have here. */
export function renamed(shapes: readonly Shape[], names: ReadonlyMap<BlobName, BlobName>): Shape[] {
  return shapes.map((shape) => (shape.body.kind === "image" ? { ...shape, body: { ...shape.body, blob: names.get(shape.body.blob) ?? shape.body.blob } } : shape));
}

/** Pictures that are data URLs by name, brought to the hub: their names there. */
export async function brought(pictures: unknown, bring: (file: Blob) => Promise<Brought | null>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  if (typeof pictures !== "object" || pictures === null) return names;
  for (const [name, url] of Object.entries(pictures)) {
    const file = typeof url === "string" ? fromDataUrl(url) : null;
    const kept = file && (await bring(file));
    if (kept) names.set(name, kept.blob);
  }
  return names;
}

export function dataUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(new Error("a picture cannot be read")));
    reader.readAsDataURL(file);
  });
}

/** Only pictures: nothing else is brought to the hub. */
export function fromDataUrl(url: string): Blob | null {
  const [, type, coded] = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/.exec(url) ?? [];
  if (type === undefined || coded === undefined) return null;
  return new Blob([Uint8Array.from(atob(coded.replace(/\s/g, "")), (letter) => letter.charCodeAt(0))], { type });
}
