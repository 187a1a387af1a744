/**
 * The port in a plain browser: a guest who came by a link, on http at a LAN
 * address, so without anything that wants a secure context.
 *
 * Promises: reads the address it was opened at once, and takes a host token out
 * of the address bar before anybody can copy it from there.
 * Must not know: Tauri.
 */
import { RESUME_KEY_PREFIX } from "../lib/resume_key";
import { HostError } from "./host";
import { inviteIn } from "./newcomer";
import type { DiscoveryStatus, HostPort, NearbySession, SessionAddress, Settings, Unsubscribe } from "./host";

/** How often the list is asked for while somebody looks at it. The hub answers from memory. */
const NEARBY_INTERVAL_MS = 3_000;
const SETTINGS_KEY = "lanvas.settings";
const TOKEN_KEY_PREFIX = "lanvas.host.";
const INVITE_KEY_PREFIX = "lanvas.invite.";

/** Made once by the browser's entry file. */
export function browserHost(): HostPort {
  return {
    isDesktop: false,
    hosting: null,
    shell: null,
    window: null,
    opened: openedSession(),
    resolveAddress: null,
    onNearby,
    discoveryStatus,
    settings: () => Promise.resolve(readSettings()),
    saveSettings,
  };
}

/**
 * The session of `/s/<id>`. What stands behind the `#` stays for this tab only, and leaves the address bar: a
 * host's token, and who the person was at the hub's former address (`app/moving.ts`).
 */
function openedSession(): SessionAddress | null {
  const session = /^\/s\/([A-Za-z0-9_-]+)\/?$/.exec(location.pathname)?.[1];
  if (session === undefined) return null;
  const { hash } = location;
  const hostToken = takeToken(session);
  const invite = takeInvite(session, hash);
  return { session, base: location.origin, ...(hostToken === null ? {} : { hostToken }), ...(invite === null ? {} : { invite }) };
}

/** Out of the address bar, so that nobody copies it from there, and kept for this tab: after the first welcome the secret opens. */
function takeInvite(session: string, hash: string): string | null {
  const key = INVITE_KEY_PREFIX + session;
  const given = inviteIn(hash);
  if (given === null) return stored(sessionStorage, key);
  store(sessionStorage, key, given);
  history.replaceState(history.state, "", location.pathname + location.search);
  return given;
}

function takeToken(session: string): string | null {
  const key = TOKEN_KEY_PREFIX + session;
  const given = new URLSearchParams(location.hash.slice(1));
  const [token, as, name] = [given.get("host"), given.get("as"), given.get("name")];
  if (token !== null || as !== null) history.replaceState(history.state, "", location.pathname + location.search);
  if (token !== null) store(sessionStorage, key, token);
  if (as !== null && /^[\w-]{1,64} [\w-]{1,128}$/.test(as)) store(sessionStorage, RESUME_KEY_PREFIX + session, as);
  if (as !== null && name !== null && readSettings().name === "") void saveSettings({ name });
  return token ?? stored(sessionStorage, key);
}

/** A check begins where the last one ended, so a slow hub is never asked twice at a time. */
function onNearby(listen: (sessions: readonly NearbySession[]) => void): Unsubscribe {
  const ended = new AbortController();
  let timer = 0;
  const look = async (): Promise<void> => {
    const sessions = await fetchNearby(ended.signal);
    if (ended.signal.aborted) return;
    if (sessions !== null) listen(sessions);
    timer = window.setTimeout(() => void look(), NEARBY_INTERVAL_MS);
  };
  void look();
  return () => {
    ended.abort();
    clearTimeout(timer);
  };
}

/** Null when the hub is out of reach: the list then stays as it was. */
async function fetchNearby(signal: AbortSignal): Promise<readonly NearbySession[] | null> {
  try {
    const answer = await fetch("/api/nearby", { signal, cache: "no-store" });
    if (!answer.ok) return null;
    const rows: unknown = await answer.json();
    return Array.isArray(rows) ? (rows as NearbySession[]) : [];
  } catch {
    return null;
  }
}

/** The ear is the hub's; a guest has no say in it. */
function discoveryStatus(): Promise<DiscoveryStatus> {
  return Promise.resolve({ on: true });
}

function readSettings(): Settings {
  try {
    const parsed: unknown = JSON.parse(stored(localStorage, SETTINGS_KEY) ?? "{}");
    const name = (parsed as { name?: unknown } | null)?.name;
    return { name: typeof name === "string" ? name : "" };
  } catch {
    return { name: "" };
  }
}

function saveSettings(settings: Settings): Promise<Settings> {
  const name = settings.name.trim();
  if (name === "") return Promise.reject(new HostError("name_empty", "Type a name first."));
  store(localStorage, SETTINGS_KEY, JSON.stringify({ name }));
  return Promise.resolve({ name });
}

/** Storage throws where a person has forbidden it; the page then simply forgets. */
function stored(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function store(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // Forbidden or full: the name is asked for again next time.
  }
}
