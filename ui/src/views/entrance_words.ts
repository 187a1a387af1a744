/** Words about coming in: loaded with the screens that say them, not with the first picture. */
import { said } from "../lib/language";
import type { Device, Entry, ErrorCode } from "../protocol/generated/messages";

const deviceWords = { phone: "a phone", tablet: "a tablet", computer: "a computer", other: "a program" } satisfies Record<Device, string>;

export interface AwayWords {
  readonly heading: string;
  readonly what: string;
  readonly again: string;
}

/** Why a session is not to be had, whoever asks. */
export const awayWords = said("away", {
  heading: {
    missing: "This session is not here any more",
    full: "The session is full",
    old: "This page does not fit the session",
    stopped: "The session was ended",
    elsewhere: "You are in this session in another tab",
    failed: "The session cannot go on",
  },
  what: {
    missing: "It was ended, or the link has a mistake in it. Ask the person who hosts it for the link, or scan the code again.",
    full: "As many people are in as it can take. Wait until somebody leaves, then try again.",
    old: "The host runs another version of Lanvas. Reload this page; if that does not help, update Lanvas on both sides.",
    stopped: "The person who hosts it has closed it. What you made is kept and comes back when they start it again.",
    elsewhere: "Go on there, or take over here.",
    failed: "Something went wrong on the host’s side. Try again; what you made is kept.",
  },
  again: "Try again",
  takeOver: "Go on here",
  reload: "Reload",
  home: "Back to the start",
});

export const passwordWords = said("password", {
  password: "Password",
  passwordTitle: "This session has a password",
  passwordHint: "Ask the person who hosts it.",
  passwordWrong: "That is not the password. Check upper and lower case, and try again.",
  passwordSlow: "Too many wrong tries from here. Wait a moment, then try again.",
  enter: "Enter",
  back: "Back",
  wait: (seconds: number) => (seconds > 90 ? `Wait ${Math.ceil(seconds / 60)} minutes` : `Wait ${seconds} s`),
});

export const entranceWords = said("entrance", {
  knocking: "Waiting to be let in",
  knockingSeen: "Whoever keeps the door sees your name and your device, and lets you in or not.",
  knockingAlone: "Nobody who could let you in is here just now. Keep this page open, or come back later.",
  knockingUntil: (time: string) => `If nobody answers by ${time}, you can knock again.`,
  stopKnocking: "Stop waiting",

  knocks: "Somebody wants to come in",
  knocker: (name: string) => `${name} wants to come in`,
  comesFrom: (device: Device, address: string) => `with ${deviceWords[device]}, from ${address}`,
  letIn: "Let in",
  letInToLook: "Only to look",
  turnAway: "No",
  letInLabel: (name: string) => `Let ${name} in`,
  letInToLookLabel: (name: string) => `Let ${name} in only to look`,
  turnAwayLabel: (name: string) => `Turn ${name} away`,

  title: "How people come in",
  entries: {
    open: { name: "Anyone with the link", hint: "Whoever has the link or the code and is on this network." },
    password: { name: "With a password", hint: "Newcomers type it once. Who is here stays." },
    knock: { name: "They knock", hint: "You see who it is and let them in or not." },
    invited: { name: "By invitation", hint: "Only by a link that you make below. The session’s own link opens nothing." },
  } satisfies Record<Entry, { name: string; hint: string }>,
  passwordIs: "The password is",
  passwordUnknown: "There is a password. It is not shown again; set another one if nobody knows it any more.",
  passwordNew: "Another password",
  passwordSet: "Set",
  readable: "On this network the password can be read on its way by somebody who listens in. Do not use one that opens anything else.",
  guarded: "The connection is encrypted: the password cannot be read on its way.",

  invites: "Invitations",
  invitesHint: "A link that opens whatever you chose above. Who has it can pass it on.",
  may: "May",
  roles: { editor: "draw and write", viewer: "look", moderator: "keep order" },
  lasts: "For",
  lastsChoices: [
    { name: "an hour", seconds: 3_600 },
    { name: "a day", seconds: 86_400 },
    { name: "until you end it", seconds: null },
  ],
  uses: "People",
  usesChoices: [
    { name: "one", count: 1 },
    { name: "ten", count: 10 },
    { name: "any number", count: null },
  ],
  make: "Make an invitation",
  copy: "Copy link",
  copied: "Copied",
  untold: "Its link was told when it was made and is not kept.",
  end: "End",
  endLabel: (id: number) => `End invitation ${id}`,
  copyLabel: (id: number) => `Copy the link of invitation ${id}`,
  used: (uses: number, most: number | undefined) => (most === undefined ? `used ${uses} ${uses === 1 ? "time" : "times"}` : `used ${uses} of ${most}`),
  until: (time: string) => `until ${time}`,
  over: "over",
  none: "None yet.",

  renew: "New codes",
  renewHint: "Ends every invitation and, where there is one, the password. Use it when a link went to the wrong people.",
  renewLeave: "Those who are here have to come in anew, too",
  renewed: "Done. Old links open nothing any more.",

  shareInvite: "Make an invitation",
  shareInvited: "Only who has an invitation comes in. The link above opens nothing by itself.",
  sharePassword: "They also need the password.",
  shareKnock: "They knock, and somebody lets them in.",
  shareNotHost: "Only who has an invitation comes in. Ask the host for one.",
});

/** Why somebody is not let in, and what to do. */
export const atDoorWords = said<Partial<Record<ErrorCode, AwayWords>>>("at_door", {
  not_let_in: { heading: "You were not let in", what: "Talk to the person who hosts it. You can knock again.", again: "Knock again" },
  knock_unanswered: { heading: "Nobody answered", what: "Tell the person who hosts it that you are at the door, then knock again.", again: "Knock again" },
  too_many_knocks: { heading: "Many are at the door", what: "Wait until some of them are in, then try again.", again: "Try again" },
  invite_required: { heading: "You need an invitation", what: "This session’s link opens nothing by itself. Ask the person who hosts it for an invitation, and open that link.", again: "Try again" },
  invite_ended: { heading: "This invitation is over", what: "It was used up, ended, or its time has passed. Ask the person who hosts it for another, or come in as others do.", again: "Come in without it" },
  removed: { heading: "You were sent out", what: "A moderator of this session did that. You can come back; if you think it was a mistake, talk to the host.", again: "Come back" },
  banned: { heading: "You were sent out for a time", what: "A moderator of this session did that. You can come back when the time is over, or when they let you back before. If you think it was a mistake, talk to the host.", again: "Come back" },
  name_registered: { heading: "This name belongs to an account", what: "If it is yours, sign in. Else come in by another name.", again: "Try again" },
  signed_out: { heading: "You were signed out", what: "Somebody signed this account out, changed its password, or it is half a year since you signed in here. What you made is kept.", again: "Try again" },
  codes_renewed: { heading: "The host made new codes", what: "Everybody comes in anew. Ask for the new password or link. What you made is kept.", again: "Come in again" },
});

export const waitWords = (seconds: number): string => passwordWords.wait(seconds);

/** Whole seconds until then; 0 when it is over or there is nothing to wait for. */
export const secondsLeft = (until: number | null, now: number): number => Math.max(0, Math.ceil(((until ?? 0) - now) / 1_000));
