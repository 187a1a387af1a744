/** Who is in the session and what they do right now. Ends with the connection: the next welcome tells it anew. */
import { Subscribers, type Unsubscribe } from "../lib/subscribers";
import type { Participant, ParticipantId, Presence } from "../protocol/generated/messages";

export class Roster {
  #people = new Map<ParticipantId, Participant>();
  #me: Participant | null = null;
  #all: readonly Participant[] = [];
  readonly #subscribers = new Subscribers<void>();

  /** By id; another array after each change. */
  get all(): readonly Participant[] {
    return this.#all;
  }

  get me(): Participant | null {
    return this.#me;
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
