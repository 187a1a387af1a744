/** The door to `sync/`: opens a session and keeps it open. */
import type { ConnectOptions, Session } from "./session";

/** Returns at once; the connection is made and kept in the background until `close`. */
export function connect(options: ConnectOptions): Session {
  throw new Error(`not built yet: ${options.session}`);
}
