import { describe, expect } from "vitest";
import type { Sql } from "../src/base/database.ts";
import { createNode, givenReceiver } from "./deliveryNode.ts";
import { letWaitsEnd } from "./waits.ts";
import type { Script } from "./receiver.ts";
import { givenCustomer, givenPair, test, type Service } from "./service.ts";

/** What owners ask and do about their endpoints, over REST, while a node delivers. */

describe("an owner", { timeout: 15_000 }, () => {
  test("follows a replay, lists it, and calls it off", async ({ service }) => {
    const { sales, endpoint, receiver, node } = await given(service, { customers: 3 });
    await node.start();
    await receiver.untilAccepted(3);
    await sales.endpoints.pause({ id: endpoint.id });
    const range = { id: endpoint.id, from: 1, to: 9 };
    // What was delivered is written down a moment later; until then it would come again by the cursor.
    await expect
      .poll(() => sales.endpoints.replay({ ...range, dry_run: true }))
      .toEqual({ id: null, state: null, matched: 3, queued: 3 });
    const started = await sales.endpoints.replay(range);
    expect(started).toMatchObject({ state: "running", matched: 3, queued: 3 });
    const id = started.id ?? "";
    expect(await sales.replays.get({ id })).toMatchObject({ sent: 0, remaining: 3, types: null });
    expect(await sales.replays.cancel({ id })).toMatchObject({ state: "cancelled", remaining: 3 });
    await expect(sales.replays.cancel({ id })).rejects.toMatchObject({
      problem: { rule: "replay_running" },
    });

    await sales.endpoints.resume({ id: endpoint.id });
    const second = await sales.endpoints.replay({ id: endpoint.id, from: 2, to: 2 });
    await receiver.untilAccepted(4);
    const list = () => sales.replays.list({ id: endpoint.id });
    await expect
      .poll(async () => (await list()).data.map(({ state }) => state))
      .toEqual(["done", "cancelled"]);
    expect(await sales.replays.get({ id: second.id ?? "" })).toMatchObject({
      sent: 1,
      remaining: 0,
      ended_at: expect.any(String),
    });
    await sales.endpoints.delete({ id: endpoint.id });
    await expect(sales.replays.get({ id })).rejects.toMatchObject({ code: "not_found" });
  });

  test("sends all dead events again, or gives them all up", async ({ service }) => {
    let isRefusing = true;
    const { sales, endpoint, receiver, node, pair } = await given(service, {
      customers: 3,
      script: () => (isRefusing ? 422 : 200),
    });
    await node.start();
    await expect.poll(async () => (await service.sql`select from lanes`).count).toBe(3);
    await giveUpLanes(service.sql);
    const { id } = endpoint;
    expect(await sales.allDeadEvents.resend({ id, dry_run: true })).toEqual({
      matched: 3,
      queued: 3,
    });
    expect((await sales.endpointStatus.get({ id })).dead).toHaveLength(3);
    isRefusing = false;
    expect(await sales.allDeadEvents.resend({ id })).toEqual({ matched: 3, queued: 3 });
    await receiver.untilAccepted(3);
    expect(await sales.allDeadEvents.skip({ id })).toEqual({ matched: 0, skipped: 0 });

    isRefusing = true;
    await givenCustomer(pair);
    await expect.poll(async () => (await service.sql`select from lanes`).count).toBe(1);
    await giveUpLanes(service.sql);
    expect(await sales.allDeadEvents.skip({ id, dry_run: true })).toEqual({
      matched: 1,
      skipped: 1,
    });
    expect(await sales.allDeadEvents.skip({ id })).toEqual({ matched: 1, skipped: 1 });
    const account = await sales.endpoints.reconcile({ id });
    expect(account).toMatchObject({ delivered: 3, skipped: 1, dead: 0, waiting: 0 });
  });

  test("pauses, and nothing is sent from then on before he resumes", async ({ service }) => {
    const { sales, endpoint, receiver, node, pair } = await given(service, { customers: 1 });
    const { id } = endpoint;
    await node.start();
    await receiver.untilAccepted(1);
    for (let round = 2; round < 7; round += 1) {
      await sales.endpoints.pause({ id });
      const customer = await givenCustomer(pair);
      const { state_since } = await sales.endpoints.resume({ id });
      await receiver.untilAccepted(round);

      const [event] = (await sales.events.list({ customer_id: customer.id })).data;
      const attempts = async () =>
        (await sales.attempts.list({ id, event_id: event?.id ?? "" })).data;
      await expect.poll(async () => (await attempts()).length).toBe(1);
      const [{ attempted_at } = { attempted_at: "" }] = await attempts();
      expect(attempted_at >= state_since, `${attempted_at} ${state_since}`).toBe(true);
    }
  });

  test("has his endpoints served from the next look on, made or resumed", async ({ service }) => {
    const { sales, endpoint, receiver, node } = await given(service, { customers: 1 });
    await node.start();
    await receiver.untilAccepted(1);
    const served = async () =>
      (await service.sql`select id from endpoints where node is not null order by id`).map(
        ({ id }) => String(id),
      );

    const { id } = await sales.endpoints.create({ url: receiver.url });
    await node.tick();
    expect(await served()).toEqual([endpoint.id, id]);
    await sales.endpoints.pause({ id });
    await expect.poll(served).toEqual([endpoint.id]);
    await sales.endpoints.resume({ id });
    await node.tick();
    expect(await served()).toEqual([endpoint.id, id]);
  });

  test("is told why an event is where it is", async ({ service }) => {
    let answer = 200;
    const { sales, endpoint, receiver, node, pair } = await given(service, {
      customers: 2,
      events: ["new_customer"],
      script: () => answer,
    });
    const { id } = endpoint;
    const [first, second] = (await sales.events.list()).data;
    const why = (event: { id: string } | undefined) =>
      sales.endpointEvents.get({ id, event_id: event?.id ?? "" });

    expect(await why(second)).toMatchObject({ reason_code: "waits_turn", ahead: 1 });
    await sales.endpoints.pause({ id });
    const paused = await why(first);
    expect(paused).toMatchObject({ reason_code: "paused", since: expect.any(String), ahead: 0 });
    expect(paused.reason).toContain(paused.since);
    answer = 503;
    await sales.endpoints.resume({ id });
    await node.start();
    await expect.poll(async () => (await why(first)).reason_code).toBe("receiver_down");
    const down = await why(first);
    expect(down.reason).toContain("503");
    expect(down.next_attempt_at).not.toBeNull();
    answer = 422;
    await letWaitsEnd(service.sql);
    await expect.poll(async () => (await why(first)).attempts, { timeout: 5_000 }).toBe(2);
    answer = 410;
    await letWaitsEnd(service.sql);
    await expect
      .poll(async () => (await why(first)).reason_code, { timeout: 5_000 })
      .toBe("disabled");
    expect((await why(first)).reason).toContain("410");
    answer = 204;
    await sales.endpoints.resume({ id });
    await receiver.untilAccepted(2);
    await expect.poll(async () => (await why(second)).reason_code).toBe("delivered");
    const delivered = { delivered_at: expect.any(String), since: null };
    await expect.poll(() => why(first)).toMatchObject(delivered);

    await sales.endpoints.update({ id, events: ["new_note"] });
    const later = await givenCustomer(pair);
    const news = (await sales.events.list({ customer_id: later.id })).data[0];
    const left = await why(news);
    expect(left).toMatchObject({ state: "not_subscribed", reason_code: "not_subscribed" });
    const { updated_at } = await sales.endpoints.get({ id });
    expect(Date.parse(left.since ?? "")).toBeLessThanOrEqual(Date.parse(updated_at) + 1);
    const [only] = (await sales.eventDeliveries.get({ id: news?.id ?? "" })).data;
    expect(only).toEqual(left);
    await expect(why({ id: "evt_00000000000000000000000000" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

interface Given {
  readonly customers: number;
  readonly events?: string[];
  readonly script?: Script;
}

/** A sales organization with so many customers, each one event, an endpoint from the beginning, and a node not started. */
async function given(service: Service, { customers, script, ...endpointGiven }: Given) {
  const receiver = await givenReceiver(script);
  const pair = await givenPair(service);
  const { sales } = pair;
  for (let count = 0; count < customers; count += 1) await givenCustomer(pair);
  const endpoint = await sales.endpoints.create({
    url: receiver.url,
    start: "beginning",
    ...endpointGiven,
  });
  const node = createNode(service.sql);
  service.signal.listen((growth) => node.grew(growth));
  return { pair, sales, endpoint, receiver, node };
}

/** As if the schedules of all heads were exhausted. The endpoint is taken up anew. */
async function giveUpLanes(sql: Sql): Promise<void> {
  await sql`
    with gone as (delete from lanes returning *), anew as (update endpoints set fence = fence + 1)
    insert into dead_events (endpoint_id, sequence, event_id, customer_id, attempts, last_error)
    select g.endpoint_id, g.head_sequence, n.event_id, g.customer_id, 10, '422'
    from gone g join feed_entries n on n.sequence = g.head_sequence
  `;
}
