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
let isFetching = false;

/** A queue at work, in a process of its own: each job is signed, and posted with undici, or with `fetch` by a plain one. */
serve({
  async open({
    name,
    store,
    isPlain,
  }: {
    name: keyof typeof openers;
    store: Store;
    isPlain: boolean;
  }) {
    isFetching = isPlain;
    peer = await openers[name](store, isPlain);
  },
  async enqueue(jobs: readonly Job[]) {
    for (let from = 0; from < jobs.length; from += enqueuedAtOnce) {
      await peer?.enqueue(jobs.slice(from, from + enqueuedAtOnce));
    }
  },
  work: ({ url }: { url: string }) =>
    peer?.work(createDeliver(isFetching ? fetching(url) : pooled(url))),
  left: () => peer?.left(),
  stop: () => peer?.stop(),
});

/** Posts a body. @returns the status that the receiver answers. */
type Post = (path: string, headers: Record<string, string>, body: string) => Promise<number>;

function pooled(url: string): Post {
  const pool = new Pool(url, { connections: concurrency, pipelining: 1 });
  return async (path, headers, body) => {
    const answer = await pool.request({ path, method: "POST", headers, body });
    await answer.body.dump();
    return answer.statusCode;
  };
}

const fetching =
  (url: string): Post =>
  async (path, headers, body) => {
    const answer = await fetch(new URL(path, url), { method: "POST", headers, body });
    await answer.arrayBuffer();
    return answer.status;
  };

function createDeliver(post: Post): (job: Job) => Promise<void> {
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
    const status = await post(path, headers, body);
    if (status !== 200) throw new Error(`The receiver said ${status}`);
  };
}
