/** What is said of a connection, one sentence for each way. */
import { said } from "../lib/language";

export const encryptionWords = said("encryption", {
  none: "Not encrypted: somebody who listens in on this network can read along.",
  given: "Encrypted: nobody on this network can read along.",
  own: "Encrypted. Browsers warn of this hub’s own certificate: go on only if the SHA-256 fingerprint that they show begins with",
});
