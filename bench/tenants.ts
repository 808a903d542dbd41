import type { Sql } from "../src/base/database.ts";
import { newId } from "../src/base/id.ts";
import { keyHash, keyHint, newApiKey } from "../src/base/keys.ts";
import { scopes } from "../src/contract/scopes.ts";
import { addOrganization, type BenchOrganization } from "./feeds.ts";

/** An organization that calls the API. */
export interface Tenant extends BenchOrganization {
  /** An API key of it, in the open. */
  readonly key: string;
}

/** Adds organizations with customers, and a key for each. */
export async function addTenants(
  sql: Sql,
  given: { organizations: number; customers: number },
): Promise<Tenant[]> {
  const tenants: Tenant[] = [];
  for (let made = 0; made < given.organizations; made += 1) {
    const organization = await addOrganization(sql, given.customers);
    tenants.push({ ...organization, key: await addKey(sql, organization.id) });
  }
  return tenants;
}

/** @returns a key with all scopes, in the open. */
export async function addKey(sql: Sql, organizationId: string): Promise<string> {
  const key = newApiKey();
  await sql`
    insert into api_keys (id, organization_id, name, hash, hint, scopes, acts_as)
    values (${newId("key")}, ${organizationId}, 'Benchmark', ${keyHash(key)}, ${keyHint(key)},
      ${scopes}::text[], 'api_key')
  `;
  return key;
}

/** Each customer with the organization it belongs to, organizations taking turns. */
export function customersOf(tenants: readonly Tenant[]): { tenant: Tenant; customerId: string }[] {
  const most = Math.max(...tenants.map(({ customerIds }) => customerIds.length));
  return Array.from({ length: most }, (_, position) =>
    tenants.flatMap((tenant) => {
      const customerId = tenant.customerIds[position];
      return customerId === undefined ? [] : [{ tenant, customerId }];
    }),
  ).flat();
}
