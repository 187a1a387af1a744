// Written by `cargo xtask codegen` from the lanvas-protocol crate. Do not edit.

/** Points as `points.ts` packs them; a plain list in the JSON encoding. */
export type PackedPoints = Uint8Array;
export type ParticipantId = number;
export type SessionId = string;
export type ShapeId = string;
export type ReplicaId = string;
export type Epoch = string;
/** `#rrggbb`. */
export type Color = string;

export type ErrorCode = "malformed" | "message_too_large" | "unsupported_version" | "session_not_found" | "password_required" | "password_wrong" | "session_full" | "hello_expected" | "hello_timeout" | "already_joined" | "replaced" | "too_slow" | "rate_limited" | "forbidden" | "invalid_name" | "invalid_title" | "shape_exists" | "shape_not_found" | "invalid_shape" | "invalid_operation" | "board_full" | "notes_too_long" | "stale_revision" | "invalid_changes" | "message_too_long" | "message_empty" | "invalid_seq" | "storage_failed" | "shutting_down" | "internal";

export type ShapeBody = { "kind": "stroke", 
/**
 * Nominal width in board units; pressure varies it.
 */
width: number, 
/**
 * Where the pen was, relative to the shape's (x, y).
 */
points: PackedPoints, } | { "kind": "text", 
/**
 * Lines are parted by `\n`.
 */
text: string, 
/**
 * Font size in board units.
 */
size: number, };

export type Shape = { 
/**
 * Unique in the session.
 */
id: ShapeId, 
/**
 * Who added it. The hub writes this, whatever the client said.
 */
author: ParticipantId, 
/**
 * Board units from the board's origin, right is positive.
 */
x: number, 
/**
 * Board units from the board's origin, down is positive.
 */
y: number, 
/**
 * Stacking: higher is nearer; equal ones stack by id.
 */
z: number, 
/**
 * Ink or text colour.
 */
color: Color, 
/**
 * What it is.
 */
body: ShapeBody, };

export type ShapeChange = { 
/**
 * The shape.
 */
id: ShapeId, 
/**
 * See [`Shape::x`].
 */
x?: number, 
/**
 * See [`Shape::y`].
 */
y?: number, 
/**
 * See [`Shape::z`].
 */
z?: number, 
/**
 * See [`Shape::color`].
 */
color?: Color, 
/**
 * Strokes only.
 */
width?: number, 
/**
 * Text labels only.
 */
text?: string, 
/**
 * Text labels only.
 */
size?: number, };

export type TextChanges = Array<number | [number] | [number, string]>;

export type MessageAuthor = { 
/**
 * Name at the time.
 */
name: string, 
/**
 * Colour at the time.
 */
color: Color, };

export type Operation = { "type": "add_shapes", 
/**
 * At least one.
 */
shapes: Array<Shape>, } | { "type": "update_shapes", 
/**
 * At least one.
 */
changes: Array<ShapeChange>, } | { "type": "remove_shapes", 
/**
 * At least one.
 */
ids: Array<ShapeId>, } | { "type": "edit_notes", 
/**
 * The number of the last operation whose effect the change was made on.
 */
base: number, 
/**
 * The change. In an applied operation it fits the text right before its number.
 */
changes: TextChanges, } | { "type": "post_message", 
/**
 * The words.
 */
text: string, 
/**
 * Who said it, as they were called then. The hub writes this.
 */
by?: MessageAuthor, } | { "type": "set_title", 
/**
 * The new title.
 */
title: string, };

export type Applied = { 
/**
 * Its place: 1 for the first operation of a session, then one more each.
 */
number: number, 
/**
 * Who submitted it.
 */
author: ParticipantId, 
/**
 * The hub's clock when it was numbered: milliseconds since 1970 UTC.
 */
time_ms: number, 
/**
 * The copy of a client that submitted it …
 */
replica: ReplicaId, 
/**
 * … and that copy's count.
 */
seq: number, 
/**
 * What changed.
 */
operation: Operation, };

export type Hello = { 
/**
 * The person's name.
 */
name: string, 
/**
 * The secret of an earlier welcome, to be the same participant again.
 */
resume?: string, 
/**
 * This copy of the client; the hub makes one up if absent.
 */
replica?: ReplicaId, 
/**
 * The epoch of `number`.
 */
epoch?: Epoch, 
/**
 * The last number this copy has applied; only the gap will be sent, if it can be.
 */
number?: number, 
/**
 * For a session that asks for one.
 */
password?: string, 
/**
 * Only the host has it.
 */
host_token?: string, };

export type Ink = { 
/**
 * Who draws. The hub writes this.
 */
author: ParticipantId, 
/**
 * The id that the committed stroke will have.
 */
stroke: ShapeId, 
/**
 * Ink colour.
 */
color: Color, 
/**
 * Nominal width in board units.
 */
width: number, 
/**
 * How many points of the stroke came before these. A receiver that has fewer missed some and
 * draws on; the commit brings all.
 */
start: number, 
/**
 * Board units; times count from the stroke's first point.
 */
points: PackedPoints, };

export type Position = { 
/**
 * Board units.
 */
x: number, 
/**
 * Board units.
 */
y: number, };

export type Caret = { 
/**
 * The number of the last operation that the positions count in.
 */
base: number, 
/**
 * Where the selection began.
 */
anchor: number, 
/**
 * Where the caret is.
 */
head: number, };

export type Presence = { 
/**
 * Board units; none when the pointer is not on the board.
 */
cursor?: Position, 
/**
 * Where the person types in the notes; none when elsewhere.
 */
caret?: Caret, 
/**
 * Whether the person is writing a chat message.
 */
typing: boolean, 
/**
 * The shapes the person has selected, at most as many as an operation takes.
 */
selection?: Array<ShapeId>, };

export type Role = "host" | "editor";

export type Participant = { 
/**
 * Kept for the session's life.
 */
id: ParticipantId, 
/**
 * As they call themselves.
 */
name: string, 
/**
 * Given by the hub.
 */
color: Color, 
/**
 * What they may do.
 */
role: Role, };

export type ChatMessage = { 
/**
 * The number of the operation that posted it.
 */
number: number, 
/**
 * Who.
 */
author: ParticipantId, 
/**
 * As they were then.
 */
by: MessageAuthor, 
/**
 * Milliseconds since 1970 UTC, by the hub's clock.
 */
time_ms: number, 
/**
 * The words.
 */
text: string, 
/**
 * The submission, so that a client knows its own.
 */
replica: ReplicaId, 
/**
 * See `replica`.
 */
seq: number, };

export type RefusedSubmission = { 
/**
 * Which.
 */
seq: number, 
/**
 * Why.
 */
code: ErrorCode, };

export type Welcome = { 
/**
 * The session.
 */
session: SessionId, 
/**
 * Its title.
 */
title: string, 
/**
 * Who the receiver is.
 */
you: Participant, 
/**
 * For the next hello of this tab.
 */
resume: string, 
/**
 * This copy of the client.
 */
replica: ReplicaId, 
/**
 * The highest `seq` of this copy that the hub has dealt with: what is above it must be sent
 * again.
 */
seq: number, 
/**
 * Those of this copy's submissions above `refused_after` that were refused, ascending. At most
 * `REFUSALS_TOLD_MAX`.
 */
refused: Array<RefusedSubmission>, 
/**
 * What became of this copy's submissions up to here is forgotten; of those above it, up to
 * `seq`, every one that is not in `refused` is in the order.
 */
refused_after: number, 
/**
 * To be named with the last number at the next hello.
 */
epoch: Epoch, 
/**
 * The number that the catch-up ends with.
 */
number: number, 
/**
 * Up to here everything is on disk.
 */
stored: number, 
/**
 * Who is in, the receiver too.
 */
people: Array<Participant>, 
/**
 * The hub's clock, milliseconds since 1970 UTC.
 */
time_ms: number, 
/**
 * Whether the gap follows (`applied` after the named number) or everything (`snapshot`).
 */
resumed: boolean, };

export type SnapshotRest = { 
/**
 * The session's title.
 */
title: string, 
/**
 * The notes.
 */
notes: string, 
/**
 * The latest chat messages, oldest first; older ones come by HTTP.
 */
messages: Array<ChatMessage>, };

export type Snapshot = { 
/**
 * The state after this operation.
 */
number: number, 
/**
 * 0 for the first part.
 */
part: number, 
/**
 * How many there are.
 */
parts: number, 
/**
 * Some of the shapes.
 */
shapes: Array<Shape>, 
/**
 * In part 0 only: what is not on the board.
 */
rest?: SnapshotRest, };

export type StorageTrouble = "disk_full" | "read_only" | "disk_error" | "held" | "slow" | "other";

export type ClientMessage = { "type": "hello" } & Hello | { "type": "submit", 
/**
 * 1 for the replica's first submission, then one more each. A `seq` that the hub has
 * seen is not applied again, and not answered: its fate is in the order, or was told.
 */
seq: number, 
/**
 * The operation.
 */
operation: Operation, } | { "type": "extend_ink" } & Ink | { "type": "cancel_ink", 
/**
 * The stroke.
 */
stroke: ShapeId, } | { "type": "show_presence" } & Presence | { "type": "rename", 
/**
 * The new name.
 */
name: string, } | { "type": "ping", 
/**
 * Comes back.
 */
nonce: number, };

export type ServerMessage = { "type": "welcomed" } & Welcome | { "type": "joined", 
/**
 * Who.
 */
participant: Participant, } | { "type": "left", 
/**
 * Who.
 */
participant: ParticipantId, } | { "type": "participant_changed", 
/**
 * As they are now.
 */
participant: Participant, } | { "type": "refused", 
/**
 * The submission, if it was one.
 */
seq?: number, 
/**
 * Why, for programs.
 */
code: ErrorCode, 
/**
 * Why, for the log of whoever writes a client.
 */
detail: string, } | { "type": "stored", 
/**
 * See above.
 */
number: number, } | { "type": "storage_changed", 
/**
 * Whether what is drawn and said is being stored.
 */
healthy: boolean, 
/**
 * What keeps it from being stored, if something does.
 */
trouble?: StorageTrouble, 
/**
 * Whether so much waits for the disk that every submission is refused with
 * `storage_failed` until there is room again.
 */
refusing?: boolean, } | { "type": "pong", 
/**
 * From the ping.
 */
nonce: number, } | { "type": "snapshot" } & Snapshot | { "type": "applied" } & Applied | { "type": "confirmed", 
/**
 * Its place.
 */
number: number, 
/**
 * The submission.
 */
seq: number, 
/**
 * The hub's clock, milliseconds since 1970 UTC.
 */
time_ms: number, } | { "type": "caught_up", 
/**
 * The last number sent.
 */
number: number, } | { "type": "ink_extended" } & Ink | { "type": "ink_cancelled", 
/**
 * Who drew.
 */
author: ParticipantId, 
/**
 * The stroke.
 */
stroke: ShapeId, } | { "type": "presence_shown", 
/**
 * Who.
 */
participant: ParticipantId, 
/**
 * What.
 */
presence: Presence, };
