import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { receiver, type Gap } from "../../src/receiver/index.ts";
import { test } from "../database.ts";
import { drivers, openDatabase } from "./databases.ts";
import { chainOf, deliveryOf, madeFeed, secret, sourceOf } from "./deliveries.ts";

const feed = madeFeed(Array.from({ length: 7 }, () => ({ customer: 1 })));

describe.for(drivers)("what is no longer kept, with an inbox by %s", (driver) => {
  test("is told once, whoever of several processes finds it, and in whatever way", async ({
    database,
  }) => {
    const directory = await mkdtemp(join(tmpdir(), "heliograph-lost-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const told: Gap[] = [];
    const processes = await Promise.all(
      [1, 2].map(async () => {
        const { inbox, close } = await openDatabase[driver]({ database, directory });
        const hooks = receiver({
          secret,
          inbox,
          pollMs: 1e9,
          gate: {
            from: 0,
            graceMs: 0,
            endpoint: "end_1",
            source: sourceOf(feed, { keptAfter: 5 }),
            onGap: (gap) => told.push(gap),
          },
          on: {},
        });
        onTestFinished(async () => {
          await hooks.stop();
          await close();
        });
        return hooks;
      }),
    );
    const [hooks = never()] = processes;
    await hooks.start();
    for (const index of [0, 2, 6]) {
      const { event, previous } = chainOf(feed)[index] ?? never();
      await hooks.receive(await deliveryOf(event, { previous: index === 2 ? null : previous }));
    }
    await Promise.all(processes.map((each) => each.resume()));
    const named = { at: 7, after: 3, to: 5, state: "lost" };
    expect(told).toMatchObject([named]);

    await Promise.all(processes.map((each) => each.catchUp({ from: 1 })));
    const found = { at: 2, after: 1, to: 2, state: "lost" };
    expect(told).toMatchObject([named, found]);
    for (const each of processes) {
      await each.catchUp({ from: 1 });
      expect(await each.gaps()).toMatchObject([found, named]);
    }
    expect(told).toHaveLength(2);
  });
});

function never(): never {
  throw new Error("There is no such event");
}
