import type { Customer } from "../contract/resources/customer.ts";
import type { Tx } from "../base/database.ts";

/** An id in another system that a customer has. */
export interface TakenId {
  readonly system: string;
  readonly externalId: string;
  readonly customerId: string;
}

/**
 * Lets writes that name the same external id of a sales organization pass one after the other, until the transaction
 * ends; taken in a fixed order, and before any customer is locked, so that they never wait for each other in a ring.
 */
export async function lockExternalIds(
  tx: Tx,
  salesOrgId: string,
  externalIds: readonly (readonly [system: string, externalId: string | null])[],
): Promise<void> {
  if (externalIds.length === 0) return;
  const names = externalIds.map((pair) => JSON.stringify([salesOrgId, ...pair]));
  await tx`
    select pg_advisory_xact_lock(key) from (
      select hashtextextended(name, 0) as key from unnest(${names}::text[]) as n (name) order by key
    ) in_order
  `;
}

/** @returns the customer's id, or undefined. */
export async function findCustomerByExternalId(
  tx: Tx,
  salesOrgId: string,
  { system, externalId }: { system: string; externalId: string },
): Promise<string | undefined> {
  const [row] = await tx<{ customer_id: string }[]>`
    select customer_id from customer_external_ids
    where sales_org_id = ${salesOrgId} and system = ${system} and external_id = ${externalId}
  `;
  return row?.customer_id;
}

/**
 * Enters the ids of customers of one sales organization. Whoever calls holds the ids' locks.
 * @returns the first id that another customer has, if any; what was written is then to be undone.
 */
export async function enterExternalIds(
  tx: Tx,
  customers: readonly Customer[],
): Promise<TakenId | undefined> {
  const wanted = customers.flatMap(({ id, sales_org_id, external_ids }) =>
    Object.entries(external_ids).map(([system, externalId]) => ({
      system,
      externalId,
      customerId: id,
      salesOrgId: sales_org_id,
    })),
  );
  if (wanted.length === 0) return undefined;
  // An id that is there keeps its customer: so each comes back with whose it is, found by its key however big the table.
  const entered = await tx<TakenId[]>`
    insert into customer_external_ids as x (sales_org_id, system, external_id, customer_id)
    select * from unnest(
      ${wanted.map(({ salesOrgId }) => salesOrgId)}::text[],
      ${wanted.map(({ system }) => system)}::text[],
      ${wanted.map(({ externalId }) => externalId)}::text[],
      ${wanted.map(({ customerId }) => customerId)}::text[]
    )
    on conflict (sales_org_id, system, external_id) do update set customer_id = x.customer_id
    returning system, external_id as "externalId", customer_id as "customerId"
  `;
  const nameOf = ({ system, externalId }: Omit<TakenId, "customerId">) => `${system} ${externalId}`;
  const wantedBy = new Map(wanted.map((each) => [nameOf(each), each.customerId]));
  return entered.find((each) => wantedBy.get(nameOf(each)) !== each.customerId);
}

/** Makes a customer's entries what its `external_ids` say. @returns the first id that another customer has, if any. */
export async function replaceExternalIds(tx: Tx, customer: Customer): Promise<TakenId | undefined> {
  await tx`delete from customer_external_ids where customer_id = ${customer.id}`;
  return enterExternalIds(tx, [customer]);
}
