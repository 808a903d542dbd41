import { Pool } from "undici";
import { connect } from "../src/base/database.ts";
import { renderBody } from "../src/contract/formats/render.ts";
import { createSigner } from "../src/delivery/sign.ts";
import { readFeed } from "../src/store/feed.ts";
import type { BareRun } from "./bare.ts";
import { serve } from "./serve.ts";
import type { BenchConnection } from "./server.ts";

/** What an event's delivery takes at the very least: sign a body that is there, post it, see the answer's end. */
interface Ready {
  readonly id: string;
  readonly sequence: number;
  readonly body: string;
}

const ready: Ready[] = [];
const sign = createSigner();

serve({
  async load(given: { connection: BenchConnection; organizationId: string; limit: number }) {
    const sql = connect({ ...given.connection }, { max: 1, name: "heliograph-bench" });
    let after = 0;
    while (ready.length < given.limit) {
      const limit = Math.min(1_000, given.limit - ready.length);
      const page = await readFeed(sql, { organizationId: given.organizationId, after, limit });
      for (const entry of page.entries) {
        const { event_id: id, sequence } = entry;
        ready.push({ id, sequence, body: renderBody(entry, "heliograph") });
      }
      if (page.scannedTo === after) break;
      after = page.scannedTo;
    }
    await sql.end();
    const bytes = ready.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    return bytes / ready.length;
  },
  run: (run: BareRun) => Promise.all(run.paths.map((path) => drainPath(path, run))),
});

async function drainPath(path: string, { url, connections, each, secret }: BareRun): Promise<void> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let next = 0;
  let open = 0;
  const goOn = () => {
    open -= 1;
    if (next < each) post();
    else if (open === 0) resolve();
  };
  const post = () => {
    open += 1;
    const position = next++;
    const { id, body } = ready[position % ready.length] as Ready;
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "bare",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": sign({ id, timestamp, body, secrets: [secret] }),
      "heliograph-attempt": "1",
      "heliograph-sequence": String(position + 1),
      "heliograph-previous": String(position),
    };
    pool.dispatch({ path, method: "POST", headers, body }, { ...silent, onResponseEnd: goOn });
  };
  const silent = {
    onRequestStart: () => undefined,
    onResponseStart: () => undefined,
    onResponseData: () => undefined,
    onResponseError: (_: unknown, error: Error) => reject(error),
  };
  for (let started = Math.min(connections, each); started > 0; started -= 1) post();
  await promise;
  await pool.close();
}
