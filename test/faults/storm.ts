import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../random.ts";
import { takeAccount, type Account } from "./account.ts";
import { inject, type Injected, type Plan } from "./injector.ts";
import { startLoad } from "./load.ts";
import type { World } from "./world.ts";

/** What happened in a run, and what it came to. */
export interface Outcome {
  readonly injected: Injected;
  readonly account: Account;
  /** Requests that clients sent once more. */
  readonly retries: number;
  readonly seconds: number;
}

const clients = 4;

/**
 * Puts a world under load, injects faults as planned, lets it come to rest with all receivers well, and takes account.
 * @param quietMs how long it may take to come to rest; what is missing by then is found missing.
 */
export async function runStorm(world: World, plan: Plan, quietMs: number): Promise<Outcome> {
  const begunAt = performance.now();
  const { random, moments, apiUrl, sales, epc } = world;
  const load = startLoad({
    url: apiUrl,
    key: sales.key,
    epcId: epc.organizationId,
    clients,
    random,
    moments,
  });
  let injected: Injected;
  try {
    injected = await inject(world, plan);
  } finally {
    await load.stop();
  }
  for (const { receiver } of world.endpoints) receiver.calm();
  await comeToRest(world, quietMs);
  const account = await takeAccount(world, load);
  const seconds = Math.round((performance.now() - begunAt) / 1_000);
  return { injected, account, retries: load.retries, seconds };
}

const pollMs = 100;

async function comeToRest(world: World, quietMs: number): Promise<void> {
  const end = performance.now() + quietMs;
  while (performance.now() < end && !(await isAtRest(world).catch(() => false)))
    await delay(pollMs);
}

/** Whether all is delivered, by the service's own account. */
async function isAtRest({ endpoints, clientOf }: World): Promise<boolean> {
  for (const { id, owner } of endpoints) {
    const { matching, delivered } = await clientOf(owner).endpoints.reconcile({ id });
    if (delivered < matching) return false;
  }
  return true;
}

/** So many of each, in any order. */
export function planOf(random: Random, { freeze, ...counts }: Injected): Plan {
  const names = Object.keys(counts) as (keyof typeof counts)[];
  const strikes = random.shuffled(
    names.flatMap((name) => Array.from({ length: counts[name] }, () => name)),
  );
  return { next: () => strikes.pop() ?? null, freezesMore: (frozen) => frozen < freeze };
}
