import type { DeliveryStore } from "../../src/delivery/deliveryStore.ts";
import type { Chance } from "./chance.ts";
import type { Clock, Process } from "./clock.ts";
import { readsOf } from "./reads.ts";
import { topUpReplays } from "./replays.ts";
import type { Tables } from "./tables.ts";
import { writesOf } from "./writes.ts";
import type { Witness } from "./witness.ts";

/** How the database does. */
export interface DatabaseMood {
  /** Longest time that a statement takes there and back, in milliseconds. */
  slowestMs: number;
  /** How many of the statements take some seconds, and which one does so half of the time. */
  stalling: number;
  slow: keyof DeliveryStore | null;
  /** How many of the statements fail; of those half take effect all the same, and only the answer is lost. */
  failing: number;
}

/** All that statements are run with. */
interface DatabaseWorld {
  readonly tables: Tables;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly database: DatabaseMood;
  readonly witness: Witness;
}

/** Of which one at a time may be slow: what follows on their answers may have been overtaken. */
export const slowStatements = [
  "nextOfCustomer",
  "nextOfCustomer",
  "readFeed",
  "dueResends",
  "deliveredBeyond",
  "dueLanes",
  "endpointNews",
  "writeBack",
  "renewEndpoints",
  "claimEndpoints",
  "loadServed",
  "releaseEndpoints",
] as const satisfies (keyof DeliveryStore)[];

/** Fewer than the real 500, so that short feeds meet the limit too. */
const freeLimit = 6;

/** The store as one process reaches it: each statement happens at one moment, some time after it was asked for. */
export function connectionOf(world: DatabaseWorld, process: Process): DeliveryStore {
  const { tables, clock, chance, database: mood, witness } = world;
  const reads = readsOf(tables, clock);
  const writes = writesOf(tables, clock);

  function anyDelay(name: string): number {
    const isStalling = chance.is(mood.slow === name ? 0.5 : mood.stalling);
    return isStalling ? chance.between(500, 6_000) : chance.between(0, mood.slowestMs);
  }

  function statement<Given extends unknown[], Result>(
    name: string,
    run: (...given: Given) => Result,
  ): (...given: Given) => Promise<Result> {
    return (...given) =>
      new Promise<Result>((resolve, reject) => {
        const fails = chance.is(mood.failing);
        const takesEffect = !fails || chance.is(0.5);
        const [there, back] = [anyDelay(name), anyDelay(name)];
        const refuse = () => reject(new Error(`The database did not answer ${name}`));
        clock.after(there, null, () => {
          if (!takesEffect) return void clock.after(back, process, refuse);
          const { error, result } = attempt(() => run(...given));
          clock.after(back, process, () => {
            if (fails) refuse();
            else if (error) reject(error);
            else resolve(result as Result);
          });
        });
      });
  }

  const loadServed = statement("loadServed", reads.loadServed);
  return {
    beatNode: statement("beatNode", writes.beatNode),
    claimEndpoints: statement("claimEndpoints", (claim) => {
      const claimed = writes.claimEndpoints(claim);
      for (const endpoint of claimed) witness.claimed(process, endpoint);
      return claimed;
    }),
    deliveredBeyond: statement("deliveredBeyond", reads.deliveredBeyond),
    dueLanes: statement("dueLanes", reads.dueLanes),
    dueResends: statement("dueResends", reads.dueResends),
    endpointNews: statement("endpointNews", reads.endpointNews),
    forgetNode: statement("forgetNode", writes.forgetNode),
    lastTried: statement("lastTried", reads.lastTried),
    loadLanes: statement("loadLanes", reads.loadLanes),
    loadServed: async (id) => {
      const served = await loadServed(id);
      if (served) witness.loaded(process, served);
      return served;
    },
    makeManifests: () => Promise.resolve(),
    nextOfCustomer: statement("nextOfCustomer", reads.nextOfCustomer),
    previousMatching: statement("previousMatching", reads.previousMatching),
    readableHead: statement("readableHead", reads.readableHead),
    readFeed: statement("readFeed", reads.readFeed),
    releaseEndpoints: statement("releaseEndpoints", writes.releaseEndpoints),
    renewEndpoints: statement("renewEndpoints", writes.renewEndpoints),
    topUpReplays: statement("topUpReplays", (ids) =>
      topUpReplays({ tables, clock, freeLimit }, ids),
    ),
    writeBack: statement("writeBack", (progress) =>
      witness.writing(process, progress, () => writes.writeBack(progress)),
    ),
  };
}

function attempt<T>(run: () => T): { result?: T; error?: unknown } {
  try {
    return { result: run() };
  } catch (error) {
    return { error };
  }
}
