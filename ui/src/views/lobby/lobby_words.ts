/** Words of what only the app has. */
import type { Told } from "../../app/lobby";
import { said } from "../../lib/language";
import { count } from "../words";

export const lobbyWords = said("lobby", {
  open: "Open a file …",
  more: (title: string) => `More about “${title}”`,
  rename: "Rename",
  newTitle: "New title",
  save: "Save",
  cancel: "Cancel",
  duplicate: "Duplicate",
  reveal: "Show in folder",
  trash: "Move to trash",
  end: "End for everybody",
  openNow: (guests: number) => (guests === 0 ? "open now" : `open now · ${guests === 1 ? "1 guest" : `${guests} guests`}`),
  yours: "yours",
  nobodyElse: "Nobody else is hosting here now.",
  otherVersion: (link: string) => `Open ${link} in a browser, or get the same version on both computers.`,
  unreadable: (code: string) => ({ file_newer: "made by a newer Lanvas", file_foreign: "not a Lanvas session", file_damaged: "damaged: opens as far as it can be read" })[code] ?? "cannot be read now",
  recent: "Where you were",
  favourite: (title: string) => `Keep “${title}” on top`,
  unfavourite: (title: string) => `“${title}” need not stay on top`,
  forget: (title: string) => `Forget “${title}”`,
  with: (host: string) => `with ${host}`,
  here: "here now",
  drop: "Let go to open this session",
  dropTitle: "Open a session file",

  link: {
    title: "Join this session?",
    what: (address: string) => `A link asks Lanvas to join the session at ${address}.`,
    trust: "Join only if you know who gave you the link.",
    join: "Join",
    no: "Not now",
  },

  told: {
    title: (told: Told): string =>
      ({ rescued: "This session’s file is damaged", copied: "Opened as a copy", bad_link: "That link leads nowhere", copied_diagnostics: "Diagnostics copied", newer_lanvas: "There is a newer Lanvas" })[told.kind],
    /** `when` writes a time. */
    what: (told: Told, when: (time_ms: number) => string): string => {
      switch (told.kind) {
        case "rescued":
          return told.operations === 0
            ? "Nothing in it could be read. The damaged file is kept beside the session."
            : `What could be read is here: ${told.operations} changes${told.last_ms > 0 ? `, the last from ${when(told.last_ms)}` : ""}. The damaged file is kept as it was.`;
        case "copied":
          return "This session is on this machine in another state already. What was in the file is a session of its own now; both are kept.";
        case "bad_link":
          return "Ask for the link again, or type the host’s address under “Join by address”.";
        case "newer_lanvas":
          return `Version ${told.version} can be had. Install it under “Settings” when it suits you; nothing happens by itself.`;
        case "copied_diagnostics":
          return "Paste it into a message to whoever helps you. Names, titles and secrets are not in it.";
      }
    },
    good: "All right",
  },

  host: {
    title: "Hosting",
    project: "Show the code large",
    scan: "Scan to join, or open",
    noNetwork: "This computer is in no network. Connect it to one, and the link shows up here by itself.",
    copy: "Copy the link",
    copied: "Copied",
    copyFailed: "Select the link and copy it with Ctrl+C.",
    link: "Link for guests",
    here: (n: number) => (n === 1 ? "1 person is in" : `${n} people are in`),
    nobody: "Nobody else is in yet.",
    round: (quality: "good" | "fair" | "slow", ms: number) => `${quality} · ${ms} ms`,
    measuring: "measuring …",
    close: "Close",
    end: "End for everybody …",
  },

  closing: {
    title: (guests: number) => `${count(guests, "person is", "people are")} still here`,
    what: "If you close Lanvas now, the session ends for everybody. What was made is kept and comes back when you start again.",
    stay: "Stay open",
    close: "Close for everybody",
    hide: "Hide the window",
    hideHint: "Hidden, the session goes on, and the icon beside the clock brings the window back.",
  },

  stop: {
    title: "End the session for everybody?",
    what: "Everybody is told and has time to finish. What was made stays on this computer.",
    inSeconds: (s: number) => (s === 0 ? "End now" : s < 60 ? `In ${s} seconds` : `In ${s / 60} minute${s === 60 ? "" : "s"}`),
    ending: (s: number) => `Ends in ${s} seconds …`,
    stay: "Go on",
  },

  settings: {
    title: "Settings",
    name: "Your name",
    color: "Your colour",
    colorHint: "For your pointer and your name. Holds from the next session you enter.",
    colorAny: "Whichever is free",
    colors: ["Pink", "Blue", "Green", "Orange", "Violet", "Teal", "Red", "Olive", "Purple", "Indigo", "Brown", "Grey"],
    theme: "Light or dark",
    words: "Language",
    wordsHint: "Holds from the next start.",
    language: "Dates and times",
    languageHint: "As the system, unless they follow another language. Holds from the next start.",
    languageSystem: "As the system",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
    hosting: "When you host",
    visible: "Show sessions to everybody on the network",
    visibleHint: "Off: people need the link or the code.",
    encrypted: "Encrypt what goes over the network",
    encryptedHint: "Browsers warn your guests of a certificate that nobody signed: tell them the fingerprint under “Share”. Guests with the app compare it once. Holds from the next session you start after all have ended.",
    port: "Port for guests",
    portHint: "Empty for the usual one, 7420. Holds from the next session you start after all have ended.",
    interface: "Network to host on",
    interfaceAll: "All",
    interfaceHint: "Holds from the next session you start after all have ended.",
    history: "How much of the past is kept",
    historyHint: "In MiB for each session, to look back at how it came about. Empty for the usual 1,024. What is older is folded together; board, notes and chat stay whole. Holds from the next session you start after all have ended.",
    folder: "Where sessions are kept",
    folderUsual: "The usual folder",
    folderHint: "Holds from the next start of Lanvas. Sessions that are kept elsewhere stay there.",
    choose: "Choose …",
    usual: "Use the usual one",
    app: "This app",
    notifications: "Notify me of mentions and of people who knock",
    notificationsHint: "Only while you look at something else.",
    graphics: "Safe graphics",
    graphicsHint: "For windows that stay blank; slower. Holds from the next start. Started as lanvas --safe-graphics, it does so once.",
    autostart: "Start Lanvas when I log in",
    autostartHint: "It opens its window and hosts nothing until you say so.",
    updates: "Look for new versions",
    updatesHint: (source: string) => `Asks ${source} over the internet when Lanvas starts, and installs nothing without you. Off, Lanvas never asks.`,
    updatesNowhere: "This copy knows no place to look, and never asks the internet. Get new versions from where you got it.",
    look: "Look now",
    newest: "This is the newest version.",
    found: (version: string) => `Version ${version} is there.`,
    install: "Install it",
    installing: "Fetching it …",
    installed: "It is in place. Close Lanvas and start it again.",
    help: "When something does not work",
    log: "Open the log",
    diagnostics: "Copy diagnostics",
    copied: "Copied. Names, titles and secrets are not in it.",
    done: "Done",
  },
});
