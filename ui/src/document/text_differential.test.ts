/**
 * The hub's text algebra against the editor's: the same random changes, put
 * together, mapped over each other and applied, and a place moved by them, in both
 * languages. The hub's is the example `text_bridge` of lanvas-hub, as `cargo xtask test`
 * builds it.
 *
 *     LANVAS_TEXT_BRIDGE=…/text_bridge LANVAS_TEXT_CASES=1000000 npx vitest run differential
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ChangeSet, type ChangeSpec, type Text } from "@codemirror/state";
import { expect, test } from "vitest";
import type { TextChanges } from "../protocol/generated/messages";
import { Random } from "../testing/random";
import { asString, asText, toWire } from "./text_changes";

const PROGRAM = process.env["LANVAS_TEXT_BRIDGE"];
const CASES = Number(process.env["LANVAS_TEXT_CASES"] ?? 100_000);
const FIRST_SEED = Number(process.env["LANVAS_FIRST_SEED"] ?? 1);
/** Cases of one seed, and of one line. */
const LOT = 1_000;

const CHARACTERS = ["a", "b", "c", "é", "ß", "\n", "\n", "👋", "👍🏽", "e\u0301", " ", "中"];

function words(random: Random, most: number): string {
  return Array.from({ length: random.below(most) }, () => random.pick(CHARACTERS)).join("");
}

/** Places that do not split a surrogate pair. */
function somewhere(random: Random, text: Text): number {
  const at = random.below(text.length + 1);
  const before = at === 0 ? 0 : text.sliceString(at - 1, at).charCodeAt(0);
  return before >= 0xd800 && before < 0xdc00 ? at - 1 : at;
}

function step(random: Random, text: Text): ChangeSet {
  const specs: ChangeSpec[] = Array.from({ length: 1 + random.below(3) }, () => {
    const [a, b] = [somewhere(random, text), random.chance(0.5) ? null : somewhere(random, text)];
    return { from: Math.min(a, b ?? a), to: Math.max(a, b ?? a), insert: asText(random.chance(0.75) ? words(random, 5) : "") };
  });
  return ChangeSet.of(specs, text.length);
}

/** One change, or several made one after another and put together. */
function change(random: Random, text: Text): ChangeSet {
  let all = step(random, text);
  for (let more = random.below(4); more > 0; more -= 1) all = all.compose(step(random, all.apply(text)));
  return all;
}

interface Case {
  readonly asked: [string, TextChanges, TextChanges, number];
  readonly expected: [string, string, TextChanges, TextChanges, string, number, number];
}

function madeOf(random: Random): Case {
  const text = asText(words(random, 25));
  const [ours, theirs] = [change(random, text), change(random, text)];
  const mapped = ours.map(theirs);
  const both = mapped.apply(theirs.apply(text));
  const place = random.below(text.length + 1);
  return {
    asked: [asString(text), toWire(ours), toWire(theirs), place],
    expected: [asString(ours.apply(text)), asString(theirs.apply(text)), toWire(mapped), toWire(theirs.map(ours, true)), asString(both), theirs.mapPos(place, -1), theirs.mapPos(place, 1)],
  };
}

function compare(seed: number, cases: readonly Case[], line: string): void {
  const answers = JSON.parse(line) as unknown[];
  const wrong = cases.findIndex(({ expected }, index) => JSON.stringify(answers[index]) !== JSON.stringify(expected));
  if (wrong !== -1) expect({ asked: cases[wrong]?.asked, is: answers[wrong] }, `seed ${seed}, case ${wrong}`).toEqual({ asked: cases[wrong]?.asked, is: cases[wrong]?.expected });
}

if (PROGRAM === undefined) test.skip("the bridge is not built", () => undefined);
else {
  test(`${CASES} changes do the same in the hub as in the editor`, { timeout: 600_000 }, async () => {
    const bridge = spawn(PROGRAM, { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: bridge.stdout })[Symbol.asyncIterator]();
    try {
      // The next lot is made while the hub is at the one before.
      let asked: { seed: number; cases: Case[] } | null = null;
      for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES / LOT; seed += 1) {
        const random = new Random(seed);
        const cases = Array.from({ length: LOT }, () => madeOf(random));
        bridge.stdin.write(`${JSON.stringify(cases.map((one) => one.asked))}\n`);
        if (asked !== null) compare(asked.seed, asked.cases, ((await lines.next()) as { value: string }).value);
        asked = { seed, cases };
      }
      if (asked !== null) compare(asked.seed, asked.cases, ((await lines.next()) as { value: string }).value);
    } finally {
      bridge.kill();
    }
  });
}
