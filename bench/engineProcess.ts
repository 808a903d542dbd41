import { hostname } from "node:os";
import { connect } from "../src/base/database.ts";
import { newId } from "../src/base/id.ts";
import { createLog } from "../src/base/log.ts";
import { createSeal } from "../src/base/seal.ts";
import { createDelivery, type Delivery } from "../src/delivery/delivery.ts";
import { createEgressGuard, parseEgressAllow } from "../src/delivery/egress.ts";
import { createSender } from "../src/delivery/send.ts";
import { readVersion } from "../src/version.ts";
import { serve } from "./serve.ts";
import type { BenchConnection } from "./server.ts";

/** A delivering node as `src/start.ts` makes it, in a process of its own. */
let delivery: Delivery | undefined;
let close = async (): Promise<void> => undefined;

serve({
  async start({ connection, masterKey }: { connection: BenchConnection; masterKey: string }) {
    const sql = connect({ ...connection }, { max: 15, name: "heliograph" });
    const guard = createEgressGuard(parseEgressAllow("127.0.0.0/8"));
    const sender = createSender({ guard, connectionsPerOrigin: 128 });
    delivery = createDelivery({
      sql,
      seal: createSeal(masterKey),
      sender,
      log: createLog("warn"),
      nodeId: `${hostname()}-${newId("node")}`,
      version: readVersion(),
    });
    close = async () => {
      await sender.close();
      await sql.end({ timeout: 5 });
    };
    await delivery.start();
  },
  tick: () => delivery?.tick(),
  async stop() {
    await delivery?.stop();
    await close();
  },
});
