/** Finds English on a page that speaks German: whatever the page's own words are in English and are not in German. */
import { createServer } from "vite";

/** Stands for what a sentence is given. */
const GIVEN = ["{a}", "{b}", "{c}"];
/** Shorter ones may be in a German word. */
const LEAST_LETTERS = 6;

/** Gives what tells which of some texts are English. */
export async function englishOf() {
  const root = new URL("../..", import.meta.url).pathname;
  const server = await createServer({ root, appType: "custom", server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true }, logLevel: "error" });
  try {
    const { allParts, wordsIn } = await server.ssrLoadModule("/src/testing/all_words.ts");
    const { german } = await server.ssrLoadModule("/src/languages/german.ts");
    const all = (parts) => parts.flatMap(([part, words]) => wordsIn(part, words)).flatMap(({ word }) => plain(word));
    const [english, other] = [all([...(await allParts())]), all(Object.entries(german.parts))];
    const own = english.filter((word) => /[a-z]{2}/i.test(word.replaceAll(/\{[abc]\}/g, "")) && !other.includes(word));
    const patterns = own.map(patternOf);
    return { count: own.length, among: (texts) => texts.filter((text) => patterns.some((pattern) => pattern.test(text))) };
  } finally {
    await server.close();
  }
}

/** What is said with a number is said of one in other words. */
function plain(word) {
  if (typeof word === "string") return [word];
  if (typeof word !== "function") return [];
  return [GIVEN, [1, 1, 1]].flatMap((given) => {
    try {
      const said = word(...given);
      return typeof said === "string" && !said.includes("undefined") ? [said] : [];
    } catch {
      return [];
    }
  });
}

function patternOf(word) {
  const literal = word.trim().split(/\{[abc]\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const whole = literal.length > 1 || word.length < LEAST_LETTERS;
  return whole ? new RegExp(`^${literal.join(".+")}$`) : new RegExp(`(?<![\\p{L}-])${literal[0]}(?![\\p{L}-])`, "u");
}

/** All that a person reads on the page, or has read to them, each once. */
export function textsOn(page) {
  return page.evaluate(() => {
    const found = new Set(document.title === "" ? [] : [document.title]);
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const isSeen = (element) => element.closest("noscript, script, style, #loading") === null && (element.tagName === "OPTION" || element.checkVisibility({ checkVisibilityCSS: true }));
    while (nodes.nextNode()) if (isSeen(nodes.currentNode.parentElement)) found.add(nodes.currentNode.data.trim());
    for (const element of document.querySelectorAll("*")) {
      if (!isSeen(element)) continue;
      for (const name of ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "placeholder", "alt"]) found.add(element.getAttribute(name)?.trim() ?? "");
    }
    found.delete("");
    return [...found];
  });
}
