/**
 * Whether it is light or dark here: as this person chose, else as the device has it.
 * The page's colours, the board's ink and what shows of both follow the same word.
 */
import { MediaQuery } from "svelte/reactivity";
import { keptPaper, type PaperLook } from "../app/preferences";

const dark = new MediaQuery("(prefers-color-scheme: dark)", false);
let wanted = $state<PaperLook["scheme"]>(keptPaper().scheme);

export function scheme(): "light" | "dark" {
  return wanted === "auto" ? (dark.current ? "dark" : "light") : wanted;
}

export function wantScheme(choice: PaperLook["scheme"]): void {
  wanted = choice;
}

/** Tells the styles, from now on. */
$effect.root(() => {
  $effect.pre(() => {
    document.documentElement.dataset["scheme"] = scheme();
  });
});
