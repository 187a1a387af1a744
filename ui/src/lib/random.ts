/**
 * Ids made in the page. `crypto.randomUUID` is missing on plain http, where most
 * guests are; `getRandomValues` is there everywhere.
 */

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/** `length` characters of 6 bits each; 16 of them are 96 bits, enough to never meet. */
export function randomId(length = 16): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  let id = "";
  for (const byte of bytes) id += ALPHABET.charAt(byte & 63);
  return id;
}
