/**
 * What goes through the system's clipboard: shapes inside HTML, with the bytes of
 * their pictures as far as they are at hand, and words as text. By copy and paste
 * events, which also work on plain http.
 */
import type { BlobName, Shape } from "../protocol/generated/messages";
import { isWellFormed } from "./exchange/well_formed";

/** The HTML that carries shapes has them here, as JSON in base64. */
const ATTRIBUTE = "data-lanvas";
/** More than this is no clipboard any more. */
const JSON_BYTES_MAX = 24 * 1024 * 1024;

export interface Copied {
  readonly html: string;
  readonly text: string;
}

/** Where copied shapes come from, and what of their pictures is at hand: data URLs by name. */
export interface Luggage {
  /** The session's address on its hub, to read other pictures from. */
  readonly source: string;
  readonly pictures: Readonly<Record<BlobName, string>>;
}

export interface Pasted extends Luggage {
  readonly shapes: readonly Shape[];
}

/** What shapes say, in their order. */
export function wordsOf(shapes: readonly Shape[]): string {
  return shapes.flatMap(({ body }) => ("text" in body && body.text !== undefined && body.text !== "" ? [body.text] : [])).join("\n");
}

export function copiedShapes(shapes: readonly Shape[], { source, pictures }: Luggage): Copied {
  const words = wordsOf(shapes);
  const json = `{"source":${JSON.stringify(source)},"pictures":${JSON.stringify(pictures)},"shapes":${shapesToJson(shapes)}}`;
  const html = `<span ${ATTRIBUTE}="${toBase64(json)}">${escaped(words)}</span>`;
  return { html, text: words };
}

/** The shapes in a piece of HTML; null if there are none of ours. */
export function shapesInHtml(html: string): Pasted | null {
  const coded = new RegExp(`${ATTRIBUTE}="([A-Za-z0-9+/=]+)"`).exec(html)?.[1];
  if (coded === undefined || coded.length > JSON_BYTES_MAX) return null;
  try {
    const json = fromBase64(coded);
    const read = JSON.parse(json) as { source?: unknown; pictures?: unknown; shapes?: unknown };
    const { source, pictures, shapes } = read;
    const named = typeof pictures === "object" && pictures !== null ? Object.entries(pictures).filter((pair): pair is [string, string] => typeof pair[1] === "string") : [];
    return { source: typeof source === "string" ? source : "", pictures: Object.fromEntries(named), shapes: shapesFromJson(JSON.stringify(shapes ?? [])) };
  } catch {
    return null;
  }
}

const CALL_ARGUMENTS = 8_192;

/** Points are bytes: in JSON they are base64 under this name. */
const PACKED = "$bytes";

export function shapesToJson(shapes: readonly Shape[]): string {
  return JSON.stringify(shapes, (_key, value: unknown) => (value instanceof Uint8Array ? { [PACKED]: bytesToBase64(value) } : value));
}

/** Only what the hub would take; anything else is left out. Throws on what is no JSON. */
export function shapesFromJson(json: string): Shape[] {
  const read: unknown = JSON.parse(json, (_key, value: unknown) => {
    const packed = typeof value === "object" && value !== null && PACKED in value ? (value as Record<string, unknown>)[PACKED] : undefined;
    return typeof packed === "string" ? Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)) : value;
  });
  return Array.isArray(read) ? read.filter(isWellFormed) : [];
}

function bytesToBase64(bytes: Uint8Array): string {
  let text = "";
  // As many at once as a call may have.
  for (let at = 0; at < bytes.length; at += CALL_ARGUMENTS) text += String.fromCharCode(...bytes.subarray(at, at + CALL_ARGUMENTS));
  return btoa(text);
}

function toBase64(text: string): string {
  return bytesToBase64(new TextEncoder().encode(text));
}

function fromBase64(coded: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0)));
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter] ?? letter);
}
