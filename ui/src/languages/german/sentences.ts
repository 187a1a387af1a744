/** What the hub and the app say in finished English sentences, by their patterns. */
import type { Sentences } from "../sentences";

export const SENTENCES: Sentences = {
  // What comes from Excalidraw without a name.
  "Frame": "Rahmen",
};
