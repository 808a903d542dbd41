import type { Db, Sql } from "../base/database.ts";

/** Keeps a session: hashes of its cookie and of the key it was opened with. */
export async function openSession(
  db: Db,
  { hash, keyHash, hours }: { hash: Uint8Array; keyHash: Uint8Array; hours: number },
): Promise<{ expires_at: string }> {
  const [row] = await db<{ expires_at: string }[]>`
    insert into sessions (hash, key_hash, expires_at)
    values (${hash}, ${keyHash}, now() + make_interval(hours => ${hours}))
    returning expires_at
  `;
  if (!row) throw new Error("The session was not kept");
  return row;
}

/** @returns the hash of the key that the session stands for and when it ends; undefined when it is unknown or over. */
export async function findSession(
  db: Db,
  hash: Uint8Array,
): Promise<{ key_hash: Uint8Array; expires_at: string } | undefined> {
  const [row] = await db<{ key_hash: Uint8Array; expires_at: string }[]>`
    select key_hash, expires_at from sessions where hash = ${hash} and expires_at > now()
  `;
  return row;
}

/** Ends a session; no fault when there is none. */
export async function closeSession(db: Db, hash: Uint8Array): Promise<void> {
  await db`delete from sessions where hash = ${hash}`;
}

/** Forgets sessions that are over. */
export async function sweepSessions(sql: Sql): Promise<void> {
  await sql`delete from sessions where expires_at < now()`;
}
