/**
 * Signing up, in and out at a hub: rules R85 to R89 of the protocol.
 *
 * Promises: a password leaves this page in no form that could be guessed from without the hub; what goes
 * wrong is one `AccountRefusal`. Must not know: where tokens are kept, or what is on the screen.
 */
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { challenge, finishRegister, prove, register, WrongPassword } from "./opaque";
import { stretch } from "./stretch";

export interface SignedIn {
  readonly name: string;
  readonly token: string;
  /** Absent for who had one. */
  readonly device?: string | undefined;
}

/** `code` as the hub says it, or `unreachable`. */
export class AccountRefusal extends Error {
  constructor(readonly code: string, readonly waitMs = 0) {
    super(code);
  }
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly device?: string | undefined;
}

interface Begun {
  readonly id: string;
  readonly response: string;
}

export async function signUp(base: string, { name, password }: Credentials): Promise<SignedIn> {
  const secret = bytesOf(password);
  const half = register(secret);
  const begun = await ask<Begun>(base, "sign-up/start", { name, request: bytesToHex(half.message) });
  const record = await finishRegister(half, secret, hexToBytes(begun.response), stretch, random);
  return ask(base, "sign-up/finish", { id: begun.id, record: bytesToHex(record) });
}

export async function signIn(base: string, who: Credentials): Promise<SignedIn> {
  const { id, proof } = await proofOf(base, who);
  return ask(base, "sign-in/finish", { id, proof });
}

export async function changePassword(base: string, who: Credentials, password: string): Promise<SignedIn> {
  const { id, proof } = await proofOf(base, who);
  const secret = bytesOf(password);
  const half = register(secret);
  const begun = await ask<Begun>(base, "password/start", { id, proof, request: bytesToHex(half.message) });
  const record = await finishRegister(half, secret, hexToBytes(begun.response), stretch, random);
  return ask(base, "password/finish", { id: begun.id, record: bytesToHex(record) });
}

export function signOut(base: string, token: string, everywhere: boolean): Promise<void> {
  return ask(base, "sign-out", { everywhere }, token);
}

async function proofOf(base: string, { name, password, device }: Credentials): Promise<{ id: string; proof: string }> {
  const secret = bytesOf(password);
  const half = challenge(secret, random);
  const { id, response } = await ask<Begun>(base, "sign-in/start", { name, request: bytesToHex(half.message), ...(device === undefined ? {} : { device }) });
  try {
    return { id, proof: bytesToHex(await prove(half, secret, hexToBytes(response), stretch)) };
  } catch (error) {
    throw error instanceof WrongPassword ? new AccountRefusal("sign_in_failed") : error;
  }
}

/** The same password however a keyboard puts accents together. */
const bytesOf = (password: string): Uint8Array => utf8ToBytes(password.normalize("NFC"));

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

async function ask<T>(base: string, path: string, said: unknown, token?: string): Promise<T> {
  const headers = { "Content-Type": "application/json", ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(`${base}/api/accounts/${path}`, { method: "POST", headers, body: JSON.stringify(said), cache: "no-store" });
    body = answer.status === 204 ? null : await answer.json();
  } catch {
    throw new AccountRefusal("unreachable");
  }
  if (answer.ok) return body as T;
  const problem = (body ?? {}) as { code?: unknown; wait_ms?: unknown };
  throw new AccountRefusal(String(problem.code), typeof problem.wait_ms === "number" ? problem.wait_ms : 0);
}
