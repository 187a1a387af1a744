/** How what is said and changed reaches the chat: on its way, and in its place in the order. */
import type { ChatLog } from "../document/chat";
import { isChatChange, type Talk } from "../document/chat_change";
import { QUOTE_LENGTH_MAX } from "../protocol/generated/limits";
import type { Applied, ErrorCode, MessageAuthor, ParticipantId, Quote } from "../protocol/generated/messages";
import type { Lasting } from "./outgoing";
import type { Refusal } from "./session";

/** Who says it, as far as this page knows. */
export interface Speaker {
  readonly author: ParticipantId;
  readonly by: MessageAuthor;
}

/** This person does it; seen at once. */
export function showTalk(chat: ChatLog, { author, by }: Speaker, time_ms: number, key: string, operation: Talk): void {
  if (operation.type === "post_message") {
    const { type: _, by: _by, ...post } = operation;
    chat.addPending({ ...post, ...quoting(chat, post.reply_to), key, author, by, time_ms });
  } else if (isChatChange(operation)) {
    chat.addPendingChange(key, { number: null, author, time_ms, operation });
  }
}

/** The hub ordered it; `key` if it was this person's, who is `me`. */
export function heardTalk(chat: ChatLog, me: MessageAuthor, ordered: Omit<Applied, "operation">, operation: Talk, key?: string): void {
  if (operation.type === "post_message") {
    const { type: _, by, ...post } = operation;
    const { number, author, time_ms, replica, seq } = ordered;
    chat.settle({ ...post, number, author, time_ms, replica, seq, by: by ?? me }, key);
  } else if (operation.type === "set_slow_mode") {
    chat.setSlowMode(operation.seconds);
  } else {
    const { number, author, time_ms } = ordered;
    chat.change({ number, author, time_ms, operation }, key);
  }
}

/** As the hub will write it, if the message is here. */
function quoting(chat: ChatLog, number: number | undefined): { quote?: Quote } {
  const answered = number === undefined ? undefined : chat.find(number);
  return answered === undefined ? {} : { quote: { name: answered.by.name, text: answered.text.slice(0, QUOTE_LENGTH_MAX) } };
}

/**
 * What of an operation may be sent in a new epoch: above `stored` the number of a
 * message may be another's now. Null if nothing is left of it.
 */
export function surelyMeant(operation: Lasting, stored: number): Lasting | null {
  if (isChatChange(operation)) return operation.message > stored ? null : operation;
  if (operation.type !== "post_message" || (operation.reply_to ?? 0) <= stored) return operation;
  const { reply_to: _, ...rest } = operation;
  return rest;
}

export function refusalOf(operation: Lasting, code: ErrorCode | null, waitMs: number | null = null): Refusal {
  const kept = operation.type === "add_shapes" && isNotNow(code) ? { shapes: operation.shapes } : {};
  if (operation.type !== "post_message") return { code, operation: operation.type, text: null, post: null, ...kept, waitMs };
  const { type: _, ...post } = operation;
  return { code, operation: "post_message", text: post.text, post, waitMs };
}

/** The same may be taken another time, when this person may do it again. */
function isNotNow(code: ErrorCode | null): boolean {
  return code === "role_too_low" || code === "board_locked";
}
