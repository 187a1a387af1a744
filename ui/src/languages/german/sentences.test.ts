/** No sentence that Rust writes for the page is without German: its own tests keep the lists. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { german } from "../german";
import { SENTENCES } from "./sentences";

const say = german.sentence;
const LISTS = "../src-tauri/crates/lanvas-protocol/fixtures/sentences";
const list = (name: string): string[] => JSON.parse(readFileSync(`${LISTS}/${name}.json`, "utf8")) as string[];

const NOT_DONE = ["could not be opened", "could not be started", "could not be listed", "stays as it is", "is not there", "goes on"];
/** Told with whatever was not done and why, which are tried below. */
const PUT_TOGETHER = "The session {}. {}.";

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

test("every sentence that is written in Rust for the page has German", () => {
  for (const pattern of list("written")) {
    if (pattern === PUT_TOGETHER) continue;
    const filled = pattern.split("{}").reduce((before, after, at) => `${before}<${at}>${after}`);
    const said = say(filled);
    expect(said, filled).not.toBe(filled);
    for (let at = 1; at < pattern.split("{}").length; at++) expect(said, filled).toContain(`<${at}>`);
  }
});

test("everything that an examination of the network finds has German", () => {
  for (const sentence of list("doctor")) {
    const said = say(sentence);
    expect(said, sentence).not.toBe(sentence);
    for (const [place] of sentence.matchAll(/\d+\.\d+\.\d+\.\d+(:\d+)?|\(\w+\)/g)) expect(said, sentence).toContain(place);
    expect(said, sentence).not.toMatch(/ (the|is|and|at) /);
  }
});

test("why a session could not be had has German, whatever was to be done with it", () => {
  for (const why of list("hub")) {
    // What stands alone ends with a full stop in Rust; behind what was not done each gets one.
    if (why.endsWith(".")) expect(say(why), why).not.toBe(why);
    for (const what of NOT_DONE) {
      const sentence = `The session ${what}. ${capital(why.replace(/\.$/, ""))}.`;
      const said = say(sentence);
      expect(said, sentence).toMatch(/^Die Sitzung(en)? .+\. /);
      expect(said.replace(/: .*?[.)]/, ""), sentence).not.toMatch(/ (the|is|and|cannot|could) /);
    }
  }
});

test("no German is left of a sentence that nobody says any more", () => {
  const ours = ["Frame"];
  const sayings = [...list("written"), ...list("hub"), ...ours];
  for (const english of Object.keys(SENTENCES)) {
    if (english.startsWith("The session ") && NOT_DONE.some((what) => english.startsWith(`The session ${what}. `))) continue;
    const pieces = english.split(/\{\w+\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${pieces.join("(.+?)")}$`, "s");
    expect(sayings.some((said) => pattern.test(said)), english).toBe(true);
  }
});
