/**
 * How the page's English words are said in German, from the words themselves: the parts are read in English,
 * then told to speak German, and what stands in the same place is the same.
 */
import { readdirSync } from "node:fs";

const SOURCE = new URL("../../src/", import.meta.url);
/** Stands for what a word is given: a name, a number. */
const GIVEN = ["{a}", "{b}", "{c}"];

/** `server`: Vite's. Gives what finds in German what is in English a text, or a part of one; `whole`: nothing around it. */
export async function sayingInGerman(server) {
  const files = readdirSync(new URL("views/", SOURCE), { recursive: true }).filter((file) => /words\.ts$/.test(file));
  const modules = [];
  for (const file of files) modules.push(await server.ssrLoadModule(`/src/views/${file}`));
  const english = modules.flatMap((module) => wordsIn(module));
  const { german } = await server.ssrLoadModule("/src/languages/german.ts");
  const { speak } = await server.ssrLoadModule("/src/lib/language.ts");
  speak(german);
  const other = modules.flatMap((module) => wordsIn(module));
  const pairs = english.map((word, at) => [word, other[at]]).filter(([word, said]) => word !== "" && word !== undefined && said !== undefined);
  return (text, whole = false) => {
    const found =
      wherever(pairs, ([word]) => word === text) ??
      wherever(pairs, ([word]) => word !== GIVEN[0] && new RegExp(`^${pattern(word)}$`, "s").test(text)) ??
      wherever(pairs, ([word]) => word.includes(text));
    if (found === undefined) throw new Error(`“${text}” is said nowhere`);
    const any = found.map(([, said]) => pattern(said)).join("|");
    return new RegExp(whole ? `^(?:${any})$` : any, "i");
  };
}

function wherever(pairs, fits) {
  const found = pairs.filter(fits);
  return found.length === 0 ? undefined : found;
}

const pattern = (said) => said.split(/\{[abc]\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");

/** In the order of their places. What says nothing without more than a name is undefined. */
function wordsIn(value) {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return [called(value)];
  return value !== null && typeof value === "object" ? Object.keys(value).sort().flatMap((key) => wordsIn(value[key])) : [];
}

function called(word) {
  try {
    const said = word(...GIVEN);
    return typeof said === "string" ? said : undefined;
  } catch {
    return undefined;
  }
}
