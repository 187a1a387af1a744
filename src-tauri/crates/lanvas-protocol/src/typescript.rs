//! The TypeScript side of the wire, written from the types here so that it is declared once.

use std::fmt::Write;

use ts_rs::{Config, TS};

use crate::{
    audit::{AuditEntry, Deed, Somebody},
    chat::{ChatMessage, Deletion, Picture, Post, Quote, Reaction},
    door::{Device, DoorAct, Entry, Invite, Knock, MadeInvite},
    error::{CloseCode, ErrorCode},
    limits,
    message::{
        Area, Caret, ClientMessage, Hello, Ink, NotesPage, Participant, Position, Presence,
        RefusedSubmission, ServerMessage, Snapshot, SnapshotRest, StorageTrouble, Welcome,
    },
    notes::TextChanges,
    operation::{Applied, MessageAuthor, Operation, Remainder},
    roles::{Act, Role, Rules, RulesChange},
    shape::{
        Align, Connector, Dash, Font, Form, Head, Image, Nib, Route, Shape, ShapeBody, ShapeChange,
        StickyNote,
    },
};

const HEADER: &str =
    "// Written by `cargo xtask codegen` from the lanvas-protocol crate. Do not edit.\n";

/// Types that are plain text or numbers in TypeScript.
const NAMES: &str = concat!(
    "\n/** Points as `points.ts` packs them; a plain list in the JSON encoding. */\n",
    "export type PackedPoints = Uint8Array;\n",
    "export type ParticipantId = number;\n",
    "export type SessionId = string;\n",
    "export type ShapeId = string;\n",
    "export type PageId = string;\n",
    "export type ReplicaId = string;\n",
    "export type Epoch = string;\n",
    "/** `#rrggbb`. */\n",
    "export type Color = string;\n",
    "/** A colour or `none`. */\n",
    "export type Paint = string;\n",
    "/** SHA-256 of a file's bytes, 64 hexadecimal digits. */\n",
    "export type BlobName = string;\n",
);

/// `messages.ts`: the types of every message.
#[must_use]
pub fn messages() -> String {
    let config = Config::new().with_large_int("number");
    let mut out = String::from(HEADER);
    out.push_str(NAMES);
    macro_rules! declare {
        ($($name:ty),* $(,)?) => {
            $(writeln!(out, "\nexport {}", <$name>::decl(&config)).expect("a string takes all");)*
        };
    }
    declare!(
        ErrorCode,
        Dash,
        Nib,
        Form,
        Route,
        Head,
        Font,
        Align,
        Connector,
        Image,
        StickyNote,
        ShapeBody,
        Shape,
        ShapeChange,
        TextChanges,
        Role,
        Act,
        Rules,
        RulesChange,
        MessageAuthor,
        Quote,
        Picture,
        Post,
        Remainder,
        Operation,
        Applied,
        Device,
        Hello,
        Ink,
        Position,
        Area,
        Caret,
        Presence,
        Participant,
        Reaction,
        Deletion,
        ChatMessage,
        RefusedSubmission,
        Welcome,
        NotesPage,
        SnapshotRest,
        Snapshot,
        StorageTrouble,
        Entry,
        Knock,
        Invite,
        MadeInvite,
        DoorAct,
        Somebody,
        Deed,
        AuditEntry,
        ClientMessage,
        ServerMessage,
    );
    out
}

/// `limits.ts`: limits and close codes as constants.
#[must_use]
pub fn constants() -> String {
    let mut out = String::from(HEADER);
    out.push('\n');
    for (name, value) in limits::for_clients() {
        writeln!(out, "export const {name} = {value};").expect("a string takes all");
    }
    out.push_str("\nexport const PEOPLE_COLORS = [\n");
    for color in limits::PEOPLE_COLORS {
        writeln!(out, "  \"{color}\",").expect("a string takes all");
    }
    out.push_str("] as const;\n");
    out.push_str("\nexport const CloseCode = {\n");
    for (code, name) in CloseCode::ALL {
        writeln!(out, "  {name}: {},", code.number()).expect("a string takes all");
    }
    out.push_str("} as const;\n");
    out
}

/// `join_words.ts`: the words of a join code, a byte each.
#[must_use]
pub fn join_words() -> String {
    let words = crate::join_code::WORDS.join(" ");
    format!("{HEADER}\n/** A byte each. */\nexport const JOIN_WORDS = \"{words}\".split(\" \");\n")
}
