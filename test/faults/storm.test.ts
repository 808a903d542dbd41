import { describe, expect, onTestFinished, test } from "vitest";
import { behaviours } from "./behaviours.ts";
import { renderOutcome } from "./report.ts";
import { seedFrom } from "./seed.ts";
import { planOf, runStorm } from "./storm.ts";
import { startWorld } from "./world.ts";

const counts = { kill: 30, jump: 8, postmaster: 6, everything: 5, backend: 3, freeze: 3 };

describe("processes, database and receivers that fail in every way, under load", () => {
  test(
    "lose nothing, reorder nothing, and repeat only what was not written down",
    {
      timeout: 600_000,
    },
    async () => {
      const seed = seedFrom(process.env["HELIOGRAPH_FAULT_SEED"]);
      process.stdout.write(`HELIOGRAPH_FAULT_SEED=${seed}\n`);
      const world = await startWorld(seed);
      onTestFinished(() => world.stop());

      const outcome = await runStorm(world, planOf(world.random, counts));
      process.stdout.write(`${renderOutcome(world, outcome)}\n`);

      expect(outcome.account.findings).toEqual({
        missing: [],
        inversions: [],
        resent: [],
        chains: [],
        writes: [],
        other: [],
      });
      expect(outcome.injected).toEqual(counts);
      const missed = behaviours.filter((behaviour) =>
        world.endpoints.every(({ receiver }) => !receiver.counts.has(behaviour)),
      );
      expect(missed).toEqual([]);
    },
  );
});
