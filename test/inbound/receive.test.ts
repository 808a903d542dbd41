import { describe, expect } from "vitest";
import type { InboundEnvelope } from "../../src/contract/inbound.ts";
import type { Client } from "../../src/sdk/index.ts";
import { givenOneCompany, givenPair, test } from "../service.ts";
import { appointment, compact, envelope, givenInlet, wide } from "./vendor.ts";

async function inboundOf(client: Client): Promise<InboundEnvelope[]> {
  const { data } = await client.events.list({ type: "inbound", limit: 200 });
  return data as unknown as InboundEnvelope[];
}

const bytesOf = async (client: Client, id: string) =>
  Buffer.from(await (await client.receiptBodies.get({ id })).arrayBuffer());

describe("an inlet", () => {
  test("puts every shape into the feed, byte for byte", async ({ service }) => {
    const { sales, salesOrg } = await givenPair(service);
    const { send } = await givenInlet(sales);
    const bodies = [
      JSON.stringify(compact("new_customer"), null, 2),
      JSON.stringify({ body: wide("new_proposal") }),
      JSON.stringify(
        envelope("deal.projectSubmitted", { deal: { id: "d-1" }, customer: { id: "c-9" } }),
      ),
      '{"hello": 1.0, "hello": 12345678901234567890}',
      "<xml/>",
      "",
    ];

    for (const body of bodies) expect(await send(body)).toMatchObject({ status: 200 });

    const events = await inboundOf(sales);
    expect(events.map(({ data }) => data.body_text)).toEqual(bodies);
    expect(events.map(({ data }) => [data.vendor_event, data.shape, data.entity])).toEqual([
      ["new_customer", "compact", { kind: "customer", id: "3000001" }],
      ["new_proposal", "wide", { kind: "proposal", id: "8001" }],
      ["deal.projectSubmitted", "envelope", { kind: "deal", id: "d-1" }],
      [null, "json", null],
      [null, "other", null],
      [null, "other", null],
    ]);
    expect(events.map(({ data }) => data.vendor_customer_id)).toEqual([
      "3000001",
      "3000001",
      "c-9",
      null,
      null,
      null,
    ]);
    expect(events.map(({ customer_sequence }) => customer_sequence)).toEqual([1, 2, 1, 1, 2, 3]);
    expect(events[0]).toMatchObject({
      type: "inbound",
      organization_id: salesOrg.id,
      role: "sales_org",
      sequence: 1,
      actor: { kind: "system", name: "Enerflo" },
      cause: { command: "receive_inbound" },
    });
    const [first] = events;
    expect(await sales.events.get({ id: first?.id ?? "" })).toEqual(first);
    expect(await sales.events.list({ customer_id: first?.data.subject_id ?? "" })).toMatchObject({
      data: [{ sequence: 1 }, { sequence: 2 }],
    });
  });

  test("takes the name from the body, else from a header, else from the query", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const { send } = await givenInlet(sales);
    const unnamed = { id: 5, name: "x" };

    await send(compact("new_customer"), { headers: { "x-enerflo-event": "update_customer" } });
    await send(unnamed, { headers: { "x-enerflo-event": "new_note", "webhook-event": "other" } });
    await send(unnamed, { headers: { "webhook-event": "new_install" }, query: "?event=other" });
    await send(unnamed, { query: "?event=new_survey&event=twice&x=%00" });
    await send(unnamed, { headers: { "x-enerflo-event": "no name at all" } });

    const events = await inboundOf(sales);
    expect(events.map(({ data }) => data.vendor_event)).toEqual([
      "new_customer",
      "new_note",
      "new_install",
      "new_survey",
      null,
    ]);
  });

  test("drops the doubles that are known, keeps them, and gives them out when asked", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const { id, send } = await givenInlet(sales);
    const made = appointment("new_appointment");
    const updated = appointment("update_appointment", { timestamps: { updated_at: "2026-03-02" } });

    const outcomes = [
      await send(made),
      await send(made),
      await send(updated),
      await send({ webhook_event: "update_appointment", id: 71_001 }),
      await send({ ...updated, status: "Cancelled" }),
      await send(made),
      await send({ webhook_event: "new_customer", id: 9 }),
    ];

    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      "appended",
      "double",
      "double",
      "near_empty",
      "appended",
      "double",
      "near_empty",
    ]);
    expect(outcomes.every(({ status }) => status === 200)).toBe(true);
    expect(await inboundOf(sales)).toHaveLength(2);
    const { data: doubles } = await sales.receipts.list({ id, outcome: "double" });
    expect(doubles.map((one) => one.doubles_event_id)).toEqual([
      outcomes[0]?.event_id,
      outcomes[0]?.event_id,
      outcomes[0]?.event_id,
    ]);
    const dropped = doubles[1]?.id ?? "";
    expect((await bytesOf(sales, dropped)).toString()).toBe(JSON.stringify(updated));

    const released = await sales.receipts.release({ id: dropped });
    expect(released).toMatchObject({ outcome: "double", event_id: expect.stringMatching(/^evt_/) });
    await expect(sales.receipts.release({ id: dropped })).rejects.toMatchObject({
      problem: { code: "rule", rule: "receipt_kept_out" },
    });
    const last = (await inboundOf(sales)).at(-1);
    expect(last).toMatchObject({ id: released.event_id, sequence: 3, customer_sequence: 3 });
    expect(last?.data.body_text).toBe(JSON.stringify(updated));
    expect((await bytesOf(sales, dropped)).toString()).toBe(JSON.stringify(updated));
  });

  test("drops nothing when that is switched off, and nothing after the window", async ({
    service,
    sql,
  }) => {
    const { sales } = await givenPair(service);
    const all = await givenInlet(sales, { drop_doubles: false });
    const some = await givenInlet(sales);
    for (const { send } of [all, some]) {
      await send(compact("new_customer"));
      await send(compact("new_customer"));
    }
    await sql`update receipts set received_at = received_at - interval '91 seconds'`;

    expect(await some.send(compact("new_customer"))).toMatchObject({ outcome: "appended" });
    expect(await inboundOf(sales)).toHaveLength(4);
  });

  test("makes one event of copies that come at once", async ({ service }) => {
    const { sales } = await givenPair(service);
    const { send } = await givenInlet(sales);

    for (let round = 0; round < 10; round++) {
      const body = compact("new_customer", { id: 100 + round });
      const copies = await Promise.all([send(body), send(body), send(body)]);
      expect(copies.filter(({ outcome }) => outcome === "appended")).toHaveLength(1);
      expect(copies.filter(({ outcome }) => outcome === "double")).toHaveLength(2);
    }
    expect(await inboundOf(sales)).toHaveLength(10);
  });

  test("keeps one order for each customer, whoever else sends", async ({ service }) => {
    const { sales } = await givenPair(service);
    const inlets = await Promise.all([givenInlet(sales), givenInlet(sales)]);
    const senders = [1, 2, 3, 4, 5, 6].map(async (nth) => {
      for (let step = 0; step < 10; step++) {
        const id = nth % 3;
        const body = compact("update_customer", { id, first_name: `${nth} ${step}` });
        expect(await inlets[nth % 2]?.send(body)).toMatchObject({ outcome: "appended" });
      }
    });
    await Promise.all(senders);

    const events = await inboundOf(sales);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, nth) => nth + 1));
    for (const id of ["0", "1", "2"]) {
      const own = events.filter(({ data }) => data.vendor_customer_id === id);
      expect(own.map((event) => event.customer_sequence)).toEqual(own.map((_, nth) => nth + 1));
      expect(new Set(own.map(({ data }) => data.subject_id)).size).toBe(1);
    }
    for (const nth of [1, 2, 3, 4, 5, 6]) {
      const names = events.map(({ data }) => JSON.parse(data.body_text ?? "").first_name as string);
      const steps = names.filter((name) => name.startsWith(`${nth} `));
      expect(steps).toEqual(steps.map((_, step) => `${nth} ${step}`));
    }
  });

  test("stands beside the flow in one feed", async ({ service }) => {
    const pair = await givenOneCompany(service);
    const { sales } = pair;
    const { send } = await givenInlet(sales);
    await send(compact("new_customer"));
    const customer = await sales.customers.create({
      first_name: "Avery",
      last_name: "Sample",
      address: { street: "1 Way", city: "Sampleton", state: "TX", zip: "75001" },
    });
    await send(compact("update_customer", { email: "a@example.com" }));

    const { data } = await sales.events.list();
    expect(data.map(({ type, sequence }) => [type, sequence])).toEqual([
      ["inbound", 1],
      ["new_customer", 2],
      ["inbound", 3],
    ]);
    expect(data[0]?.["role"]).toBe("sales_org");
    expect((await sales.events.list({ customer_id: customer.id })).data).toHaveLength(1);
    expect((await sales.events.list({ before: 4 })).data.map(({ sequence }) => sequence)).toEqual([
      3, 2, 1,
    ]);
  });
});
