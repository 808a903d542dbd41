import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Party } from "../contract/meta.ts";
import type { Client } from "../sdk/index.ts";
import { castOf } from "../story/cast.ts";
import { openJournal } from "../story/journal.ts";
import type { Once } from "../story/once.ts";
import { playStory } from "../story/story.ts";
import { openEndpoint, type Opened } from "./endpoint.ts";
import { marketJournal, marketLeads, playMarket } from "./market.ts";
import type { Received } from "./receiver.ts";
import { closingTable, deliveryLine } from "./report.ts";

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
 * delivery. Afterwards a market of two other companies comes in, which is not shown. A start after a crash, or a second
 * one, goes on with what is there.
 */
export async function playDemo(stage: Stage): Promise<void> {
  const { url, operatorKey, dataDir, say } = stage;
  const journal = openJournal(join(dataDir, "demo.json"));
  say(journal.has("deal complete") ? "The demo was played before; this is what came of it." : "");
  const cast = await castOf(journal, { url, operatorKey });
  const onReceived = (received: Received) => say(deliveryLine(received));
  const open = (party: Party, client: Client, port: number) =>
    openEndpoint(journal, { name: "demo", party, client, port, dataDir, onReceived });
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
  for (const line of closingTable(sales.receiver, installer.receiver)) say(line);
  say("");
  for (const line of whereNext(stage)) say(line);
  await playMarket(stage).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    say(`The market was not played to its end; the next start goes on with it: ${reason}`);
  });
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
    `  more to look at           two other companies get ${marketLeads} leads within a minute; their keys are in ${join(dataDir, marketJournal)}`,
    "The service keeps running; Ctrl-C ends it.",
  ];
}
