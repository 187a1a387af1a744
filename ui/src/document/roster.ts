/** Who is in the session and what they do right now. Ends with the connection: the next welcome tells it anew. */
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { Act, ErrorCode, Operation, Participant, ParticipantId, Presence, Rules } from "../protocol/generated/messages";
import { followed, RULES, whyNot } from "./rights";

export class Roster {
  #people = new Map<ParticipantId, Participant>();
  #me: Participant | null = null;
  #all: readonly Participant[] = [];
  #rules = RULES;
  readonly #subscribers = new Subscribers<void>();

  /** By id; another array after each change. */
  get all(): readonly Participant[] {
    return this.#all;
  }

  get me(): Participant | null {
    return this.#me;
  }

  /** What the session leaves to whom. */
  get rules(): Rules {
    return this.#rules;
  }

  /** Why this person may not do it now; null if they may. Before the first welcome nobody knows. */
  whyNot(act: Act): ErrorCode | null {
    return this.#me === null ? null : whyNot(this.#rules, act, this.#me.role, this.#me.muted);
  }

  /** The rules as the hub has them. */
  rule(rules: Rules): void {
    if (rules === this.#rules) return;
    this.#rules = rules;
    this.#changed();
  }

  /** An operation, which may change the rules. */
  follow(operation: Operation): void {
    this.rule(followed(this.#rules, operation));
  }

  get(id: ParticipantId): Participant | undefined {
    return this.#people.get(id);
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  reset(me: Participant, people: readonly Participant[]): void {
    this.#me = me;
    this.#people = new Map(people.map((person) => [person.id, person]));
    this.#people.set(me.id, me);
    this.#changed();
  }

  /** Came, or is called otherwise now. */
  put(person: Participant): void {
    if (this.#me?.id === person.id) this.#me = person;
    this.#people.set(person.id, person);
    this.#changed();
  }

  /** Several are something else now. */
  putAll(people: readonly Participant[]): void {
    for (const person of people) this.put(person);
  }

  remove(id: ParticipantId): void {
    if (this.#people.delete(id)) this.#changed();
  }

  #changed(): void {
    this.#all = [...this.#people.values()].sort((a, b) => a.id - b.id);
    this.#subscribers.emit();
  }
}

/** What the others show of themselves. */
export class Presences {
  #all = new Map<ParticipantId, Presence>();
  readonly #subscribers = new Subscribers<void>();

  get all(): ReadonlyMap<ParticipantId, Presence> {
    return this.#all;
  }

  subscribe(hear: () => void): Unsubscribe {
    return this.#subscribers.subscribe(hear);
  }

  show(participant: ParticipantId, presence: Presence): void {
    this.#all.set(participant, presence);
    this.#subscribers.emit();
  }

  remove(participant: ParticipantId): void {
    if (this.#all.delete(participant)) this.#subscribers.emit();
  }

  clear(): void {
    if (this.#all.size === 0) return;
    this.#all = new Map();
    this.#subscribers.emit();
  }
}
