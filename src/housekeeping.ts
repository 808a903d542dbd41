import type { Sql } from "./base/database.ts";
import type { Log } from "./base/log.ts";
import { ensurePartitions } from "./base/migrate.ts";
import { dropOldMonths } from "./store/history.ts";
import { sweepIdempotencyKeys } from "./store/idempotency.ts";
import { sweepSessions } from "./store/sessions.ts";

/** Keeps the database in order while the service runs. */
export interface Housekeeping {
  /** Does it now; by itself it is done every hour. Never rejects. */
  sweep(): Promise<void>;
  /** Does it no more; resolves when what is under way is done. */
  stop(): Promise<void>;
}

const hourMs = 3_600_000;

/**
 * Makes the months to come, drops those that are no longer kept, and forgets old idempotency keys and sessions.
 * @param options.historyMonths how many months are kept before the present one; 0 keeps all.
 */
export function startHousekeeping(options: {
  readonly sql: Sql;
  readonly log: Log;
  readonly historyMonths: number;
}): Housekeeping {
  const { sql, log } = options;
  let sweeping: Promise<void> = Promise.resolve();

  async function sweepOnce(): Promise<void> {
    try {
      await ensurePartitions(sql);
      await Promise.all([sweepHistory(options), sweepIdempotencyKeys(sql), sweepSessions(sql)]);
    } catch (error) {
      log.error("Housekeeping failed; it is tried again in an hour", { error });
    }
  }

  const sweep = () => (sweeping = sweeping.then(sweepOnce));
  const timer = setInterval(() => void sweep(), hourMs);
  timer.unref();
  return {
    sweep,
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}

async function sweepHistory({
  sql,
  log,
  historyMonths,
}: Parameters<typeof startHousekeeping>[0]): Promise<void> {
  if (historyMonths === 0) return;
  const { dropped, held } = await dropOldMonths(sql, historyMonths);
  if (dropped.length > 0) log.info("Months of the history were dropped", { months: dropped });
  if (held) {
    log.warn("A month is kept for longer than is set: these endpoints have not got all of it", {
      month: held.month,
      endpoint_ids: held.endpointIds,
    });
  }
}
