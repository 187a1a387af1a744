/** Hosting without a hub: the sessions of a machine as a list in the page. For looking at screens and for tests of the app. */
import { HostError, type HostedSession, type Hosting, type OwnSession } from "../platform/host";

export class StandInHosting implements Hosting {
  sessions: OwnSession[];
  trash: OwnSession[] = [];
  readonly #hosted: HostedSession;
  readonly #current: HostedSession | null;

  constructor(hosted: HostedSession, { current = null, own = [] }: { current?: HostedSession | null; own?: OwnSession[] } = {}) {
    this.#hosted = hosted;
    this.#current = current;
    this.sessions = own;
  }

  start = (): Promise<HostedSession> => Promise.resolve(this.#hosted);
  create = (): Promise<HostedSession> => Promise.resolve(this.#of("new"));
  open = (id: string): Promise<HostedSession> => Promise.resolve(this.#of(id));
  own = (): Promise<readonly OwnSession[]> => Promise.resolve([...this.sessions]);
  stop = (): Promise<void> => Promise.resolve();
  current = (): Promise<HostedSession | null> => Promise.resolve(this.#current);

  discard = (id: string): Promise<void> => {
    const thrown = this.sessions.find((session) => session.id === id);
    if (thrown === undefined || thrown.hosted) return Promise.reject(new HostError("storage_failed", "The session stays where it is."));
    this.sessions = this.sessions.filter((session) => session !== thrown);
    this.trash.push(thrown);
    return Promise.resolve();
  };

  restore = (id: string): Promise<void> => {
    const back = this.trash.find((session) => session.id === id);
    if (back === undefined) return Promise.reject(new HostError("storage_failed", "The session stays where it is."));
    this.trash = this.trash.filter((session) => session !== back);
    this.sessions = [back, ...this.sessions];
    return Promise.resolve();
  };

  #of(session: string): HostedSession {
    return { ...this.#hosted, address: { ...this.#hosted.address, session } };
  }
}
