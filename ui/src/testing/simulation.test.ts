import { describe, expect, test } from "vitest";
import { SessionBridge } from "./session_bridge";
import { Simulation, type RunOptions } from "./simulation";

/** More by `LANVAS_SEEDS=20000 npx vitest run simulation`. */
const SEEDS = Number(process.env["LANVAS_SEEDS"] ?? 300);
const TYPIST_SEEDS = Number(process.env["LANVAS_TYPIST_SEEDS"] ?? 3);
const TYPIST_BRIDGE_SEEDS = Number(process.env["LANVAS_TYPIST_SEEDS"] ?? 1);
const FIRST_SEED = Number(process.env["LANVAS_FIRST_SEED"] ?? 1);

/** Schedules that find a fault when the rule they name is left out, and whether nobody deletes text in them. */
const NAMED: [seed: number, rule: string, insertOnly: boolean, strangers?: boolean][] = [
  [5, "what is stored in a new epoch says nothing of the numbers of the old one", true],
  [67, "nor does a cut-short catch-up that goes on in yet another epoch", true],
  [9, "a snapshot whose catch-up was cut short is not forgotten", true],
  [209, "a late hello of a given-up connection does not take the replica away", true],
  [503, "a snapshot out of turn does not tell what of mine is in it", true],
  [39, "what the hub has of a former replica is not sent again", true, true],
  [7, "what nobody can tell the fate of is not sent again", true, true],
  [339, "a refusal that got lost is told with the next welcome", true, true],
];

describe("a schedule that needs its rule", () => {
  test.each(NAMED)("%i: %s", async (seed, _rule, insertOnly, strangers = false) => {
    expect(await new Simulation({ seed, insertOnly, strangers, plainTalk: true }).run()).toEqual([]);
  });
});

test(`${SEEDS} schedules end with everybody equal to the hub, nothing lost, nothing twice`, { timeout: 600_000 }, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    const findings = await new Simulation({ seed, insertOnly: seed % 2 === 1, strangers: true, plainTalk: seed % 3 === 0 }).run();
    expect(findings, `seed ${seed}`).toEqual([]);
  }
});

test("20 people type at once with 200 ms of jitter, drop-outs and restarts: all letters are there, in their place", { timeout: 600_000 }, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + TYPIST_SEEDS; seed += 1) {
    for (const hardFalls of [false, true]) {
      expect(await new Simulation({ seed, insertOnly: true, typists: 20, steps: 300, hardFalls }).run(), `seed ${seed}`).toEqual([]);
    }
  }
});

/** The hub's real session core, as `cargo xtask test` builds it: the example `session_bridge` of lanvas-hub. */
const PROGRAM = process.env["LANVAS_SESSION_BRIDGE"];
const BRIDGE_SEEDS = Number(process.env["LANVAS_BRIDGE_SEEDS"] ?? 60);

async function runOnRealCore(program: string, seed: number, options: Partial<RunOptions> = {}): Promise<string[]> {
  const bridges: SessionBridge[] = [];
  const simulation = new Simulation({
    seed,
    insertOnly: seed % 2 === 1,
    strangers: true,
    ...options,
    hub: (random) => {
      const bridge = new SessionBridge(program, random);
      bridges.push(bridge);
      return bridge;
    },
  });
  try {
    for (const bridge of bridges) await bridge.begin();
    return await simulation.run();
  } finally {
    for (const bridge of bridges) bridge.end();
  }
}

if (PROGRAM !== undefined) {
  test(`${BRIDGE_SEEDS} schedules against the hub's real session core end the same`, { timeout: 600_000 }, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + BRIDGE_SEEDS; seed += 1) {
      expect(await runOnRealCore(PROGRAM, seed), `seed ${seed}`).toEqual([]);
    }
  });

  test("and so do 20 people who type at once", { timeout: 600_000 }, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + TYPIST_BRIDGE_SEEDS; seed += 1) {
      const typing = { insertOnly: true, strangers: false, typists: 20, steps: 300 };
      expect(await runOnRealCore(PROGRAM, seed, typing), `seed ${seed}`).toEqual([]);
    }
  });
}
