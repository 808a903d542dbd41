import { Pool } from "undici";
import { newWebhookSecret } from "../src/base/keys.ts";
import { createSigner } from "../src/delivery/sign.ts";
import { openBullmq } from "./peers/bullmq.ts";
import { openGraphileWorker } from "./peers/graphileWorker.ts";
import { concurrency, type Job, type Peer, type Store } from "./peers/peer.ts";
import { openPgBoss } from "./peers/pgBoss.ts";
import { serve } from "./serve.ts";

const openers = { pgBoss: openPgBoss, graphileWorker: openGraphileWorker, bullmq: openBullmq };
const enqueuedAtOnce = 500;

let peer: Peer | undefined;

/** A queue at work, in a process of its own: each job is signed, and posted with undici. */
serve({
  async open({ name, store }: { name: keyof typeof openers; store: Store }) {
    peer = await openers[name](store);
  },
  async enqueue(jobs: readonly Job[]) {
    for (let from = 0; from < jobs.length; from += enqueuedAtOnce) {
      await peer?.enqueue(jobs.slice(from, from + enqueuedAtOnce));
    }
  },
  work: ({ url }: { url: string }) => peer?.work(createDeliver(url)),
  left: () => peer?.left(),
  stop: () => peer?.stop(),
});

function createDeliver(url: string): (job: Job) => Promise<void> {
  const pool = new Pool(url, { connections: concurrency, pipelining: 1 });
  const sign = createSigner();
  const secrets = [newWebhookSecret()];
  return async ({ path, id, sequence, body }) => {
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "peer",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": sign({ id, timestamp, body, secrets }),
      "heliograph-sequence": String(sequence),
    };
    const answer = await pool.request({ path, method: "POST", headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`The receiver said ${answer.statusCode}`);
  };
}
