/** What is said over the board of whom one follows, who calls, and pages that are shown. */
import { said } from "../lib/language";

export const companyWords = said("company", {
  /** Beside the role of who has an account. */
  signedIn: "signed in",
  backToContent: "Back to what is drawn",
  following: (name: string): string => `You see what ${name} sees`,
  stopFollowing: "Stop following",
  called: (name: string): string => `${name} asks everybody to look here`,
  come: "Go there",
  stay: "Stay here",
  calling: "Everybody is asked to look where you look",
  stopCalling: "Stop asking",
  callAll: "Ask everybody to look here",
  follow: (name: string): string => `Follow ${name}`,
  pages: "Pages",
  nextPage: "Next page",
  previousPage: "Page before",
  endPages: "End",
  pageOf: (name: string, at: number, count: number): string => `${name}: ${at} of ${count}`,
  earlier: (name: string): string => `${name}: earlier`,
  later: (name: string): string => `${name}: later`,
  uploading: (name: string): string => `Adding ${name}`,
  dismiss: "Close",
} as const);
