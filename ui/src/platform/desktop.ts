/**
 * The port in the desktop app: each member is one command or event of the shell.
 *
 * The only file that may import `@tauri-apps/*`. It holds no rule and no state
 * beyond its subscriptions; what the shell answers is what the UI gets.
 */
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { showDragged, type Dragged } from "./dragged";
import { HostError } from "./host";
import { inviteIn } from "./newcomer";
import type {
  AppSettings,
  AppShell,
  Asked,
  Connected,
  DiscoveryStatus,
  Examination,
  HostedSession,
  HostPort,
  HostWindow,
  Hosting,
  MenuAction,
  NearbySession,
  NewVersion,
  OwnSession,
  SessionAddress,
  SessionFiles,
  Settings,
  Sweep,
  UnprovenHub,
  Unsubscribe,
  Visit,
} from "./host";

/** Made once by the desktop's entry file. */
export function desktopHost(): HostPort {
  subscribe<Dragged>("dragged", (told) => void showDragged(told, (drop, index) => call<ArrayBuffer>("read_dropped", { drop, index })));
  return {
    isDesktop: true,
    hosting,
    shell,
    window: appWindow,
    opened: null,
    resolveAddress: async (text) => {
      const address = await call<SessionAddress>("resolve_address", { text });
      const invite = inviteIn(text);
      return invite === null ? address : { ...address, invite };
    },
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
  stop: (session) => call<void>("stop_session", { session: session ?? null }),
  current: (session) => call<HostedSession | null>("hosted", { session: session ?? null }),
};

const files: SessionFiles = {
  rename: (session, title) => call<void>("retitle_session", { session, title }),
  duplicate: (session) => call<void>("duplicate_session", { session }),
  reveal: (session) => call<void>("reveal_session", { session }),
  choose: () => call<HostedSession | null>("choose_session"),
  bring,
  openAsked: () => call<HostedSession>("open_asked"),
};

/** Bytes of a dropped file that are handed over at a time. */
const PART_BYTES = 4 * 1024 * 1024;

async function bring(file: Blob): Promise<HostedSession> {
  await call<void>("drop_begin");
  for (let at = 0; at < file.size; at += PART_BYTES) {
    const part = await file.slice(at, at + PART_BYTES).arrayBuffer();
    await call<void>("drop_part", new Uint8Array(part));
  }
  return call<HostedSession>("drop_end");
}

const shell: AppShell = {
  files,
  nextAsked: () => call<Asked | null>("next_asked"),
  onAsked: (hear) => subscribe<null>("asked", () => hear()),
  onMenu: (hear) => subscribe<MenuAction>("action-chosen", hear),
  onHosted: (hear) => subscribe<null>("hosted-changed", () => hear()),
  connections: (session) => call<readonly Connected[]>("connections", { session }),
  settings: () => call<AppSettings>("settings"),
  change: (settings) => call<AppSettings>("save_settings", { settings }),
  interfaces: () => call<readonly string[]>("interfaces"),
  trustHub: ({ session, place, shown }) => call<void>("trust_hub", { session, place, shown }),
  keepPipe: (base) => call<void>("keep_pipe", { base }),
  onHubChanged: (hear) => subscribe<unknown>("hub-changed", (refusal) => hear(asHostError(refusal))),
  examine: () => call<Examination>("examine_network"),
  sweep: () => call<void>("begin_sweep"),
  stopSweep: () => call<void>("stop_sweep"),
  onSweep: (listen) => follow<Sweep>("sweep-changed", "sweep", listen),
  chooseFolder: () => call<string | null>("choose_folder"),
  visits: () => call<readonly Visit[]>("visits"),
  keepVisit: (visit) => call<void>("keep_visit", { visit }),
  markVisit: (session, favourite) => call<void>("mark_visit", { session, favourite }),
  forgetVisit: (session) => call<void>("forget_visit", { session }),
  notify: (title, body) => call<boolean>("notify", { title, body }),
  showTitle: (title, news) => call<void>("show_title", { title, news }),
  copyDiagnostics: () => call<string>("copy_diagnostics"),
  openLog: () => call<void>("open_log"),
  startsByItself: () => call<boolean>("starts_by_itself"),
  startByItself: (on) => call<boolean>("start_by_itself", { on }),
  updateSource: () => call<string | null>("update_source"),
  lookForUpdate: () => call<NewVersion | null>("look_for_update"),
  installUpdate: () => call<void>("install_update"),
};

const appWindow: HostWindow = {
  onCloseRequested: (ask) =>
    subscribe<{ guests: number; canHide: boolean }>("close-requested", ({ guests, canHide }) => {
      void call<void>("close_asked");
      ask(guests, canHide);
    }),
  answerClose: (close) => call<void>("answer_close", { close }),
  hide: () => call<boolean>("hide_window"),
};

const onNearby = (listen: (sessions: readonly NearbySession[]) => void): Unsubscribe => follow("nearby-changed", "nearby", listen);

/** The subscription is first and what is so now asked for second, so no change falls between; an answer older than an event is dropped. */
function follow<T>(event: string, command: string, listenTo: (now: T) => void): Unsubscribe {
  let heard = false;
  let ended = false;
  const end = subscribe<T>(event, (now) => {
    heard = true;
    listenTo(now);
  }, () => {
    // What cannot be asked for comes with the next change.
    void call<T>(command).then((now) => {
      if (!heard && !ended) listenTo(now);
    }, () => undefined);
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
async function call<T>(command: string, args?: Record<string, unknown> | Uint8Array): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (refusal) {
    throw asHostError(refusal);
  }
}

function asHostError(refusal: unknown): HostError {
  if (typeof refusal === "object" && refusal !== null && "code" in refusal && "message" in refusal) {
    return new HostError(String(refusal.code), String(refusal.message), "hub" in refusal ? (refusal.hub as UnprovenHub) : undefined);
  }
  return new HostError("internal", "Lanvas could not do that. Close it and start it again.");
}
