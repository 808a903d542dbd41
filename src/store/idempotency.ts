import type { Sql, Tx } from "../base/database.ts";

/** Whose key it is, and what it was used for. */
export interface IdempotencyClaim {
  /** An organization's id, or `operator`. */
  readonly caller: string;
  readonly key: string;
  /** SHA-256 of method, path and body. */
  readonly requestHash: Uint8Array;
}

/**
 * Takes an Idempotency-Key for this transaction. A second request with the same key waits here until the first one's
 * transaction has ended. A key older than 24 hours is as good as new.
 * @returns the answer kept by an earlier request with the same hash, `"reused"` when the hash differs, or undefined
 *   when the key is now ours.
 */
export async function claimIdempotencyKey(
  tx: Tx,
  { caller, key, requestHash }: IdempotencyClaim,
): Promise<Uint8Array | "reused" | undefined> {
  const [claimed] = await tx`
    insert into idempotency_keys as k (caller, key, request_hash) values (${caller}, ${key}, ${requestHash})
    on conflict (caller, key) do update set request_hash = excluded.request_hash, answer = null, created_at = now()
      where k.created_at < now() - interval '24 hours'
    returning 1
  `;
  if (claimed) return undefined;
  const [kept] = await tx<{ request_hash: Uint8Array; answer: Uint8Array }[]>`
    select request_hash, answer from idempotency_keys where caller = ${caller} and key = ${key}
  `;
  const isSame = kept !== undefined && Buffer.compare(kept.request_hash, requestHash) === 0;
  return isSame ? kept.answer : "reused";
}

/** Keeps the answer with the key, in the command's own transaction. */
export async function keepAnswer(
  tx: Tx,
  { caller, key }: IdempotencyClaim,
  answer: Uint8Array,
): Promise<void> {
  await tx`update idempotency_keys set answer = ${answer} where caller = ${caller} and key = ${key}`;
}

/** Forgets keys older than 24 hours. */
export async function sweepIdempotencyKeys(sql: Sql): Promise<void> {
  await sql`delete from idempotency_keys where created_at < now() - interval '24 hours'`;
}
