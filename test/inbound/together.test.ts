import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Context } from "../../src/flow/context.ts";
import { takeDeliveries, type InboundDelivery } from "../../src/flow/inbound/receive.ts";
import { findInlet } from "../../src/store/inlets.ts";
import { givenPair, test, type Pair } from "../service.ts";
import { compact, givenInlet, holdFeed } from "./vendor.ts";

const bodies = fc.record({
  webhook_event: fc.constantFrom("new_customer", "update_customer", "new_note"),
  id: fc.constantFrom(1, 2),
  customer_id: fc.constantFrom(1, 2),
  first_name: fc.constantFrom("Avery", "Rowan", null),
  updated_at: fc.constantFrom("1", "2", null),
});

const deliveryOf = (body: unknown): InboundDelivery => ({
  bytes: Buffer.from(JSON.stringify(body)),
  contentType: "application/json",
  named: [],
  requestId: "req_test",
});

/** A new inlet, and what takes deliveries of it in one transaction. */
async function givenTaker({ service, sales, salesOrg }: Pair) {
  const { id } = await givenInlet(sales);
  const inlet = await findInlet(service.sql, { id, organizationId: salesOrg.id });
  if (!inlet) throw new Error("The inlet is not there");
  const context: Context = {
    ...service.services,
    caller: {
      organizationId: salesOrg.id,
      roles: ["sales_org"],
      scopes: [],
      actor: { kind: "system", id, name: inlet.name },
    },
    requestId: "req_test",
    idempotency: null,
    ifMatch: null,
    onAppended: () => undefined,
  };
  return (deliveries: readonly InboundDelivery[]) => takeDeliveries(context, { inlet, deliveries });
}

describe("deliveries that are taken together", () => {
  test("are judged as one after the other would be", async ({ service }) => {
    const pair = await givenPair(service);
    const { sales } = pair;
    const told = async (taken: readonly { id: string; event_id: string | null }[]) => {
      const places = new Map(taken.map(({ event_id }, place) => [event_id, place]));
      return Promise.all(
        taken.map(async ({ id }) => {
          const { outcome, doubles_event_id } = await sales.receipts.get({ id });
          return [outcome, doubles_event_id && places.get(doubles_event_id)];
        }),
      );
    };
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { minLength: 2, maxLength: 8 }), async (given) => {
        const deliveries = given.map(deliveryOf);
        const [together, apart] = await Promise.all([givenTaker(pair), givenTaker(pair)]);

        const atOnce = await together(deliveries);
        const single = [];
        for (const delivery of deliveries) single.push(...(await apart([delivery])));

        expect(await told(atOnce)).toEqual(await told(single));
      }),
      { numRuns: 40 },
    );
  });

  test("are those that waited for one that was being written", async ({ service }) => {
    const { sales, salesOrg } = await givenPair(service);
    const { send } = await givenInlet(sales);
    const letGo = await holdFeed(service.sql, salesOrg.id);
    const sent = Array.from({ length: 20 }, (_, nth) => send(compact("new_customer", { id: nth })));
    await expect.poll(() => waiting(service.sql)).toBe(1);
    await letGo();

    const answers = await Promise.all(sent);

    expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map(() => "appended"));
    const written = await service.sql`select count(*) from receipts group by xmin`;
    expect(written.length).toBeLessThan(answers.length);
  });

  test("do not fail for one of them", async ({ service }) => {
    const pair = await givenPair(service);
    const { sql } = service;
    await sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$
    `;
    await sql`
      create trigger refuse before insert on receipts for each row
        when (new.vendor_event = 'new_poison') execute function refuse()
    `;
    const { send } = await givenInlet(pair.sales);
    const names = ["new_customer", "new_poison", "new_survey", "new_install"];

    const rounds = Array.from({ length: 10 }, (_, id) =>
      names.map((name) => send(compact(name, { id }))),
    );

    for (const round of rounds) {
      const statuses = (await Promise.all(round)).map(({ status }) => status);
      expect(statuses).toEqual([200, 500, 200, 200]);
    }
  });
});

/** How many statements wait for a lock. */
async function waiting(sql: Pair["service"]["sql"]): Promise<number> {
  const rows = await sql`
    select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
  `;
  return rows.length;
}
