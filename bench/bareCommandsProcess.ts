import { connect, type Sql } from "../src/base/database.ts";
import { closedLoop } from "./load.ts";
import { recordCommands, replay, type Recording } from "./recording.ts";
import { serve } from "./serve.ts";
import type { BenchConnection } from "./server.ts";
import { customersOf, type Tenant } from "./tenants.ts";

let sql: Sql | undefined;
let recordings: Recording[] = [];
let customers: ReturnType<typeof customersOf> = [];

/** The statements of the commands and nothing else: no HTTP, no schemas, no decisions. */
serve({
  async open({ connection, tenants }: { connection: BenchConnection; tenants: Tenant[] }) {
    const [first] = tenants;
    if (!first) throw new Error("There are no organizations");
    recordings = await recordCommands(connection, first);
    customers = customersOf(tenants);
    sql = connect({ ...connection }, { max: 15, name: "heliograph-bench" });
    return recordings.map(({ statements }) => statements.flat().length);
  },
  run: (load: { clients: number; seconds: number }) => closedLoop(load, runOne),
  stop: () => sql?.end({ timeout: 5 }),
});

async function runOne(number: number): Promise<void> {
  const recording = recordings[number % recordings.length];
  const target = customers[number % customers.length];
  if (!sql || !recording || !target) throw new Error("It is not open");
  const { tenant, customerId } = target;
  await replay(sql, recording, { organizationId: tenant.id, customerId });
}
