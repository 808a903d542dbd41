import { setTimeout as delay } from "node:timers/promises";
import { persistently, type Blow } from "./server.ts";
import type { Slot } from "./slot.ts";
import type { World } from "./world.ts";

/** What is done to the parts of a world, beside what its receivers do. */
export type Strike = "kill" | "jump" | Blow;
type Fault = Strike | "freeze";

/** How often each fault was injected. */
export type Injected = Readonly<Record<Fault, number>>;

export interface Plan {
  /** What is struck next, or null when it is enough. */
  readonly next: () => Strike | null;
  /** Whether one more process is to be frozen. */
  readonly freezesMore: (frozen: number) => boolean;
}

/** How many moments pass between two faults. */
const moments = { least: 10, most: 150 } as const;
/** How far a fault is off the moment that it waited for, in milliseconds at most. */
const offMs = 20;

/**
 * Strikes at random moments under load until the plan has no more. Processes are frozen meanwhile, one at a time.
 * @param tell told after each fault how often which was injected.
 */
export async function inject(
  world: World,
  plan: Plan,
  tell: (injected: Injected) => void,
): Promise<Injected> {
  const injected = { kill: 0, jump: 0, postmaster: 0, everything: 0, backend: 0, freeze: 0 };
  const count = (fault: Fault) => {
    injected[fault] += 1;
    tell(injected);
  };
  await Promise.all([strikeAll(world, plan, count), freezeAll(world, plan, count)]);
  return injected;
}

async function strikeAll(world: World, plan: Plan, count: (fault: Fault) => void): Promise<void> {
  for (let strike = plan.next(); strike !== null; strike = plan.next()) {
    await someMoment(world);
    if (strike === "kill") (await slotOf(world, [...world.api, ...world.delivery])).kill();
    else if (strike === "jump")
      (await slotOf(world, [...world.api, ...world.delivery])).jumpClock();
    else await world.server.strike(strike);
    count(strike);
  }
}

async function freezeAll(world: World, plan: Plan, count: (fault: Fault) => void): Promise<void> {
  let frozen = 0;
  while (plan.freezesMore(frozen)) {
    await someMoment(world);
    // Not one that brings the database back: while it stands still in the middle of that, nobody else may.
    const slot = await slotOf(world, world.delivery.slice(1));
    slot.freeze();
    try {
      await othersTookOver(world);
      await world.moments.more(moments.most); // and they deliver
    } finally {
      slot.wake();
    }
    frozen += 1;
    count("freeze");
  }
}

async function someMoment({ random, moments: passing }: World): Promise<void> {
  await passing.more(random.between(moments.least, moments.most));
  await delay(random.next() * offMs); // not for anything to happen, but to strike at any point of it
}

/** A process that is up, as soon as there is one. */
async function slotOf({ random }: World, slots: readonly Slot[]): Promise<Slot> {
  for (;;) {
    const [first, ...others] = slots.filter(({ isUp }) => isUp);
    if (first) return random.pick([first, ...others]);
    await Promise.race(slots.map((slot) => slot.untilUp()));
    await delay(1);
  }
}

const leaseMs = 4_000;
const pollMs = 50;
const patienceMs = 120_000;

/**
 * Resolves when whoever stands still from now on has lost all that it held: its leases have run out by the clock of the
 * database, and others have taken over.
 */
async function othersTookOver({ server: { sql } }: World): Promise<void> {
  const [before] = await persistently(
    () => sql<{ now: string; ids: string[]; fences: number[] }[]>`
      select now(), array_agg(id::text) as ids, array_agg(fence) as fences from endpoints
    `,
  );
  const { now = "", ids = [], fences = [] } = before ?? {};
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const [row] = await persistently(
      () => sql<{ is_over: boolean }[]>`
        select now() > ${now}::timestamptz + ${leaseMs} * interval '1 millisecond' and not exists (
          select from endpoints e join unnest(${ids}::text[], ${fences}::bigint[]) as h (id, fence)
            on h.id = e.id and h.fence = e.fence
          where e.state in ('active', 'backing_off') and e.node_until < now()
        ) as is_over
      `,
    );
    if (row?.is_over === true) return;
    await delay(pollMs);
  }
  throw new Error("Nobody took over from a process that stands still");
}
