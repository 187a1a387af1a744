/**
 * The words of what every page has; what is fetched later brings its own
 * (`chat/words.ts` and all that end in `_words`). Apart from the code so that another
 * language can come, and so that the tone stays one: plain, short, and always what to do next.
 */
import { said } from "../lib/language";
import type { ErrorCode, StorageTrouble } from "../protocol/generated/messages";

export const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const words = said("words", {
  product: "Lanvas",
  tagline: "One board, notes and chat for everybody in the room.",

  name: {
    label: "Your name",
    placeholder: "The name others see",
    welcome: "Welcome. What should the others call you?",
    save: "Go on",
    change: "Change your name",
    account: "Account",
    cancel: "Cancel",
    done: "Save",
    needed: "Type a name first. A first name or a nickname is enough.",
  },

  reload: "Reload",

  chat: {
    title: "Chat",
    loading: "Opening the chat …",
    failed: "The chat could not be opened. Reload the page.",
  },

  entry: {
    title: "Join the session",
    titleOf: (title: string) => `Join “${title}”`,
    nameHint: "No account needed: a name is all it takes.",
    join: "Join",
    joining: "Joining …",
  },

  choose: {
    title: "Which session?",
    none: "Nobody has a session open here",
    noneHint: "Ask the person who hosts for the link, or scan their code. It looks like http://192.168.1.5:7420/s/…",
  },

  home: {
    hello: (name: string) => `Hello, ${name}`,
    start: "Start a session",
    startHint: "People in this room can join from this app, or with any browser by a link or a code.",
    starting: "Starting …",
    goOn: "Back to your session",
    goOnWith: (title: string) => `Go on with “${title}”`,
    fresh: "New session",
    own: "Your sessions",
    openNow: "open now",
    discard: (title: string) => `Move “${title}” to the trash`,
    discarded: (title: string) => `“${title}” is in the trash, and will be for 30 days.`,
    undo: "Undo",
    nearby: "Nearby",
    searching: "Looking for sessions on this network …",
    nothing: "No session nearby yet. When somebody on this network starts one, it shows up here by itself.",
    off: "Lanvas cannot look around on this network.",
    offHint: "You can still join by address, and others can join you by link or code.",
    people: (n: number) => count(n, "person", "people"),
    hostedBy: (host: string) => `with ${host}`,
    locked: "Needs a password",
    unreachable: "Does not answer any more",
    incompatible: "Another version of Lanvas",
    join: "Join",
    address: "Join by address",
    addressHint: "A link, the host’s address such as 192.168.1.5, or its words such as acorn-alley-acorn",
    addressPlaceholder: "192.168.1.5:7420",
  },

  status: {
    connecting: "Connecting",
    catching_up: "Catching up",
    live: "Live",
    offline: (clock: string) => `Offline for ${clock}`,
    offlineShort: "Offline",
    asking: "Password",
    knocking: "At the door",
    ended: "Ended",
    goOn: "You can go on drawing and writing; it will be sent when the connection is back.",
    waiting: (n: number) => `${count(n, "change", "changes")} waiting`,
    tryNow: "Try now",
    looking: "Looking for the host at its other addresses, too.",
    moved: "The host has a new address. You are connected there; the old link does not work any more.",
    openThere: "Use the new link",
    storing: (n: number) => `${count(n, "change is", "changes are")} being stored`,
    trouble: (whose: string, why: string) => `What is done now is not being saved on ${whose}: ${why}.`,
    troubleSlow: (whose: string) => `Saving on ${whose} takes long: its disk is slow. Everything is kept meanwhile.`,
    troubleGoOn: "Go on; it is kept in memory there and saved as soon as that works again.",
    troubleRefuses: "Nothing more is taken there until it works again. What you do here is kept on your side and sent then.",
    hostsComputer: "the host’s computer",
    computerOf: (name: string) => `${name}’s computer`,
    yourComputer: "your computer",
    saving: "· saving …",
    notSaved: (n: number) => `· ${n} not saved`,
    liveAgain: "You are live.",
  },

  session: {
    untitled: "Untitled session",
    titleLabel: "Title of the session",
    rename: "Change the title",
    menu: "Menu",
    people: "People",
    peopleCount: (n: number) => count(n, "person here", "people here"),
    you: "you",
    host: "host",
    hosting: "Hosting …",
    share: "Share",
    notes: "Notes",
    chat: "Chat",
    chatUnread: (n: string) => `Chat, ${n} unread`,
    close: "Close",
    leave: "Leave",
    stop: "End the session",
    help: "Help and shortcuts",
    showAll: "Show everything",
    zoomHome: "Zoom to 100 %",
    board: "The board",
  },

  share: {
    title: "Invite people in this room",
    scan: "Scan the code with a phone, or open the link in any browser on this network.",
    copy: "Copy link",
    copied: "Copied",
    copyFailed: "Select the link and copy it with the keyboard.",
    linkLabel: "Link to this session",
    qrLabel: (url: string) => `Code for ${url}`,
    noNetwork: "This computer is on no network. Join a Wi-Fi or plug in a cable; the link appears here then.",
    others: "Other addresses of this computer",
    othersHint: "If a guest cannot open the link, try one of these.",
  },

  tools: {
    label: "Tools",
    select: "Select and move",
    hand: "Move the view",
    pen: "Pen",
    eraser: "Eraser",
    text: "Text",
    undo: "Undo",
    undoKeys: "Undo (Ctrl+Z)",
    redo: "Redo",
    redoKeys: "Redo (Ctrl+Shift+Z)",
    ink: "Colour and width",
    colours: "Colour",
    custom: "Own colour",
    widths: "Width",
    widthExact: "Exact width",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    zoom: "Zoom",
    labelText: "Text of the label",
  },

  notes: {
    title: "Notes",
    loading: "Opening the notes …",
    failed: "The notes could not be opened. Reload the page.",
    returned: "These words of yours are not in the notes:",
    putBack: "Add them at the end",
    letGo: "Discard",
  },

  partMissing: "A part of the page could not be loaded. What you made is kept.",
  trouble: "Something went wrong on this page. Reload it; what you made is kept.",
});

/** Why the host's computer cannot store, and what the host can do about it. */
export const troubleWords = said<Record<StorageTrouble, { why: string; remedy: string }>>("troubles", {
  disk_full: { why: "its disk is full", remedy: "Make room: delete or move files you do not need. Lanvas then goes on saving by itself." },
  read_only: { why: "the session’s folder may not be written to", remedy: "Allow writing to the folder, or take off the write protection. Lanvas then goes on saving by itself." },
  disk_error: { why: "its disk reports errors", remedy: "Check the disk and its cable, and keep this session open until it is saved: what is new is only in memory." },
  held: { why: "another program holds the session’s file", remedy: "Close what may use it: a backup, a sync program, a second Lanvas. Lanvas then goes on saving by itself." },
  slow: { why: "its disk is slow", remedy: "Pause what else uses the disk, such as a backup." },
  other: { why: "its storage does not work", remedy: "Keep this session open: what is new is only in memory. Lanvas tries again by itself; its log says why." },
});

/** What the hub did not take, in words for the person who did it. */
export function refusalWords(code: ErrorCode | null): string {
  return (code === null ? undefined : refusals[code]) ?? refusals.other;
}

export const refusals = said<Partial<Record<ErrorCode, string>> & { other: string }>("refusals", {
  other: "The host did not take that. It has been taken back here; try again.",
  rate_limited: "That was too much at once. Wait a moment, then try again.",
  muted: "A moderator muted you.",
  shape_sealed: "A moderator sealed that. It has been put back.",
  role_too_low: "Only editors may do that. It has been taken back.",
  forbidden: "You may not change that here. It has been taken back.",
  invalid_name: "That name cannot be used. Try one with letters, up to 40 of them.",
  invalid_title: "That title cannot be used. Try a shorter one.",
  invalid_shape: "The host could not draw that. It has been taken back; try again.",
  invalid_operation: "The host could not do that. It has been taken back; try again.",
  board_full: "The board is full. Remove something first.",
  notes_too_long: "The notes are full. Remove some text first.",
  pages_full: "There are as many pages as there can be. Delete one first.",
  last_page: "One page has to stay.",
  stale_revision: "The notes had moved on too far. Your last words were taken back; type them again.",
  invalid_changes: "The notes had moved on too far. Your last words were taken back; type them again.",
  message_too_long: "That message is too long. Make it shorter or send it in two.",
  message_empty: "There is nothing in that message.",
  message_not_found: "That message is not there any more.",
  slow_mode: "The host slowed the chat down. Wait a little, then try again.",
  invalid_reaction: "That reaction cannot be added to this message.",
  chat_full: "The chat of this session is full. The host can start a new session.",
  message_too_large: "That was too large to send. It has been taken back; do it in smaller steps.",
  storage_failed: "The host cannot store anything more. Make room on its disk, then try again.",
});
