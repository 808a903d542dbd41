import { z } from "zod";
import { ApiKey, Organization, Partnership, User } from "../contract/resources/organization.ts";
import type { Db, Tx } from "../base/database.ts";
import type { Page } from "./records.ts";

/** Lets changes of an organization pass one after the other, until the transaction ends. */
export async function lockOrganization(tx: Tx, id: string): Promise<void> {
  await tx`select 1 from organizations where id = ${id} for no key update`;
}

/** Whether a user works for an organization. */
export async function isUserOf(db: Db, organizationId: string, userId: string): Promise<boolean> {
  const rows =
    await db`select 1 from users where id = ${userId} and organization_id = ${organizationId}`;
  return rows.length > 0;
}

/** @returns those of the ids that are users of the organization. */
export async function usersOf(
  db: Db,
  organizationId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db<{ id: string }[]>`
    select id from users where organization_id = ${organizationId} and id = any(${ids as string[]}::text[])
  `;
  return new Set(rows.map(({ id }) => id));
}

/** Whether a sales organization may sell for an installer. */
export async function isPartnership(db: Db, salesOrgId: string, epcId: string): Promise<boolean> {
  const rows = await db`
    select 1 from partnerships where sales_org_id = ${salesOrgId} and epc_id = ${epcId}
  `;
  return rows.length > 0;
}

/** @returns undefined when there is no such partnership. */
export async function findPartnership(
  db: Db,
  salesOrgId: string,
  epcId: string,
): Promise<Partnership | undefined> {
  const [row] = await db`
    select * from partnerships where sales_org_id = ${salesOrgId} and epc_id = ${epcId}
  `;
  return row && Partnership.parse(row);
}

/** A page of partnerships; of one organization unless `organizationId` is null. */
export async function listPartnerships(
  db: Db,
  organizationId: string | null,
  { limit, after }: Page,
): Promise<Partnership[]> {
  const rows = await db`
    select * from partnerships
    where (${organizationId}::text is null or ${organizationId} in (sales_org_id, epc_id)) and id > ${after ?? ""}
    order by id limit ${limit + 1}
  `;
  return rows.map((row) => Partnership.parse(row));
}

/** A page of organizations; one organization sees itself and its partners, null sees all. */
export async function listOrganizations(
  db: Db,
  organizationId: string | null,
  { limit, after }: Page,
): Promise<Organization[]> {
  const rows = await db`
    select * from organizations o
    where id > ${after ?? ""} and (${organizationId}::text is null or id = ${organizationId} or exists (
      select 1 from partnerships p
      where (p.sales_org_id = ${organizationId} and p.epc_id = o.id)
        or (p.epc_id = ${organizationId} and p.sales_org_id = o.id)
    ))
    order by id limit ${limit + 1}
  `;
  return rows.map((row) => Organization.parse(row));
}

/** A key with whom it stands for: what every request asks, and no more. */
const KnownKey = z.object({
  ...ApiKey.pick({ id: true, name: true, scopes: true, acts_as: true, user_id: true }).shape,
  organization_id: Organization.shape.id,
  roles: Organization.shape.roles,
  user_name: User.shape.name.nullable(),
});
export type KnownKey = z.infer<typeof KnownKey>;

/** Finds a key that is not revoked by the SHA-256 of its text. */
export async function findKeyByHash(db: Db, hash: Uint8Array): Promise<KnownKey | undefined> {
  const [row] = await db`
    select k.id, k.name, k.scopes, k.acts_as, k.user_id, k.organization_id, o.roles, u.name as user_name
    from api_keys k join organizations o on o.id = k.organization_id left join users u on u.id = k.user_id
    where k.hash = ${hash} and k.revoked_at is null
  `;
  return row && KnownKey.parse(row);
}

/** The organization's CallPilot secret, encrypted; null when none was made or there is no such organization. */
export async function findCallpilotSecret(
  db: Db,
  organizationId: string,
): Promise<Uint8Array | null> {
  const [row] = await db<{ callpilot_secret: Uint8Array | null }[]>`
    select callpilot_secret from organizations where id = ${organizationId}
  `;
  return row?.callpilot_secret ?? null;
}
