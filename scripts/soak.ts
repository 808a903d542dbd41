import { parseArgs } from "node:util";
import { onParentGone } from "../src/base/parent.ts";
import { renderOutcome } from "../test/faults/report.ts";
import { seedFrom } from "../test/faults/seed.ts";
import { isClean, planFor, runStorm, type Progress } from "../test/faults/storm.ts";
import { startWorld, type World } from "../test/faults/world.ts";

const usage = "Usage: npm run soak -- --minutes 10 [--seed 1]";

/** The fault suite of `npm test`, for as long as one likes. Ends with 1 when something was found. */
async function main(args: readonly string[]): Promise<void> {
  const { minutes, seed } = readOptions(args);
  say(`Seed ${seed}, ${minutes} minutes`);
  const world = await startWorld(seed);
  stopOnSignal(world);
  try {
    const outcome = await runStorm(world, planFor(world.random, minutes), createProgress());
    say(renderOutcome(world, outcome));
    say(isClean(outcome) ? "Nothing was found" : `Found with seed ${seed}`);
    process.exitCode = isClean(outcome) ? 0 : 1;
  } finally {
    await world.stop();
  }
}

function readOptions(args: readonly string[]): { minutes: number; seed: number } {
  const options = { minutes: { type: "string" }, seed: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new RangeError(`--minutes must be a number above 0. ${usage}`);
  return { minutes, seed: seedFrom(values.seed) };
}

/** Told to stop, leaves nothing that runs. */
function stopOnSignal(world: World): void {
  const end = () => void world.stop().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  onParentGone(end);
}

const tellEveryMs = 15_000;

/** A line now and then. */
function createProgress(): (progress: Progress) => void {
  const begunAt = performance.now();
  let toldAt = begunAt;
  return ({ injected, commands, arrivals }) => {
    const now = performance.now();
    if (now - toldAt < tellEveryMs) return;
    toldAt = now;
    const minutes = ((now - begunAt) / 60_000).toFixed(1);
    const faults = Object.entries(injected).map(([fault, count]) => `${fault} ${count}`);
    say(`${minutes} min: ${commands} commands, ${arrivals} deliveries; ${faults.join(", ")}`);
  };
}

const say = (line: string) => process.stdout.write(`${line}\n`);

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
