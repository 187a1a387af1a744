/** The connection doctor's own words; what it finds comes as sentences from the app. */
import { said } from "../../lib/language";

export const doctorWords = said("doctor", {
  title: "Why can they not join?",
  open: "Somebody cannot get in?",
  looking: "Looking at this computer and its network …",
  failed: "That could not be looked into. Lanvas tries again by itself.",
  findings: "What was found",
  levels: { good: "Good: ", notice: "Look: ", problem: "Problem: " },
  test: "Test from the other device",
  testHow: "Scan the code with the device that cannot get in, or open the link there. What it reached shows on it, and here.",
  say: "Or say where to join; in the app, “Join by address” takes these words:",
  code: (link: string) => `Code for ${link}`,
});
