import { Pool } from "undici";
import { createClient } from "../src/sdk/index.ts";
import { figureOf } from "./figures.ts";
import { closedLoop, type Loaded } from "./load.ts";
import { startBenchService } from "./service.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";
import { addTenants } from "./tenants.ts";

export const inboundSuite: Suite = {
  name: "inbound",
  title: "Deliveries taken in",
  about: `Deliveries of 2 kB in the compact shape of Enerflo 1.0 to one inlet, by clients that send the next as soon as they are answered, on 500
customers of the sender: each tells something new, or every second one is a copy that is kept out. Each answer comes after the commit. The
service runs without delivery.`,
  minutes: 2,
  run: runInbound,
};

const clientCounts = [1, 8, 64];
const secondsEach = 4;
const kinds = ["new", "every second a copy"] as const;

async function runInbound(bench: Bench): Promise<Table> {
  const database = await bench.server.createDatabase();
  const [tenant] = await addTenants(database.sql, { organizations: 1, customers: 1 });
  const service = await startBenchService(bench, database, "api");
  try {
    const { inlets } = createClient({ url: service.url, key: tenant?.key ?? "" });
    const { url } = await inlets.create({ name: "Enerflo", rate_limit_per_second: 10_000 });
    const found = new Map<string, Measured[]>();
    for (let round = 1; round <= bench.rounds; round += 1) {
      for (const kind of kinds) {
        for (const clients of clientCounts) {
          await bench.server.settle();
          const seconds = scaled(bench, secondsEach * 1_000, 1_000) / 1_000;
          const [node, store] = [await service.cpuUs(), bench.server.cpuUs()];
          const loaded = await load(url, { clients, seconds, kind });
          // Those of the warm-up cost too: a quarter as long before.
          const all = loaded.count * 1.25;
          const nodeUs = ((await service.cpuUs()) - node) / all;
          const measured = { ...loaded, nodeUs, storeUs: (bench.server.cpuUs() - store) / all };
          const name = `${clients === 1 ? "1 client" : `${clients} clients`}, ${kind}`;
          found.set(name, [...(found.get(name) ?? []), measured]);
        }
      }
      bench.say(`round ${round} of ${bench.rounds}`);
    }
    return { columns: ["deliveries/s", "p50 ms", "p99 ms", ...cpu], rows: [...found].map(rowOf) };
  } finally {
    await service.stop();
    await database.drop();
  }
}

/** What clients saw, and microseconds on a processor for each delivery. */
type Measured = Loaded & { readonly nodeUs: number; readonly storeUs: number };

const cpu = ["node, CPU µs each", "PostgreSQL, CPU µs each"];

const rowOf = ([what, runs]: readonly [string, readonly Measured[]]): Row => ({
  what,
  cells: [
    figureOf(runs.map(({ perSecond }) => perSecond)),
    figureOf(runs.map(({ p50Ms }) => p50Ms)),
    figureOf(runs.map(({ p99Ms }) => p99Ms)),
    figureOf(runs.map(({ nodeUs }) => nodeUs)),
    figureOf(runs.map(({ storeUs }) => storeUs)),
  ],
});

let counter = 0;

async function load(
  url: string,
  { clients, seconds, kind }: { clients: number; seconds: number; kind: (typeof kinds)[number] },
): Promise<Loaded> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients, pipelining: 1 });
  const headers = { "content-type": "application/json" };
  const loaded = await closedLoop({ clients, seconds }, async (number) => {
    if (number === 0) counter += 1_000_000;
    const nth = counter + (kind === "new" ? number : number - (number % 2));
    const answer = await pool.request({
      method: "POST",
      path: pathname,
      headers,
      body: JSON.stringify(bodyOf(nth)),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
  });
  await pool.close();
  return loaded;
}

const words = "An example of what a note of a visit says. ".repeat(30);

const bodyOf = (nth: number) => ({
  webhook_event: "update_install",
  id: 500_000 + (nth % 1_000),
  status: { id: nth, name: "Active" },
  customer: { id: 3_000_000 + (nth % 500), first_name: "Avery", last_name: "Sample" },
  agent: { id: 7_102, first_name: "Rowan", last_name: "Rep", email: "rowan.rep@example.com" },
  notes: words,
  timestamps: { deleted_at: null, updated_at: "2026-03-02 15:04:05", timezone: "UTC" },
});
