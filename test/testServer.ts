import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient, type Client } from "../src/sdk/index.ts";

/** A test server: its clock is moved by the operator, and it delivers to this machine. */
export const testServer = {
  HELIOGRAPH_TEST_CLOCK: "true",
  HELIOGRAPH_EGRESS_ALLOW: "127.0.0.0/8",
};

export const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000] as const;

/** The operator of a service that runs. */
export const operatorOf = async (dataDir: string, url: string): Promise<Client> =>
  createClient({
    url,
    key: (await readFile(join(dataDir, "operator.key"), "utf8")).trim(),
    retries: 0,
  });

/** A sales organization's client on a service that runs. */
export async function givenSales(operator: Client, url: string) {
  const { id } = await operator.organizations.create({
    name: "Sample Solar Sales",
    roles: ["sales_org"],
  });
  const { key } = await operator.keys.create({ id });
  return { key, sales: createClient({ url, key, retries: 0 }) };
}

export const givenCustomer = (sales: Client) =>
  sales.customers.create({
    first_name: "Avery",
    last_name: "Sample",
    address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
  });

/** Moves the clock of a test server. @returns what it shows then, in milliseconds since the epoch. */
export async function forward(operator: Client, ms: number): Promise<number> {
  const { now } = await operator.testClocks.get();
  const moved = await operator.testClocks.move({
    now: new Date(Date.parse(now) + ms).toISOString(),
  });
  return Date.parse(moved.now);
}
