import { lostOf } from "./atWriting.ts";
import { checkEnd, isQuiet } from "./atEnd.ts";
import { slowStatements } from "./connection.ts";
import { createChance, type Chance } from "./chance.ts";
import { ownerOf, type Owner } from "./owner.ts";
import { anyMood } from "./receivers.ts";
import type { EndpointTables } from "./tables.ts";
import {
  append,
  createWorld,
  eventTypes,
  healthy,
  startNode,
  type SimulatedNode,
  type World,
} from "./world.ts";

/** Kinds of happenings; a run is made of some of them, so that it comes far with those. */
const kinds = [
  "moods",
  "poison",
  "crashes",
  "freezes",
  "stops",
  "troubles",
  "owner",
  "waits",
] as const;
type Kind = (typeof kinds)[number];

/** What may happen in one run. */
interface Plan {
  readonly kinds: readonly Kind[];
  /** What owners may do. */
  readonly acts: readonly string[];
  readonly customers: number;
}

/**
 * Plays one run: entries come, receivers and the database do well and badly, processes crash, freeze and stop, owners
 * change this and that; then all is well again, and everything must come to its end.
 * @returns its trace.
 * @throws {Error} the first thing that must not be, with the trace.
 */
export async function play(seed: number): Promise<readonly string[]> {
  const chance = createChance(seed);
  const world = createWorld(chance);
  const { clock, witness } = world;
  const plan: Plan = {
    kinds: kinds.filter(() => chance.is(0.5)),
    acts: Object.keys(ownerActs).filter(() => chance.is(0.4)),
    customers: chance.between(1, 4),
  };
  witness.note(`seed ${seed}: ${[...plan.kinds, ...plan.acts].join(", ")}`);
  await clock.rule(async () => {
    startNode(world, "node_1");
    if (chance.is(0.5)) startNode(world, "node_2");
    const length = chance.between(5, 30);
    for (let step = 0; step < length; step += 1) {
      happen(world, plan);
      await clock.pass(anyPause(chance));
      for (const endpoint of world.tables.endpoints.values()) {
        for (const sequence of lostOf(endpoint)) witness.fault(`${sequence} is lost`);
      }
      witness.check();
    }
    await finish(world, { isPure: !plan.kinds.includes("owner") });
    witness.check();
  });
  return witness.trace;
}

const anyPause = (chance: Chance) =>
  chance.of([
    chance.between(0, 5),
    chance.between(0, 60),
    chance.between(50, 700),
    chance.between(500, 2_000),
    chance.between(1_000, 8_000),
  ]);

function happen(world: World, plan: Plan): void {
  const { chance } = world;
  const kind = chance.is(0.35) ? undefined : chance.ofAny(plan.kinds);
  if (kind === undefined) grow(world, plan);
  else happenings[kind](world, plan);
}

const happenings: Readonly<Record<Kind, (world: World, plan: Plan) => void>> = {
  moods({ chance, receivers, witness }) {
    const id = chance.ofAny([...receivers.keys()]) ?? "";
    const receiver = receivers.get(id);
    if (receiver) receiver.mood = anyMood(chance);
    witness.note(`${id} is ${receiver?.mood}`);
  },
  poison({ chance, receivers, tables, witness }) {
    const receiver = chance.ofAny([...receivers.values()]);
    for (let count = chance.between(1, 3); count > 0; count -= 1) {
      const sequence = Math.max(1, tables.feed.length + chance.between(-3, 3));
      receiver?.poisonous.add(sequence);
      witness.note(`${sequence} is poisonous`);
    }
  },
  crashes(world) {
    const { chance, clock, witness } = world;
    const node = anyNode(world);
    if (!node) return;
    node.process.state = "dead";
    world.nodes.delete(node);
    witness.note(`${node.process.name} crashes`);
    const again = () => startAnother(world);
    if (chance.is(0.8)) clock.after(chance.between(1, 6_000), null, again);
  },
  freezes(world) {
    const { chance, clock, witness } = world;
    const node = anyNode(world);
    if (!node) return;
    node.process.state = "frozen";
    witness.note(`${node.process.name} freezes`);
    clock.after(chance.between(100, 9_000), null, () => {
      if (node.process.state !== "frozen") return;
      witness.note(`${node.process.name} goes on`);
      clock.thaw(node.process);
    });
  },
  stops(world) {
    const { chance, witness } = world;
    const node = anyNode(world);
    if (node && chance.is(0.5)) {
      witness.note(`${node.process.name} is to stop`);
      world.nodes.delete(node);
      void node.stop();
    } else if (world.nodes.size < 3) startAnother(world);
  },
  troubles({ chance, database, witness }) {
    database.slowestMs = chance.of([3, 3, 40, 1_000, 3_000]);
    database.stalling = chance.of([0, 0, 0.02, 0.1]);
    database.slow = chance.is(0.5) ? chance.of(slowStatements) : null;
    database.failing = chance.of([0, 0, 0.1, 0.5, 1]);
    witness.note(`the database is ${JSON.stringify(database)}`);
  },
  owner(world, { acts }) {
    const { chance, clock, tables, witness } = world;
    const endpoint = chance.ofAny([...tables.endpoints.values()]);
    if (!endpoint) return;
    const what = chance.ofAny(acts) ?? "";
    witness.note(`the owner of ${endpoint.row.id}: ${what}`);
    ownerActs[what]?.(ownerOf(endpoint, clock), endpoint, chance);
    tell(world, (node) => node.wake());
  },
  waits(world) {
    if (world.chance.is(0.8)) skipToNext(world);
    else skip(world, world.chance.between(1, 8 * 24 * 3_600_000));
  },
};

type OwnerAct = (owner: Owner, endpoint: EndpointTables, chance: Chance) => void;

const anyPosition = ({ feed }: EndpointTables, chance: Chance) => chance.between(0, feed.length);

const ownerActs: Readonly<Record<string, OwnerAct>> = {
  filter: (owner, { row }, chance) => {
    const events = chance.is(0.4) ? null : eventTypes.filter(() => chance.is(0.6));
    if (JSON.stringify(events) !== JSON.stringify(row.events)) owner.update({ events });
  },
  onFailure: (owner, _, chance) => owner.update({ on_failure: chance.of(["hold", "skip"]) }),
  limit: (owner, _, chance) => owner.update({ max_concurrency: chance.between(1, 5) }),
  pause: (owner) => owner.pause(),
  resume: (owner) => owner.resume(),
  moveTo: (owner, endpoint, chance) => owner.moveTo(anyPosition(endpoint, chance)),
  latest: (owner) => owner.skipToLatest(),
  skipHead(owner, { lanes, resends, feed }, chance) {
    const heads = [...lanes.values()].map(({ head_sequence }) => head_sequence);
    const entry = feed[(chance.ofAny([...heads, ...resends.keys()]) ?? 0) - 1];
    if (entry) owner.skipHead(entry);
  },
  resend(owner, { feed }, chance) {
    const entry = chance.ofAny(feed);
    if (entry) owner.resend(entry);
  },
  resendAllDead: (owner) => owner.resendAllDead(),
  replay(owner, endpoint, chance) {
    const [from, to] = [anyPosition(endpoint, chance), anyPosition(endpoint, chance)];
    owner.replay({ from: Math.min(from, to), to: Math.max(from, to) });
  },
  cancelReplay: (owner) => owner.cancelReplay(),
};

/** Each start of a process goes by an id of its own. */
const startAnother = (world: World): void =>
  void startNode(world, `node_of_${world.witness.trace.length}`);

const anyNode = ({ nodes, chance }: World) =>
  chance.ofAny([...nodes].filter(({ process }) => process.state === "running"));

/** Entries come in one commit or several, and those who serve hear of it: by hand-over, by hint, or not at all. */
function grow(world: World, { customers }: Plan): void {
  const { chance, clock } = world;
  const committer = anyNode(world);
  for (let commits = chance.between(1, 3); commits > 0; commits -= 1) {
    const length = chance.is(0.03) ? chance.between(20, 60) : chance.between(1, 4);
    const events = Array.from({ length }, () => ({
      customer: chance.between(1, customers),
      type: chance.of(eventTypes),
    }));
    const entries = append(world, events);
    if (committer && chance.is(0.7)) {
      clock.after(chance.between(0, 5), committer.process, () => committer.grew(entries));
    }
  }
  tell(world, (node) => node !== committer && node.wake());
}

/** Hints may be lost. */
function tell({ nodes, chance, clock }: World, hint: (node: SimulatedNode) => void): void {
  for (const node of nodes) {
    if (chance.is(0.7)) clock.after(chance.between(0, 100), node.process, () => hint(node));
  }
}

/** Cuts out the time until the next retry or probe. */
function skipToNext(world: World): void {
  const { tables, clock } = world;
  const dues: number[] = [];
  for (const { row, lanes, resends } of tables.endpoints.values()) {
    for (const { due_at } of [...lanes.values(), ...resends.values()]) dues.push(due_at);
    if (row.state === "backing_off" && row.backoff_until !== null) dues.push(row.backoff_until);
  }
  const next = Math.min(...dues.filter((due) => due > clock.calendarMs));
  if (next < Infinity) skip(world, next - clock.calendarMs);
}

function skip({ clock, witness }: World, ms: number): void {
  witness.note(`${ms} ms are cut out`);
  clock.skip(ms);
}

/** From now on all goes well, but for what is poisonous; everything is settled, and then all processes stop. */
async function finish(world: World, { isPure }: { isPure: boolean }): Promise<void> {
  const { clock, chance, tables, receivers, database, nodes, witness } = world;
  Object.assign(database, healthy);
  for (const receiver of receivers.values()) {
    receiver.mood = "well";
    // As long as two customers' events fail and nothing else is to be sent, nobody can tell that from an outage.
    const customerOf = (sequence: number) => tables.feed[sequence - 1]?.customer_id;
    const kept = chance.is(0.4) ? customerOf(chance.ofAny([...receiver.poisonous]) ?? 0) : null;
    const stay = [...receiver.poisonous].filter((sequence) => customerOf(sequence) === kept);
    receiver.poisonous = new Set(stay.slice(0, 2));
  }
  for (const { process } of nodes) if (process.state === "frozen") clock.thaw(process);
  if (nodes.size === 0) startNode(world, "node_last");
  witness.note("all is well");
  await clock.pass(10_000); // processes that froze or crashed are back by then
  for (let round = 0; round < 200 && !isQuiet(world); round += 1) {
    for (const endpoint of tables.endpoints.values()) {
      // Who backs off comes back by itself.
      if (endpoint.row.state !== "backing_off") ownerOf(endpoint, clock).resume();
    }
    await clock.pass(1_100);
    if (!isQuiet(world)) skipToNext(world);
    witness.check();
  }
  const left = new Set(nodes);
  for (const node of nodes) void node.stop().then(() => left.delete(node));
  for (let round = 0; round < 100 && left.size > 0; round += 1) await clock.pass(200);
  for (const { process } of left) witness.fault(`${process.name} does not stop`);
  checkEnd(world, { isPure });
}
