import type { Tx } from "../base/database.ts";

/** What an endpoint's owner does to it. Nodes that serve it notice by its `version`. */

/** Locks an endpoint's row until the transaction ends. */
export async function lockEndpoint(tx: Tx, id: string): Promise<void> {
  await tx`select 1 from endpoints where id = ${id} for no key update`;
}

/** Removes an endpoint with its lanes, dead events and resends; its attempts stay in the log. */
export async function removeEndpoint(tx: Tx, id: string): Promise<void> {
  await tx`delete from endpoints where id = ${id}`;
}

/** Gives an endpoint a new secret; the one before signs too for `overlapHours`. @param secret encrypted. */
export async function rotateSecret(
  tx: Tx,
  { id, secret, overlapHours }: { id: string; secret: Uint8Array; overlapHours: number },
): Promise<void> {
  await tx`
    update endpoints set old_secret = secret, old_secret_ends_at = now() + ${overlapHours} * interval '1 hour',
      secret = ${secret}, version = version + 1, updated_at = now()
    where id = ${id}
  `;
}
