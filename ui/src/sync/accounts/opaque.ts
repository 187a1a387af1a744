/**
 * The client's half of OPAQUE (RFC 9807): Ristretto255, SHA-512, 3DH, as the hub's half in
 * `lanvas-hub/src/accounts/opaque.rs`. A password is proved and never sent; nothing here wants
 * `crypto.subtle`, so it works on plain http.
 *
 * Promises: composed of the audited parts of `@noble`, none of them our own; the bytes are those of
 * the RFC's test vectors. Must not know: addresses, names, how a password is stretched.
 */
import { ristretto255, ristretto255_oprf } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** Makes guessing slow; slow by itself. */
export type Stretch = (input: Uint8Array) => Promise<Uint8Array>;
export type Random = (length: number) => Uint8Array;

/** The password does not fit, or the hub is not the one it was set at. */
export class WrongPassword extends Error {}

const { Point } = ristretto255;
const { oprf } = ristretto255_oprf;
const HASH_BYTES = 64;
const KEY_BYTES = 32;
const NONCE_BYTES = 32;
const ENVELOPE_BYTES = NONCE_BYTES + HASH_BYTES;
const MASKED_BYTES = KEY_BYTES + ENVELOPE_BYTES;
/** What both sides mix in. */
export const CONTEXT = utf8ToBytes("Lanvas accounts v1");

/** A first message, and what is needed to go on. */
export interface Blinded {
  readonly message: Uint8Array;
  readonly blind: Uint8Array;
}

export interface Challenge extends Blinded {
  readonly secret: Uint8Array;
}

/** Begins to set a password. */
export function register(password: Uint8Array): Blinded {
  const { blind, blinded } = oprf.blind(password);
  return { message: blinded, blind };
}

/** The record that the hub keeps, from its answer. */
export async function finishRegister(begun: Blinded, password: Uint8Array, response: Uint8Array, stretch: Stretch, random: Random): Promise<Uint8Array> {
  const [evaluated, serverKey] = split(response, KEY_BYTES, KEY_BYTES);
  const randomized = await randomizedPassword(password, begun.blind, evaluated, stretch);
  const nonce = random(NONCE_BYTES);
  const { publicKey, tag } = sealed(randomized, nonce, serverKey);
  return concatBytes(publicKey, maskingKey(randomized), nonce, tag);
}

/** Begins to prove one. */
export function challenge(password: Uint8Array, random: Random): Challenge {
  const { blind, blinded } = oprf.blind(password);
  const nonce = random(NONCE_BYTES);
  const { secret, publicKey } = keyPair(random(KEY_BYTES));
  return { message: concatBytes(blinded, nonce, publicKey), blind, secret };
}

/** The proof, from the hub's answer; throws `WrongPassword` when there is none. */
export async function prove(begun: Challenge, password: Uint8Array, response: Uint8Array, stretch: Stretch, context: Uint8Array = CONTEXT): Promise<Uint8Array> {
  const [evaluated, maskingNonce, masked, serverNonce, serverShare, serverMac] = split(response, KEY_BYTES, NONCE_BYTES, MASKED_BYTES, NONCE_BYTES, KEY_BYTES, HASH_BYTES);
  const randomized = await randomizedPassword(password, begun.blind, evaluated, stretch);
  const pad = expand(sha512, maskingKey(randomized), concatBytes(maskingNonce, utf8ToBytes("CredentialResponsePad")), MASKED_BYTES);
  const [serverKey, nonce, tag] = split(masked.map((byte, at) => byte ^ (pad[at] ?? 0)), KEY_BYTES, NONCE_BYTES, HASH_BYTES);
  const own = sealed(randomized, nonce, serverKey);
  if (!same(own.tag, tag)) throw new WrongPassword();
  const transcript = concatBytes(
    utf8ToBytes("OPAQUEv1-"), sized(context), sized(own.publicKey), begun.message,
    sized(serverKey), evaluated, maskingNonce, masked, serverNonce, serverShare,
  );
  const shared = concatBytes(product(begun.secret, serverShare), product(begun.secret, serverKey), product(own.secret, serverShare));
  const handshake = label(extract(sha512, shared), "HandshakeSecret", sha512(transcript));
  const expected = hmac(sha512, label(handshake, "ServerMAC"), sha512(transcript));
  if (!same(expected, serverMac)) throw new WrongPassword();
  return hmac(sha512, label(handshake, "ClientMAC"), sha512(concatBytes(transcript, serverMac)));
}

async function randomizedPassword(password: Uint8Array, blind: Uint8Array, evaluated: Uint8Array, stretch: Stretch): Promise<Uint8Array> {
  const output = oprf.finalize(password, blind, evaluated);
  return extract(sha512, concatBytes(output, await stretch(output)));
}

function maskingKey(randomized: Uint8Array): Uint8Array {
  return expand(sha512, randomized, utf8ToBytes("MaskingKey"), HASH_BYTES);
}

/** The keys that only who has the password can make, and what vouches for the hub's. */
function sealed(randomized: Uint8Array, nonce: Uint8Array, serverKey: Uint8Array): { secret: Uint8Array; publicKey: Uint8Array; tag: Uint8Array } {
  const of = (use: string, length: number): Uint8Array => expand(sha512, randomized, concatBytes(nonce, utf8ToBytes(use)), length);
  const { secret, publicKey } = keyPair(of("PrivateKey", KEY_BYTES));
  const said = concatBytes(nonce, serverKey, sized(serverKey), sized(publicKey));
  return { secret, publicKey, tag: hmac(sha512, of("AuthKey", HASH_BYTES), said) };
}

function keyPair(seed: Uint8Array): { secret: Uint8Array; publicKey: Uint8Array } {
  const info = utf8ToBytes("OPAQUE-DeriveDiffieHellmanKeyPair");
  const { secretKey, publicKey } = oprf.deriveKeyPair(seed, info);
  return { secret: secretKey, publicKey };
}

function product(secret: Uint8Array, other: Uint8Array): Uint8Array {
  return Point.fromBytes(other).multiply(Point.Fn.fromBytes(secret)).toBytes();
}

function label(secret: Uint8Array, use: string, context = new Uint8Array(0)): Uint8Array {
  const name = utf8ToBytes(`OPAQUE-${use}`);
  const info = concatBytes(Uint8Array.of(0, HASH_BYTES, name.length), name, Uint8Array.of(context.length), context);
  return expand(sha512, secret, info, HASH_BYTES);
}

/** With its length before it. */
function sized(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  let differs = one.length ^ other.length;
  one.forEach((byte, at) => (differs |= byte ^ (other[at] ?? 0)));
  return differs === 0;
}

type Parts<T extends readonly number[]> = { [K in keyof T]: Uint8Array };

function split<T extends readonly number[]>(bytes: Uint8Array, ...lengths: T): Parts<T> {
  let at = 0;
  const parts = lengths.map((length) => bytes.subarray(at, (at += length)));
  if (at !== bytes.length) throw new Error("an answer of another length");
  return parts as Parts<T>;
}
