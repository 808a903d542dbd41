import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Party } from "../contract/meta.ts";
import type { Client } from "../sdk/index.ts";
import { castOf } from "../story/cast.ts";
import { openJournal, type Journal } from "../story/journal.ts";
import { startReceiver, type DemoReceiver, type Received } from "./receiver.ts";
import { closingTable, deliveryLine, type Told } from "./report.ts";
import type { Once } from "../story/once.ts";
import { playStory } from "../story/story.ts";
import { marketLeads, playMarket } from "./market.ts";

/** Between two steps, in milliseconds, so that a person can follow. */
const pauseMs = 60;
/** How long the last deliveries are waited for, in milliseconds. */
const patienceMs = 60_000;

interface Stage {
  readonly url: string;
  readonly operatorKey: string;
  readonly operatorKeyPath: string | null;
  readonly dataDir: string;
  readonly say: (line: string) => void;
}

/**
 * Plays one customer through the whole flow over the public REST API, with a receiver for each company, and shows every
 * delivery. Afterwards it fills the console with a market, whose deliveries are not shown. A start after a crash, or a second
 * one, goes on with what is there.
 */
export async function playDemo(stage: Stage): Promise<void> {
  const { url, dataDir, say } = stage;
  const journal = openJournal(join(dataDir, "demo.json"));
  say(journal.has("deal complete") ? "The demo was played before; this is what came of it." : "");
  const cast = await castOf(journal, url, stage.operatorKey);
  let isTold = journal.has("market begun");
  const onReceived = (received: Received) => {
    if (!isTold) say(deliveryLine(received));
  };
  const open = (party: Party, client: Client, port: number) =>
    openReceiver(journal, { party, client, port, dataDir, onReceived });
  const base = Number(new URL(url).port);
  const sales = await open("sales_org", cast.sales, base + 1);
  const installer = await open("epc", cast.installing, base + 2);

  say(`  ${"event".padEnd(34)} ${"to".padEnd(10)} got  after`);
  const once: Once = async (name, run) => {
    if (!journal.has(name)) await delay(pauseMs);
    return journal.step(name, (idempotencyKey) => run({ idempotencyKey }));
  };
  await playStory(cast, { url, once });
  await settled(cast.sales, sales);
  await settled(cast.installing, installer);
  isTold = true;
  const told = {
    sales: await toldBy(sales.receiver, { journal, end: "end of the sales org's story" }),
    installer: await toldBy(installer.receiver, { journal, end: "end of the installer's story" }),
  };
  for (const line of closingTable(told.sales, told.installer)) say(line);
  say("");
  for (const line of whereNext(stage)) say(line);
  await playMarket(cast, { journal, url }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    say(`The market was not played to its end; the next start goes on with it: ${reason}`);
  });
}

/** What a receiver got of the story; what comes after its end is the market's. */
async function toldBy(
  receiver: DemoReceiver,
  { journal, end }: { readonly journal: Journal; readonly end: string },
): Promise<Told> {
  const { receipts, rejected, repeated } = receiver;
  const last = await journal.step(end, async () =>
    Math.max(0, ...receipts.map(({ sequence }) => sequence)),
  );
  return { receipts: receipts.filter(({ sequence }) => sequence <= last), rejected, repeated };
}

interface Opened {
  readonly endpointId: string;
  readonly receiver: DemoReceiver;
}

interface Opening {
  readonly party: Party;
  readonly client: Client;
  readonly port: number;
  readonly dataDir: string;
  readonly onReceived: (received: Received) => void;
}

/** Starts a party's receiver and points its endpoint there. */
async function openReceiver(
  journal: Journal,
  { party, client, port, dataDir, onReceived }: Opening,
): Promise<Opened> {
  let secret = "";
  const receiver = await startReceiver({
    party,
    path: join(dataDir, `demo-${party}.ndjson`),
    port,
    secret: () => secret,
    onReceived,
  });
  const endpoint = await journal.step(`endpoint of ${party}`, (idempotencyKey) =>
    client.endpoints.create(
      { url: receiver.url, start: "beginning", description: "Receiver of the demo" },
      { idempotencyKey },
    ),
  );
  secret = endpoint.secret ?? "";
  // The port may be another one than last time.
  await client.endpoints.update({ id: endpoint.id, url: receiver.url });
  return { endpointId: endpoint.id, receiver };
}

/** Waits until an endpoint has settled all there is. */
async function settled(client: Client, { endpointId, receiver }: Opened): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const status = await client.endpointStatus.get({ id: endpointId });
    const { data } = await client.events.list({ limit: 200 });
    if (status.behind_by === 0 && receiver.receipts.length >= data.length) return;
    if (Date.now() > deadline) throw new Error(`${status.behind_by} deliveries are still open`);
    await delay(20);
  }
}

function whereNext({ url, operatorKeyPath, dataDir }: Stage): string[] {
  return [
    "Where to look next",
    `  the console               ${url}`,
    `  the catalogue of events   ${url}/event-types`,
    `  the API                   ${url}/openapi.json`,
    `  keys of both companies    ${join(dataDir, "demo.json")}`,
    `  the operator key          ${operatorKeyPath ?? "HELIOGRAPH_OPERATOR_KEY"}`,
    '  your own receiver         README.md, "The first event at your own URL"',
    `  more to look at           ${marketLeads} leads of a market come in within a minute, unless they are there`,
    "The service keeps running; Ctrl-C ends it.",
  ];
}
