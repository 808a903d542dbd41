import { createClient, type Client } from "../src/sdk/index.ts";
import { rowsAtMost } from "../src/contract/resources/import.ts";
import { figureOf, ratioOf } from "./figures.ts";
import { startBenchService } from "./service.ts";
import { scaled, type Bench, type Row, type Suite, type Table } from "./suite.ts";
import { addTenants } from "./tenants.ts";

export const importSuite: Suite = {
  name: "import",
  title: "Customers taken over",
  about: `Customers of a file, ${rowsAtMost} in a batch, by one client: new ones told and silent, then the same rows again, then each with one field changed. Beside them as
many customers made one by one with \`POST /v1/customers\`, by one client and by 8. The service runs without delivery.`,
  minutes: 3,
  run: runImport,
};

const rowsEach = 5_000;

/** The ways in which customers come, each with how many clients send. */
const ways = {
  "POST /v1/customers, 1 client": (given) => postAll(given, 1),
  "POST /v1/customers, 8 clients": (given) => postAll(given, 8),
  "import, told": (given) => importAll(given, { events: "told", from: given.count }),
  "import, silent": (given) => importAll(given, { events: "silent", from: 2 * given.count }),
  "import, all the same": (given) => importAll(given, { events: "told", from: given.count }),
  "import, each changed, told": (given) =>
    importAll(given, { events: "told", from: given.count, city: "Exampleton" }),
} satisfies Record<string, (given: Given) => Promise<void>>;

/** To whom and how many. */
interface Given {
  readonly client: Client;
  readonly count: number;
}

/** Of one way: customers in a second, and microseconds on a processor for each. */
interface Measured {
  readonly perSecond: number;
  readonly nodeUs: number;
  readonly storeUs: number;
}

async function runImport(bench: Bench): Promise<Table> {
  const database = await bench.server.createDatabase();
  const service = await startBenchService(bench, database, "api");
  const found = new Map<string, Measured[]>();
  const count = scaled(bench, rowsEach, rowsAtMost);
  try {
    for (let round = 1; round <= bench.rounds; round += 1) {
      const [tenant] = await addTenants(database.sql, { organizations: 1, customers: 1 });
      const client = createClient({ url: service.url, key: tenant?.key ?? "" });
      for (const [way, run] of Object.entries(ways)) {
        await bench.server.settle();
        const [node, store] = [await service.cpuUs(), bench.server.cpuUs()];
        const startedAt = performance.now();
        await run({ client, count });
        const perSecond = count / ((performance.now() - startedAt) / 1_000);
        const nodeUs = ((await service.cpuUs()) - node) / count;
        const measured = { perSecond, nodeUs, storeUs: (bench.server.cpuUs() - store) / count };
        found.set(way, [...(found.get(way) ?? []), measured]);
      }
      const rates = [...found.values()].map((runs) => Math.round(runs.at(-1)?.perSecond ?? 0));
      bench.say(`round ${round} of ${bench.rounds}, customers/s: ${rates.join(", ")}`);
    }
    return describe(found);
  } finally {
    await service.stop();
    await database.drop();
  }
}

function describe(found: ReadonlyMap<string, readonly Measured[]>): Table {
  const costOf = (runs: readonly Measured[]) => runs.map(({ nodeUs, storeUs }) => nodeUs + storeUs);
  const [single = []] = found.values();
  const rows = [...found].map(([what, runs]): Row => ({
    what,
    cells: [
      figureOf(runs.map(({ perSecond }) => perSecond)),
      figureOf(runs.map(({ nodeUs }) => nodeUs)),
      figureOf(runs.map(({ storeUs }) => storeUs)),
      ratioOf(costOf(single), costOf(runs)),
    ],
  }));
  const cpu = ["node, CPU µs each", "PostgreSQL, CPU µs each", "times cheaper than by 1 client"];
  return { columns: ["customers/s", ...cpu], rows };
}

async function importAll(
  { client, count }: Given,
  { events, from, city = "Sampleton" }: { events: "told" | "silent"; from: number; city?: string },
): Promise<void> {
  const { id } = await client.imports.create({ name: "leads.csv", system: "crm", events, mapping });
  for (let after = 0; after < count; after += rowsAtMost) {
    const length = Math.min(rowsAtMost, count - after);
    const rows = Array.from({ length }, (_, at) => ({
      line: after + at + 1,
      values: rowOf(from + after + at, city),
    }));
    const answer = await client.importRows.take({ id, after_line: after, rows });
    if (answer.refused > 0) throw new Error(`${answer.refused} rows were refused`);
  }
  await client.imports.finish({ id });
}

async function postAll({ client, count }: Given, clients: number): Promise<void> {
  let next = 0;
  const from = clients * 1_000_000;
  const post = async () => {
    while (next < count) {
      const nth = from + next++;
      const { id, ...customer } = recordOf(nth, "Sampleton");
      await client.customers.create({ ...customer, external_ids: { crm: id } });
    }
  };
  await Promise.all(Array.from({ length: clients }, post));
}

const recordOf = (nth: number, city: string) => ({
  id: `L-${nth}`,
  first_name: "Avery",
  last_name: `Sample ${nth}`,
  email: `avery.${nth}@example.com`,
  phone: "(555) 555-0101",
  lead_source: "Website",
  annual_usage_kwh: 9_000 + (nth % 5_000),
  address: { street: `${nth} Example Way`, city, state: "TX", zip: "75001" },
});

const mapping = {
  external_id: "Lead ID",
  first_name: "First Name",
  last_name: "Last Name",
  email: "Email",
  phone: "Phone",
  lead_source: "Source",
  annual_usage_kwh: "Usage",
  "address.street": "Street",
  "address.city": "City",
  "address.state": "State",
  "address.zip": "ZIP",
};

/** The same as a file has it: all is text. */
function rowOf(nth: number, city: string): Record<string, string> {
  const { id, first_name, last_name, email, phone, lead_source, annual_usage_kwh, address } =
    recordOf(nth, city);
  return {
    "Lead ID": id,
    "First Name": first_name,
    "Last Name": last_name,
    Email: email,
    Phone: phone,
    Source: lead_source,
    Usage: String(annual_usage_kwh),
    Street: address.street,
    City: address.city,
    State: address.state,
    ZIP: address.zip,
  };
}
