import { Customer } from "../contract/resources/customer.ts";
import { Import, ImportFault, type ImportedRows } from "../contract/resources/import.ts";
import type { Db, Tx } from "../base/database.ts";
import { newId } from "../base/id.ts";
import type { Page } from "./records.ts";

/** What an import is made with. */
type NewImport = Pick<Import, "name" | "system" | "mapping" | "events"> & {
  readonly organizationId: string;
};

export async function insertImport(tx: Tx, given: NewImport): Promise<Import> {
  const { organizationId, name, system, mapping, events } = given;
  const [row] = await tx`
    insert into imports (id, organization_id, name, system, mapping, events)
    values (${newId("imp")}, ${organizationId}, ${name}, ${system}, ${mapping && tx.json(mapping)}, ${events})
    returning *
  `;
  return Import.parse(row);
}

interface Own {
  readonly id: string;
  readonly organizationId: string;
}

/** @returns undefined when the organization has no such import. */
export async function findImport(db: Db, { id, organizationId }: Own): Promise<Import | undefined> {
  const [row] = await db`
    select * from imports where id = ${id} and organization_id = ${organizationId}
  `;
  return row && Import.parse(row);
}

/** The same, with batches of it put in a row until the transaction ends. */
export async function lockImport(tx: Tx, { id, organizationId }: Own): Promise<Import | undefined> {
  const [row] = await tx`
    select * from imports where id = ${id} and organization_id = ${organizationId} for update
  `;
  return row && Import.parse(row);
}

/** Newest first; one more than the limit. */
export async function listImports(
  db: Db,
  organizationId: string,
  { limit, after }: Page,
): Promise<Import[]> {
  const before = after ?? null;
  const rows = await db`
    select * from imports
    where organization_id = ${organizationId} and (${before}::text is null or id < ${before})
    order by id desc limit ${limit + 1}
  `;
  return rows.map((row) => Import.parse(row));
}

/** Keeps what became of a batch. */
export async function keepBatch(tx: Tx, id: string, batch: ImportedRows): Promise<void> {
  await tx`
    with faults as (
      insert into import_faults (import_id, line, external_id, errors)
      select ${id}, f.line, f.external_id, f.errors
      from jsonb_to_recordset(${tx.json(batch.faults)})
        as f (line bigint, external_id text, errors jsonb)
    )
    update imports set line = ${batch.line}, created = created + ${batch.created},
      updated = updated + ${batch.updated}, unchanged = unchanged + ${batch.unchanged},
      refused = refused + ${batch.refused}
    where id = ${id}
  `;
}

export async function finishImport(tx: Tx, id: string): Promise<Import> {
  const [row] = await tx`update imports set finished_at = now() where id = ${id} returning *`;
  return Import.parse(row);
}

/** Those after a line; one more than the limit. */
export async function listFaults(
  db: Db,
  { id, after, limit }: { id: string; after: number; limit: number },
): Promise<ImportFault[]> {
  const rows = await db`
    select line, external_id, errors from import_faults
    where import_id = ${id} and line > ${after} order by line limit ${limit + 1}
  `;
  return rows.map((row) => ImportFault.parse(row));
}

/** Customers by their ids in another system, of those that the organization has. */
export async function customersByExternalId(
  db: Db,
  { organizationId, system, ids }: { organizationId: string; system: string; ids: string[] },
): Promise<Map<string, Customer>> {
  const rows = await db`
    select x.external_id as found_by, c.* from customer_external_ids x join customers c on c.id = x.customer_id
    where x.sales_org_id = ${organizationId} and x.system = ${system} and x.external_id = any(${ids}::text[])
  `;
  return new Map(rows.map((row) => [String(row["found_by"]), Customer.parse(row)]));
}
