import type { Party } from "../contract/meta.ts";
import { Inlet } from "../contract/resources/inlet.ts";
import type { Db, Tx } from "../base/database.ts";
import type { Page } from "./records.ts";

/** An inlet that works, and the roles of the organization that made it. */
export interface OpenInlet {
  readonly inlet: Inlet;
  readonly roles: readonly Party[];
}

/** @returns undefined when no inlet has this token. */
export async function findInletByToken(db: Db, hash: Uint8Array): Promise<OpenInlet | undefined> {
  const [row] = await db<{ roles: Party[] }[]>`
    select i.*, o.roles from inlets i join organizations o on o.id = i.organization_id
    where i.token_hash = ${hash}
  `;
  return row && { inlet: Inlet.parse(row), roles: row.roles };
}

/** @returns undefined when the organization has no such inlet. */
export async function findInlet(
  db: Db,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<Inlet | undefined> {
  const [row] = await db`
    select * from inlets where id = ${id} and organization_id = ${organizationId} and deleted_at is null
  `;
  return row && Inlet.parse(row);
}

/** Locks an inlet's row until the transaction ends. */
export async function lockInlet(tx: Tx, id: string): Promise<void> {
  await tx`select 1 from inlets where id = ${id} for no key update`;
}

/** A page of an organization's inlets. */
export async function listInlets(
  db: Db,
  organizationId: string,
  { limit, after }: Page,
): Promise<Inlet[]> {
  const rows = await db`
    select * from inlets
    where organization_id = ${organizationId} and deleted_at is null and id > ${after ?? ""}
    order by id limit ${limit + 1}
  `;
  return rows.map((row) => Inlet.parse(row));
}
