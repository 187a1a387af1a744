/** How the page's English words are said in German, from the words themselves. */

/** Stands for what a word is given: a name, a number. */
const GIVEN = ["{a}", "{b}", "{c}"];
/** Or a number for which it says something else. */
const GIVENS = [GIVEN, [30]];
const PLACE = /\{[abc]\}/g;

/** `server`: Vite's. Gives what finds in German what is in English a text, or a part of one; `whole`: nothing around it. */
export async function sayingInGerman(server) {
  const { allParts, wordsIn } = await server.ssrLoadModule("/src/testing/all_words.ts");
  const { german } = await server.ssrLoadModule("/src/languages/german.ts");
  const others = new Map(Object.entries(german.parts).flatMap(([part, words]) => wordsIn(part, words)).map(({ path, word }) => [path, word]));
  const english = [...(await allParts())].flatMap(([part, words]) => wordsIn(part, words));
  const pairs = GIVENS.flatMap((given) => english.map(({ path, word }) => [called(word, given), called(others.get(path), given)])).filter(([word, said]) => word !== "" && word !== undefined && said !== undefined);
  return (text, whole = false) => {
    const said = exactly(pairs, text) ?? fitting(pairs, text) ?? holding(pairs, text);
    if (said === undefined) throw new Error(`“${text}” is said nowhere`);
    const any = said.map((one) => pattern(one)).join("|");
    return new RegExp(whole ? `^(?:${any})$` : any, "i");
  };
}

const some = (found) => (found.length === 0 ? undefined : found);
const exactly = (pairs, text) => some(pairs.filter(([word]) => word === text).map(([, said]) => said));
const holding = (pairs, text) => some(pairs.filter(([word]) => word.includes(text)).map(([, said]) => said));

/** Of the words that a text may be, with what they were given, those of which most is their own. */
function fitting(pairs, text) {
  const found = pairs.map(([word, said]) => ({ said, own: word.replace(PLACE, "").length, given: new RegExp(`^${pattern(word, "(.+)")}$`, "s").exec(text) }));
  const best = found.filter(({ own, given }) => given !== null && own > 3).sort((one, other) => other.own - one.own)[0];
  return best === undefined ? undefined : [best.said.replace(PLACE, (place) => best.given[1 + GIVEN.indexOf(place)] ?? place)];
}

const pattern = (said, place = ".*") => said.split(PLACE).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(place);

/** As it is with the places in it; undefined where it says nothing without more than names. */
function called(word, given) {
  if (typeof word !== "function") return typeof word === "string" ? word : undefined;
  try {
    const said = word(...given);
    return typeof said === "string" ? said : undefined;
  } catch {
    return undefined;
  }
}
