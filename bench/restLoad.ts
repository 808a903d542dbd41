import { Pool } from "undici";
import { customersOf, type Tenant } from "./tenants.ts";

/** Calls of the REST API as clients make them: a note, then a change of the customer, and so on. */
export interface RestLoad {
  /** @param text of the note. @throws {Error} when the answer is not the one of success. */
  createNote(number: number, text: string): Promise<void>;
  updateCustomer(number: number): Promise<void>;
  /** A page of an organization's feed. @returns milliseconds until its last byte. */
  readFeed(tenant: Tenant, query: { after: number; limit: number }): Promise<number>;
  close(): Promise<void>;
}

export function createRestLoad(
  url: string,
  { tenants, connections }: { tenants: readonly Tenant[]; connections: number },
): RestLoad {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const customers = customersOf(tenants);
  const ask = async (method: "GET" | "POST" | "PATCH", path: string, more: Asked) => {
    const headers = { authorization: `Bearer ${more.key}`, "content-type": "application/json" };
    const body = more.body === undefined ? null : JSON.stringify(more.body);
    const answer = await pool.request({ method, path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  };
  const pick = (number: number) => {
    const picked = customers[number % customers.length];
    if (!picked) throw new Error("There are no customers");
    return { key: picked.tenant.key, path: `/v1/customers/${picked.customerId}` };
  };
  return {
    async createNote(number, text) {
      const { key, path } = pick(number);
      await ask("POST", `${path}/notes`, { key, body: { body: text } });
    },
    async updateCustomer(number) {
      const { key, path } = pick(number);
      await ask("PATCH", path, { key, body: { annual_usage_kwh: 9_000 + (number % 5_000) } });
    },
    async readFeed({ key }, { after, limit }) {
      const startedAt = performance.now();
      await ask("GET", `/v1/events?after=${after}&limit=${limit}`, { key });
      return performance.now() - startedAt;
    },
    close: () => pool.close(),
  };
}

interface Asked {
  readonly key: string;
  readonly body?: object;
}
