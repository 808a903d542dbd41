import type { Signing } from "../contract/resources/sending.ts";
import type { Tx } from "../base/database.ts";

/** What an endpoint's owner does to it. Nodes that serve it notice by its `version`. */

/** Locks an endpoint's row until the transaction ends. */
export async function lockEndpoint(tx: Tx, id: string): Promise<void> {
  await tx`select 1 from endpoints where id = ${id} for no key update`;
}

/** What is kept of an endpoint's sending, encrypted; null for nothing. */
export async function sealedSending(tx: Tx, id: string): Promise<Uint8Array | null> {
  const [row] = await tx<{ sending_secrets: Uint8Array | null }[]>`
    select sending_secrets from endpoints where id = ${id}
  `;
  return row?.sending_secrets ?? null;
}

/** Removes an endpoint with its lanes, dead events and resends; its attempts stay in the log. */
export async function removeEndpoint(tx: Tx, id: string): Promise<void> {
  await tx`delete from endpoints where id = ${id}`;
}

/** Old secrets that sign beside the new one at most: a delivery carries a signature by each. */
const oldSecretsLimit = 10;

/** What an endpoint signs with from now on. */
interface NewSecret {
  readonly id: string;
  readonly signing: Signing;
  /** The secret or the private key, encrypted. */
  readonly secret: Uint8Array;
  /** Null where there is none. */
  readonly publicKey: string | null;
  /** How long the secret before signs too. */
  readonly overlapHours: number;
}

/**
 * Gives an endpoint a new secret; the one before signs too for `overlapHours`, and those before that one as long as was
 * promised for them.
 */
export async function rotateSecret(
  tx: Tx,
  { id, signing, secret, publicKey, overlapHours }: NewSecret,
): Promise<void> {
  await tx`
    with live as (
      select o.* from endpoints e cross join lateral (
        select e.secret, now() + ${overlapHours} * interval '1 hour' as ends_at, 0 as age
        union all
        select * from unnest(e.old_secrets, e.old_secrets_end_at) with ordinality
      ) o where e.id = ${id} and o.ends_at > now() order by o.age limit ${oldSecretsLimit}
    )
    update endpoints set signing = ${signing}, secret = ${secret}, public_key = ${publicKey},
      version = version + 1, updated_at = now(),
      old_secrets = array(select secret from live order by age),
      old_secrets_end_at = array(select ends_at from live order by age)
    where id = ${id}
  `;
}
