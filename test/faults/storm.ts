import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../random.ts";
import { takeAccount, type Account } from "./account.ts";
import { inject, type Injected, type Plan, type Strike } from "./injector.ts";
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

/** How far a run is. */
export interface Progress {
  readonly injected: Injected;
  readonly commands: number;
  /** Deliveries that came to receivers, whatever they answered. */
  readonly arrivals: number;
}

/** How long a world may take to come to rest, in milliseconds; what is missing by then is found missing. */
const quietMs = 120_000;

/**
 * Puts a world under load, injects faults as planned, lets it come to rest with all receivers well, and takes account.
 * @param tell told after each fault.
 */
export async function runStorm(
  world: World,
  plan: Plan,
  tell: (progress: Progress) => void = () => undefined,
): Promise<Outcome> {
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
    injected = await inject(world, plan, (sofar) => {
      const arrivals = world.journal.arrivals.length;
      tell({ injected: sofar, commands: load.commands.length, arrivals });
    });
  } finally {
    await load.stop();
  }
  for (const { receiver } of world.endpoints) receiver.calm();
  await comeToRest(world);
  const account = await takeAccount(world, load);
  const seconds = Math.round((performance.now() - begunAt) / 1_000);
  return { injected, account, retries: load.retries, seconds };
}

const pollMs = 100;

async function comeToRest(world: World): Promise<void> {
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
  const strikes = random.shuffled(names.flatMap((name) => times(counts[name], name)));
  return { next: () => strikes.pop() ?? null, freezesMore: (frozen) => frozen < freeze };
}

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** What is struck again and again: mostly processes of the service. */
const strikes: readonly [Strike, ...Strike[]] = [
  "postmaster",
  "everything",
  "backend",
  ...times(12, "kill" as const),
  ...times(3, "jump" as const),
];

/** Whatever comes, for so many minutes from now on. */
export function planFor(random: Random, minutes: number): Plan {
  const end = performance.now() + minutes * 60_000;
  const goesOn = () => performance.now() < end;
  return {
    next: () => (goesOn() ? random.pick(strikes) : null),
    freezesMore: goesOn,
  };
}

/** Whether nothing was found that must not be. */
export const isClean = ({ account: { findings } }: Outcome): boolean =>
  Object.values(findings).every((found: string[]) => found.length === 0);
