import type { Log } from "../../src/base/log.ts";
import type { Seal } from "../../src/base/seal.ts";
import { eventDefinition, type EventType } from "../../src/contract/catalogue.ts";
import { exampleOf } from "../../src/contract/meta.ts";
import { Node } from "../../src/delivery/node.ts";
import { createRepeater } from "../../src/delivery/repeater.ts";
import type { StoredEntry } from "../../src/store/feed.ts";
import type { Chance } from "./chance.ts";
import { Clock, type Process } from "./clock.ts";
import { connectionOf, type DatabaseMood } from "./connection.ts";
import { createReceiver, senderOf, type Receiver } from "./receivers.ts";
import type { EndpointTables, Tables } from "./tables.ts";
import { createWitness, type Witness } from "./witness.ts";

/** A process that delivers. */
export interface SimulatedNode {
  readonly process: Process;
  /** What a commit in this process hands over. */
  grew(entries: readonly StoredEntry[]): void;
  /** What another process hints at. */
  wake(): void;
  /** Stops as a service stops; resolves when it has. */
  stop(): Promise<void>;
}

/** Everything that one run is played in. */
export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly tables: Tables;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly database: DatabaseMood;
  readonly witness: Witness;
  readonly nodes: Set<SimulatedNode>;
}

const organizationId = "org_simulated";
export const eventTypes = [
  "new_note",
  "update_note",
  "new_customer",
] as const satisfies EventType[];

const exampleOfType = (type: EventType) => JSON.stringify(exampleOf(eventDefinition(type).data));
const exampleData = {
  new_note: exampleOfType("new_note"),
  update_note: exampleOfType("update_note"),
  new_customer: exampleOfType("new_customer"),
};

/** How a database is that does well. */
export const healthy: DatabaseMood = { slowestMs: 3, stalling: 0, slow: null, failing: 0 };

export function createWorld(chance: Chance): World {
  const clock = new Clock();
  const tables: Tables = { feed: [], endpoints: new Map(), nodes: new Map() };
  const receivers = new Map<string, Receiver>();
  for (let nth = 1; nth <= (chance.is(0.3) ? 2 : 1); nth += 1) {
    const endpoint = givenEndpointTables(tables.feed, chance, `end_${nth}`);
    tables.endpoints.set(endpoint.row.id, endpoint);
    receivers.set(endpoint.row.id, createReceiver());
  }
  const witness = createWitness(tables, clock);
  const database = { ...healthy };
  return { clock, chance, tables, receivers, database, witness, nodes: new Set() };
}

/** An endpoint as some owner may have made it, at the beginning of a feed. */
export function givenEndpointTables(
  feed: readonly StoredEntry[],
  chance: Chance,
  id: string,
): EndpointTables {
  return {
    row: {
      id,
      organization_id: organizationId,
      version: 1,
      url: "https://receiver.test/",
      events: chance.is(0.3) ? ["new_note", "update_note"] : null,
      format: "heliograph",
      state: "active",
      state_reason: null,
      state_since: 0,
      max_concurrency: chance.between(1, 5),
      rate_limit_per_second: chance.is(0.1) ? chance.between(1, 20) : null,
      on_failure: chance.is(0.25) ? "skip" : "hold",
      secret: new Uint8Array(),
      old_secrets: [],
      old_secrets_end_at: [],
      sending_secrets: null,
      cursor: 0,
      chain_start: 0,
      backoff_step: 0,
      backoff_until: null,
      fence: 0,
      cursor_fence: 0,
      node: null,
      node_until: 0,
    },
    feed,
    lanes: new Map(),
    resends: new Map(),
    dead: new Map(),
    attempts: new Map(),
    skips: [],
    replays: [],
  };
}

/** An entry of the feed. @param event.at milliseconds since the epoch. */
export const storedEntry = (event: {
  sequence: number;
  customer: string;
  type: (typeof eventTypes)[number];
  at: number;
}): StoredEntry => ({
  event_id: `evt_${event.sequence}`,
  type: event.type,
  timestamp: new Date(event.at).toISOString(),
  schema_version: 1,
  sequence: event.sequence,
  customer_sequence: event.sequence,
  organization_id: organizationId,
  customer_id: event.customer,
  roles: ["sales_org"],
  actor: { kind: "system", id: null, name: null },
  cause: { command: "simulated", request_id: "req_simulated" },
  data: exampleData[event.type],
  changes: null,
});

/** Appends events to the feed. @returns their entries. */
export function append(
  { tables, witness, clock }: World,
  events: readonly { customer: number; type: (typeof eventTypes)[number] }[],
): StoredEntry[] {
  const at = clock.calendarMs;
  const entries = events.map(({ customer, type }, index) =>
    storedEntry({
      sequence: tables.feed.length + 1 + index,
      customer: `cus_${customer}`,
      type,
      at,
    }),
  );
  tables.feed.push(...entries);
  for (const { sequence, customer_id, type } of entries) {
    witness.note(`feed grows by ${sequence} of ${customer_id}, ${type}`);
  }
  return entries;
}

const seal: Seal = {
  open: () => `whsec_${Buffer.alloc(32, "simulated").toString("base64")}`,
  close: () => Buffer.alloc(0),
};

/** Starts a process that delivers. */
export function startNode(world: World, nodeId: string): SimulatedNode {
  const { clock, chance, witness } = world;
  const name = `${nodeId}.${world.clock.nowMs}`;
  const process: Process = { name, nodeId, state: "running", thawedAt: -1 };
  witness.note(`${name} starts`);
  const node = clock.as(process, () => {
    const engine = new Node(
      {
        store: connectionOf(world, process),
        seal,
        sender: senderOf(world),
        log: logOf(witness),
        nodeId,
        version: "0.0.0",
        clock: () => clock.calendarMs,
        random: () => chance.next(),
      },
      () => looking.within(lookAfterHintMs),
    );
    const looking = createRepeater(() => engine.look(), lookEveryMs);
    void looking.now();
    return { engine, looking };
  });
  const simulated: SimulatedNode = {
    process,
    grew: (entries) => node.engine.grew(organizationId, entries),
    wake() {
      node.engine.wake([organizationId]);
      node.looking.within(lookAfterHintMs);
    },
    stop: () =>
      clock.as(process, async () => {
        await node.engine.leave();
        await node.looking.stop();
        await node.engine.signOff();
        witness.note(`${name} has stopped`);
      }),
  };
  world.nodes.add(simulated);
  return simulated;
}

/** As `createDelivery` looks. */
const lookEveryMs = 500;
const lookAfterHintMs = 50;

/** Whatever the engine complains of is a fault, unless it is the database that failed. */
function logOf(witness: Witness): Log {
  const complain = (message: string, { error }: Record<string, unknown> = {}) => {
    const text = error instanceof Error ? error.message : String(error);
    if (text.startsWith("The database did not answer")) return;
    witness.fault(`${message}: ${error instanceof Error ? error.stack : text}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: complain, error: complain };
}
