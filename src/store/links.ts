import type { Party } from "../contract/meta.ts";
import { Link } from "../contract/resources/link.ts";
import type { Db, Tx } from "../base/database.ts";
import type { Page } from "./records.ts";

/** What a link is for. */
type LinkFor = Pick<
  Link,
  "id" | "organization_id" | "customer_id" | "subject" | "subject_id" | "signer_id" | "person"
>;

/** Keeps a new link; of its secret the hash only. @param now RFC 3339; the link ends `hours` after it. */
export async function insertLink(
  tx: Tx,
  link: LinkFor,
  { hash, now, hours }: { hash: Uint8Array; now: string; hours: number },
): Promise<Link> {
  const [row] = await tx`
    insert into links
      (id, hash, organization_id, customer_id, subject, subject_id, signer_id, person, created_at, expires_at)
    values (
      ${link.id}, ${hash}, ${link.organization_id}, ${link.customer_id}, ${link.subject}, ${link.subject_id},
      ${link.signer_id}, ${link.person}, ${now}, ${now}::timestamptz + make_interval(hours => ${hours})
    )
    returning *
  `;
  return Link.parse(row);
}

/** A link that works, and the roles of the organization that made it. */
export interface WorkingLink {
  readonly link: Link;
  readonly roles: readonly Party[];
}

/** @returns undefined when no link has this secret, or when it is over or revoked. */
export async function findWorkingLink(db: Db, hash: Uint8Array): Promise<WorkingLink | undefined> {
  const [row] = await db<{ roles: Party[] }[]>`
    select l.*, o.roles from links l join organizations o on o.id = l.organization_id
    where l.hash = ${hash} and l.expires_at > now() and l.revoked_at is null
  `;
  return row && { link: Link.parse(row), roles: row.roles };
}

/** A page of the links that an organization made for a customer. */
export async function listLinks(
  db: Db,
  { customerId, organizationId }: { customerId: string; organizationId: string },
  { limit, after }: Page,
): Promise<Link[]> {
  const rows = await db`
    select * from links
    where customer_id = ${customerId} and organization_id = ${organizationId} and id > ${after ?? ""}
    order by id limit ${limit + 1}
  `;
  return rows.map((row) => Link.parse(row));
}

/** Revokes a link of an organization. @returns whether it has such a link. */
export async function revokeLink(
  db: Db,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<boolean> {
  const rows = await db`
    update links set revoked_at = coalesce(revoked_at, now())
    where id = ${id} and organization_id = ${organizationId} returning id
  `;
  return rows.length > 0;
}

/** Revokes the links by which these signers sign: what was sent may have gone to the wrong person. */
export async function revokeLinksOfSigners(
  tx: Tx,
  subjectId: string,
  signerIds: readonly string[],
): Promise<void> {
  await tx`
    update links set revoked_at = now()
    where subject_id = ${subjectId} and signer_id = any(${[...signerIds]}) and revoked_at is null
  `;
}

/** Notes that something was done by a link; the first time counts. */
export async function markUsed(db: Db, id: string): Promise<void> {
  await db`update links set used_at = now() where id = ${id} and used_at is null`;
}

/** Keeps the consent to electronic records; the first one counts. @returns the link with it. */
export async function keepConsent(db: Db, id: string, version: number): Promise<Link> {
  const [row] = await db`
    update links set
      consented_at = coalesce(consented_at, now()),
      consent_version = coalesce(consent_version, ${version}),
      used_at = coalesce(used_at, now())
    where id = ${id} returning *
  `;
  return Link.parse(row);
}
