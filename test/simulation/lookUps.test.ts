import { expect, test } from "vitest";
import { createChance } from "./chance.ts";
import { append, createWorld, startNode } from "./world.ts";

/**
 * The head of a lane is looked up before it is sent. A process that froze between the two found its entry when it woke
 * up, and sent it beside the one that had taken over.
 */
test("a process sends nothing when it wakes up after its lease, at whatever moment it froze", async () => {
  const sentBy = new Set<string>();
  for (let frozenAt = 5_000; frozenAt < 9_000; frozenAt += 10) {
    const world = createWorld(createChance(1));
    const { clock, receivers, database, witness } = world;
    await clock.rule(async () => {
      for (const receiver of receivers.values()) receiver.mood = "refusing";
      append(world, [{ customer: 1, type: "new_note" }]);
      const first = startNode(world, "node_first");
      await clock.pass(200);
      database.slowestMs = 300;
      await clock.pass(frozenAt);
      first.process.state = "frozen";
      const before = witness.seen.length;
      for (const receiver of receivers.values()) receiver.mood = "hanging";
      startNode(world, "node_second");
      await clock.pass(7_000);
      clock.thaw(first.process);
      await clock.pass(2_000);
      for (const { tenure } of witness.seen.slice(before)) sentBy.add(tenure.process.nodeId);
    });
    witness.check();
  }
  expect([...sentBy]).toEqual(["node_second"]);
});

/** What was looked up for long went out after its receiver had asked for peace; what failed to be looked up undid that. */
test("a receiver that is down is left alone, however long and badly heads of lanes are looked up", async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const chance = createChance(seed);
    const world = createWorld(chance);
    const { clock, receivers, database, witness } = world;
    await clock.rule(async () => {
      for (const receiver of receivers.values()) receiver.mood = "refusing";
      append(
        world,
        [1, 2, 3].map((customer) => ({ customer, type: "new_note" })),
      );
      startNode(world, "node_only");
      await clock.pass(1_000);
      for (const receiver of receivers.values()) receiver.mood = chance.of(["busy", "overloaded"]);
      database.failing = chance.of([0, 0.2, 0.4]);
      database.slow = chance.of([null, "nextOfCustomer"]);
      await clock.pass(30_000);
    });
    witness.check();
  }
});
