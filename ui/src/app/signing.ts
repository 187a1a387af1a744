/**
 * What the account's sheet does: signs up, in and out, keeps what came of it, and comes in anew as who one is
 * then. Loaded with the sheet.
 *
 * Must not know: how a password is proved, or what the sheet looks like.
 */
import { AccountRefusal, changePassword, hasAccounts, signIn, signOut, signUp, type SignedIn } from "../sync/accounts/accounts";
import { accountAt, keepAccount } from "./account";
import type { Door } from "./door";

export { AccountRefusal };

export class Signing {
  constructor(readonly door: Door, readonly base: string) {}

  /** Whether anybody can have one here; where it cannot be told, what is tried says it. */
  offered(): Promise<boolean> {
    return hasAccounts(this.base).catch(() => true);
  }

  /** The name one is signed in by here. */
  get name(): string | null {
    const kept = accountAt(this.base);
    return kept?.token === undefined ? null : kept.name;
  }

  async up(name: string, password: string): Promise<void> {
    await this.#taken(await signUp(this.base, { name, password }));
  }

  /** Whether that is all: by a password that the host chose one sets another first, or goes in as one is. */
  async in(name: string, password: string): Promise<boolean> {
    const device = accountAt(this.base)?.device;
    const signed = await signIn(this.base, { name, password, device });
    if (signed.lent === true) this.#keep(signed, device);
    else await this.#taken(signed, device);
    return signed.lent !== true;
  }

  async goIn(): Promise<void> {
    await this.door.enterAs(accountAt(this.base)?.name ?? "");
  }

  /** The other places are signed out by it. */
  async change(password: string, fresh: string): Promise<void> {
    const kept = accountAt(this.base);
    if (kept === null) throw new AccountRefusal("signed_out");
    await this.#taken(await changePassword(this.base, { name: kept.name, password, device: kept.device }, fresh));
  }

  /** Here is signed out also when the hub does not answer; everywhere only when it does. */
  async out(everywhere: boolean): Promise<void> {
    const token = accountAt(this.base)?.token;
    try {
      if (token !== undefined) await signOut(this.base, token, everywhere);
    } catch (error) {
      const over = error instanceof AccountRefusal && error.code === "signed_out";
      if (everywhere && !over) throw error;
    }
    this.forget();
    this.door.askName();
  }

  /** What is kept of it opens nothing any more; the device stays known. */
  forget(): void {
    const kept = accountAt(this.base);
    if (kept !== null) keepAccount(this.base, { name: kept.name, device: kept.device });
  }

  async #taken(signed: SignedIn, device?: string): Promise<void> {
    this.#keep(signed, device);
    await this.door.enterAs(signed.name);
  }

  #keep({ name, token, device = undefined }: SignedIn, had: string | undefined): void {
    keepAccount(this.base, { name, token, device: device ?? had });
  }
}
