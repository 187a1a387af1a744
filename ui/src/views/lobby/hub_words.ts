/** What is said of a hub that the person has to look at first, by the code of the refusal. */
import { said } from "../../lib/language";
import type { UnprovenHub } from "../../platform/host";

export interface AboutHub {
  readonly title: string;
  readonly what: (hub: UnprovenHub) => string;
  /** Before the fingerprint of before, where there was one. */
  readonly known?: string;
  readonly shown?: string;
  /** What to do, and what it means. */
  readonly advice: string;
  readonly join: string;
}

const isFirst: AboutHub = {
  title: "Is this the right session?",
  what: ({ place }) => `The session at ${place} is encrypted, and you were never in it. Ask the host which fingerprint they see under “Share”, and join if it begins with this:`,
  advice: "Then nobody on this network can read along or change anything on its way. The host, and everybody who is let in, can see it all. Lanvas remembers the fingerprint and tells you if it changes.",
  join: "It is the same: join",
};

const askTheHost = "Ask the host, best by voice, which fingerprint they see under “Share”. Join only if it is the one that is shown now. Until then Lanvas sends nothing there.";

const changed: AboutHub = {
  title: "Not the session you knew",
  what: ({ place }) => `The session at ${place} shows another certificate than before. It may have moved to another computer, or have a new certificate. Or somebody is posing as it.`,
  known: "Before",
  shown: "Now",
  advice: askTheHost,
  join: "The host sees the new one: join",
};

const others: Readonly<Record<string, AboutHub>> = {
  hub_changed: changed,
  hub_unlike_announced: {
    ...changed,
    title: "Two hubs say they are this session",
    what: ({ place }) => `The hub at ${place} shows another certificate than this network announces for the session. One of the two is somebody else’s.`,
    known: "Announced",
    shown: "Shown",
    join: "The host sees the shown one: join",
  },
  hub_bare: {
    title: "Not encrypted any more",
    what: ({ place }) => `The session at ${place} was encrypted when you were in it, and is not now. The host may have switched that off. Or somebody is posing as it, to read along.`,
    known: "Before",
    advice: "Ask the host, best by voice. Until then Lanvas sends nothing there. If you join, everybody who listens in on this network can read along.",
    join: "The host switched it off: join",
  },
};

export const hubWords = said("hub", {
  of: (code: string): AboutHub => others[code] ?? isFirst,
  no: "Not now",
});
