import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { createClient } from "../../src/sdk/index.ts";
import { test } from "../mainProcess.ts";
import { compact, send } from "./vendor.ts";

const operatorOf = async (dataDir: string, url: string) =>
  createClient({ url, key: (await readFile(join(dataDir, "operator.key"), "utf8")).trim() });

describe("kill -9 while deliveries come in", () => {
  test(
    "loses nothing that was answered with 2xx",
    { timeout: 180_000 },
    async ({ dataDir, start }) => {
      const first = start();
      const url = await first.ready;
      const operator = await operatorOf(dataDir, url);
      const { id: organization } = await operator.organizations.create({
        name: "Kept",
        roles: ["epc"],
      });
      const { key } = await operator.keys.create({ id: organization });
      const inlet = await createClient({ url, key }).inlets.create({ name: "Enerflo" });
      const path = new URL(inlet.url).pathname;
      const accepted = new Map<string, string>();
      let sent = 0;

      /** Sends until the service is gone. */
      async function sendOn(to: string): Promise<void> {
        for (;;) {
          const nth = ++sent;
          const body = JSON.stringify(
            compact("update_customer", { id: nth % 5, first_name: `${nth}` }),
          );
          const taken = await send(new URL(path, to).href, body).catch(() => null);
          if (taken === null) return;
          if (taken.status === 200) accepted.set(taken.id, body);
        }
      }

      let running = { service: first, url };
      for (let round = 0; round < 3; round++) {
        const before = accepted.size;
        const senders = Array.from({ length: 8 }, () => sendOn(running.url));
        await expect.poll(() => accepted.size, { interval: 5 }).toBeGreaterThan(before + 40);
        running.service.process.kill("SIGKILL");
        await Promise.all([running.service.ended, ...senders]);
        const next = start();
        running = { service: next, url: await next.ready };
      }

      const client = createClient({ url: running.url, key });
      for (const [id, body] of accepted) {
        expect(await client.receipts.get({ id })).toMatchObject({ outcome: "appended" });
        expect(await (await client.receiptBodies.get({ id })).text()).toBe(body);
      }
      const { head } = await client.events.count();
      expect(head).toBeGreaterThanOrEqual(accepted.size);
      expect(head).toBeLessThanOrEqual(sent);
    },
  );
});
