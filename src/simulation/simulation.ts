import { pause } from "../sdk/pause.ts";
import type { Market } from "./companies.ts";
import { openDoor, type Door } from "./door.ts";
import type { Fault } from "./faults.ts";
import { createPace } from "./pace.ts";
import { planOf } from "./plan.ts";
import { newTally, playAll, type Casting } from "./play.ts";
import { createRandom } from "./random.ts";
import { reportOf, type Report } from "./report.ts";

export interface Simulation {
  readonly url: string;
  readonly market: Market;
  readonly seed: number;
  /** Leads; some become deals. */
  readonly deals: number;
  /** Commands in a second at most. */
  readonly rate: number;
  readonly faults: readonly Fault[];
  /** How long deliveries are waited for after the last command, in milliseconds. */
  readonly settleMs: number;
  /** Ends it early, with the report so far. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** How often it is looked whether all is settled, in milliseconds. */
const lookMs = 250;

/**
 * Plays a market by the REST API, receives what the service delivers of it, and accounts for both.
 * @throws {HeliographError} with the rule `url_reachable` when the service may not reach this machine's receivers.
 */
export async function simulate(simulation: Simulation): Promise<Report> {
  const { market, seed, deals, signal, onProgress } = simulation;
  const startedMs = Date.now();
  const tally = newTally();
  const doors: Door[] = [];
  try {
    for (const company of market.companies) doors.push(await openDoor(company, simulation.faults));
    const castings = Array.from({ length: deals }, (_, index) => cast(market, seed, index));
    const total = castings.reduce((sum, { plan }) => sum + plan.steps.length, 0);
    let done = 0;
    const settled = await playAll(castings, {
      url: simulation.url,
      run: crypto.randomUUID(),
      pace: createPace(simulation.rate),
      tally,
      signal,
      onProgress: () => onProgress(`${(done += 1)} of ${total} commands`),
    })
      .then(() => settle(doors, simulation))
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return false;
      });
    const interrupted = signal.aborted;
    return await reportOf({ seed, planned: deals, startedMs, interrupted, settled, tally, doors });
  } finally {
    for (const door of doors) await leave(door, market);
  }
}

/** Who sells to a lead, and what is going to happen. */
function cast({ pairs }: Market, seed: number, index: number): Casting {
  const pair = createRandom(seed, "pair", index).pick(pairs);
  return { pair, plan: planOf({ seed, index, traits: pair.traits }) };
}

/** Waits until nothing is on its way. @returns false when the time was over before. */
async function settle(
  doors: readonly Door[],
  { settleMs, signal, onProgress }: Simulation,
): Promise<boolean> {
  const deadlineMs = Date.now() + settleMs;
  while (!signal.aborted) {
    const behind = await Promise.all(doors.map(behindBy));
    const open = behind.reduce((sum, count) => sum + count, 0);
    onProgress(`${open} deliveries under way`);
    if (open === 0) {
      const isIdle = await Promise.all(doors.map((door) => door.rest()));
      if (isIdle.every(Boolean)) return true;
    }
    if (Date.now() >= deadlineMs) return false;
    await pause(lookMs, signal);
  }
  return false;
}

const behindBy = async ({ company, endpointId }: Door) =>
  (await company.client.endpointStatus.get({ id: endpointId })).behind_by;

/** The receiver goes away, so nothing more is to be sent there. In a market that was made the endpoint can be looked at. */
async function leave(door: Door, { isOwn }: Market): Promise<void> {
  const { company, endpointId: id } = door;
  await (isOwn ? company.client.endpoints.delete({ id }) : company.client.endpoints.pause({ id }));
  await door.close();
}
