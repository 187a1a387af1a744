import { describe, expect, test } from "vitest";
import { Simulation } from "./simulation";

/** More by `LANVAS_SEEDS=20000 npx vitest run simulation`. */
const SEEDS = Number(process.env["LANVAS_SEEDS"] ?? 300);
const FIRST_SEED = Number(process.env["LANVAS_FIRST_SEED"] ?? 1);

/** Seeds that once found something, with what it was. */
const ONCE_FAILED: [seed: number, story: string, insertOnly: boolean][] = [];

describe("a seed that once failed", () => {
  test.each(ONCE_FAILED)("%i: %s", async (seed, _story, insertOnly) => {
    expect(await new Simulation({ seed, insertOnly }).run()).toEqual([]);
  });
});

test(`${SEEDS} schedules end with everybody equal to the hub, nothing lost, nothing twice`, { timeout: 600_000 }, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    const findings = await new Simulation({ seed, insertOnly: seed % 2 === 1 }).run();
    expect(findings, `seed ${seed}`).toEqual([]);
  }
});
