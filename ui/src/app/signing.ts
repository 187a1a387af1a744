/**
 * What the account's sheet does: signs up, in and out, keeps what came of it, and comes in anew as who one is
 * then. Loaded with the sheet.
 *
 * Must not know: how a password is proved, or what the sheet looks like.
 */
import { AccountRefusal, changePassword, signIn, signOut, signUp, type SignedIn } from "../sync/accounts/accounts";
import { accountAt, keepAccount } from "./account";
import type { Door } from "./door";

export { AccountRefusal };

export class Signing {
  constructor(readonly door: Door, readonly base: string) {}

  /** The name one is signed in by here. */
  get name(): string | null {
    const kept = accountAt(this.base);
    return kept?.token === undefined ? null : kept.name;
  }

  async up(name: string, password: string): Promise<void> {
    await this.#taken(await signUp(this.base, { name, password }));
  }

  async in(name: string, password: string): Promise<void> {
    const device = accountAt(this.base)?.device;
    await this.#taken(await signIn(this.base, { name, password, device }), device);
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
    keepAccount(this.base, { ...signed, device: signed.device ?? device });
    await this.door.enterAs(signed.name);
  }
}
