/**
 * Who may do what: the twin of the table in `roles.rs` of lanvas-protocol, held
 * to it by `fixtures/acts.json`. The hub decides; this explains.
 */
import type { Act, ErrorCode, Operation, Role, Rules } from "../protocol/generated/messages";

export const RULES: Rules = {
  everyone: "editor", draw: "editor", write: "editor", talk: "editor",
  board_locked: false, notes_locked: false, chat_locked: false, pointers_hidden: false,
};

const ROLES: readonly Role[] = ["viewer", "editor", "moderator", "host"];

/** Whether the first is at least the second. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Why somebody of that role may not do it; null if they may. */
export function whyNot(rules: Rules, act: Act, role: Role, muted = false): ErrorCode | null {
  const least = { draw: rules.draw, point: rules.draw, write: rules.write, talk: rules.talk, call: "editor", rename: "viewer", seal: "moderator", moderate: "moderator", appoint: "host", entitle: "host" } as const;
  if (!isAtLeast(role, least[act])) return isAtLeast(least[act], "moderator") ? "forbidden" : "role_too_low";
  if (muted && (act === "talk" || act === "rename")) return "muted";
  if (isAtLeast(role, "moderator")) return null;
  if (act === "draw") return rules.board_locked ? "board_locked" : null;
  if (act === "write") return rules.notes_locked ? "notes_locked" : null;
  if (act === "talk") return rules.chat_locked ? "chat_locked" : null;
  return rules.pointers_hidden && (act === "point" || act === "call") ? "pointers_hidden" : null;
}

/** The rules after an operation. */
export function followed(rules: Rules, operation: Operation): Rules {
  if (operation.type === "set_rules") return { ...rules, ...operation.rules };
  return operation.type === "lower_everyone" && operation.role === "viewer" ? { ...rules, everyone: "viewer" } : rules;
}
