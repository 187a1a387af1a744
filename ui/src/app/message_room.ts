/** How much more fits into a chat message: the wire's two limits, whichever is nearer. Pure. */
import { MESSAGE_BYTES_MAX, MESSAGE_LENGTH_MAX } from "../protocol/generated/limits";

const encoder = new TextEncoder();

/** In characters; below zero when it is too long. */
export function messageRoom(text: string): number {
  const characters = MESSAGE_LENGTH_MAX - [...text].length;
  const bytes = MESSAGE_BYTES_MAX - encoder.encode(text).length;
  return Math.min(characters, bytes);
}
