/** What is said about accounts. */
import { ACCOUNT_PASSWORD_LENGTH_MIN } from "../../protocol/generated/limits";

export const accountWords = {
  offer: "Sign in, or make an account",
  asGuest: "Come in as a guest",
  title: "Account",
  in: "Sign in",
  up: "Make an account",
  why: "With an account you are the same person on all your devices, and nobody else can have your name. It is for this hub only; you need none to take part.",
  name: "Name",
  password: "Password",
  fresh: "New password",
  now: "Password you have now",
  rule: `At least ${ACCOUNT_PASSWORD_LENGTH_MIN} characters. A few words that only you would put together are easy to keep and hard to guess. If you forget it, only the person who hosts can help.`,
  show: "Show what I type",
  working: "One moment …",
  signedInAs: (name: string) => `You are signed in as ${name}.`,
  nameStays: "This is what the others see you as. To be called something else, sign out.",
  out: "Sign out here",
  everywhere: "Sign out everywhere",
  everywhereHint: "Ends it on every device, this one too. Do it when somebody else may know your password or has a device of yours.",
  change: "Change the password",
  changeHint: "All other devices are signed out by it.",
  back: "Back",
  lent: (name: string) => `You are signed in as ${name}. The host chose the password you came with and knows it: set one that only you know.`,
  later: "Later",
  none: "This hub has no accounts. You need none to take part: close this and come in with a name.",
  listen: "Your password itself never crosses the network, whoever listens. On http the rest can be read along.",
  asks: "Sign in instead",
  makes: "I have no account yet",
} as const;

export const hubWords = {
  title: "Accounts of this hub",
  what: "These names are kept for who has the password, in every session of this hub.",
  loading: "Looking …",
  nobody: "Nobody has made one yet. Anybody can: Menu, then Account.",
  off: "This hub was started without accounts.",
  notRead: "The accounts cannot be read now. Check the connection, then open this again.",
  failed: "That was not done. Check the connection, then try again.",
  you: "you; yours is in Menu, Account",
  find: "Find a name",
  noSuch: "Nobody of that name.",
  places: (places: number, lent: boolean): string => [places === 0 ? "not signed in" : places === 1 ? "signed in at one place" : `signed in at ${places} places`, ...(lent ? ["has a password from you"] : [])].join(", "),
  about: (name: string) => `What to do about ${name}`,
  forgot: "Forgot the password",
  remove: "Remove",
  askForgot: (name: string) => `${name} is signed out everywhere and gets a password from you. The one before opens nothing any more.`,
  doForgot: "Make a new password",
  askRemove: (name: string) => `${name} is signed out everywhere, and anybody can take the name. What ${name} drew and wrote stays.`,
  doRemove: (name: string) => `Remove ${name}`,
  cancel: "Cancel",
  given: (name: string) => `The new password of ${name}. Tell it to nobody else; signing in with it asks for one of their own. It is shown only now.`,
  copy: "Copy",
  copied: "Copied",
  done: "Done",
  removed: (name: string) => `The account of ${name} is removed.`,
} as const;

const PROBLEMS: Readonly<Record<string, string>> = {
  sign_in_failed: "Name or password are not right. Look at both and try again.",
  not_the_password: "The password you have now is not right. Type it again.",
  too_many_tries: "That was tried too often. It goes on when the time is over.",
  name_registered: "Somebody has this name, or one that looks like it. Take another, or sign in if it is yours.",
  invalid_name: "This cannot be a name. Take 1 to 40 letters.",
  accounts_full: "This hub takes no more accounts. Come in as a guest.",
  accounts_unavailable: "This hub cannot read or keep its accounts now. Ask the person who hosts, or come in as a guest.",
  accounts_off: "This hub has no accounts. Come in as a guest.",
  sign_in_over: "That took too long. Try again.",
  busy: "Many are signing in at this moment. Try again.",
  unreachable: "The hub does not answer. Look at your network, then try again.",
  signed_out: "You are not signed in here any more.",
  short: `The password needs at least ${ACCOUNT_PASSWORD_LENGTH_MIN} characters.`,
  nameless: "Type the name first.",
};

export const problemOf = (code: string): string => PROBLEMS[code] ?? "That did not work. Try again.";

/** Too short for a new one. The hub never sees a password, so nobody else holds to it. */
export const isShort = (password: string): boolean => [...password].length < ACCOUNT_PASSWORD_LENGTH_MIN;
