import { expect, test } from "vitest";
import { attemptTimeoutMs } from "../../src/delivery/attempt.ts";
import { createChance } from "./chance.ts";
import { ownerOf } from "./owner.ts";
import { append, createWorld, healthy, startNode } from "./world.ts";

/**
 * A runner lost its endpoint with an attempt to write down, the database failed, and it was given up. Its write was tried
 * once more and refused, seconds after the endpoint had been taken up anew: it let go of the endpoint a second time, and
 * took lease and place from the runner that served it by then.
 */
test("a runner that was given up takes nothing from the next one, however late its last write is answered", async () => {
  let late = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const world = createWorld(createChance(seed));
    const { clock, receivers, database, tables, witness } = world;
    const [endpoint] = tables.endpoints.values();
    if (!endpoint) throw new Error("There is no endpoint");
    await clock.rule(async () => {
      for (const receiver of receivers.values()) receiver.mood = "hanging";
      append(world, [{ customer: 1, type: "new_note" }]);
      startNode(world, "node_only");
      await clock.pass(1_000);
      // Its runner is lost by this, but what it has under way goes on.
      ownerOf(endpoint, clock).update({ events: ["new_note"] });
      await clock.pass(attemptTimeoutMs - 1_500);
      // When that times out, nobody can write it down.
      database.failing = 1;
      await clock.pass(700);
      Object.assign(database, { ...healthy, slow: "writeBack" });
      for (const receiver of receivers.values()) receiver.mood = "well";
      await clock.pass(30_000);
    });
    witness.check();
    const claims = witness.trace.filter((line) => line.includes(`claims ${endpoint.row.id}`));
    expect(claims).toHaveLength(2);
    if (/ under 3 [\s\S]*and is refused/.test(witness.trace.join("\n"))) late += 1;
  }
  expect(late).toBeGreaterThan(0);
});
