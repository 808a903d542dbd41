import { Pool } from "undici";
import { connect, transaction, type Sql } from "../src/base/database.ts";
import { newWebhookSecret } from "../src/base/keys.ts";
import { createSigner } from "../src/delivery/sign.ts";
import { openLoop } from "./load.ts";
import { sharedNow } from "./receiver.ts";
import { serve } from "./serve.ts";
import type { BenchConnection } from "./server.ts";
import type { Moments } from "./latency.ts";

let sql: Sql | undefined;
const sign = createSigner();
const secrets = [newWebhookSecret()];

/** The least that an event takes: one row in a transaction, and after its commit one signed POST. */
serve({
  async open({ connection }: { connection: BenchConnection }) {
    sql = connect({ ...connection }, { max: 15, name: "heliograph-bench" });
    await sql`create table if not exists bare_events (id bigint generated always as identity primary key, body text)`;
  },
  async run(given: { url: string; perSecond: number; seconds: number }): Promise<Moments[]> {
    const pool = new Pool(given.url, { connections: 64, pipelining: 1 });
    const moments: Moments[] = [];
    await openLoop(given, async (number) => {
      const sentMs = sharedNow();
      const body = JSON.stringify({ body: `bench#${number} `, rest: "x".repeat(2_000) });
      await insert(body);
      moments[number] = { sentMs, acceptedMs: sharedNow() };
      await post(pool, number, body);
    });
    await pool.close();
    return moments;
  },
  stop: () => sql?.end({ timeout: 5 }),
});

async function insert(body: string): Promise<void> {
  if (!sql) throw new Error("It is not open");
  await transaction(sql, async (tx) => {
    await tx`insert into bare_events (body) values (${body})`;
  });
}

function post(pool: Pool, number: number, body: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const id = `evt_${number}`;
  const timestamp = Math.floor(Date.now() / 1_000);
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": sign({ id, timestamp, body, secrets }),
    "heliograph-sequence": String(number + 1),
  };
  pool.dispatch(
    { path: "/bare", method: "POST", headers, body },
    {
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: () => undefined,
      onResponseEnd: () => resolve(),
      onResponseError: (_: unknown, error: Error) => reject(error),
    },
  );
  return promise;
}
