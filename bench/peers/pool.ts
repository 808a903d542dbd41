import { loadPackage, type Store } from "./peer.ts";

/** A pool of pg, the driver that pg-boss and graphile-worker bring along. */
export interface Pool {
  on(event: "error" | "connect", listener: () => void): void;
  query(text: string): Promise<{ rows: { count: number }[] }>;
  end(): Promise<void>;
}

interface PgModule {
  default: { Pool: new (options: object) => Pool };
}

/** @returns a pool, and what counts by a statement that answers `count`. */
export async function openPool({ username: user, ...connection }: Store["postgres"]): Promise<{
  pool: Pool;
  countRows: (text: string) => Promise<number>;
}> {
  const { default: pg } = await loadPackage<PgModule>("pg");
  const pool = new pg.Pool({ ...connection, user, max: 24 });
  const heed = () => undefined; // graphile-worker warns of a pool that nobody listens to
  pool.on("error", heed);
  pool.on("connect", heed);
  return { pool, countRows: async (text) => (await pool.query(text)).rows[0]?.count ?? 0 };
}
