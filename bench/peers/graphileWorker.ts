import { concurrency, loadPackage, type Job, type Peer, type Store } from "./peer.ts";
import { openPool } from "./pool.ts";

/** What we use of graphile-worker. */
interface GraphileWorkerModule {
  Logger: new (make: () => () => void) => object;
  run: (options: object) => Promise<{ stop(): Promise<void> }>;
  makeWorkerUtils: (options: object) => Promise<{
    migrate(): Promise<void>;
    addJobs(jobs: readonly { identifier: string; payload: Job }[]): Promise<unknown>;
    release(): Promise<void>;
  }>;
}

/** graphile-worker with its local queue, and jobs completed in batches. Plain: each taken and completed by itself. */
export async function openGraphileWorker({ postgres }: Store, isPlain: boolean): Promise<Peer> {
  const { Logger, makeWorkerUtils, run } =
    await loadPackage<GraphileWorkerModule>("graphile-worker");
  const { pool: pgPool, countRows } = await openPool(postgres);
  const logger = new Logger(() => () => undefined);
  const tools = await makeWorkerUtils({ pgPool, logger });
  await tools.migrate();
  let stop = async () => undefined as void;
  return {
    async enqueue(jobs) {
      await tools.addJobs(jobs.map((payload) => ({ identifier: "deliver", payload })));
    },
    async work(deliver) {
      const worker = {
        concurrentJobs: concurrency,
        ...(!isPlain && {
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        }),
      };
      const runner = await run({
        pgPool,
        logger,
        preset: { worker },
        noHandleSignals: true,
        taskList: { deliver },
      });
      stop = () => runner.stop();
    },
    left: () => countRows("select count(*)::int as count from graphile_worker._private_jobs"),
    async stop() {
      await stop();
      await tools.release();
      await pgPool.end();
    },
  };
}
