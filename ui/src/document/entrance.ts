/**
 * How people come into the session, as far as this person may know: everybody the
 * way in, who may open who knocks, the host the invitations too.
 *
 * What the hub tells once (the token of an invitation, a new password)
 * is kept for the page's life, so that a link can be copied a second time.
 */
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { Entry, Invite, Knock, ServerMessage } from "../protocol/generated/messages";

export class Entrance {
  #entry: Entry = "open";
  #invites: readonly Invite[] = [];
  #knocks: readonly Knock[] = [];
  #password: string | null = null;
  readonly #tokens = new Map<number, string>();
  readonly #subscribers = new Subscribers<void>();

  get entry(): Entry {
    return this.#entry;
  }

  /** Empty for everybody but the host. */
  get invites(): readonly Invite[] {
    return this.#invites;
  }

  /** Empty for those who may not open. */
  get knocks(): readonly Knock[] {
    return this.#knocks;
  }

  /** One that holds since this page's life: made up by the hub, or this person's own. */
  get password(): string | null {
    return this.#password;
  }

  /** Of an invitation that was made in this page's life. */
  token(invite: number): string | undefined {
    return this.#tokens.get(invite);
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  /** A connection begins: the hub tells what is so, and says nothing where everything is open. */
  reset(): void {
    [this.#entry, this.#invites, this.#knocks] = ["open", [], []];
    this.#subscribers.emit();
  }

  hear(message: Extract<ServerMessage, { type: "door_changed" | "knocks_changed" | "codes_made" }>): void {
    if (message.type === "knocks_changed") this.#knocks = message.knocks;
    else if (message.type === "codes_made") this.#keep(message.invite, message.password);
    else {
      this.#entry = message.entry;
      this.#invites = message.invites ?? [];
      if (message.entry !== "password") this.#password = null;
    }
    this.#subscribers.emit();
  }

  #keep(invite: { id: number; token: string } | undefined, password: string | undefined): void {
    if (invite !== undefined) this.#tokens.set(invite.id, invite.token);
    if (password !== undefined) this.#password = password;
  }
}
