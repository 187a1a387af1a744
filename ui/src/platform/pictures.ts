/**
 * Pictures from a person's files or clipboard made fit to be shared: drawn anew on
 * a canvas, so that where and by whom they were taken stays with their owner, and
 * not larger than anybody needs to see.
 */

/** Longest side of what is shared, in pixels. */
const SIDE_MAX = 2_560;
const QUALITY = 0.88;
/** What a browser decodes and a hub takes. SVG is a document and never one. */
const TAKEN = /^image\/(png|jpeg|gif|webp|bmp|avif|heic|heif)$/;

export function isPicture(file: { readonly type: string }): boolean {
  return TAKEN.test(file.type);
}

/** The picture in `file` without anything but its pixels; null if there is none to be seen. */
export async function cleaned(file: Blob): Promise<Blob | null> {
  const drawn = await decoded(file);
  if (drawn === null) return null;
  const scale = Math.min(1, SIDE_MAX / Math.max(drawn.width, drawn.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(drawn.width * scale));
  canvas.height = Math.max(1, Math.round(drawn.height * scale));
  const pen = canvas.getContext("2d");
  pen?.drawImage(drawn.image, 0, 0, canvas.width, canvas.height);
  drawn.close();
  if (pen === null) return null;
  const sharp = file.type === "image/png" || file.type === "image/gif";
  const type = sharp ? "image/png" : "image/jpeg";
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

interface Drawn {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  close(): void;
}

async function decoded(file: Blob): Promise<Drawn | null> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return { image, width: image.naturalWidth, height: image.naturalHeight, close: () => URL.revokeObjectURL(url) };
  } catch {
    URL.revokeObjectURL(url);
    return null;
  }
}
