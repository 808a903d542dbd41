import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { eventTypes } from "../../src/contract/catalogue.ts";
import { faultNames, type Fault } from "../../src/simulation/faults.ts";
import type { Report } from "../../src/simulation/report.ts";
import { closeBefore } from "../database.ts";
import { givenNode } from "../deliveryNode.ts";
import { givenCustomer, givenPair, test, type Service } from "../service.ts";
import { givenKey } from "../world.ts";
import { givenProgram, type Ended } from "./program.ts";

const reportIn = ({ out }: Ended) => JSON.parse(out) as Report;

/** A service that delivers. */
async function givenDelivery({ sql, signal }: Service): Promise<void> {
  const node = await givenNode(sql);
  const stop = signal.listen((growth) => node.grew(growth));
  closeBefore(sql, async () => stop());
}

const givenOperator = ({ url, operatorKey }: Service) =>
  givenProgram({ HELIOGRAPH_URL: url, HELIOGRAPH_API_KEY: operatorKey });

/** Of all endpoints together. */
const sumOf = ({ endpoints }: Report, of: (endpoint: Report["endpoints"][number]) => number) =>
  endpoints.reduce((sum, endpoint) => sum + of(endpoint), 0);
const struck = (report: Report, fault: Fault) => sumOf(report, ({ faults }) => faults[fault] ?? 0);
const again = (report: Report) => sumOf(report, ({ attempts, feed }) => attempts - feed);

/** By what a report shows a fault. */
const shows: Readonly<Record<Fault, (report: Report) => void>> = {
  duplicates: (report) => {
    expect(sumOf(report, ({ passed }) => passed.doubled)).toBe(struck(report, "duplicates"));
  },
  reorder: (report) => {
    expect(sumOf(report, ({ passed }) => passed.out_of_order)).toBe(struck(report, "reorder"));
  },
  delay: (report) => expect(again(report)).toBe(0),
  "5xx": (report) => expect(again(report)).toBe(struck(report, "5xx")),
  timeout: (report) => expect(again(report)).toBeGreaterThanOrEqual(struck(report, "timeout")),
  flap: (report) => expect(again(report)).toBeGreaterThanOrEqual(struck(report, "flap")),
  schema: (report) => expect(again(report)).toBe(struck(report, "schema")),
};

const fast = ["--rate", "200"];

describe("simulate", () => {
  test("plays every event, and accounts for each of its deliveries", async ({ service }) => {
    await givenDelivery(service);
    const program = await givenOperator(service);

    const args = ["simulate", "--orgs", "2", "--deals", "24", "--seed", "77", ...fast];
    const ended = await program.run(args);

    const report = reportIn(ended);
    expect([ended.code, report.troubles, report.commands.by_rule]).toEqual([
      0,
      { count: 0, first: [] },
      {},
    ]);
    expect(report).toMatchObject({ seed: 77, settled: true, verdict: "whole" });
    expect(Object.keys(report.events).toSorted()).toEqual([...eventTypes].toSorted());
    expect(report.endpoints).toHaveLength(4);
    for (const { feed, delivered, handled, service: told } of report.endpoints) {
      expect(told).toEqual({ delivered: feed, waiting: 0, dead: 0, skipped: 0 });
      const all = { received: feed, missing: 0, out_of_order: 0, chain_gaps: 0, unknown: 0 };
      expect(delivered).toMatchObject(all);
      expect(handled).toEqual({ ...all, doubled: 0 });
    }
  });

  test("sees each fault, and nothing is lost by it", async ({ service }) => {
    await givenDelivery(service);
    const program = await givenOperator(service);
    const args = ["simulate", "--deals", "5", "--seed", "10", ...fast];

    const reports = await Promise.all(
      faultNames.map(async (fault) => {
        const ended = await program.run([...args, "--faults", fault]);
        return { fault, code: ended.code, report: reportIn(ended) };
      }),
    );

    for (const { fault, code, report } of reports) {
      expect([fault, code, report.verdict, report.troubles.count]).toEqual([fault, 0, "whole", 0]);
      for (const { feed, delivered, handled, attempts } of report.endpoints) {
        expect(delivered).toMatchObject({ received: feed, missing: 0, out_of_order: 0 });
        expect(handled).toMatchObject({ received: feed, missing: 0, doubled: 0, out_of_order: 0 });
        expect(attempts).toBeGreaterThanOrEqual(feed);
      }
      expect(struck(report, fault)).toBeGreaterThan(0);
      shows[fault](report);
    }
  });

  test("plays organizations that are there, and leaves them no endpoint", async ({ service }) => {
    await givenDelivery(service);
    const deal_types = [{ name: "residential", required_steps: ["welcome_call" as const] }];
    const pair = await givenPair(service, { sales: { deal_types } });
    await givenCustomer(pair); // from before, which is none of the simulation's
    const key = await givenKey(service, pair.salesOrg.id);
    const program = await givenProgram({ HELIOGRAPH_URL: service.url, HELIOGRAPH_API_KEY: key });
    const args = ["simulate", "--deals", "8", "--seed", "10", ...fast];
    expect(await program.run(args)).toMatchObject({ code: 2, out: "" });
    const file = join(program.config, "installer.key");
    await writeFile(file, await givenKey(service, pair.epc.id));

    const ended = await program.run([...args, "--installer-key-file", file]);

    const { commands, deals, verdict } = reportIn(ended);
    expect([ended.code, verdict]).toEqual([0, "whole"]);
    // CallPilot's secret is its organization's, so there are no welcome calls, which the deal type wants.
    expect(commands.by_rule).toEqual({ required_steps_done: deals.ended["completed"] });
    expect((await pair.sales.endpoints.list()).data).toEqual([]);
    expect((await pair.installer.endpoints.list()).data).toEqual([]);
  });

  test("ends with 5 when events are missing, with 130 when interrupted", async ({ service }) => {
    const program = await givenOperator(service); // of a service that does not deliver
    const args = ["simulate", "--deals", "2", "--seed", "10", ...fast];
    const missing = await program.run([...args, "--settle", "1ms"]);
    const lost = reportIn(missing);
    expect([missing.code, lost.settled, lost.verdict]).toEqual([5, false, "not_whole"]);
    for (const { feed, delivered, service: told } of lost.endpoints) {
      expect([delivered.missing, told.waiting]).toEqual([feed, feed]);
    }

    const running = program.start(["simulate", "--deals", "1000", "--rate", "1", "--seed", "1"]);
    await running.until("Making two companies");
    const { operator } = service;
    await expect
      .poll(async () => (await operator.organizations.list({ limit: 200 })).data.length)
      .toBe(4);
    await expect.poll(() => customersIn(service)).toBeGreaterThan(lost.deals.planned);
    running.interrupt();
    const ended = await running.ended;
    expect([ended.code, reportIn(ended).interrupted]).toEqual([130, true]);
    expect(reportIn(ended).commands.sent).toBeGreaterThan(0);
  });

  test("refuses what it cannot do, with what to do", async ({ service }) => {
    const program = await givenOperator(service);
    const cases: [string[], string][] = [
      [["--faults", "reoder"], "Did you mean reorder?"],
      [["--deals", "0"], "--deals takes a whole number from 1"],
      [["--rate", "2.5"], "--rate takes a whole number"],
    ];
    for (const [args, words] of cases) {
      const ended = await program.run(["simulate", ...args]);
      expect([args, ended.code, ended.out]).toEqual([args, 2, ""]);
      expect(ended.said).toContain(words);
    }
    const spread = await program.run(["simulate", "--span", "90d"]);
    expect([spread.code, spread.out]).toEqual([1, ""]);
    expect(spread.said).toMatch(/no test server.*HELIOGRAPH_TEST_CLOCK=true.*at once/s);
    expect((await service.operator.organizations.list({})).data).toEqual([]);
  });
});

const customersIn = async ({ sql }: Service) => {
  const [row] = await sql<{ count: number }[]>`select count(*)::int from customers`;
  return row?.count ?? 0;
};

describe("a service that may not deliver to loopback", () => {
  const guarded = test.override({ egressAllow: "" });
  guarded("is told apart", async ({ service }) => {
    const program = await givenOperator(service);
    const ended = await program.run(["simulate", "--deals", "1"]);
    expect([ended.code, ended.out]).toEqual([1, ""]);
    expect(ended.said).toContain("HELIOGRAPH_EGRESS_ALLOW=127.0.0.0/8");
  });
});
