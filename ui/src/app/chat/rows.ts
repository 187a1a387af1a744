/**
 * The chat as rows to show: who speaks is said once for what they say in a row,
 * and a new day is marked. Pure; the day is the reader's own.
 */
import type { ParticipantId } from "../../protocol/generated/messages";
import type { ShownMessage } from "../../sync/session";

/** Later than this after the one before, a message says again who and when. */
export const GROUP_SPAN_MS = 300_000;

export interface ChatRow {
  readonly message: ShownMessage;
  /** Says who and when above the words. */
  readonly opens: boolean;
  /** The first of its day. */
  readonly newDay: boolean;
}

export function chatRows(messages: readonly ShownMessage[]): ChatRow[] {
  let before: ShownMessage | undefined;
  return messages.map((message) => {
    const newDay = before === undefined || day(before) !== day(message);
    const opens = newDay || before === undefined || !goesOn(before, message);
    before = message;
    return { message, opens, newDay };
  });
}

/**
 * The key of the first message of others after `readTo`, before which the line of
 * what was read stands; null while that is further back than what is here.
 */
export function firstNewOf(messages: readonly ShownMessage[], readTo: number | null, me: ParticipantId | undefined, hasOlder: boolean): string | null | undefined {
  const first = messages[0];
  if (readTo === null || first === undefined || first.pending) return undefined;
  if (hasOlder && first.number > readTo) return null;
  return messages.find((message) => !message.pending && message.number > readTo && message.author !== me)?.key;
}

function goesOn(before: ShownMessage, message: ShownMessage): boolean {
  return (
    before.author === message.author &&
    before.by.name === message.by.name &&
    message.time_ms - before.time_ms < GROUP_SPAN_MS
  );
}

function day(message: ShownMessage): string {
  return new Date(message.time_ms).toDateString();
}
