/** Whether the reader's system is light or dark, as the board's ink needs to know it. */
import { MediaQuery } from "svelte/reactivity";

const dark = new MediaQuery("(prefers-color-scheme: dark)", false);

export function scheme(): "light" | "dark" {
  return dark.current ? "dark" : "light";
}
