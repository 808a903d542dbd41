import { pause } from "../sdk/pause.ts";
import type { Market } from "./companies.ts";
import { openDoor, type Door } from "./door.ts";
import type { Fault } from "./faults.ts";
import { createPace } from "./pace.ts";
import { planOf } from "./plan.ts";
import { newTally, playAll, type Casting, type Tally } from "./play.ts";
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
 * @throws {HeliographError} with the rule `url_reachable` when the service may not deliver to loopback.
 * @throws {OutOfReach} when it may and does not arrive: it runs on another machine.
 */
export async function simulate(simulation: Simulation): Promise<Report> {
  const { market, seed, deals, signal, onProgress } = simulation;
  const startedMs = Date.now();
  const tally = newTally();
  const doors: Door[] = [];
  try {
    for (const company of market.companies) doors.push(await openDoor(company, simulation.faults));
    await requireReach(doors);
    let done = 0;
    const settled = await playAll(castAll(market, seed, deals), {
      url: simulation.url,
      run: crypto.randomUUID(),
      pace: createPace(simulation.rate),
      tally,
      signal,
      onProgress: () => onProgress(`${(done += 1)} commands, ${endedIn(tally)} of ${deals} leads`),
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

/** Who sells to each lead, and what is going to happen; made when its turn comes, as there may be many. */
function* castAll({ pairs }: Market, seed: number, deals: number): Generator<Casting> {
  for (let index = 0; index < deals; index += 1) {
    const pair = createRandom(seed, "pair", index).pick(pairs);
    yield { pair, plan: planOf({ seed, index, traits: pair.traits }) };
  }
}

const endedIn = ({ ended }: Tally) => [...ended.values()].reduce((sum, count) => sum + count, 0);

/** The service cannot deliver to this machine's loopback. */
export class OutOfReach extends Error {}

/** Lets the service send an example, before anything happens that it could not deliver. @throws {OutOfReach} */
async function requireReach([door]: readonly Door[]): Promise<void> {
  if (!door) return;
  const { endpoints } = door.company.client;
  const sent = await endpoints.test({ id: door.endpointId, type: "new_customer" });
  if (sent.outcome === "delivered") return;
  throw new OutOfReach(`An example came back with ${sent.error ?? sent.status_code ?? "nothing"}`);
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
