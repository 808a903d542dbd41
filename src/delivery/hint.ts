import type { Sql } from "../base/database.ts";
import type { Log } from "../base/log.ts";
import { notify } from "../store/feed.ts";

/** Tells the other nodes on a database what is worth a look, now and then however much happens here. */
export interface Hint {
  /** There is news for readers of these organizations' feeds. Returns at once; losing it costs only latency. */
  tell(organizationIds: Iterable<string>): void;
  /** What other nodes tell. @returns how to stop listening. */
  listen(heed: (organizationIds: readonly string[]) => void): Promise<() => Promise<void>>;
  /** Tells nothing more; resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** The payload is the node that tells, a space, and organization ids separated by commas. */
const channel = "heliograph_feed";
/** Shortest time between two hints, in milliseconds: each takes a lock that all hints of the server share. */
const hintEveryMs = 100;
/** Ids in one hint at most: PostgreSQL takes 8,000 bytes. */
const idsLimit = 200;

export function createHint({
  sql,
  log,
  nodeId,
}: {
  readonly sql: Sql;
  readonly log: Log;
  readonly nodeId: string;
}): Hint {
  const untold = new Set<string>();
  let pause: NodeJS.Timeout | null = null;
  let telling: Promise<void> = Promise.resolve();
  let isStopped = false;

  function tellNow(): void {
    pause = null;
    if (untold.size === 0 || isStopped) return;
    pause = setTimeout(tellNow, hintEveryMs);
    const ids = [...untold].slice(0, idsLimit);
    for (const id of ids) untold.delete(id);
    telling = notify(sql, channel, `${nodeId} ${ids.join(",")}`).catch((error: unknown) =>
      log.warn("Other nodes could not be told that feeds grew", { error }),
    );
  }

  return {
    tell(organizationIds) {
      for (const id of organizationIds) untold.add(id);
      if (pause === null) tellNow();
    },
    async listen(heed) {
      const subscription = await sql.listen(channel, (payload) => {
        const [from, ids = ""] = payload.split(" ");
        if (from !== nodeId) heed(ids.split(","));
      });
      return () => subscription.unlisten();
    },
    async stop() {
      isStopped = true;
      if (pause !== null) clearTimeout(pause);
      await telling;
    },
  };
}
