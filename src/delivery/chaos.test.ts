import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { createNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  expectCustomerOrder,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf,
} from "../../test/feedFixture.ts";
import { letWaitsEnd } from "../../test/waits.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import { createRandom } from "../../test/random.ts";
import type { Answer, Received } from "../../test/receiver.ts";
import { reconcile } from "../store/reconcile.ts";

describe("a receiver that fails in every way, at random", () => {
  test.for([1, 2, 3])(
    "still gets everything once and in each customer's order (seed %i)",
    async (seed, { sql }) => {
      const random = createRandom(seed);
      const receiver = await givenReceiver(() => anyAnswer(random.next()));
      const organizationId = await givenOrganization(sql);
      const endpoint = await givenEndpoint(sql, testSeal, { organizationId, url: receiver.url });
      const customers = await givenCustomers(sql, organizationId, 12);
      const nodes = [createNode(sql), createNode(sql)];
      for (const node of nodes) await node.start();
      const wake = (ids: readonly string[]) => nodes.forEach((node) => node.wake(ids));
      const owner = ownerOf(sql, testSeal, { ...endpoint, wake });
      const entries = [];
      for (let round = 0; receiver.accepted().length < 240; round += 1) {
        if (round < 4)
          entries.push(...(await givenEvents(sql, organizationId, eventsOf(customers, 5))));
        // Every now and then the owner pauses and resumes, and any node takes the endpoint up.
        const state = round % 7 === 5 ? "paused" : "active";
        if (round % 7 > 4) {
          await sql`update endpoints set state = ${state}, backoff_step = 0, version = version + 1`;
        }
        // And changes the filter, to one that lets as much through, while deliveries are under way.
        if (round % 7 === 3) await owner.update({ events: round % 2 === 0 ? null : ["new_note"] });
        await letWaitsEnd(sql);
        for (const node of nodes) await node.tick();
      }
      for (const node of nodes) await node.stop();

      expect(receiver.accepted()).toHaveLength(240);
      expectCustomerOrder(receiver.accepted(), entries);
      const account = await reconcile(sql, endpoint, { from: 1, to: 240 });
      expect(account).toMatchObject({ matching: 240, delivered: 240, waiting: 0, dead: 0 });
      expect((await sql`select from attempts`).count).toBe(attemptsIn(receiver.requests));
    },
  );
});

/**
 * How many attempts the requests are. They count up for each event; a number comes again only when the receiver hung up
 * on it, as a connection that had rested is tried once more on a new one.
 */
function attemptsIn(requests: readonly Received[]): number {
  let count = 0;
  for (const own of Map.groupBy(requests, ({ eventId }) => eventId).values()) {
    for (const [index, { attempt }] of own.entries()) {
      const before = own[index - 1];
      const isAgain = before?.status === null && before.attempt === attempt;
      if (!isAgain) expect(attempt).toBe((before?.attempt ?? 0) + 1);
      count += isAgain ? 0 : 1;
    }
  }
  return count;
}

function anyAnswer(random: number): Answer {
  if (random < 0.1) return 422;
  if (random < 0.15) return 500;
  if (random < 0.2) return 503;
  if (random < 0.23) return { status: 429, headers: { "retry-after": "1" } };
  return random < 0.26 ? "close" : { status: 200, afterMs: random * 4 };
}
