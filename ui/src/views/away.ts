/** Which sentence goes with the reason for which a session is not to be had. */
import type { ErrorCode } from "../protocol/generated/messages";
import type { awayWords } from "./entrance_words";

export type AwayReason = keyof typeof awayWords.heading;

const REASONS: Partial<Record<ErrorCode, AwayReason>> = {
  session_not_found: "missing",
  session_full: "full",
  unsupported_version: "old",
  shutting_down: "stopped",
  replaced: "elsewhere",
};

export function awayReason(code: ErrorCode | null): AwayReason {
  return (code === null ? undefined : REASONS[code]) ?? "failed";
}
