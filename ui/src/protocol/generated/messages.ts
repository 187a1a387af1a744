// Written by `cargo xtask codegen` from the lanvas-protocol crate. Do not edit.

/** Points as `points.ts` packs them; a plain list in the JSON encoding. */
export type PackedPoints = Uint8Array;
export type ParticipantId = number;
export type SessionId = string;
export type ShapeId = string;
export type PageId = string;
export type ReplicaId = string;
export type Epoch = string;
/** `#rrggbb`. */
export type Color = string;
/** A colour or `none`. */
export type Paint = string;
/** SHA-256 of a file's bytes, 64 hexadecimal digits. */
export type BlobName = string;

export type ErrorCode = "malformed" | "message_too_large" | "unsupported_version" | "session_not_found" | "password_required" | "password_wrong" | "too_many_tries" | "invite_required" | "invite_ended" | "not_let_in" | "knock_unanswered" | "too_many_knocks" | "codes_renewed" | "invalid_door" | "session_full" | "hello_expected" | "hello_timeout" | "already_joined" | "replaced" | "too_slow" | "rate_limited" | "forbidden" | "role_too_low" | "muted" | "board_locked" | "notes_locked" | "chat_locked" | "pointers_hidden" | "shape_sealed" | "participant_not_found" | "removed" | "banned" | "invalid_name" | "name_registered" | "name_fixed" | "signed_out" | "invalid_title" | "shape_exists" | "shape_not_found" | "invalid_shape" | "invalid_operation" | "board_full" | "notes_too_long" | "page_exists" | "page_not_found" | "pages_full" | "last_page" | "stale_revision" | "invalid_changes" | "message_too_long" | "message_empty" | "message_not_found" | "slow_mode" | "invalid_reaction" | "chat_full" | "invalid_seq" | "storage_failed" | "shutting_down" | "internal";

export type Dash = "solid" | "dashed" | "dotted";

export type Nib = "pen" | "marker" | "brush" | "laser";

export type Form = "rectangle" | "rounded" | "ellipse" | "diamond" | "triangle" | "parallelogram" | "trapezoid" | "pentagon" | "hexagon" | "octagon" | "star" | "cloud" | "heart" | "arrow_right" | "cross" | "speech" | "cylinder" | "stamp_yes" | "stamp_no" | "stamp_question" | "stamp_important" | "stamp_smile" | "stamp_frown" | "stamp_thumb" | "stamp_spark" | "stamp_flag";

export type Route = "straight" | "curved" | "elbow";

export type Head = "none" | "arrow" | "triangle" | "dot" | "bar" | "diamond";

export type Font = "sans" | "serif" | "mono" | "hand";

export type Align = "auto" | "left" | "center" | "right";

export type Connector = { 
/**
 * Board units, may be negative.
 */
w: number, 
/**
 * Board units, may be negative.
 */
h: number, 
/**
 * Of its line, board units.
 */
width: number, 
/**
 * How it gets there.
 */
route: Route, 
/**
 * Of a curved one: how far its middle is off the straight way, to the right of the way
 * from start to end, in parts of its length; −2 to 2.
 */
bend?: number, 
/**
 * At its start.
 */
head_start: Head, 
/**
 * At its end.
 */
head_end: Head, 
/**
 * The shape that its start is bound to; empty when it is free. A bound end is where the
 * way towards `from_at` of that shape's box meets its edge, and follows it.
 */
from?: string, 
/**
 * Parts of the bound shape's width and height, 0 to 1.
 */
from_x?: number, 
/**
 * See `from_x`.
 */
from_y?: number, 
/**
 * As `from`, for the end.
 */
to?: string, 
/**
 * As `from_x`, for the end.
 */
to_x?: number, 
/**
 * As `from_x`, for the end.
 */
to_y?: number, 
/**
 * At its middle.
 */
text?: string, 
/**
 * Font size in board units.
 */
size: number, };

export type Image = { 
/**
 * Board units, above 0.
 */
w: number, 
/**
 * Board units, above 0.
 */
h: number, 
/**
 * Its bytes: `GET /api/sessions/{id}/blobs/{blob}`.
 */
blob: BlobName, 
/**
 * How much of the picture is cut off at its left, in parts of its width: 0 to below 1. What
 * is left fills the box; where nothing would be, a sliver is shown.
 */
crop_left?: number, 
/**
 * At its top, in parts of its height.
 */
crop_top?: number, 
/**
 * At its right, in parts of its width.
 */
crop_right?: number, 
/**
 * At its bottom, in parts of its height.
 */
crop_bottom?: number, };

export type StickyNote = { 
/**
 * Board units, above 0.
 */
w: number, 
/**
 * Board units, above 0. One with more words is longer.
 */
h: number, 
/**
 * On it.
 */
text: string, 
/**
 * Font size in board units.
 */
size: number, 
/**
 * Who wrote it, as they were called then. The hub writes this.
 */
by?: string, };

export type ShapeBody = { "kind": "stroke", 
/**
 * Nominal width in board units; pressure varies it.
 */
width: number, 
/**
 * Where the pen was, relative to the shape's (x, y).
 */
points: PackedPoints, 
/**
 * What it was drawn with.
 */
nib?: Nib, } | { "kind": "text", 
/**
 * Lines are parted by `\n`.
 */
text: string, 
/**
 * Font size in board units.
 */
size: number, 
/**
 * Lines longer than this break, in board units; 0 when only `\n` breaks them.
 */
w?: number, } | { "kind": "geo", 
/**
 * Its outline.
 */
form: Form, 
/**
 * Board units, above 0.
 */
w: number, 
/**
 * Board units, above 0.
 */
h: number, 
/**
 * Of its line, board units.
 */
width: number, 
/**
 * In its middle.
 */
text: string, 
/**
 * Font size in board units.
 */
size: number, } | { "kind": "connector" } & Connector | { "kind": "note" } & StickyNote | { "kind": "image" } & Image | { "kind": "frame", 
/**
 * Board units, above 0.
 */
w: number, 
/**
 * Board units, above 0.
 */
h: number, 
/**
 * Its name.
 */
text: string, 
/**
 * Its place among the pages: lower ones come earlier, equal ones by id.
 */
order?: number, };

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
 * Of ink, line or text; of a sticky note's paper.
 */
color: Color, 
/**
 * What it is.
 */
body: ShapeBody, 
/**
 * How much hides what is below: 0 to 1.
 */
opacity?: number, 
/**
 * Of what has a box: radians clockwise about its middle.
 */
rotation?: number, 
/**
 * Of what has a box: right and left changed, before it is turned.
 */
mirrored?: boolean, 
/**
 * Clients do not move, change or remove it before it is unlocked.
 */
locked?: boolean, 
/**
 * Only moderators and the host change or remove it, and only they set this.
 */
sealed?: boolean, 
/**
 * When it was added, by the hub's clock: milliseconds since 1970 UTC; 0 for unknown. The hub
 * writes this.
 */
added_ms?: number, 
/**
 * The groups it is in, outermost first, ids parted by `/`; empty for none.
 */
group?: string, 
/**
 * Where it leads: `http://…`, `https://…`, `mailto:…`, or `#…` in this session; empty for
 * nowhere.
 */
link?: string, 
/**
 * What it is, for people who cannot see it; empty for what its words say.
 */
name?: string, 
/**
 * What fills a form, a frame, or the inside of a stroke.
 */
fill?: Paint, 
/**
 * How its line runs.
 */
dash?: Dash, 
/**
 * Of its words.
 */
font?: Font, 
/**
 * Of its words.
 */
align?: Align, 
/**
 * Of its words.
 */
bold?: boolean, 
/**
 * Of its words.
 */
italic?: boolean, };

export type ShapeChange = { 
/**
 * The shape.
 */
id: ShapeId, 
/**
 * See [`super::Shape`].
 */
x?: number, 
/**
 * See [`super::Shape`].
 */
y?: number, 
/**
 * See [`super::Shape`].
 */
z?: number, 
/**
 * See [`super::Shape`].
 */
color?: Color, 
/**
 * See [`super::Shape`].
 */
opacity?: number, 
/**
 * See [`super::Shape`].
 */
rotation?: number, 
/**
 * See [`super::Shape`].
 */
mirrored?: boolean, 
/**
 * See [`super::Shape`].
 */
locked?: boolean, 
/**
 * See [`super::Shape`].
 */
sealed?: boolean, 
/**
 * See [`super::Shape`].
 */
group?: string, 
/**
 * See [`super::Shape`].
 */
link?: string, 
/**
 * See [`super::Shape`].
 */
name?: string, 
/**
 * See [`super::Shape`].
 */
fill?: Paint, 
/**
 * See [`super::Shape`].
 */
dash?: Dash, 
/**
 * See [`super::Shape`].
 */
font?: Font, 
/**
 * See [`super::Shape`].
 */
align?: Align, 
/**
 * See [`super::Shape`].
 */
bold?: boolean, 
/**
 * See [`super::Shape`].
 */
italic?: boolean, 
/**
 * Of a stroke, a form, a connector.
 */
width?: number, 
/**
 * Of a stroke: all of them.
 */
points?: PackedPoints, 
/**
 * Of a stroke.
 */
nib?: Nib, 
/**
 * Words, where there can be any; a frame's name.
 */
text?: string, 
/**
 * Font size.
 */
size?: number, 
/**
 * Of a form.
 */
form?: Form, 
/**
 * Of a box, a label that wraps, a connector.
 */
w?: number, 
/**
 * Of a box, a connector.
 */
h?: number, 
/**
 * Of a connector.
 */
route?: Route, 
/**
 * Of a connector.
 */
bend?: number, 
/**
 * Of a connector.
 */
head_start?: Head, 
/**
 * Of a connector.
 */
head_end?: Head, 
/**
 * Of a connector; empty frees its start.
 */
from?: string, 
/**
 * Of a connector.
 */
from_x?: number, 
/**
 * Of a connector.
 */
from_y?: number, 
/**
 * Of a connector; empty frees its end.
 */
to?: string, 
/**
 * Of a connector.
 */
to_x?: number, 
/**
 * Of a connector.
 */
to_y?: number, 
/**
 * Of a frame.
 */
order?: number, 
/**
 * Of an image.
 */
crop_left?: number, 
/**
 * Of an image.
 */
crop_top?: number, 
/**
 * Of an image.
 */
crop_right?: number, 
/**
 * Of an image.
 */
crop_bottom?: number, };

export type TextChanges = Array<number | [number] | [number, string]>;

export type Role = "viewer" | "editor" | "moderator" | "host";

export type Act = "draw" | "write" | "talk" | "point" | "call" | "rename" | "seal" | "moderate" | "appoint" | "entitle";

export type Rules = { 
/**
 * What those are whom nobody gave a role: `viewer` or `editor`.
 */
everyone: Role, 
/**
 * Who may draw: `viewer` for anyone, or `editor`.
 */
draw: Role, 
/**
 * Who may write in the notes: `viewer` for anyone, or `editor`.
 */
write: Role, 
/**
 * Who may talk in the chat: `viewer` for anyone, or `editor`.
 */
talk: Role, 
/**
 * Only moderators and the host change the board.
 */
board_locked: boolean, 
/**
 * Only moderators and the host change the notes.
 */
notes_locked: boolean, 
/**
 * Only moderators and the host talk.
 */
chat_locked: boolean, 
/**
 * Only moderators and the host show where they point.
 */
pointers_hidden: boolean, };

export type RulesChange = { 
/**
 * See [`Rules::everyone`].
 */
everyone?: Role, 
/**
 * See [`Rules::draw`].
 */
draw?: Role, 
/**
 * See [`Rules::write`].
 */
write?: Role, 
/**
 * See [`Rules::talk`].
 */
talk?: Role, 
/**
 * See [`Rules::board_locked`].
 */
board_locked?: boolean, 
/**
 * See [`Rules::notes_locked`].
 */
notes_locked?: boolean, 
/**
 * See [`Rules::chat_locked`].
 */
chat_locked?: boolean, 
/**
 * See [`Rules::pointers_hidden`].
 */
pointers_hidden?: boolean, };

export type MessageAuthor = { 
/**
 * Name at the time.
 */
name: string, 
/**
 * Colour at the time.
 */
color: Color, 
/**
 * Whether it came by a hook: nobody in the session vouches for the name.
 */
outside?: boolean, };

export type Quote = { 
/**
 * Whose words.
 */
name: string, 
/**
 * At most `QUOTE_LENGTH_MAX` characters of one line.
 */
text: string, };

export type Picture = { 
/**
 * Its file.
 */
blob: BlobName, 
/**
 * Pixels, so that its room can be kept while it is fetched.
 */
w: number, 
/**
 * Pixels.
 */
h: number, };

export type Post = { 
/**
 * The words.
 */
text: string, 
/**
 * Who said it, as they were called then. The hub writes this.
 */
by?: MessageAuthor, 
/**
 * The message that it answers.
 */
reply_to?: number, 
/**
 * The beginning of what it answers. The hub writes this, and takes it away when that message
 * is deleted.
 */
quote?: Quote, 
/**
 * Whom it speaks to. The hub leaves out who is nobody here.
 */
mentions?: Array<ParticipantId>, 
/**
 * Pictures that were brought to the session before; with one, there need be no words.
 */
pictures?: Array<Picture>, };

export type Remainder = { 
/**
 * The stroke it was cut out of, one of those that are taken off.
 */
of: ShapeId, 
/**
 * Of the piece; nobody's yet.
 */
id: ShapeId, 
/**
 * Where its ink is, relative to the stroke's (x, y).
 */
points: PackedPoints, };

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
ids: Array<ShapeId>, 
/**
 * What is left of strokes that were cut.
 */
left?: Array<Remainder>, } | { "type": "edit_notes", 
/**
 * The number of the last operation whose effect the change was made on.
 */
base: number, 
/**
 * The change. In an applied operation it fits the text right before its number.
 */
changes: TextChanges, } | { "type": "edit_page", 
/**
 * Which.
 */
page: PageId, 
/**
 * As in `EditNotes`.
 */
base: number, 
/**
 * As in `EditNotes`.
 */
changes: TextChanges, } | { "type": "add_page", 
/**
 * Made up by who adds it.
 */
page: PageId, 
/**
 * What it is called.
 */
title: string, 
/**
 * Pages stand by this, equal ones by id.
 */
order: number, } | { "type": "update_page", 
/**
 * Which.
 */
page: PageId, 
/**
 * Another title.
 */
title?: string, 
/**
 * Another place.
 */
order?: number, 
/**
 * Whether it is taken out of the notes, or put back.
 */
removed?: boolean, } | { "type": "post_message" } & Post | { "type": "edit_message", 
/**
 * Which.
 */
message: number, 
/**
 * The new words.
 */
text: string, 
/**
 * See [`Post::mentions`]; nobody is called again by an edit.
 */
mentions?: Array<ParticipantId>, } | { "type": "delete_message", 
/**
 * Which.
 */
message: number, } | { "type": "react", 
/**
 * Which.
 */
message: number, 
/**
 * One emoji.
 */
emoji: string, 
/**
 * Whether it is there from now on.
 */
on: boolean, } | { "type": "set_slow_mode", 
/**
 * 0 for no wait.
 */
seconds: number, } | { "type": "set_title", 
/**
 * The new title.
 */
title: string, } | { "type": "set_role", 
/**
 * Who; of a lower role than who does it, or the same person.
 */
participant: ParticipantId, 
/**
 * Not `host`: that is proved by the token.
 */
role: Role, } | { "type": "lower_everyone", 
/**
 * `viewer` or `editor`.
 */
role: Role, } | { "type": "set_rules", 
/**
 * Some of them.
 */
rules: RulesChange, } | { "type": "mute", 
/**
 * Who; of a lower role than who does it.
 */
participant: ParticipantId, 
/**
 * Whether they may not talk from now on.
 */
muted: boolean, } | { "type": "remove", 
/**
 * Who; of a lower role than who does it.
 */
participant: ParticipantId, 
/**
 * How long they may not come back; 0 for not at all.
 */
seconds: number, 
/**
 * Whether nobody may come from where they were either, as long.
 */
address?: boolean, } | { "type": "lift_ban", 
/**
 * Who.
 */
participant: ParticipantId, } | { "type": "note_undone", 
/**
 * Whose.
 */
participant: ParticipantId, 
/**
 * Since when, milliseconds since 1970 UTC.
 */
since_ms: number, 
/**
 * How many shapes.
 */
shapes: number, };

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

export type Device = "phone" | "tablet" | "computer" | "other";

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
 * The replicas under which this copy sent what it does not know the fate of; at most
 * [`crate::limits::FORMERLY_MAX`]. They need not be the sender's any more.
 */
formerly?: Array<ReplicaId>, 
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
host_token?: string, 
/**
 * The token of an invitation.
 */
invite?: string, 
/**
 * The colour the person wishes for, one of [`crate::limits::PEOPLE_COLORS`]; another is passed
 * over.
 */
color?: Color, 
/**
 * The token that signing in to an account of the hub gave.
 */
account?: string, 
/**
 * What the person comes with, for who decides whether to let them in.
 */
device?: Device, };

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
points: PackedPoints, 
/**
 * What it is drawn with.
 */
nib?: Nib, 
/**
 * As the committed stroke's will be.
 */
opacity?: number, 
/**
 * As the committed stroke's will be.
 */
dash?: Dash, };

export type Position = { 
/**
 * Board units.
 */
x: number, 
/**
 * Board units.
 */
y: number, };

export type Area = { 
/**
 * Left, in board units.
 */
x: number, 
/**
 * Top, in board units.
 */
y: number, 
/**
 * Board units, above 0.
 */
w: number, 
/**
 * Board units, above 0.
 */
h: number, };

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
head: number, 
/**
 * The page.
 */
page?: PageId, };

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
selection?: Array<ShapeId>, 
/**
 * What of the board the person sees, so that others can follow.
 */
view?: Area, 
/**
 * Whether the person asks everybody to look where they look.
 */
calling?: boolean, };

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
role: Role, 
/**
 * Whether they may not talk in the chat.
 */
muted?: boolean, 
/**
 * Whether they are signed in to an account of the hub; nobody else may have its name then.
 */
account?: boolean, };

export type Reaction = { 
/**
 * Which.
 */
emoji: string, 
/**
 * Whose, in the order they came; never empty.
 */
by: Array<ParticipantId>, };

export type Deletion = { 
/**
 * Who deleted it.
 */
by: ParticipantId, 
/**
 * Milliseconds since 1970 UTC, by the hub's clock.
 */
time_ms: number, };

export type ChatMessage = { 
/**
 * The number of the operation that posted it.
 */
number: number, 
/**
 * Who; 0 for what came from outside.
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
 * The words; empty once deleted.
 */
text: string, 
/**
 * The submission, so that a client knows its own.
 */
replica: ReplicaId, 
/**
 * See `replica`.
 */
seq: number, 
/**
 * See [`Post::reply_to`].
 */
reply_to?: number, 
/**
 * See [`Post::quote`].
 */
quote?: Quote, 
/**
 * See [`Post::mentions`].
 */
mentions?: Array<ParticipantId>, 
/**
 * See [`Post::pictures`].
 */
pictures?: Array<Picture>, 
/**
 * In the order they came first.
 */
reactions?: Array<Reaction>, 
/**
 * When its words were changed last.
 */
edited_ms?: number, 
/**
 * Set once it is deleted.
 */
deleted?: Deletion, 
/**
 * The number of the last operation that changed it: who has that operation already must not do
 * it again, and who has it yet to come must not when it does.
 */
changed?: number, };

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
 * For each replica of the hello's `formerly` the highest `seq` that the hub has dealt with;
 * null while another connection speaks for it, which may still bring more.
 */
formerly_seqs?: Array<number | null>, 
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

export type NotesPage = { 
/**
 * Made up by who added it.
 */
page: PageId, 
/**
 * What it is called; the first one may have no name.
 */
title: string, 
/**
 * Pages stand by this, equal ones by id.
 */
order: number, 
/**
 * The number of the operation that took it out of the notes, if it is.
 */
removed?: number, 
/**
 * What is written on it.
 */
text?: string, };

export type SnapshotRest = { 
/**
 * The session's title.
 */
title: string, 
/**
 * The text of the notes' first page.
 */
notes: string, 
/**
 * The latest chat messages, oldest first; older ones come by HTTP.
 */
messages: Array<ChatMessage>, 
/**
 * Seconds everybody but the host waits between two messages; 0 for none.
 */
slow_mode_s?: number, 
/**
 * All pages of the notes by id, the first one without its text. A hub that knows of one page
 * only says nothing.
 */
pages?: Array<NotesPage>, 
/**
 * What the session leaves to whom.
 */
rules?: Rules, };

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

export type Entry = "open" | "password" | "knock" | "invited";

export type Knock = { 
/**
 * Counts up in the life of a session in a hub.
 */
id: number, 
/**
 * As they call themselves.
 */
name: string, 
/**
 * What they come with, as they say.
 */
device: Device, 
/**
 * The network address they come from.
 */
address: string, 
/**
 * Since when, in milliseconds since 1970 UTC.
 */
since_ms: number, };

export type Invite = { 
/**
 * Counts up.
 */
id: number, 
/**
 * What who comes by it may do.
 */
role: Role, 
/**
 * Milliseconds since 1970 UTC.
 */
made_ms: number, 
/**
 * Until when it opens; without it until it is ended.
 */
expires_ms?: number, 
/**
 * How many came in by it.
 */
uses: number, 
/**
 * How many may.
 */
uses_max?: number, };

export type MadeInvite = { 
/**
 * As the list of invitations names it.
 */
id: number, 
/**
 * For `invite` of a hello; 32 hexadecimal digits. In a link it goes behind the `#`.
 */
token: string, };

export type DoorAct = { "type": "set_entry", 
/**
 * See there.
 */
entry: Entry, 
/**
 * For `password`: the new one. Without it the hub keeps the one there is, or makes one.
 */
password?: string, } | { "type": "make_invite", 
/**
 * What who comes by it may do.
 */
role: Role, 
/**
 * For how long, in seconds; without it until it is ended.
 */
lasts_s?: number, 
/**
 * For how many; without it for any number.
 */
uses_max?: number, } | { "type": "end_invite", 
/**
 * Which.
 */
invite: number, } | { "type": "answer_knock", 
/**
 * Which.
 */
knock: number, 
/**
 * What they may do; without it they are turned away.
 */
role?: Role, } | { "type": "renew_codes", 
/**
 * Whether everybody but the host has to come in anew.
 */
all_leave: boolean, };

export type Somebody = { 
/**
 * Who.
 */
id: ParticipantId, 
/**
 * Their name at the time.
 */
name: string, };

export type Deed = { "kind": "gave_role", 
/**
 * Which.
 */
role: Role, } | { "kind": "lowered_everyone", 
/**
 * Which.
 */
role: Role, } | { "kind": "set_rules", 
/**
 * The rules that were set.
 */
rules: RulesChange, } | { "kind": "muted", 
/**
 * Whether they may not talk from then on.
 */
muted: boolean, } | { "kind": "removed", 
/**
 * How long they may not come back.
 */
seconds: number, 
/**
 * Whether nobody may from where they were.
 */
address?: boolean, } | { "kind": "lifted_ban" } | { "kind": "sealed", 
/**
 * How many.
 */
shapes: number, 
/**
 * Whether they are sealed from then on.
 */
sealed: boolean, } | { "kind": "deleted_message" } | { "kind": "set_slow_mode", 
/**
 * 0 for no wait.
 */
seconds: number, } | { "kind": "set_title", 
/**
 * Which.
 */
title: string, } | { "kind": "undid", 
/**
 * Since when.
 */
since_ms: number, 
/**
 * How many shapes.
 */
shapes: number, };

export type AuditEntry = { 
/**
 * Milliseconds since 1970 UTC, by the hub's clock.
 */
time_ms: number, 
/**
 * Who did it; none for the hub itself.
 */
by?: Somebody, 
/**
 * To whom, if to somebody.
 */
to?: Somebody, 
/**
 * What.
 */
deed: Deed, };

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
name: string, } | { "type": "keep_door", 
/**
 * What.
 */
act: DoorAct, } | { "type": "ping", 
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
participant: Participant, } | { "type": "people_changed", 
/**
 * Everybody who is in, as they are now.
 */
people: Array<Participant>, } | { "type": "refused", 
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
detail: string, 
/**
 * For `rate_limited`, `slow_mode` and `banned`: how long to wait before it will be taken.
 */
wait_ms?: number, } | { "type": "stored", 
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
refusing?: boolean, } | { "type": "kept_waiting", 
/**
 * For how long at most, in seconds.
 */
timeout_s: number, 
/**
 * Whether somebody is there who could open.
 */
attended: boolean, } | { "type": "knocks_changed", 
/**
 * Who.
 */
knocks: Array<Knock>, } | { "type": "door_changed", 
/**
 * See there.
 */
entry: Entry, 
/**
 * To the host alone.
 */
invites?: Array<Invite>, } | { "type": "codes_made", 
/**
 * A new invitation.
 */
invite?: MadeInvite, 
/**
 * The password from now on: one that the hub made up, or this host's own once it holds.
 */
password?: string, } | { "type": "addresses_changed", 
/**
 * `http://host:port`, the likeliest first; at most [`crate::limits::ADDRESSES_TOLD_MAX`].
 */
addresses: Array<string>, } | { "type": "pong", 
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
time_ms: number, 
/**
 * Of a `post_message`: who the hub wrote said it.
 */
by?: MessageAuthor, } | { "type": "caught_up", 
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
