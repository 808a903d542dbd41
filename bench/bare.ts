import { newWebhookSecret } from "../src/base/keys.ts";
import { startChild } from "./child.ts";
import type { Drained } from "./engine.ts";
import type { BenchDatabase } from "./server.ts";
import type { Bench } from "./suite.ts";

/** One run of the bare loop. */
export interface BareRun {
  readonly url: string;
  readonly paths: readonly string[];
  /** To each path. */
  readonly connections: number;
  /** Posts to each path. */
  readonly each: number;
  readonly secret: string;
}

/** The limit: an undici `dispatch` loop that signs bodies it holds in memory, in a process of its own. */
export interface BareLoop {
  /** Mean size of a body, in bytes. */
  readonly bodyBytes: number;
  run(given: Pick<BareRun, "paths" | "connections" | "each">): Promise<Omit<Drained, "storeUs">>;
  stop(): Promise<void>;
}

/** Bodies held at most; beyond them it begins anew. */
const bodiesLimit = 20_000;

export async function startBareLoop(
  { receiver }: Bench,
  { connection }: BenchDatabase,
  organizationId: string,
): Promise<BareLoop> {
  const child = await startChild("bareProcess.ts");
  const given = { connection, organizationId, limit: bodiesLimit };
  const bodyBytes = await child.ask<number>("load", given);
  return {
    bodyBytes,
    async run({ paths, connections, each }) {
      const deliveries = paths.length * each;
      await receiver.expect({ count: deliveries });
      const { url } = receiver;
      const before = await child.ask<number>("cpu");
      const startedAt = performance.now();
      await child.ask("run", { url, paths, connections, each, secret: newWebhookSecret() });
      const seconds = (performance.now() - startedAt) / 1_000;
      const nodeUs = ((await child.ask<number>("cpu")) - before) / deliveries;
      const { requests, duplicates } = await receiver.tally();
      if (requests !== deliveries || duplicates > 0) {
        throw new Error(`Of ${deliveries} posts ${requests} came, ${duplicates} of them again`);
      }
      return { deliveries, perSecond: deliveries / seconds, nodeUs };
    },
    stop: () => child.stop(),
  };
}
