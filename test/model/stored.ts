import { z } from "zod";
import type { Sql } from "../../src/base/database.ts";
import { resources } from "../../src/contract/resource.ts";

/** What is stored, as JSON, by id. */
export type Rows = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Tables whose rows belong to a customer. */
const tables = [...resources()]
  .filter(([schema]) => schema instanceof z.ZodObject && "customer_id" in schema.shape)
  .map(([, { table }]) => table);

/** All that is stored of a sales organization's customers. */
export async function storedOf(sql: Sql, salesOrgId: string): Promise<Rows> {
  const rows = await sql<{ id: string; row: Rows[string] }[]>`
    select id, to_jsonb(c) as row from customers c where sales_org_id = ${salesOrgId}
    ${tables.map(
      (table) => sql`
        union all select r.id, to_jsonb(r) from ${sql(table)} r
        join customers c on c.id = r.customer_id where c.sales_org_id = ${salesOrgId}
      `,
    )}
  `;
  return Object.fromEntries(rows.map(({ id, row }) => [id, row]));
}
