/**
 * How the hub is reached, for people: whether somebody on the network can read
 * along, and by what they know that they are with the right hub.
 *
 * Promises: what cannot be asked counts as not encrypted, unless the page's own
 * address says otherwise.
 */

import { placeOf } from "../lib/place";

/** `own`: with a certificate that the hub made itself, which browsers warn of; `short` is how its fingerprint begins. */
export type Encryption = { readonly kind: "none" } | { readonly kind: "given" } | { readonly kind: "own"; readonly short: string };

const SHORT = /^[0-9a-f]{4}(?: [0-9a-f]{4}){4}$/;

/** Asks the hub at `base` (protocol R83). */
export async function encryptionOf(base: string): Promise<Encryption> {
  // A proxy before the hub has a certificate that the hub knows nothing of.
  const unknown: Encryption = { kind: placeOf(base).startsWith("https:") ? "given" : "none" };
  try {
    const answer = await fetch(`${base}/api/tls`, { cache: "no-store", credentials: "omit" });
    const said: unknown = await answer.json();
    return read(said) ?? unknown;
  } catch {
    return unknown;
  }
}

function read(said: unknown): Encryption | null {
  if (typeof said !== "object" || said === null || !("issuer" in said)) return null;
  if (said.issuer !== "own") return { kind: "given" };
  return "short" in said && typeof said.short === "string" && SHORT.test(said.short) ? { kind: "own", short: said.short } : null;
}
