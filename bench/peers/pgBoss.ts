import { concurrency, loadPackage, type Job, type Peer, type Store } from "./peer.ts";
import { openPool } from "./pool.ts";

/** What we use of pg-boss. */
interface PgBossModule {
  PgBoss: new (options: object) => {
    on(event: "error", listener: (error: Error) => void): void;
    start(): Promise<unknown>;
    stop(options: { graceful: boolean }): Promise<void>;
    createQueue(name: string): Promise<void>;
    insert(name: string, jobs: readonly { data: Job; retryLimit: number }[]): Promise<unknown>;
    work(
      name: string,
      options: object,
      handler: (jobs: { data: Job }[]) => Promise<void>,
    ): Promise<string>;
  };
}

const queue = "deliveries";
/** Jobs that one worker fetches and completes together. A batch waits for its slowest post. */
const batchSize = 500;

/**
 * pg-boss with workers that fetch in batches, and fetch again at once while batches come back full. With smaller
 * batches it was slower. Plain: each of many workers takes a job at a time.
 */
export async function openPgBoss({ postgres }: Store, isPlain: boolean): Promise<Peer> {
  const { PgBoss } = await loadPackage<PgBossModule>("pg-boss");
  const { username: user, ...connection } = postgres;
  const { pool, countRows } = await openPool(postgres);
  const boss = new PgBoss({ ...connection, user, max: 16 });
  boss.on("error", (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  await boss.createQueue(queue);
  return {
    async enqueue(jobs) {
      await boss.insert(
        queue,
        jobs.map((data) => ({ data, retryLimit: 8 })),
      );
    },
    async work(deliver) {
      const options = {
        batchSize: isPlain ? 1 : batchSize,
        localConcurrency: isPlain ? concurrency : 2, // one fetches while the other posts
        pollingIntervalSeconds: 0.5,
        burstWhenBatchFull: true,
      };
      await boss.work(queue, options, async (jobs) => {
        await Promise.all(jobs.map(({ data }) => deliver(data)));
      });
    },
    // Its own statistics are up to an hour old.
    left: () =>
      countRows("select count(*)::int as count from pgboss.job where state <> 'completed'"),
    async stop() {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
