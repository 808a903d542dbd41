import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { createClient } from "../src/sdk/index.ts";
import type { Report } from "../src/simulation/report.ts";
import { givenProgram } from "./cli/program.ts";
import { test, type MainProcess } from "./mainProcess.ts";
import { startReceiver, type Answer } from "./receiver.ts";
import {
  dayMs,
  forward,
  givenCustomer,
  givenSales,
  hourMs,
  minuteMs,
  operatorOf,
  testServer,
} from "./testServer.ts";

async function stop({ process, ended }: MainProcess): Promise<void> {
  process.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: 0 });
}

async function refusal({ ended }: MainProcess): Promise<string> {
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  return stderr.trim();
}

describe("a test server", () => {
  test("sends what is due by the time that its clock is moved to", async ({ dataDir, start }) => {
    const url = await start(testServer).ready;
    const operator = await operatorOf(dataDir, url);
    const { sales } = await givenSales(operator, url);
    let answer: Answer = 422;
    await using receiver = await startReceiver(() => answer);
    const endpoint = await sales.endpoints.create({ url: receiver.url });
    const first = endpoint.secret ?? "";
    const arrived = (count: number) => receiver.until(({ requests }) => requests.length >= count);
    const failures = async () =>
      (await sales.endpointStatus.get({ id: endpoint.id })).lanes[0]?.attempts;

    await givenCustomer(sales);
    await arrived(1);
    // The waits of the schedule: 5 s, 30 s, 2 min, 10 min, 1 h, each up to a tenth longer.
    for (const [nth, waitMs] of [5_000, 30_000, 2 * minuteMs, 10 * minuteMs, hourMs].entries()) {
      // On a busy machine the first one may have come by itself.
      await expect.poll(failures).toBeGreaterThan(nth);
      if (nth === 4) answer = 204;
      await forward(operator, waitMs * 1.1);
      await arrived(nth + 2);
    }
    expect(receiver.requests.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);

    // A receiver has the real time, by which the standard's own library refuses what is off by more than five minutes.
    const rotated = await sales.endpointSecrets.rotate({ id: endpoint.id });
    await givenCustomer(sales);
    await receiver.untilAccepted(2);
    await forward(operator, 25 * hourMs);
    await givenCustomer(sales);
    await receiver.untilAccepted(3);
    const [last, before] = receiver.accepted().toReversed();
    if (!last || !before) throw new Error("They were accepted");
    for (const request of [before, last]) receiver.verify(request, rotated.secret ?? "");
    receiver.verify(before, first);
    expect(() => receiver.verify(last, first)).toThrow(); // the overlap has ended

    // Down for five days: probes are due at once, and after them the owner has to resume it.
    answer = 503;
    await givenCustomer(sales);
    await expect
      .poll(async () => (await sales.endpointStatus.get({ id: endpoint.id })).state)
      .toBe("backing_off");
    const state = async () => {
      await forward(operator, dayMs);
      return (await sales.endpointStatus.get({ id: endpoint.id })).state;
    };
    await expect.poll(state).toBe("disabled");
  });

  test("dates what happens by its clock, far off too, and after a restart", async ({
    dataDir,
    start,
  }) => {
    const starting = start({ ...testServer, HELIOGRAPH_TEST_CLOCK: "2025-01-06T08:00:00Z" });
    let url = await starting.ready;
    let operator = await operatorOf(dataDir, url);
    const began = Date.parse((await operator.testClocks.get()).now);
    expect(began - Date.parse("2025-01-06T08:00:00Z")).toBeLessThan(10 * minuteMs);
    const { key, sales } = await givenSales(operator, url);
    const signedIn = await fetch(`${url}/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", "heliograph-console": "1" },
      body: JSON.stringify({ key }),
    });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const early = await givenCustomer(sales);

    // Commands that come while it is moved wait for it, so that no id is from before and its event from after.
    const moved = new AbortController();
    const busy = Array.from({ length: 8 }, async () => {
      while (!moved.signal.aborted) await givenCustomer(sales);
    });
    for (let moves = 0; moves < 40; moves += 1) await forward(operator, 25 * dayMs);
    moved.abort();
    await Promise.all(busy);
    const movedMs = Date.parse((await operator.testClocks.get()).now);
    const late = await givenCustomer(sales);

    expect(Math.abs(Date.parse(early.created_at) - began)).toBeLessThan(10 * minuteMs);
    const lateMs = Date.parse(late.created_at) - movedMs;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(10 * minuteMs);
    const events = await Array.fromAsync(sales.events.listAll());
    expect(events.length).toBeGreaterThan(40);
    for (const event of events) {
      expect(Math.abs(bornMs(event.id) - Date.parse(event.timestamp))).toBeLessThan(10 * minuteMs);
    }
    const session = await fetch(`${url}/v1/session`, { headers: { cookie } });
    expect(session.status).toBe(200);
    await expect(operator.testClocks.move({ now: early.created_at })).rejects.toMatchObject({
      code: "rule",
      rule: "clock_forward",
    });
    await expect(sales.testClocks.get()).rejects.toMatchObject({ code: "forbidden" });

    await stop(starting);
    url = await start(testServer).ready;
    operator = await operatorOf(dataDir, url);
    expect(Date.parse((await operator.testClocks.get()).now)).toBeGreaterThan(movedMs);
    await givenCustomer(createClient({ url, key, retries: 0 }));
  });

  test("plays weeks of a market within seconds, each event at its time", async ({
    dataDir,
    start,
  }) => {
    const url = await start(testServer).ready;
    const operator = await operatorOf(dataDir, url);
    const HELIOGRAPH_API_KEY = (await readFile(join(dataDir, "operator.key"), "utf8")).trim();
    const program = await givenProgram({ HELIOGRAPH_URL: url, HELIOGRAPH_API_KEY });
    const before = Date.parse((await operator.testClocks.get()).now);

    const args = ["simulate", "--deals", "6", "--span", "60d", "--rate", "500", "--seed", "3"];
    const { code, out } = await program.run(args);

    const report = JSON.parse(out) as Report;
    expect([code, report.verdict, report.troubles, report.commands.by_rule]).toEqual([
      0,
      "whole",
      { count: 0, first: [] },
      {},
    ]);
    const { from, to } = report.span ?? { from: "", to: "" };
    expect(Date.parse(to) - Date.parse(from)).toBe(60 * dayMs);
    expect(Date.parse(from)).toBeGreaterThanOrEqual(before);
    const seller = report.endpoints.find(({ party }) => party === "sales_org");
    const { key } = await operator.keys.create({ id: seller?.organization.id ?? "" });
    const feed = await Array.fromAsync(createClient({ url, key }).events.listAll());
    const days = new Set(feed.map(({ timestamp }) => timestamp.slice(0, 10)));
    expect(days.size).toBeGreaterThan(10);
    expect(feed.every(({ timestamp }) => timestamp >= from)).toBe(true);

    const moved = await program.run(["clock", "--forward", "4h"]);
    const { now } = JSON.parse(moved.out) as { now: string };
    expect(Date.parse(now) - Date.parse(to)).toBeGreaterThanOrEqual(4 * hourMs);
    const back = await program.run(["clock", "--to", from]);
    expect([back.code, back.said]).toEqual([1, expect.stringContaining("The clock shows ")]);
  });

  test("and a normal server take no database of the other kind", async ({ dataDir, start }) => {
    const normal = start();
    const url = await normal.ready;
    const operator = await operatorOf(dataDir, url);
    await expect(operator.testClocks.get()).rejects.toMatchObject({ code: "not_found" });
    const now = "2999-01-01T00:00:00.000Z";
    await expect(operator.testClocks.move({ now })).rejects.toMatchObject({ code: "not_found" });
    await stop(normal);

    expect(await refusal(start(testServer))).toMatch(/^The database is no test server's: /);
    await stop(await readied(start()));
  });

  test("leaves its mark in its database", async ({ start }) => {
    await stop(await readied(start(testServer)));

    expect(await refusal(start())).toMatch(/^The database is a test server's, /);
    await stop(await readied(start(testServer)));
  });

  test("is one process", async ({ start }) => {
    expect(await refusal(start({ ...testServer, HELIOGRAPH_ROLES: "api" }))).toBe(
      "A test server runs as one process with both roles: unset HELIOGRAPH_ROLES or HELIOGRAPH_TEST_CLOCK",
    );
  });
});

async function readied(starting: MainProcess): Promise<MainProcess> {
  await starting.ready;
  return starting;
}

/** When an id was made, by its first ten characters. */
function bornMs(id: string): number {
  const digits = "0123456789abcdefghjkmnpqrstvwxyz";
  return Array.from(id.slice(4, 14)).reduce((sum, digit) => sum * 32 + digits.indexOf(digit), 0);
}
