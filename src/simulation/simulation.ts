import { isFailure, type Client } from "../sdk/index.ts";
import { pause } from "../sdk/pause.ts";
import type { Market } from "./companies.ts";
import { openDoor, type Door } from "./door.ts";
import type { Fault } from "./faults.ts";
import { usualArrivals, type Arrivals } from "./leadTime.ts";
import { createPace } from "./pace.ts";
import { planOf } from "./plan.ts";
import {
  newTally,
  playAll,
  playByClock,
  type Casting,
  type MovingClock,
  type Stage,
  type Tally,
} from "./play.ts";
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
  /** Spreads it over time; null when all of it happens at once. */
  readonly span: Span | null;
  /** Ends it early, with the report so far. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** Time to be played by the clock of a test server. */
export interface Span {
  /** With the operator's key. */
  readonly testClocks: Client["testClocks"];
  readonly ms: number;
}

/** Moves of the clock in a span, at most. */
const strides = 400;
/** How long deliveries under way are waited for before the clock is moved, in milliseconds. */
const calmMs = 2_000;

/** How often it is looked whether all is settled, in milliseconds: at the end, and before the clock is moved. */
const lookMs = { atEnd: 250, betweenMoves: 10 };

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
    const stage: Stage = {
      url: simulation.url,
      run: crypto.randomUUID(),
      pace: createPace(simulation.rate),
      tally,
      signal,
      onProgress: () => onProgress(`${(done += 1)} commands, ${endedIn(tally)} of ${deals} leads`),
    };
    const arrivals = simulation.span ? await arrivalsIn(simulation.span) : usualArrivals;
    const castings = castAll(simulation, arrivals);
    const playing = simulation.span
      ? playByClock(castings, stage, clockOf(simulation.span, { arrivals, doors, signal }))
      : playAll(castings, stage);
    const settled = await playing
      .then(() => settle(doors, { ...simulation, everyMs: lookMs.atEnd }))
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return false;
      });
    const interrupted = signal.aborted;
    const span = simulation.span && arrivals;
    const ran = { seed, planned: deals, startedMs, span, interrupted, settled };
    return await reportOf({ ...ran, tally, doors });
  } finally {
    for (const door of doors) await leave(door, market);
  }
}

/** Who sells to each lead, and what is going to happen; made when its turn comes, as there may be many. */
export function* castAll(
  { market, seed, deals }: Pick<Simulation, "market" | "seed" | "deals">,
  arrivals: Arrivals,
): Generator<Casting> {
  for (let index = 0; index < deals; index += 1) {
    const pair = createRandom(seed, "pair", index).pick(market.pairs);
    yield { pair, plan: planOf({ seed, index, traits: pair.traits, arrivals }) };
  }
}

async function arrivalsIn({ testClocks, ms }: Span): Promise<Arrivals> {
  const fromMs = Date.parse((await testClocks.get()).now);
  return { fromMs, untilMs: fromMs + ms };
}

interface Played {
  readonly arrivals: Arrivals;
  readonly doors: readonly Door[];
  readonly signal: AbortSignal;
}

function clockOf({ testClocks, ms }: Span, { arrivals, doors, signal }: Played): MovingClock {
  return {
    untilMs: arrivals.untilMs,
    strideMs: ms / strides,
    async moveTo(toMs) {
      await settle(doors, { settleMs: calmMs, everyMs: lookMs.betweenMoves, signal });
      const now = new Date(toMs).toISOString();
      // It goes on by itself as well, and may be there already.
      await testClocks.move({ now }, { signal }).catch((error: unknown) => {
        if (!isFailure(error, "rule")) throw error;
      });
    },
  };
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

interface Settling extends Pick<Simulation, "settleMs" | "signal"> {
  readonly everyMs: number;
  readonly onProgress?: Simulation["onProgress"];
}

/** Waits until nothing is on its way. @returns false when the time was over before. */
async function settle(
  doors: readonly Door[],
  { settleMs, everyMs, signal, onProgress }: Settling,
): Promise<boolean> {
  const deadlineMs = Date.now() + settleMs;
  while (!signal.aborted) {
    const behind = await Promise.all(doors.map(behindBy));
    const open = behind.reduce((sum, count) => sum + count, 0);
    onProgress?.(`${open} deliveries under way`);
    if (open === 0) {
      const isIdle = await Promise.all(doors.map((door) => door.rest()));
      if (isIdle.every(Boolean)) return true;
    }
    if (Date.now() >= deadlineMs) return false;
    await pause(everyMs, signal);
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
