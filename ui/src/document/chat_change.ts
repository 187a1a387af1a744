/**
 * How a message changes: the same rule as the hub's (`lanvas-protocol`, `chat.rs`),
 * held to it by running the same schedules against the hub's core. Pure.
 */
import type { ChatMessage, Operation, ParticipantId, Reaction } from "../protocol/generated/messages";

/** What is said, and what happens to what was said. */
export type Talk = Extract<Operation, { type: "post_message" | "edit_message" | "delete_message" | "react" | "set_slow_mode" }>;
/** What happens to a message that is there. */
export type ChatChange = Extract<Talk, { message: number }>;

/** A change in its place in the order; `number` is null while it is on its way. */
export interface PlacedChange {
  readonly number: number | null;
  readonly author: ParticipantId;
  readonly time_ms: number;
  readonly operation: ChatChange;
}

export function isTalk(operation: Operation): operation is Talk {
  return operation.type === "post_message" || operation.type === "set_slow_mode" || isChatChange(operation);
}

export function isChatChange(operation: Operation): operation is ChatChange {
  return operation.type === "edit_message" || operation.type === "delete_message" || operation.type === "react";
}

type Changing = Omit<ChatMessage, "replica" | "seq">;

/** The message after `change`, or itself if that says nothing of it or is in it already. */
export function changed<M extends Changing>(message: M, change: PlacedChange): M {
  const last = message.changed ?? message.number;
  if (change.number !== null && change.number <= last) return message;
  const next = afterwards(message, change);
  if (next === null) return message;
  return change.number === null ? next : { ...next, changed: change.number };
}

function afterwards<M extends Changing>(message: M, { operation, author, time_ms }: PlacedChange): M | null {
  const meant = operation.message === message.number;
  if (operation.type === "delete_message") {
    if (meant) return message.deleted === undefined ? deleted(message, author, time_ms) : message;
    if (message.reply_to !== operation.message) return null;
    const { quote: _, ...rest } = message;
    return rest as M;
  }
  if (!meant || message.deleted !== undefined) return null;
  if (operation.type === "react") return withReactions(message, reacted(message.reactions ?? [], author, operation.emoji, operation.on));
  const { mentions: _, ...rest } = message;
  const mentions = operation.mentions ?? [];
  return { ...rest, text: operation.text, edited_ms: time_ms, ...(mentions.length === 0 ? {} : { mentions }) } as M;
}

/** Nothing of what was said is left, only that something was. */
function deleted<M extends Changing>(message: M, by: ParticipantId, time_ms: number): M {
  const { quote: _q, mentions: _m, pictures: _p, reactions: _r, edited_ms: _e, ...rest } = message;
  return { ...rest, text: "", deleted: { by, time_ms } } as M;
}

function withReactions<M extends Changing>(message: M, reactions: Reaction[] | null): M | null {
  if (reactions === null) return null;
  const { reactions: _, ...rest } = message;
  return (reactions.length === 0 ? rest : { ...rest, reactions }) as M;
}

/** Null when nothing changes. */
function reacted(reactions: readonly Reaction[], who: ParticipantId, emoji: string, on: boolean): Reaction[] | null {
  const had = reactions.find((reaction) => reaction.emoji === emoji);
  if ((had?.by.includes(who) ?? false) === on) return null;
  if (had === undefined) return [...reactions, { emoji, by: [who] }];
  const by = on ? [...had.by, who] : had.by.filter((person) => person !== who);
  return reactions.flatMap((reaction) => (reaction !== had ? [reaction] : by.length === 0 ? [] : [{ emoji, by }]));
}
