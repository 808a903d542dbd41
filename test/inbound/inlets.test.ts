import { describe, expect } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { createLog } from "../../src/base/log.ts";
import { expectProblem } from "../problems.ts";
import { givenOneCompany, givenPair, test } from "../service.ts";
import { dump } from "../world.ts";
import { compact, givenInlet, holdFeed, send, type Taken } from "./vendor.ts";

const post = (url: string, body: RequestInit["body"] = "{}", headers = {}) =>
  fetch(url, { method: "POST", headers, ...(body !== undefined && { body }) });

describe("the token of an inlet", () => {
  test("is shown once, kept as a hash, and works until it is rotated or removed", async ({
    service,
    sql,
  }) => {
    const { sales } = await givenPair(service);
    const inlet = await givenInlet(sales);
    expect(inlet.url).toBe(`${service.services.publicUrl}/v1/inbound/${inlet.token}`);
    expect(await sales.inlets.get({ id: inlet.id })).toMatchObject({
      drop_doubles: true,
      window_seconds: 90,
      rate_limit_per_second: 300,
      token_hint: `${inlet.token.slice(0, 7)}…`,
    });
    expect(JSON.stringify(await dump(sql))).not.toContain(inlet.token);
    expect(await inlet.send("{}")).toMatchObject({ status: 200 });

    const rotated = await sales.inletTokens.rotate({ id: inlet.id });
    await expectProblem(await post(inlet.url), "not_found");
    const taken = await send(rotated.url, "{}");
    expect(taken).toMatchObject({ status: 200 });
    await sales.inlets.delete({ id: inlet.id });
    const gone = await expectProblem(await post(rotated.url), "not_found");
    const none = await expectProblem(
      await post(`${service.url}/v1/inbound/hi_nonsense`),
      "not_found",
    );
    expect(gone.detail).toBe(none.detail);
    expect(gone.detail).toBe("No such inlet");

    await expect(sales.inlets.get({ id: inlet.id })).rejects.toMatchObject({ code: "not_found" });
    expect(await sales.inlets.list()).toEqual({ data: [], next: null });
    expect(await (await sales.receiptBodies.get({ id: taken.id })).text()).toBe("{}");
    expect(await sales.receipts.get({ id: taken.id })).toMatchObject({ outcome: "unrecognised" });
  });

  test("reaches no log, also when a delivery fails", async ({ service, sql }) => {
    const { sales } = await givenPair(service);
    const { token, url } = await givenInlet(sales);
    const lines: string[] = [];
    const log = createLog("debug", (line) => lines.push(line));
    const app = createApp({ ...service.services, log });
    const to = (given: string) =>
      app.request(`/v1/inbound/${given}`, { method: "POST", body: "{}" });
    await sql`alter table receipts add constraint nothing_more check (bytes < 0) not valid`;

    expect((await to(token)).status).toBe(500);
    expect((await to("hi_wrong")).status).toBe(404);
    expect((await app.request(new URL(url).pathname)).status).toBe(405);

    expect(lines).toHaveLength(1);
    expect(lines.join("")).toContain("acceptInbound");
    expect(lines.join("")).not.toContain(token);
    const metrics = await (await app.request("/metrics")).text();
    expect(metrics).not.toContain(token);
  });
});

describe("an inlet", () => {
  test("is changed, and takes what comes as it is then", async ({ service }) => {
    const { sales } = await givenOneCompany(service);
    const { id, send: sendTo } = await givenInlet(sales, { window_seconds: 10 });
    await sendTo(compact("new_customer"));
    const changed = await sales.inlets.update({ id, drop_doubles: false, name: "Old" });
    expect(changed).toMatchObject({ name: "Old", drop_doubles: false, version: 2 });
    expect(await sendTo(compact("new_customer"))).toMatchObject({ outcome: "appended" });
    await expect(sales.inlets.update({ id, window_seconds: 0 })).rejects.toMatchObject({
      code: "invalid",
    });
  });

  test("takes bodies up to 5 MB, and reads nothing for a token that is none", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const { url, send: sendTo } = await givenInlet(sales);
    const whole = `"${"a".repeat(5 * 1024 * 1024 - 2)}"`;

    const taken = await sendTo(whole);
    expect(taken).toMatchObject({ status: 200 });
    expect(await (await sales.receiptBodies.get({ id: taken.id })).text()).toBe(whole);
    expect((await sales.events.list()).data).toHaveLength(1);
    await expectProblem(await post(url, `${whole}x`), "too_large");
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)),
    });
    const response = await fetch(url, {
      method: "POST",
      body: endless,
      duplex: "half",
    });
    await expectProblem(response, "too_large");
    await expectProblem(
      await post(url, "{}", { "content-encoding": "gzip" }),
      "unsupported_media_type",
    );
  });

  test("reads heavy events few at a time", async ({ service }) => {
    const { sales } = await givenPair(service);
    const { send: sendTo } = await givenInlet(sales);
    const size = 4 * 1024 * 1024;
    for (let nth = 0; nth < 6; nth++) await sendTo(`${nth}${"a".repeat(size)}`);

    const first = await sales.events.list();
    expect(first.data.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    const rest = await sales.events.list({ after: Number(first.next) });
    expect(rest.data.map(({ sequence }) => sequence)).toEqual([5, 6]);
    expect(rest.next).toBeNull();
    const back = await sales.events.list({ before: 7 });
    expect(back.data.map(({ sequence }) => sequence)).toEqual([6, 5, 4, 3]);
    expect(back.next).toBe("3");
  });

  test("takes so many a second, says when to go on, and nothing of others' counts", async ({
    service,
  }) => {
    const { sales } = await givenPair(service);
    const slow = await givenInlet(sales, { rate_limit_per_second: 1 });
    const other = await givenInlet(sales);

    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((nth) => slow.send(`${nth}`)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { retryAfter } of refused) expect(retryAfter).toBe("1");
    expect(await other.send("{}")).toMatchObject({ status: 200 });
    const { data } = await sales.events.list();
    expect(data).toHaveLength(answers.length - refused.length + 1);
  });

  test("takes no more at once than it has room for, and says when to go on", async ({
    service,
  }) => {
    const { sales, salesOrg } = await givenPair(service);
    const inlet = await givenInlet(sales);
    const other = await givenInlet(sales);
    const large = Buffer.alloc(5 * 1024 * 1024, "x");
    const letGo = await holdFeed(service.sql, salesOrg.id);

    const answers: Taken[] = [];
    const sent = Array.from({ length: 16 }, async () => answers.push(await inlet.send(large)));
    await expect.poll(() => answers.length).toBe(4);
    await letGo();
    await Promise.all(sent);

    for (const refused of answers.slice(0, 4)) {
      expect(refused).toMatchObject({ status: 429, retryAfter: "1" });
    }
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(12);
    expect(await inlet.send(large)).toMatchObject({ status: 200 });
    expect(await other.send(large)).toMatchObject({ status: 200 });
  });
});
