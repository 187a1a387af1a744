/** Every sentence about roles and order in the room. */
import { said } from "../lib/language";
import type { AuditEntry, Deed, ErrorCode, Role, RulesChange } from "../protocol/generated/messages";

export const roleWords = said<Readonly<Record<Role, { name: string; what: string }>>>("roles", {
  viewer: { name: "Viewer", what: "looks on" },
  editor: { name: "Editor", what: "draws, writes and talks" },
  moderator: { name: "Moderator", what: "also keeps order" },
  host: { name: "Host", what: "holds the session" },
});

export const orderWords = said("order", {
  muted: "muted",
  about: (name: string): string => `What to do about ${name}`,
  role: "Role",
  roleOf: (name: string): string => `Role of ${name}`,
  mute: "Mute in the chat",
  unmute: "Let talk again",
  sendOut: "Send out",
  sendOutFor: "How long they stay out",
  spans: [[0, "may come back at once"], [600, "for 10 minutes"], [3_600, "for an hour"], [86_400, "for a day"], [2_592_000, "for 30 days"]] as readonly (readonly [number, string])[],
  alsoAddress: "Also keep out every device at the same address",
  undoWork: "Take back what they did …",
  accounts: "Accounts of this hub",
  room: "Order in the room …",
  roomTitle: "Order in the room",
  leaveTo: "Who may",
  draw: "draw on the board",
  write: "write in the notes",
  talk: "talk in the chat",
  anyone: "Anyone",
  editors: "Editors",
  everyone: "People without a role of their own are",
  everyoneOf: { viewer: "Viewers", editor: "Editors" },
  lock: "Lock",
  boardLocked: "The board",
  notesLocked: "The notes",
  chatLocked: "The chat",
  pointersHidden: "Hide everybody’s pointers",
  lockHint: "While something is locked, only moderators and the host change it.",
  lowerAll: "Make everybody a viewer",
  lowerAllHint: "Moderators stay. You can give people their role back one by one.",
  raiseAll: "Everybody may edit again",
  keptOut: "Kept out",
  nobodyOut: "Nobody is kept out.",
  until: (when: string): string => `until ${when}`,
  letBack: (name: string): string => `Let ${name} back`,
  letBackShort: "Let back",
  done: "What was done",
  nothingDone: "Nothing yet. Who changed a role, muted, locked or sent out stands here.",
  notRead: "The list cannot be had now. Check the connection, then open this again.",
  loading: "Loading …",
  somebody: "Somebody",
  theHub: "The app",
  lookingOn: {
    role_too_low: "You are looking on. The host or a moderator can make you an editor.",
    board_locked: "The board is locked. You can look around and draw again when a moderator opens it.",
    muted: "A moderator muted you. You can read, and talk again when they let you.",
    chat_locked: "The chat is locked. You can read, and talk again when a moderator opens it.",
    notes_locked: "The notes are locked. You can read, and write again when a moderator opens them.",
  } as Partial<Record<ErrorCode, string>>,
  onlyEditors: { talk: "Only editors talk here. The host or a moderator can make you one.", write: "Only editors write here. The host or a moderator can make you one." },
  notAllowed: "You may not do that here. Ask the host.",
  untaken: (n: number): string => `${n === 1 ? "One thing you drew was" : `${n} things you drew were`} not taken, and ${n === 1 ? "is" : "are"} kept here:`,
  tryAgain: "Put it on the board",
  letGo: "Let it go",
});

/** Why it may not be done now, for the place where it would be. */
export function whyWords(code: ErrorCode, act: "draw" | "write" | "talk"): string {
  if (code === "role_too_low" && act !== "draw") return orderWords.onlyEditors[act];
  return orderWords.lookingOn[code] ?? orderWords.notAllowed;
}

/** What one line of the list says. */
export const deedWords = said("deeds", {
  line: ({ by, to, deed }: AuditEntry): string => `${by?.name ?? orderWords.theHub} ${deedOf(deed, to?.name ?? orderWords.somebody)}`,
});

function deedOf(deed: Deed, whom: string): string {
  switch (deed.kind) {
    case "gave_role":
      return `made ${whom} ${deed.role === "editor" ? "an" : "a"} ${roleWords[deed.role].name.toLowerCase()}`;
    case "lowered_everyone":
      return `made everybody ${deed.role === "viewer" ? "a viewer" : "an editor at most"}`;
    case "set_rules":
      return rulesWords(deed.rules).join(", ");
    case "muted":
      return deed.muted ? `muted ${whom}` : `let ${whom} talk again`;
    case "removed":
      return `sent ${whom} out${deed.seconds === 0 ? "" : ` ${spanWords(deed.seconds)}`}${deed.address === true ? ", with everybody at their address" : ""}`;
    case "lifted_ban":
      return `let ${whom} back`;
    case "sealed":
      return `${deed.sealed ? "sealed" : "opened"} ${deed.shapes === 1 ? "a thing" : `${deed.shapes} things`} on the board`;
    case "deleted_message":
      return `deleted a message of ${whom}`;
    case "set_slow_mode":
      return deed.seconds === 0 ? "ended the slow chat" : `slowed the chat to a message every ${deed.seconds} s`;
    case "set_title":
      return `called the session “${deed.title}”`;
    case "undid":
      return `took back ${deed.shapes === 1 ? "one thing" : `${deed.shapes} things`} that ${whom} did`;
    default:
      return "did something that this page does not know";
  }
}

function spanWords(seconds: number): string {
  return orderWords.spans.find(([span]) => span === seconds)?.[1] ?? `for ${Math.max(1, Math.round(seconds / 60))} minutes`;
}

function rulesWords(rules: RulesChange): string[] {
  const said: string[] = [];
  const lock = (what: string, on: boolean | undefined): void => {
    if (on !== undefined) said.push(`${on ? "locked" : "opened"} ${what}`);
  };
  lock("the board", rules.board_locked);
  lock("the notes", rules.notes_locked);
  lock("the chat", rules.chat_locked);
  if (rules.pointers_hidden !== undefined) said.push(rules.pointers_hidden ? "hid the pointers" : "showed the pointers");
  for (const act of ["draw", "write", "talk"] as const) {
    if (rules[act] !== undefined) said.push(`let ${rules[act] === "viewer" ? "anyone" : "editors"} ${orderWords[act]}`);
  }
  if (rules.everyone !== undefined) said.push(`made newcomers ${rules.everyone}s`);
  return said;
}

export const whoWords = said("who", {
  title: "Who drew this",
  gone: "Somebody who is not here now",
  more: (n: number): string => `and ${n} more. Select fewer to see them.`,
});

const things = (n: number): string => (n === 1 ? "One thing" : `${n} things`);

export const undoWords = said("undo_work", {
  title: (name: string): string => `Take back what ${name} did`,
  somebody: "somebody",
  since: "Since",
  spans: [[5, "5 minutes ago"], [15, "15 minutes ago"], [60, "an hour ago"], [1_440, "a day ago"], [0, "the beginning"]] as readonly (readonly [number, string])[],
  reading: "Looking …",
  notRead: "It cannot be told now. Check the connection, then look again.",
  again: "Look again",
  nothing: "There is nothing of theirs since then.",
  counts: ({ goes, changesBack, returns }: { goes: number; changesBack: number; returns: number }): string[] => [
    ...(goes === 0 ? [] : [`${things(goes)} they added ${goes === 1 ? "goes" : "go"}.`]),
    ...(changesBack === 0 ? [] : [`${things(changesBack)} they changed ${changesBack === 1 ? "goes" : "go"} back to how ${changesBack === 1 ? "it was" : "they were"}.`]),
    ...(returns === 0 ? [] : [`${things(returns)} they removed ${returns === 1 ? "returns" : "return"}.`]),
  ],
  others: "What is there is outlined on the board. What others changed since stays as it is. You can undo it again.",
  apart: "Notes and chat stay as they are.",
  more: "That is the latest of it. Take it back, then look again for the rest.",
  keptFrom: (when: string): string => `What they changed or removed before ${when} is no longer known one by one, and stays.`,
  cancel: "Cancel",
  go: "Take back",
});
