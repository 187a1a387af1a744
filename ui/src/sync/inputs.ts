/** What the client's core is told and what it answers: its inputs, its effects, what it begins with. */
import type { ChangeSet } from "@codemirror/state";
import type { Area, ClientMessage, Color, Dash, Device, DoorAct, Nib, PageId, Remainder, ReplicaId, ServerMessage, ShapeId } from "../protocol/generated/messages";
import type { Point } from "../protocol/points";
import type { Lasting } from "./outgoing";
import type { Refusal } from "./session";

/** What can happen. `socket` names the one it happened to. */
export type Input =
  | { type: "start" }
  | { type: "opened"; socket: number }
  | { type: "received"; socket: number; message: ServerMessage }
  | { type: "closed"; socket: number; code: number }
  /** The time of the last `wake` effect has come, or later. */
  | { type: "woke" }
  /** The network is back, the page is seen again, or the person presses a button. */
  | { type: "nudged" }
  | { type: "act"; operation: Lasting; gesture?: string | undefined; taken?: readonly Remainder[] | undefined }
  | { type: "undo" }
  | { type: "redo" }
  | { type: "edit_notes"; page: PageId; changes: ChangeSet }
  | { type: "append_notes"; page: PageId; text: string }
  | { type: "extend_ink"; ink: WetPoints }
  | { type: "cancel_ink"; stroke: ShapeId }
  | { type: "show_presence"; change: PresenceChange }
  | { type: "rename"; name: string }
  | { type: "enter_password"; password: string }
  | { type: "keep_door"; act: DoorAct }
  | { type: "leave" };

/** What must be done about it. */
export type Effect =
  | { type: "open"; socket: number }
  | { type: "send"; message: ClientMessage }
  | { type: "close" }
  /** Call again at this time; replaces the one before, null takes it back. */
  | { type: "wake"; at: number | null }
  /** This page is this replica now, and this secret makes it the same person again. */
  | { type: "identify"; replica: ReplicaId; resume: string }
  /** There are changes to keep. */
  | { type: "keep" }
  | { type: "refused"; refusal: Refusal };

export interface WetPoints {
  readonly stroke: ShapeId;
  readonly color: Color;
  readonly width: number;
  readonly start: number;
  readonly points: readonly Point[];
  readonly precision: number;
  readonly nib?: Nib;
  readonly opacity?: number;
  readonly dash?: Dash;
}

/** Where this person writes, in what the page shows. */
export interface OwnCaret {
  readonly page: PageId;
  readonly anchor: number;
  readonly head: number;
}

/** What is absent stays as it is; null takes it away. */
export interface PresenceChange {
  readonly cursor?: { x: number; y: number } | null;
  readonly caret?: OwnCaret | null;
  readonly typing?: boolean;
  readonly selection?: readonly ShapeId[];
  readonly view?: Area | null;
  readonly calling?: boolean;
}

export interface ClientOptions {
  readonly name: string;
  /** A fresh id, for when no earlier life of the page left one. */
  readonly replica: ReplicaId;
  /** The secret of an earlier welcome of this tab, and the replica it was for. */
  readonly earlier?: { readonly replica: ReplicaId; readonly resume: string } | undefined;
  readonly password?: string | undefined;
  readonly hostToken?: string | undefined;
  /** The token of an invitation. */
  readonly invite?: string | undefined;
  /** What the person comes with, for who decides whether to let them in. */
  readonly device?: Device | undefined;
  readonly account?: string | undefined;
  /** The colour to be seen by. */
  readonly color?: Color | undefined;
  /** Greater in each life of the page; see `Outgoing`. */
  readonly entriesAfter?: number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Another fresh id. */
  readonly newReplica: () => ReplicaId;
}
