import { z } from "zod";
import { unwrap } from "../contract/meta.ts";
import { resourceInfo } from "../contract/resource.ts";
import type { Db, Tx } from "../base/database.ts";

/**
 * Reading and writing of records whose columns and fields share their names. The contract is the mapper: what comes
 * back is parsed by it, which also drops columns that are not public.
 */

/** A schema made by `defineResource`. */
type Resource = z.ZodObject;

/** The record with this id, or undefined. */
export async function findRecord<R extends Resource>(
  db: Db,
  resource: R,
  id: string,
): Promise<z.infer<R> | undefined> {
  const [row] = await db`select * from ${db(tableOf(resource))} where id = ${id}`;
  return row && resource.parse(row);
}

/** Writes a new record; `values` may hold columns that are not public. */
export async function insertRecord<R extends Resource>(
  tx: Tx,
  resource: R,
  values: Record<string, unknown>,
): Promise<z.infer<R>> {
  const [row] = await tx`
    insert into ${tx(tableOf(resource))} ${tx(encode(tx, resource, values))} returning *
  `;
  return resource.parse(row);
}

/**
 * Writes new records, however many, with one statement.
 * @param rows values that JSON can hold. A column that a row leaves out is null where another row gives it, and external
 *   ids and own fields are empty.
 * @returns the records in the order of the rows.
 */
export async function insertRecords<R extends Resource>(
  tx: Tx,
  resource: R,
  rows: readonly (Record<string, unknown> & { readonly id: string })[],
): Promise<z.infer<R>[]> {
  const filled = rows.map((row) => ({ external_ids: {}, custom: {}, ...row }));
  const columns = [...new Set(filled.flatMap((row) => Object.keys(row)))].toSorted();
  const table = tx(tableOf(resource));
  const written = await tx`
    insert into ${table} (${tx(columns)})
    select ${tx(columns)} from json_populate_recordset(null::${table}, ${JSON.stringify(filled)}::text::json)
    returning *
  `;
  const byId = new Map(written.map((row) => [row["id"], row]));
  return rows.map(({ id }) => resource.parse(byId.get(id)));
}

/** Writes changed columns, counts the version, and dates the change. Whoever calls holds the customer's lock. */
export async function updateRecord<R extends Resource>(
  tx: Tx,
  resource: R,
  { id, now, values }: { id: string; now: string; values: Record<string, unknown> },
): Promise<z.infer<R>> {
  const changed = encode(tx, resource, { ...values, updated_at: now });
  const [row] = await tx`
    update ${tx(tableOf(resource))} set ${tx(changed)}, version = version + 1 where id = ${id} returning *
  `;
  return resource.parse(row);
}

/**
 * A page of the records that belong to a parent, in the order of creation.
 * @param epcId only those that name this installer; null for all.
 */
export async function listRecords<R extends Resource>(
  db: Db,
  resource: R,
  { parent, id, epcId = null, page }: ListedBy,
): Promise<z.infer<R>[]> {
  const rows = await db`
    select * from ${db(tableOf(resource))}
    where ${db(parent)} = ${id} and id > ${page.after ?? ""}
      ${epcId === null ? db`` : db`and epc_id = ${epcId}`}
    order by id limit ${page.limit + 1}
  `;
  return rows.map((row) => resource.parse(row));
}

interface ListedBy {
  /** Column that names the parent, and its id. */
  readonly parent: string;
  readonly id: string;
  readonly epcId?: string | null;
  readonly page: Page;
}

/** Which page of a list. */
export interface Page {
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: string | undefined;
}

const tableOf = (resource: Resource) => resourceInfo(resource).table;

/** Objects and lists of objects are jsonb columns; lists of texts are text[]; all else is as it is. */
function encode(tx: Tx, resource: Resource, values: Record<string, unknown>) {
  const encoded: Record<string, never> = {};
  for (const [name, value] of Object.entries(values)) {
    const field = resource.shape[name];
    const column = isJson(field, value) ? tx.json(value as never) : value;
    // The driver wants to know each value's type; the columns decide that here.
    encoded[name] = column as never;
  }
  return encoded;
}

function isJson(field: z.core.$ZodType | undefined, value: unknown): boolean {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return false;
  const schema = field && unwrap(field);
  if (schema instanceof z.ZodArray) {
    const item = unwrap(schema.element);
    return !(item instanceof z.ZodString || item instanceof z.ZodEnum);
  }
  return true;
}
