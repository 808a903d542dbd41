import { expect } from "vitest";
import { test } from "../../test/database.ts";
import { givenNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  eventsOf,
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import { createLog } from "../base/log.ts";

test("what cannot be written down is not sent", async ({ sql }) => {
  const receiver = await givenReceiver();
  const organizationId = await givenOrganization(sql);
  const customers = await givenCustomers(sql, organizationId, 50);
  await givenEndpoint(sql, testSeal, { organizationId, url: receiver.url });
  await givenEvents(sql, organizationId, eventsOf(customers, 30));
  await sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
    create trigger refusing before insert on attempts for each row execute function refuse();
  `);
  const refused = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  let refusals = 0;
  const log = createLog("warn", () => {
    refused[refusals]?.resolve();
    refusals += 1;
  });

  const node = await givenNode(sql, { log });
  await refused[0].promise;
  await node.tick(); // reading works, which must not let it go on
  await refused[1].promise;

  // A flush, and what was under way while it failed; without a stop it would be all that may be unwritten, 1,000.
  expect(receiver.requests.length).toBeLessThan(600);

  await sql`drop trigger refusing on attempts`;
  await expect.poll(() => receiver.accepted().length, { timeout: 20_000 }).toBe(1_500);
  await node.stop();
  const written = await sql`select from attempts where outcome = 'delivered'`;
  expect([receiver.requests.length, written.count]).toEqual([1_500, 1_500]);
});
