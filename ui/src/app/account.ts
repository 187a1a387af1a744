/** What this browser or app keeps of the account it is signed in to at a hub, by the hub's address. */
import { placeOf } from "../lib/place";

const KEY_PREFIX = "lanvas.account.";

/** `token` is absent when it is signed out; `device` says to the hub that it was signed in here before. */
export interface KeptAccount {
  readonly name: string;
  readonly token?: string | undefined;
  readonly device?: string | undefined;
}

/** Null where there is none, or where storage is forbidden. */
export function accountAt(base: string): KeptAccount | null {
  try {
    return JSON.parse(localStorage.getItem(KEY_PREFIX + placeOf(base)) ?? "null") as KeptAccount | null;
  } catch {
    return null;
  }
}

export function keepAccount(base: string, account: KeptAccount): void {
  try {
    localStorage.setItem(KEY_PREFIX + placeOf(base), JSON.stringify(account));
  } catch {
    // Forbidden: signed in until the page goes is all that can be had, and not even that after a reload.
  }
}
