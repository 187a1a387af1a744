/**
 * Signing up, in and out at a hub, and what who runs it does about that: rules R85 to R89, R91 and R92 of the protocol.
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
  /** Whether the host chose the password, and so knows it. */
  readonly lent?: boolean | undefined;
}

/** An account as who runs the hub sees it. */
export interface AccountSeen {
  readonly name: string;
  /** Milliseconds since 1970 UTC. */
  readonly made_ms: number;
  /** At how many places. */
  readonly signed_in: number;
  readonly lent: boolean;
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

/** Whether there are accounts at that hub. */
export async function hasAccounts(base: string): Promise<boolean> {
  const { on } = await ask<{ on?: boolean }>(base, "");
  return on !== false;
}

/** By name. `hostToken` is the hub's, as for the next two. */
export function everyAccount(base: string, hostToken: string): Promise<readonly AccountSeen[]> {
  return ask(base, "all", undefined, hostToken);
}

export function removeAccount(base: string, hostToken: string, name: string): Promise<void> {
  return ask(base, "remove", { name }, hostToken);
}

/** A password for who has forgotten theirs. */
export async function lendPassword(base: string, hostToken: string, name: string): Promise<string> {
  const { password } = await ask<{ password: string }>(base, "reset", { name }, hostToken);
  return password;
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

/** Says something, or asks where there is nothing to say. */
async function ask<T>(base: string, path: string, said?: unknown, token?: string): Promise<T> {
  const headers = { "Content-Type": "application/json", ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  let answer: Response;
  let body: unknown;
  try {
    const sent = said === undefined ? {} : { method: "POST", body: JSON.stringify(said) };
    answer = await fetch(`${base}/api/accounts${path === "" ? "" : `/${path}`}`, { headers, cache: "no-store", ...sent });
    body = answer.status === 204 ? null : await answer.json();
  } catch {
    throw new AccountRefusal("unreachable");
  }
  if (answer.ok) return body as T;
  const problem = (body ?? {}) as { code?: unknown; wait_ms?: unknown };
  throw new AccountRefusal(String(problem.code), typeof problem.wait_ms === "number" ? problem.wait_ms : 0);
}
