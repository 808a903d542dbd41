import type { Customer } from "../contract/resources/customer.ts";
import type { Tx } from "../base/database.ts";

/** An id in another system that a customer has. */
interface TakenId {
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
  const names = externalIds.map((pair) => JSON.stringify([salesOrgId, ...pair]));
  for (const name of names.sort()) {
    await tx`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
  }
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

/** Makes a customer's entries what its `external_ids` say. @returns the first id that another customer has, if any. */
export async function replaceExternalIds(tx: Tx, customer: Customer): Promise<TakenId | undefined> {
  await tx`delete from customer_external_ids where customer_id = ${customer.id}`;
  for (const [system, externalId] of Object.entries(customer.external_ids)) {
    const [taken] = await tx<{ customer_id: string }[]>`
      select customer_id from customer_external_ids
      where sales_org_id = ${customer.sales_org_id} and system = ${system} and external_id = ${externalId}
    `;
    if (taken) return { system, externalId, customerId: taken.customer_id };
    await tx`
      insert into customer_external_ids (sales_org_id, system, external_id, customer_id)
      values (${customer.sales_org_id}, ${system}, ${externalId}, ${customer.id})
    `;
  }
  return undefined;
}
