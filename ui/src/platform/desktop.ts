/**
 * The port in the desktop app: each member is one command or event of the shell.
 *
 * The only file that may import `@tauri-apps/*`. It holds no rule and no state
 * beyond its subscriptions; what the shell answers is what the UI gets.
 */
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { HostError } from "./host";
import type {
  DiscoveryStatus,
  HostedSession,
  HostPort,
  HostWindow,
  Hosting,
  NearbySession,
  OwnSession,
  SessionAddress,
  Settings,
  Unsubscribe,
} from "./host";

/** Made once by the desktop's entry file. */
export function desktopHost(): HostPort {
  return {
    isDesktop: true,
    hosting,
    window: appWindow,
    opened: null,
    resolveAddress: (text) => call<SessionAddress>("resolve_address", { text }),
    onNearby,
    discoveryStatus: () => call<DiscoveryStatus>("discovery_status"),
    settings: () => call<Settings>("settings"),
    saveSettings: (settings) => call<Settings>("save_settings", { settings }),
  };
}

const hosting: Hosting = {
  start: (title) => call<HostedSession>("start_session", { title: title ?? null }),
  create: (title) => call<HostedSession>("new_session", { title: title ?? null }),
  open: (session) => call<HostedSession>("open_session", { session }),
  own: () => call<readonly OwnSession[]>("own_sessions"),
  discard: (session) => call<void>("discard_session", { session }),
  restore: (session) => call<void>("restore_session", { session }),
  stop: () => call<void>("stop_session"),
  current: () => call<HostedSession | null>("hosted"),
};

const appWindow: HostWindow = {
  onCloseRequested: (ask) =>
    subscribe<{ guests: number }>("close-requested", ({ guests }) => {
      void call<void>("close_asked");
      ask(guests);
    }),
  answerClose: (close) => call<void>("answer_close", { close }),
};

/** The subscription is first and the list asked for second, so no change falls between; an answer older than an event is dropped. */
function onNearby(listenTo: (sessions: readonly NearbySession[]) => void): Unsubscribe {
  let heard = false;
  let ended = false;
  const end = subscribe<readonly NearbySession[]>("nearby-changed", (sessions) => {
    heard = true;
    listenTo(sessions);
  }, () => {
    const first = call<readonly NearbySession[]>("nearby");
    void first.catch(() => []).then((sessions) => {
      if (!heard && !ended) listenTo(sessions);
    });
  });
  return () => {
    ended = true;
    end();
  };
}

/** Tauri tells only later how to unsubscribe; until then the flag keeps the listener silent. */
function subscribe<T>(event: string, handle: (payload: T) => void, ready?: () => void): Unsubscribe {
  let ended = false;
  const listening = listen<T>(event, ({ payload }) => {
    if (!ended) handle(payload);
  });
  void listening.then(ready);
  return () => {
    ended = true;
    void listening.then((unlisten) => unlisten());
  };
}

/** Every refusal of the shell is `{ code, message }`; anything else is a fault of ours. */
async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (refusal) {
    throw asHostError(refusal);
  }
}

function asHostError(refusal: unknown): HostError {
  if (typeof refusal === "object" && refusal !== null && "code" in refusal && "message" in refusal) {
    return new HostError(String(refusal.code), String(refusal.message));
  }
  return new HostError("internal", "Lanvas could not do that. Close it and start it again.");
}
