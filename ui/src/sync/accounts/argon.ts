/** argon2id with OWASP's least parameters; the salt is OPAQUE's own work, so there is none here. */
import { argon2id } from "@noble/hashes/argon2.js";

const SALT = new Uint8Array(16);
const COST = { m: 19 * 1024, t: 2, p: 1, dkLen: 64 } as const;

export function argon(input: Uint8Array): Uint8Array {
  return argon2id(input, SALT, COST);
}
