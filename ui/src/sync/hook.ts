/** The session's hook, by which words come from outside: only the host may ask. */
import type { HistoryAddress } from "./chat_history";

/** `path` is told once, when it is made; `twilio`: whether text messages by Twilio are taken. */
export interface HookState {
  readonly on: boolean;
  readonly twilio: boolean;
  readonly path?: string;
}

/** Where Twilio thinks the hub is, and what it signs text messages with. */
export interface TwilioSettings {
  readonly public_url: string;
  readonly auth_token: string;
}

/** A new address, or none. Without `twilio` that stays as it was; null ends it. */
export interface HookWanted {
  readonly on: boolean;
  readonly twilio?: TwilioSettings | null;
}

/** How it stands; null if it cannot be had. */
export function hookState(address: HistoryAddress): Promise<HookState | null> {
  return ask(address, { method: "GET" });
}

/** Null if it cannot be had, or if what is wanted is not taken. */
export function setHook(address: HistoryAddress, wanted: HookWanted): Promise<HookState | null> {
  return ask(address, { method: "POST", body: JSON.stringify(wanted) });
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
  const state = { on: body.on, twilio: "twilio" in body && body.twilio === true };
  return "path" in body && typeof body.path === "string" ? { ...state, path: body.path } : state;
}
