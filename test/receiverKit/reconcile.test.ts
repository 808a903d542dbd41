import { describe, expect, onTestFinished } from "vitest";
import { feedClient, memoryInbox, receiver } from "../../src/receiver/index.ts";
import { makeManifests } from "../../src/store/manifests.ts";
import { eventsOf, givenCustomer, givenPair, test } from "../service.ts";
import { deliveryOf } from "./deliveries.ts";

describe("reconcile()", () => {
  test("finds what is missing by the daily manifests, and leaves out what the owner has skipped", async ({
    service,
    sql,
  }) => {
    const pair = await givenPair(service);
    const { sales } = pair;
    const { id } = await givenCustomer(pair);
    const note = async (body: string) => {
      const made = await sales.notes.create({ id, body });
      await sales.notes.update({ id: made.id, body: `${body}, changed` });
    };
    for (const body of ["one", "two", "three", "four", "five"]) await note(body);
    const endpoint = await sales.endpoints.create({
      url: "https://receiver.example.com/",
      events: ["new_note"],
      start: "beginning",
    });
    // The first days are over.
    await sql`
      update events set occurred_at = occurred_at - interval '3 days'
      where id in (select event_id from feed_entries where organization_id = ${pair.salesOrg.id} and sequence <= 4)
    `;
    for (let day = 0; day < 3; day += 1) {
      await sql`update endpoints set manifest_due_at = now()`;
      await makeManifests(sql);
    }
    await sales.endpoints.pause({ id: endpoint.id });
    await sales.endpoints.resume({ id: endpoint.id, from: 5 });
    const { data: days, open } = await sales.manifests.list({ id: endpoint.id });
    expect([days.length, open?.count]).toEqual([1, 3]);

    const { key } = await service.operator.keys.create({ id: pair.salesOrg.id });
    const handled: number[] = [];
    const lost: unknown[] = [];
    const secret = endpoint.secret ?? "";
    const hooks = receiver({
      secret,
      inbox: memoryInbox(),
      gate: {
        source: feedClient({ url: service.url, key }),
        endpoint: endpoint.id,
        from: 0,
        graceMs: 0,
        onGap: (gap) => lost.push(gap),
      },
      on: { new_note: ({ sequence }) => handled.push(sequence) },
    });
    onTestFinished(() => hooks.stop());
    const notes = async () => (await eventsOf(sales)).filter(({ type }) => type === "new_note");
    const waiting = (await notes()).filter(({ sequence }) => sequence > 5);

    expect(await hooks.reconcile()).toEqual({
      matching: 5,
      from: 1,
      to: 11,
      fetched: waiting.map((event) => event.id),
      skipped: 2,
      differing: [],
    });
    expect(handled).toEqual(waiting.map(({ sequence }) => sequence));
    expect(await hooks.reconcile()).toMatchObject({ fetched: [], differing: [] });

    // The next one is lost on the way; the one after it tells.
    await note("six");
    await note("seven");
    const [before, last] = (await notes()).slice(-2);
    if (!before || !last) throw new Error("The notes are not there");
    await hooks.receive(await deliveryOf(last, { previous: before.sequence, signedWith: secret }));
    await hooks.resume();
    expect(handled).toEqual([...waiting, before, last].map(({ sequence }) => sequence));
    expect(lost).toEqual([]);

    // What is here and in no manifest is told.
    const { sequence } = waiting[0] ?? last;
    const foreign = { ...last, id: "evt_of_elsewhere", sequence: sequence + 1 };
    await hooks.receive(await deliveryOf(foreign, { signedWith: secret }));
    expect((await hooks.reconcile()).differing).toEqual([{ from: 5, to: 15 }]);
  });

  test("says what it lacks", async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const hooks = receiver({ secret, inbox: memoryInbox(), gate: {}, on: {} });
    await expect(hooks.reconcile()).rejects.toThrow("Pass `gate.source` and `gate.endpoint`");
    await expect(hooks.catchUp()).rejects.toThrow("Pass `gate.source`");
  });

  test("passes on what the service says", async ({ service }) => {
    const source = feedClient({ url: `${service.url}/`, key: "hk_wrong" });
    await expect(source.events.list({ after: 0 })).rejects.toThrow(
      /^GET \/v1\/events was answered 401: .*/,
    );
  });
});
