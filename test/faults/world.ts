import { setTimeout as delay } from "node:timers/promises";
import type { EventType } from "../../src/contract/catalogue.ts";
import { createClient, type Client } from "../../src/sdk/index.ts";
import { createRandom, type Random } from "../random.ts";
import { letWaitsEnd } from "../waits.ts";
import type { Behaviour } from "./behaviours.ts";
import { createJournal, type Journal } from "./journal.ts";
import { openLedger } from "./ledger.ts";
import { createMoments, type Moments } from "./moments.ts";
import { startFaultyReceiver, type FaultyReceiver } from "./receiver.ts";
import { persistently, startMortalServer, type MortalServer } from "./server.ts";
import { openSlot, type Slot } from "./slot.ts";

/** An endpoint, its receiver, and whose it is. */
export interface FaultEndpoint {
  readonly id: string;
  readonly receiver: FaultyReceiver;
  /** Event types; null for all. */
  readonly events: readonly EventType[] | null;
  readonly owner: Owner;
}

/** An organization that owns endpoints. */
export interface Owner {
  readonly key: string;
  readonly organizationId: string;
}

/** Everything that a run needs, as real parts: a database server, processes of the service, receivers. */
export interface World {
  readonly random: Random;
  readonly server: MortalServer;
  readonly api: readonly Slot[];
  readonly delivery: readonly Slot[];
  readonly sales: Owner;
  readonly epc: Owner;
  readonly endpoints: readonly FaultEndpoint[];
  readonly journal: Journal;
  readonly moments: Moments;
  /** A client of an organization, at an API process that is up, if one is. */
  clientOf(owner: Pick<Owner, "key">): Client;
  /** Where an API process is reached. */
  apiUrl(): string;
  stop(): Promise<void>;
}

const operatorKey = "an-operator-key-for-tests-of-32-characters-or-more";

/** What the receivers do beside answering. */
const receivers: readonly {
  readonly name: string;
  readonly owner: "sales" | "epc";
  readonly repertoire: readonly Behaviour[];
  readonly events?: readonly EventType[];
}[] = [
  { name: "steady", owner: "sales", repertoire: [] },
  {
    name: "refusing",
    owner: "sales",
    repertoire: ["500", "422", "503", "429", "410", "302", "308", "huge", "huge500", "slow"],
  },
  { name: "breaking", owner: "epc", repertoire: ["reset", "half", "drip", "trickle", "hang"] },
  {
    name: "closing",
    owner: "sales",
    repertoire: ["closeAfter", "closeNext", "slow"],
    events: ["new_customer", "new_note", "update_customer"],
  },
  { name: "changing", owner: "epc", repertoire: ["closeNext", "429", "500", "reset", "huge"] },
];

/** @param seed of all that is left to chance. */
export async function startWorld(seed: number): Promise<World> {
  const random = createRandom(seed);
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    return { ...(await open(random, closing)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  random: Random,
  closing: (() => Promise<unknown>)[],
): Promise<Omit<World, "stop">> {
  const moments = createMoments();
  const journal = createJournal(() => moments.passed());
  const server = await startMortalServer(random);
  closing.push(() => server.stop());
  const { api, delivery } = openSlots(server);
  closing.push(() => Promise.all([...api, ...delivery].map((slot) => slot.stop())));
  await Promise.all([...api, ...delivery].map((slot) => slot.untilUp()));
  await openLedger(server.sql);

  const apiUrl = () => {
    const up = api.filter(({ isUp }) => isUp);
    const [first, ...others] = up.length > 0 ? up : api;
    return first ? random.pick([first, ...others]).url : "";
  };
  const clientOf = ({ key }: Pick<Owner, "key">) => createClient({ url: apiUrl(), key });
  const owners = await createOwners(clientOf({ key: operatorKey }));
  const endpoints: FaultEndpoint[] = [];
  for (const { name, owner: owns, repertoire, events = null } of receivers) {
    const receiver = await startFaultyReceiver(name, { repertoire, random, journal });
    closing.push(() => receiver.close());
    const owner = owners[owns];
    const { url } = receiver;
    const wanted = { url, description: name, start: "beginning" as const };
    const made = await clientOf(owner).endpoints.create({
      ...wanted,
      events: events && [...events],
    });
    receiver.secret = made.secret ?? "";
    endpoints.push({ id: made.id, receiver, events, owner });
  }
  const world = { random, server, api, delivery, ...owners, endpoints, journal, moments };
  closing.push(lookAfter({ ...world, clientOf }));
  return { ...world, clientOf, apiUrl };
}

/** Some bring the database back themselves, as with the embedded one; the others are told where it is. */
function openSlots({ reach, dataDir }: MortalServer) {
  const settings = {
    PORT: "0",
    HELIOGRAPH_DATA_DIR: dataDir,
    HELIOGRAPH_OPERATOR_KEY: operatorKey,
    HELIOGRAPH_MASTER_KEY: "a master key for tests, 32 characters or more",
    HELIOGRAPH_EGRESS_ALLOW: "127.0.0.0/8",
    HELIOGRAPH_LOG: "error",
  };
  const slot = (role: string, place: number) =>
    openSlot(`${role} ${place}`, {
      ...settings,
      HELIOGRAPH_ROLES: role,
      ...(place > 1 && reach),
    });
  return {
    api: [1, 2].map((place) => slot("api", place)),
    delivery: [1, 2, 3].map((place) => slot("delivery", place)),
  };
}

async function createOwners(operator: Client): Promise<{ sales: Owner; epc: Owner }> {
  const create = async (role: "sales_org" | "epc", name: string): Promise<Owner> => {
    const { id } = await operator.organizations.create({ name, roles: [role] });
    const { key } = await operator.keys.create({ id });
    return { key, organizationId: id };
  };
  const sales = await create("sales_org", "Sample Solar Sales");
  const epc = await create("epc", "Example Installers");
  const partners = { sales_org_id: sales.organizationId, epc_id: epc.organizationId };
  await operator.partnerships.create(partners);
  return { sales, epc };
}

const lookEveryMs = 250;

/**
 * Lets nobody wait for minutes: moves what is due later to now, and resumes what a 410 has disabled, as its owner would.
 * @returns how to end it.
 */
function lookAfter({
  server: { sql },
  endpoints,
  clientOf,
}: Pick<World, "server" | "endpoints" | "clientOf">): () => Promise<void> {
  const over = new AbortController();
  const looking = look();

  async function look(): Promise<void> {
    while (!over.signal.aborted) {
      await persistently(lookOnce);
      await delay(lookEveryMs);
    }
  }

  async function lookOnce(): Promise<void> {
    await letWaitsEnd(sql);
    const disabled = await sql<{ id: string }[]>`select id from endpoints where state = 'disabled'`;
    for (const { id } of disabled) {
      const endpoint = endpoints.find((one) => one.id === id);
      // The API may be down just now; there is a next time.
      if (endpoint)
        await clientOf(endpoint.owner)
          .endpoints.resume({ id })
          .catch(() => undefined);
    }
  }

  return async () => {
    over.abort();
    await looking;
  };
}
