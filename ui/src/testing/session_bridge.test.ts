/**
 * The same schedules against the hub's real core. `LANVAS_SESSION_BRIDGE` names
 * the program: `cargo build -p lanvas-hub --example session_bridge`.
 */
import { test, expect } from "vitest";
import { SessionBridge } from "./session_bridge";
import { Simulation } from "./simulation";

const PROGRAM = process.env["LANVAS_SESSION_BRIDGE"];
const SEEDS = Number(process.env["LANVAS_BRIDGE_SEEDS"] ?? 40);
const FIRST_SEED = Number(process.env["LANVAS_FIRST_SEED"] ?? 1);

async function run(program: string, seed: number): Promise<string[]> {
  const bridges: SessionBridge[] = [];
  const hub = (random: ConstructorParameters<typeof SessionBridge>[1]): SessionBridge => {
    const bridge = new SessionBridge(program, random);
    bridges.push(bridge);
    return bridge;
  };
  const simulation = new Simulation({ seed, insertOnly: seed % 2 === 1, hub });
  try {
    for (const bridge of bridges) await bridge.begin();
    return await simulation.run();
  } finally {
    for (const bridge of bridges) bridge.end();
  }
}

test.skipIf(PROGRAM === undefined)(`${SEEDS} schedules against the real session core`, { timeout: 600_000 }, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    expect(await run(PROGRAM ?? "", seed), `seed ${seed}`).toEqual([]);
  }
});
