/** Other ways to hand on a session than its link. */
import { said } from "../lib/language";

export const wayWords = said("ways", {
  open: "Open in the Lanvas app",
  stayed: "Nothing opened? Then this computer has no Lanvas app. Stay here: everything works in the browser, too.",
  aloud: "Or say it: “Join by address” in the app takes these words",
});
