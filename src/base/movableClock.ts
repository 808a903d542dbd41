import { setClockMoved } from "./clock.ts";
import type { Db, Sql } from "./database.ts";
import { ensurePartitions } from "./migrate.ts";

/** Lets this process go by the clock of its database, once that is migrated. */
export async function followTestClock(db: Db): Promise<void> {
  const [clock] = await db<{ moved_ms: number }[]>`select moved_ms from test_clock.clock`;
  setClockMoved(clock?.moved_ms ?? 0);
}

/** The clock of a test server. */
export interface TestClock {
  /** A request: while one is under way the clock stands, and while it is moved none begins. */
  during<T>(request: () => Promise<T>): Promise<T>;
  /** What it shows, and the real time; RFC 3339. */
  read(): Promise<{ now: string; real_now: string }>;
  /** Moves it forward and lets what is due by then happen. @returns false when it is there already or beyond. */
  move(to: string): Promise<boolean>;
}

/** @param onMoved called after each move; the move has ended when it resolves. */
export function createTestClock(sql: Sql, onMoved: () => Promise<void>): TestClock {
  const underWay = new Set<Promise<unknown>>();
  let moving: Promise<unknown> = Promise.resolve();
  return {
    async during(request) {
      for (let seen; seen !== moving;) await (seen = moving);
      const running = request();
      underWay.add(running);
      return running.finally(() => underWay.delete(running));
    },
    async read() {
      const [row] = await sql<{ now: string; real_now: string }[]>`
        select clock_timestamp() as now, pg_catalog.clock_timestamp() as real_now
      `;
      if (!row) throw new Error("The database has no clock");
      return row;
    },
    async move(to) {
      const before = moving;
      const mine = (async () => {
        await before;
        await Promise.allSettled(underWay);
        return moveClock(sql, to);
      })();
      moving = mine.catch(() => undefined);
      const isMoved = await mine;
      if (isMoved) await onMoved();
      return isMoved;
    },
  };
}

async function moveClock(sql: Sql, to: string): Promise<boolean> {
  const [wanted] = await sql<{ is_ahead: boolean }[]>`
    select ${to}::timestamptz > clock_timestamp() as is_ahead
  `;
  if (!wanted?.is_ahead) return false;
  // Before the first id of that month is made.
  await ensurePartitions(sql, to);
  await moveDatabase(sql, to);
  await followTestClock(sql);
  return true;
}

/** People stay signed in: a session is a cookie in a browser, which lives in real time. */
async function moveDatabase(sql: Sql, to: string): Promise<void> {
  await sql`
    with wanted as (
      select moved_ms as from_ms,
        round(extract(epoch from ${to}::timestamptz - pg_catalog.clock_timestamp()) * 1000)::bigint as to_ms
      from test_clock.clock
    ), moved as (
      update test_clock.clock c set moved_ms = w.to_ms from wanted w where c.moved_ms = w.from_ms and w.to_ms > w.from_ms
      returning w.to_ms - w.from_ms as by_ms
    )
    update sessions set expires_at = expires_at + by_ms * interval '1 millisecond' from moved
  `;
}
