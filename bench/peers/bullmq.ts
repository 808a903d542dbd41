import { concurrency, loadPackage, type Job, type Peer, type Store } from "./peer.ts";

/** What we use of BullMQ. */
interface BullmqModule {
  Queue: new (
    name: string,
    options: object,
  ) => {
    addBulk(jobs: readonly { name: string; data: Job }[]): Promise<unknown>;
    getJobCounts(...states: string[]): Promise<Record<string, number>>;
    close(): Promise<void>;
  };
  Worker: new (
    name: string,
    processor: (job: { data: Job }) => Promise<void>,
    options: object,
  ) => {
    on(event: "error", listener: (error: Error) => void): void;
    waitUntilReady(): Promise<unknown>;
    close(force: boolean): Promise<void>;
  };
}

/** BullMQ on a Redis that syncs its log at every write: the only setting of it that loses nothing, as PostgreSQL's. */
export async function openBullmq({ redisPort }: Store): Promise<Peer> {
  const { Queue, Worker } = await loadPackage<BullmqModule>("bullmq");
  const connection = { host: "127.0.0.1", port: redisPort, maxRetriesPerRequest: null };
  const name = "deliveries";
  const queue = new Queue(name, {
    connection,
    defaultJobOptions: { attempts: 8, removeOnComplete: true },
  });
  let stop = async () => undefined as void;
  return {
    async enqueue(jobs) {
      await queue.addBulk(jobs.map((data) => ({ name: "deliver", data })));
    },
    async work(deliver) {
      const options = { connection, concurrency };
      const worker = new Worker(name, ({ data }) => deliver(data), options);
      worker.on("error", (error) => process.stderr.write(`BullMQ: ${error.message}\n`));
      stop = () => worker.close(true);
      await worker.waitUntilReady();
    },
    async left() {
      const counts = await queue.getJobCounts("waiting", "active", "delayed", "failed");
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      await stop();
      await queue.close();
    },
  };
}
