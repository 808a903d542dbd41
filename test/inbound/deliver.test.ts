import { describe, expect } from "vitest";
import { verify } from "../../src/receiver/index.ts";
import { checkSignature } from "../../src/contract/signature.ts";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import type { Received } from "../receiver.ts";
import { givenCustomer, givenPair, test, type Service } from "../service.ts";
import { appointment, compact, givenInlet } from "./vendor.ts";

async function givenDelivery({ sql, signal }: Service): Promise<void> {
  const node = await givenNode(sql);
  signal.listen((growth) => node.grew(growth));
}

/** As a receiver checks it, whatever the body is. */
const isSigned = ({ headers, bytes }: Received, secret: string) =>
  checkSignature({
    secrets: [secret],
    id: String(headers["webhook-id"]),
    timestamp: Number(headers["webhook-timestamp"]),
    signature: String(headers["webhook-signature"]),
    body: bytes,
  });

const odd = '{"webhook_event": "new_note",\n "id": 7, "customer_id": 3000001, "price": 1.10}';
const binary = Uint8Array.from([0, 255, 254, 10, 65]);

describe("what an inlet took", () => {
  test("is delivered signed, once and in order, in every format", async ({ service }) => {
    const { sales } = await givenPair(service);
    await givenDelivery(service);
    const formats = ["heliograph", "enerflo_v1", "cloudevents"] as const;
    const receivers = await Promise.all(
      formats.map(async (format) => {
        const receiver = await givenReceiver();
        const given = { url: receiver.url, format, events: ["inbound"] };
        const { id, secret } = await sales.endpoints.create(given);
        return { format, receiver, id, secret: secret ?? "" };
      }),
    );
    const { send } = await givenInlet(sales);
    const sent = [
      compact("new_customer"),
      compact("new_customer"),
      appointment("new_appointment"),
      appointment("update_appointment"),
      odd,
      compact("update_customer", { email: "a@example.com" }),
    ];
    for (const body of sent) await send(body);
    await send(binary, { headers: { "content-type": "application/x-thing" } });
    await send("plain words", { headers: { "content-type": "text/plain" } });
    await send("no JSON");
    const on = [sent[0], sent[2], sent[4], sent[5]].map((body) =>
      typeof body === "string" ? body : JSON.stringify(body),
    );
    const raw = [...on.map((body) => Buffer.from(body)), Buffer.from(binary)];
    raw.push(Buffer.from("plain words"), Buffer.from("no JSON"));

    for (const { receiver, secret } of receivers) {
      await receiver.untilAccepted(7);
      const checks = await Promise.all(receiver.requests.map((one) => isSigned(one, secret)));
      expect(checks).toEqual(Array(7).fill(true));
      const ofCustomer = receiver.sequences().filter((sequence) => sequence <= 4);
      expect(ofCustomer).toEqual([1, 2, 3, 4]);
      expect(receiver.sequences().filter((sequence) => sequence > 4)).toEqual([5, 6, 7]);
    }
    const [own, same, cloud] = receivers.map(({ receiver }) =>
      receiver.requests.toSorted((one, other) => one.sequence - other.sequence),
    );
    expect(same?.map(({ bytes }) => bytes)).toEqual(raw);
    expect(same?.map(({ headers }) => headers["content-type"])).toEqual([
      ...Array<string>(4).fill("application/json"),
      "application/x-thing",
      "text/plain",
      "application/json",
    ]);
    const bodies = own?.map(({ body }) => JSON.parse(body));
    expect(bodies?.map(({ data }) => data.body_text)).toEqual([
      ...on,
      null,
      "plain words",
      "no JSON",
    ]);
    expect(bodies?.[4].data.body_base64).toBe(Buffer.from(binary).toString("base64"));
    expect(cloud?.[2]?.body).toContain(`"data":${odd}}`);
    expect(cloud?.map(({ body }) => JSON.parse(body)).map(({ data }) => data)).toEqual([
      ...on.map((body) => JSON.parse(body)),
      undefined,
      "plain words",
      undefined,
    ]);
    expect(JSON.parse(cloud?.[0]?.body ?? "")).toMatchObject({
      specversion: "1.0",
      type: "heliograph.inbound",
      vendorevent: "new_customer",
      subject: "customer/3000001",
      datacontenttype: "application/json",
      sequence: "0000000000000001",
      partitionkey: expect.stringMatching(/^sub_/),
    });
    expect(JSON.parse(cloud?.[4]?.body ?? "")).toMatchObject({
      datacontenttype: "application/x-thing",
      data_base64: Buffer.from(binary).toString("base64"),
    });
    const event = await verify({
      secret: receivers[0]?.secret ?? "",
      headers: own?.[0]?.headers ?? {},
      body: own?.[0]?.body ?? "",
    });
    if (event.type !== "inbound") throw new Error("Expected what came in");
    expect(event.data.vendor_event).toBe("new_customer");
    await expect
      .poll(() => sales.endpoints.reconcile({ id: receivers[1]?.id ?? "" }))
      .toMatchObject({ matching: 7, delivered: 7, waiting: 0, dead: 0 });
  });

  test("goes to endpoints that name it only, and can be asked about there", async ({ service }) => {
    const pair = await givenPair(service);
    const { sales } = pair;
    await givenDelivery(service);
    const [all, both] = [await givenReceiver(), await givenReceiver()];
    const usual = await sales.endpoints.create({ url: all.url });
    const events = ["inbound", "new_customer"];
    const asked = await sales.endpoints.create({ url: both.url, events });
    const { send } = await givenInlet(sales);
    const taken = await send(compact("new_customer"));
    await givenCustomer(pair);
    await send(compact("update_customer", { email: "a@example.com" }));
    await both.untilAccepted(3);
    await givenCustomer(pair);
    await Promise.all([all.untilAccepted(2), both.untilAccepted(4)]);

    expect(all.requests.map(({ sequence }) => sequence)).toEqual([2, 4]);
    expect(all.requests.map(({ headers }) => headers["heliograph-previous"])).toEqual([
      undefined,
      "2",
    ]);
    const { data } = await sales.events.list();
    expect(data.map(({ type }) => type)).toEqual([
      "inbound",
      "new_customer",
      "inbound",
      "new_customer",
    ]);
    const id = taken.event_id ?? "";
    await expect
      .poll(async () => {
        const fates = (await sales.eventDeliveries.get({ id })).data;
        return Object.fromEntries(fates.map((fate) => [fate.endpoint_id, fate.state]));
      })
      .toEqual({ [usual.id]: "not_subscribed", [asked.id]: "delivered" });
    await expect
      .poll(() => sales.endpoints.reconcile({ id: usual.id }))
      .toMatchObject({ matching: 2, delivered: 2 });
    const replay = await sales.endpoints.replay({
      id: asked.id,
      from: 1,
      to: 4,
      types: ["inbound"],
    });
    expect(replay.matched).toBe(2);
    await both.until(({ requests }) => requests.length === 6);
    expect(both.requests.slice(4).map(({ sequence }) => sequence)).toEqual([1, 3]);
  });

  test("waits behind a failed one of the same customer, while others go on", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    await givenDelivery(service);
    const receiver = await givenReceiver(({ sequence, nth }) =>
      sequence === 1 && nth === 1 ? 422 : 204,
    );
    const { id } = await sales.endpoints.create({ url: receiver.url, events: ["inbound"] });
    const { send } = await givenInlet(sales);
    await send(compact("new_customer", { id: 1 }));
    await receiver.until(({ requests }) => requests.length === 1);
    await send(compact("update_customer", { id: 1, email: "a@example.com" }));
    await send(compact("new_customer", { id: 2 }));
    await receiver.untilAccepted(1);

    await expect
      .poll(async () => (await sales.endpointStatus.get({ id })).lanes)
      .toMatchObject([
        { customer_id: expect.stringMatching(/^sub_/), head_event_type: "inbound", waiting: 2 },
      ]);
    await receiver.untilAccepted(3);
    expect(receiver.sequences()).toEqual([3, 1, 2]);
  });
});
