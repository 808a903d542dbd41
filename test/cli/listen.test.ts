import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { eventTypes } from "../../src/contract/catalogue.ts";
import { createClient } from "../../src/sdk/index.ts";
import { test } from "../mainProcess.ts";
import { startReceiver } from "../receiver.ts";
import { firstOf, givenProgram, linesOf } from "./program.ts";

const operatorKey = "an-operator-key-for-tests-of-32-characters-or-more";
const settings = { HELIOGRAPH_OPERATOR_KEY: operatorKey, HELIOGRAPH_EGRESS_ALLOW: "127.0.0.0/8" };

const avery = {
  first_name: "Avery",
  last_name: "Sample",
  address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
};

/** A sales organization at a service that runs, and the program signed in with its key. */
async function givenSeller(url: string) {
  const operator = createClient({ url, key: operatorKey });
  const { id } = await operator.organizations.create({
    name: "Sample Solar Sales",
    roles: ["sales_org"],
  });
  const { key } = await operator.keys.create({ id });
  const program = await givenProgram({ HELIOGRAPH_URL: url, HELIOGRAPH_API_KEY: key });
  return { program, operator, id, sales: createClient({ url, key }) };
}

describe("listen", () => {
  test("delivers as the service does, and goes on after the service was away", async ({
    start,
  }) => {
    const first = start(settings);
    const url = await first.ready;
    const { program, sales } = await givenSeller(url);
    await using receiver = await startReceiver(({ nth, sequence }) =>
      sequence === 1 && nth === 1 ? 500 : 204,
    );
    const secret = (await program.run(["listen", "--print-secret"])).out.trim();
    expect((await program.run(["listen", "--print-secret"])).out.trim()).toBe(secret);

    const listening = program.start(["listen", "--forward-to", receiver.url]);
    await listening.until("Listening after position 0");
    const { id } = await sales.customers.create(avery);
    await receiver.untilAccepted(1);
    first.process.kill("SIGTERM");
    await first.ended;
    await listening.until("Lost the connection");
    await start({ ...settings, PORT: new URL(url).port }).ready;
    await sales.notes.create({ id, body: "While it was away" });
    await receiver.untilAccepted(2);
    // The program hears the answer a moment later.
    await listening.until(`{"kind":"attempt","event_id":"${receiver.requests.at(-1)?.eventId}"`);
    listening.interrupt();
    const { code, out, said } = await listening.ended;

    expect(code).toBe(130);
    expect(receiver.requests.map(({ sequence, attempt }) => [sequence, attempt])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
    const [failed, taken, next] = receiver.requests;
    if (!failed || !taken || !next) throw new Error("Expected three requests");
    receiver.verify(next, secret);
    expect(taken.body).toBe(failed.body);
    expect(taken.headers["heliograph-previous"]).toBeUndefined();
    expect(next.headers["heliograph-previous"]).toBe("1");
    expect(next.headers["user-agent"]).toMatch(/^Heliograph\//);
    expect(linesOf(out)).toMatchObject([
      { kind: "event", event: { type: "new_customer", sequence: 1 } },
      { kind: "attempt", attempt: 1, status: 500 },
      { kind: "attempt", attempt: 2, status: 204 },
      { kind: "event", event: { type: "new_note" } },
      { kind: "attempt", attempt: 1, status: 204 },
      { kind: "summary", events: 2, delivered: 2, failed: 0, last_sequence: 2 },
    ]);
    expect(said).toContain("--after 2");
  });

  test("is an assertion: it ends at the event that is waited for, or with 5", async ({ start }) => {
    const url = await start(settings).ready;
    const { program, sales } = await givenSeller(url);
    const { id } = await sales.customers.create(avery);
    const waiting = program.start([
      "listen",
      "--until",
      "new_note",
      "--output",
      "quiet",
      "--timeout",
      "1h",
    ]);
    await waiting.until("Listening after position 1");
    await sales.notes.create({ id, body: "Here" });
    expect(await waiting.ended).toMatchObject({ code: 0, out: "" });

    const since = await program.run(["listen", "--since", "1h", "--until", "new_note"]);
    expect(since.code).toBe(0);
    expect(linesOf(since.out).map(({ kind }) => kind)).toEqual(["event", "event", "summary"]);
    const late = await program.run(["listen", "--until", "new_install", "--timeout", "10ms"]);
    expect(late).toMatchObject({
      code: 5,
      said: expect.stringContaining("did not come in time") as unknown,
    });
    await using refusing = await startReceiver(() => 500);
    const refused = await program.run([
      "listen",
      "--after",
      "1",
      "--until",
      "new_note",
      "--forward-to",
      refusing.url,
    ]);
    expect(refused).toMatchObject({
      code: 5,
      said: expect.stringContaining("was not taken") as unknown,
    });
    expect(refusing.requests).toHaveLength(5);
    const wrong = await program.run(["listen", "--until", "new_nope"]);
    expect(wrong).toMatchObject({ code: 2, out: "" });
  });
});

describe("server", () => {
  test("migrates a database without starting, and says whether one is ready", async ({
    dataDir,
    start,
  }) => {
    const { PATH = "" } = process.env;
    const typo = { HELIOGRAPH_LOGS: "warn" };
    const program = await givenProgram({ HELIOGRAPH_DATA_DIR: dataDir, PATH, ...typo });
    const first = await program.run(["server", "migrate"]);
    expect(first.out).toContain("HELIOGRAPH_LOGS is no setting: did you mean HELIOGRAPH_LOG?\n");
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringContaining("Migrated the database: 0001") as unknown,
    });
    const second = await program.run(["server", "migrate"]);
    expect(second.out).toContain("of this version already");

    const url = await start(settings).ready;
    const status = await program.run(["server", "status", "--url", url]);
    expect([status.code, linesOf(status.out)]).toMatchObject([0, [{ url, ready: true }]]);
  });

  test("starts from a clone, and stops when it is told to", async ({ dataDir }) => {
    const { PATH = "" } = process.env;
    const typo = { HELIOGRAPH_HISTORY_MONTS: "36" };
    const env = { ...settings, HELIOGRAPH_DATA_DIR: dataDir, PORT: "0", PATH, ...typo };
    const program = await givenProgram(env);

    const running = program.start(["server", "start"]);
    await running.until("HISTORY_MONTS is no setting: did you mean HELIOGRAPH_HISTORY_MONTHS?\n");
    const [url = ""] =
      /http:\/\/localhost:\d+/.exec(await running.until("http://localhost:")) ?? [];
    const status = await program.run(["server", "status", "--url", url]);
    expect([status.code, linesOf(status.out)]).toMatchObject([0, [{ url, ready: true }]]);
    running.terminate();
    await running.ended;

    const gone = await program.run(["server", "status", "--url", url]);
    expect(gone.code).toBe(6);
  });
});

describe("what happens", () => {
  test("is walked through, whole or up to an event, and waited for", async ({ start }) => {
    const url = await start(settings).ready;
    const program = await givenProgram({ HELIOGRAPH_URL: url, HELIOGRAPH_API_KEY: operatorKey });

    const walk = await program.run(["flow", "run", "change-order"]);
    expect([walk.code, walk.said]).toEqual([0, "Making two sample companies\n"]);
    const types = new Set(linesOf(walk.out).map(({ event }) => (event as { type: string }).type));
    expect(types).toContain("signed_change_order");
    const milestone = await program.run([
      "trigger",
      "project_milestone_created",
      "--set",
      "customer.first_name=Riley",
    ]);
    expect(linesOf(milestone.out)).toMatchObject([
      {
        kind: "fact",
        event: { type: "project_milestone_created", data: { customer: { first_name: "Riley" } } },
      },
    ]);
  });

  test("at an organization's own endpoints is waited for, and sent again", async ({ start }) => {
    const url = await start(settings).ready;
    const { program: own, sales } = await givenSeller(url);
    await using receiver = await startReceiver();
    await sales.endpoints.create({ url: receiver.url });
    const fact = await own.run(["trigger", "new_customer", "--wait"]);
    expect(fact.code).toBe(0);
    expect(linesOf(fact.out)).toMatchObject([
      { deliveries: [{ url: receiver.url, state: "delivered" }] },
    ]);
    const event = firstOf((await own.run(["events", "list", "--limit", "1"])).out);
    const { id = "" } = (event["data"] as { id: string }[])[0] ?? {};
    await own.run(["resend", id]);
    await receiver.untilAccepted(2);

    const [{ id: endpoint } = { id: "" }] = (await sales.endpoints.list()).data;
    // That it was sent again is written down a moment later; until then a replay leaves it out.
    await expect
      .poll(() => sales.endpoints.replay({ id: endpoint, from: 1, to: 1, dry_run: true }))
      .toMatchObject({ queued: 1 });
    const replay = ["replay", "--endpoint", endpoint, "--from", "1"];
    const asked = await own.run([...replay, "--wait"]);
    expect([asked.code, asked.said]).toEqual([2, expect.stringContaining("--yes") as unknown]);
    const again = await own.run([...replay, "--yes", "--wait"]);
    expect([again.code, linesOf(again.out)]).toMatchObject([
      0,
      [{ state: "done", queued: 1, sent: 1 }],
    ]);
    expect(receiver.requests.at(-1)?.headers).toHaveProperty("heliograph-replay");
  });

  test("is told as far as it came, or is an example only", async ({ start }) => {
    const url = await start(settings).ready;
    const { program: own, operator, id } = await givenSeller(url);
    const epc = await operator.organizations.create({ name: "Example Installers", roles: ["epc"] });
    await operator.partnerships.create({ sales_org_id: id, epc_id: epc.id });
    await using receiver = await startReceiver();
    const far = await own.run(["trigger", "project_milestone_created"]);
    expect(far).toMatchObject({
      code: 1,
      said: expect.stringContaining("What was made stays") as unknown,
    });
    const local = [
      "trigger",
      "new_install",
      "--to",
      receiver.url,
      "--set",
      "data.customer.first_name=Riley",
    ];
    expect((await own.run(local)).code).toBe(0);
    expect(receiver.requests.at(-1)?.body).toContain('"first_name":"Riley"');
    const key = join(own.config, "no.key");
    await writeFile(key, "");
    expect((await own.run(["flow", "run", "--installer-key-file", key])).code).toBe(2);
    const health = await own.run(["doctor"]);
    expect(health.code).toBe(0);
    expect(linesOf(health.out)).toMatchObject([
      { data: [{ check: "service", verdict: "ok" }, {}, {}, {}, {}, {}] },
    ]);
  });

  test("comes to every event that there is", async ({ start }) => {
    const url = await start(settings).ready;
    const program = await givenProgram({ HELIOGRAPH_URL: url, HELIOGRAPH_API_KEY: operatorKey });
    // The last of the longest walk; on its way it meets all others.
    const ended = await program.run(["trigger", "complete_survey"]);
    expect(ended.code).toBe(0);
    const [fact] = linesOf(ended.out);
    const { organization_id } = (fact?.["event"] ?? {}) as { organization_id?: string };
    const operator = createClient({ url, key: operatorKey });
    const { key } = await operator.keys.create({ id: organization_id ?? "" });
    const counts = await createClient({ url, key }).events.count();
    const { eventDefinition } = await import("../../src/contract/catalogue.ts");
    const forSales = eventTypes.filter((type) =>
      eventDefinition(type).audience.includes("sales_org"),
    );
    expect(counts.data.map(({ type }) => type).toSorted()).toEqual(forSales.toSorted());
  });
});
