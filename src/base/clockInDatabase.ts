import type { Tx } from "./database.ts";
import { StartError } from "./startError.ts";

/** That a database is, or is to be, a test server's. */
export interface TestClockSetting {
  /** RFC 3339; where the clock of a new database starts. Null for the real time. */
  readonly startsAt: string | null;
}

/**
 * Where statements of a test server look for functions: its own `now()` comes before PostgreSQL's, so that statements and
 * the defaults of columns go by the clock that can be moved, and none of them differs from a normal server's. Tables are
 * still made in `public`, which comes first.
 */
export const testClockPath = '"$user", public, test_clock, pg_catalog';

/**
 * Sees to it that real data never gets a moved clock: a test server only takes a database that was a test server's from
 * the start, and a normal one takes none of these. To be asked before the first migration, under its lock.
 * @throws {StartError}
 */
export async function claimTestClock(tx: Tx, wanted: TestClockSetting | null): Promise<void> {
  const [found] = await tx<{ is_test: boolean; is_new: boolean }[]>`
    select to_regnamespace('test_clock') is not null as is_test, to_regclass('migrations') is null as is_new
  `;
  if (found?.is_test && wanted === null) {
    throw new StartError(
      "The database is a test server's, whose clock was moved: set HELIOGRAPH_TEST_CLOCK, or use another database",
    );
  }
  if (wanted === null || found?.is_test) return;
  if (!found?.is_new) {
    throw new StartError(
      "The database is no test server's: HELIOGRAPH_TEST_CLOCK takes a new one only, so that real data never gets a moved clock",
    );
  }
  await makeTestClock(tx, wanted);
}

async function makeTestClock(tx: Tx, { startsAt }: TestClockSetting): Promise<void> {
  await tx.unsafe(`
    create schema test_clock;
    create table test_clock.clock (
      is_only boolean primary key default true check (is_only),
      moved_ms bigint not null -- how far the clock is from real time
    );
    create function test_clock.clock_timestamp() returns timestamptz language sql volatile
      begin atomic
        select pg_catalog.clock_timestamp() + moved_ms * interval '1 millisecond' from test_clock.clock;
      end;
    create function test_clock.now() returns timestamptz language sql stable
      begin atomic
        select pg_catalog.now() + moved_ms * interval '1 millisecond' from test_clock.clock;
      end;
  `);
  await tx`
    insert into test_clock.clock (moved_ms) select round(extract(epoch from
      coalesce(${startsAt}::timestamptz, pg_catalog.clock_timestamp()) - pg_catalog.clock_timestamp()) * 1000)
  `;
}
