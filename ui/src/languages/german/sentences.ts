/** What the hub and the app say in finished English sentences, by their patterns. */
import type { Sentences } from "../sentences";

export const SENTENCES: Sentences = {};
