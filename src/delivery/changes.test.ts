import { describe, expect } from "vitest";
import { test } from "../../test/database.ts";
import { givenNode, givenReceiver } from "../../test/deliveryNode.ts";
import {
  givenCustomers,
  givenEndpoint,
  givenEvents,
  givenOrganization,
  ownerOf,
} from "../../test/feedFixture.ts";
import { testSeal } from "../../test/nodeOptions.ts";
import type { Script } from "../../test/receiver.ts";
import { letWaitsEnd } from "../../test/waits.ts";
import type { Sql } from "../base/database.ts";
import type { EventType } from "../contract/catalogue.ts";
import type { Endpoint } from "../contract/resources/delivery.ts";
import { explainEvent } from "../store/deliveries.ts";
import { reconcile } from "../store/reconcile.ts";

describe("what waits behind a failure, when its type is left out from then on", () => {
  test.for(["hold", "skip"] as const)(
    "is skipped, whenever its next attempt is due: %s",
    async (on_failure, { sql }) => {
      const { owner, append, fail, account, waits, node, why } = await given(sql, { on_failure });
      const [bad, later] = await append(["new_note", "new_note"]);
      await waits(on_failure === "hold" ? { lanes: 1 } : { resends: 1 });
      await expect.poll(account).toMatchObject({ waiting: on_failure === "hold" ? 2 : 1 });

      await owner.update({ events: ["update_customer"] });
      fail(false);
      await letWaitsEnd(sql);
      await node.tick();
      await waits({ lanes: 0, resends: 0 });
      await owner.update({ events: ["new_note"] });

      const skipped = on_failure === "hold" ? 2 : 1;
      expect(await account()).toMatchObject({ matching: 2, skipped, waiting: 0 });
      expect(await why(bad?.id)).toMatchObject({ reason_code: "skipped", attempts: 1 });
      expect(await why(later?.id)).toMatchObject({
        reason_code: on_failure === "hold" ? "skipped" : "delivered",
      });
    },
  );

  test("is kept when its type stays, and nothing begins anew by another order of types", async ({
    sql,
  }) => {
    const { owner, append, fail, account, waits, node, receiver, endpoint } = await given(sql, {
      events: ["new_note", "update_note"],
    });
    await append(["new_note", "update_note", "new_note"]);
    await waits({ lanes: 1 });
    await owner.update({ events: ["new_note"] });
    expect(await account()).toMatchObject({ matching: 2, waiting: 2, skipped: 0 });
    const fenced = async () =>
      (await sql`select fence, chain_start from endpoints where id = ${endpoint.id}`)[0];
    await owner.update({ events: ["new_note", "update_note"] });
    const before = await fenced();
    await owner.update({ events: ["update_note", "new_note"] });
    expect(await fenced()).toEqual(before);

    fail(false);
    await letWaitsEnd(sql);
    await node.tick();
    await expect.poll(account).toMatchObject({ delivered: 2, skipped: 1, waiting: 0 });
    expect(receiver.sequences()).toEqual([1, 3]);
  });
});

describe("an event that a filter left out", () => {
  test("says until when, and since when one leaves it out that was not wanted before either", async ({
    sql,
  }) => {
    const { owner, append, account, why, endpoint } = await given(sql, { events: ["new_note"] });
    const [unwanted] = await append(["update_customer"]);
    const [created] = await sql<{ created_at: string }[]>`
      select created_at from endpoints where id = ${endpoint.id}
    `;
    await expect
      .poll(async () => (await sql`select from endpoints where cursor = 1`).count)
      .toBe(1);
    await owner.update({ events: ["new_note", "update_note"] });
    expect(await why(unwanted?.id)).toMatchObject({
      reason_code: "not_subscribed",
      since: created?.created_at,
    });

    await owner.update({ events: null });
    expect(await why(unwanted?.id)).toMatchObject({
      state: "not_subscribed",
      reason: expect.stringMatching(/^The endpoint's filter left this type out until 20/),
      since: null,
    });
    expect(await account()).toMatchObject({ matching: 0 });
  });
});

describe("who waits behind a failure", () => {
  test("waits no longer once the owner wants nobody to", async ({ sql }) => {
    const { owner, append, account, waits, receiver } = await given(sql, {
      script: ({ sequence }) => (sequence === 1 ? 422 : 200),
    });
    await append(["new_note", "new_note", "new_note"]);
    await waits({ lanes: 1 });
    await expect.poll(account).toMatchObject({ waiting: 3 });

    await owner.update({ on_failure: "skip" });

    await receiver.untilAccepted(2);
    await expect.poll(account).toMatchObject({ delivered: 2, waiting: 1 });
    await waits({ lanes: 0, resends: 1 });
    const [parked] = await sql`select kind, attempts from resends`;
    expect(parked).toEqual({ kind: "parked", attempts: 2 });
  });
});

describe("a receiver at another URL", () => {
  test("is tried at once, however long the one before asked to be left alone", async ({ sql }) => {
    const { owner, append, account, endpoint } = await given(sql, {
      script: () => ({ status: 503, headers: { "retry-after": "3600" } }),
    });
    await append(["new_note"]);
    await expect
      .poll(async () => (await sql`select from endpoints where state = 'backing_off'`).count)
      .toBe(1);
    const other = await givenReceiver();

    await owner.update({ url: other.url });

    await other.untilAccepted(1);
    await expect.poll(account).toMatchObject({ delivered: 1, waiting: 0 });
    await expect
      .poll(async () => (await sql`select state from endpoints where id = ${endpoint.id}`)[0])
      .toEqual({ state: "active" });
  });
});

interface Given extends Partial<Pick<Endpoint, "events" | "on_failure">> {
  readonly script?: Script;
}

/** An endpoint for notes, a receiver that refuses what is the first of a customer until told otherwise, and a node. */
async function given(sql: Sql, { script, ...wanted }: Given = {}) {
  let isFailing = true;
  const receiver = await givenReceiver(
    script ?? (({ sequence }) => (isFailing && sequence === 1 ? 422 : 200)),
  );
  const organizationId = await givenOrganization(sql);
  const endpoint = await givenEndpoint(sql, testSeal, {
    organizationId,
    url: receiver.url,
    events: ["new_note"],
    ...wanted,
  });
  const [customerId = ""] = await givenCustomers(sql, organizationId, 1);
  const node = await givenNode(sql);
  const owner = ownerOf(sql, testSeal, { ...endpoint, wake: (ids) => node.wake(ids) });
  return {
    endpoint,
    owner,
    receiver,
    node,
    fail: (is: boolean) => (isFailing = is),
    async append(types: readonly EventType[]) {
      const added = types.map((type) => ({ customerId, type }));
      const entries = await givenEvents(sql, organizationId, added);
      node.wake([organizationId]);
      return entries;
    },
    account: () => reconcile(sql, endpoint, { from: 1, to: 100 }),
    async waits(rows: { lanes?: number; resends?: number }) {
      for (const [table, count] of Object.entries(rows)) {
        await expect.poll(async () => (await sql`select from ${sql(table)}`).count).toBe(count);
      }
    },
    why: (eventId = "") => explainEvent(sql, { endpointId: endpoint.id, eventId }),
  };
}
