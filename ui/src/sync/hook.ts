/** The session's hook, by which words come from outside: only the host may ask. */
import type { HistoryAddress } from "./chat_history";

/** `path` is told once, when it is made. */
export interface HookState {
  readonly on: boolean;
  readonly path?: string;
}

/** How it stands; null if it cannot be had. */
export function hookState(address: HistoryAddress): Promise<HookState | null> {
  return ask(address, { method: "GET" });
}

/** Switches it on with a new address, or off. */
export function setHook(address: HistoryAddress, on: boolean): Promise<HookState | null> {
  return ask(address, { method: "POST", body: JSON.stringify({ on }) });
}

async function ask({ base, session, resume }: HistoryAddress, request: RequestInit): Promise<HookState | null> {
  try {
    const headers = resume === undefined ? {} : { Authorization: `Bearer ${resume}` };
    const answer = await fetch(`${base}/api/sessions/${encodeURIComponent(session)}/hook`, { ...request, headers, cache: "no-store" });
    return answer.ok ? asState(await answer.json()) : null;
  } catch {
    return null;
  }
}

function asState(body: unknown): HookState | null {
  if (typeof body !== "object" || body === null || !("on" in body) || typeof body.on !== "boolean") return null;
  return "path" in body && typeof body.path === "string" ? { on: body.on, path: body.path } : { on: body.on };
}
