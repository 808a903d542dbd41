import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test as plainTest } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { eventTypes } from "../../src/contract/catalogue.ts";
import { givenReceiver } from "../deliveryNode.ts";
import { givenDeal } from "../deals.ts";
import { eventsOf, givenCustomer, givenPair, test, type Service } from "../service.ts";
import { givenKey } from "../world.ts";
import { firstOf, givenProgram, linesOf } from "./program.ts";

/** A sales organization with a customer, and the program signed in with its key. */
async function givenSeller(service: Service) {
  const pair = await givenPair(service);
  const key = await givenKey(service, pair.salesOrg.id);
  const program = await givenProgram({ HELIOGRAPH_URL: service.url, HELIOGRAPH_API_KEY: key });
  return { pair, key, program };
}

describe("signing in", () => {
  test("keeps a key that was piped in, for its owner only, and forgets it", async ({ service }) => {
    const { id } = (await givenPair(service)).salesOrg;
    const key = await givenKey(service, id);
    const program = await givenProgram();

    const login = await program.run(["login", "--url", service.url, "--as", "staging"], {
      stdin: `${key}\n`,
    });
    expect(login).toMatchObject({ code: 0, out: expect.stringContaining(id) as unknown });
    expect(`${login.out}${login.said}`).not.toContain(key);
    const folder = join(program.config, "heliograph");
    expect((await stat(join(folder, "config.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);

    const who = linesOf((await program.run(["whoami"])).out);
    expect(who).toMatchObject([{ url: service.url, environment: "staging", organization: { id } }]);
    const all = linesOf((await program.run(["env", "list"])).out);
    expect(all).toEqual([
      { data: [{ name: "staging", url: service.url, current: true }], next: null },
    ]);
    const typo = await program.run(["env", "use", "stagin"]);
    expect(typo).toMatchObject({
      code: 2,
      said: expect.stringContaining("Did you mean staging?") as unknown,
    });

    expect((await program.run(["logout"])).code).toBe(0);
    expect((await program.run(["whoami", "--url", service.url])).code).toBe(3);
  });

  test("keeps no key that the service does not know, and takes one from a file", async ({
    service,
  }) => {
    const program = await givenProgram();
    const bad = await program.run(["login", "--url", service.url], { stdin: "hk_wrong" });
    expect(bad.code).toBe(3);
    expect((await program.run(["env", "list"])).out).toBe('{"data":[],"next":null}\n');

    const file = join(program.config, "operator.key");
    await writeFile(file, service.operatorKey);
    const good = await program.run(["login", "--url", service.url, "--key-file", file]);
    expect(good).toMatchObject({
      code: 0,
      said: expect.stringContaining("the operator") as unknown,
    });
  });

  test("sends a kept key to no other service", async ({ service }) => {
    const program = await givenProgram();
    await program.run(["login", "--url", service.url], { stdin: service.operatorKey });
    await using other = await givenReceiver();

    const asked = await program.run(["whoami", "--url", other.url]);

    expect(asked.code).toBe(3);
    expect(other.requests).toEqual([]);
  });
});

describe("exit codes", () => {
  test("tell why a command failed, with code, value and what to do", async ({ service }) => {
    const { program, pair } = await givenSeller(service);
    const readOnly = await service.operator.keys.create({
      id: pair.salesOrg.id,
      scopes: ["flow:read"],
    });

    const cases: [number, string[], string[], Record<string, string>?][] = [
      [2, ["evnts"], ["Unknown command", "Did you mean events?"]],
      [2, ["endpoints", "creat"], ["Did you mean endpoints create?"]],
      [2, ["endpoints"], ["rotate-secret"]],
      [2, ["listen", "--utnil", "new_note"], ["Did you mean --until?"]],
      [2, ["trigger", "new_custmer"], ["Did you mean new_customer?"]],
      [
        2,
        ["events", "list", "--limit", "many"],
        ["--limit takes a whole number from 1 to 200, not many"],
      ],
      [2, ["listen", "--timeout", "soon"], ["--timeout takes a time such as 30s"]],
      [
        3,
        ["endpoints", "list"],
        ['"code":"forbidden"', "whoami"],
        { HELIOGRAPH_API_KEY: readOnly.key },
      ],
      [
        3,
        ["whoami"],
        ['"code":"unauthorized"', "heliograph login"],
        { HELIOGRAPH_API_KEY: "hk_gone" },
      ],
      [
        4,
        ["customers", "get", "cus_00000000000000000000000000"],
        ['"code":"not_found"', "No customer"],
      ],
      [4, ["endpoints", "test", "end_nope", "--event", "new_note"], ["No endpoint end_nope"]],
      [4, ["resend", "evt_nope", "--to", "end_0"], ["No endpoint end_0"]],
      [1, ["customers", "create", "--set", "first_name=A"], ['"code":"invalid"', "/address: "]],
      [6, ["whoami", "--url", "http://127.0.0.1:1"], ['"code":"unreachable"', "doctor"]],
      [6, ["server", "status", "--url", "http://127.0.0.1:1"], ["Cannot reach http://127.0.0.1:1"]],
    ];
    for (const [code, args, words, env] of cases) {
      const ended = await program.run(args, env ? { env } : {});
      expect([args, ended.code, ended.out]).toEqual([args, code, ""]);
      for (const word of words) expect(ended.said).toContain(word);
    }
  });

  plainTest("are explained, as everything is", async () => {
    const program = await givenProgram();

    const codes = await program.run(["help", "exit-codes", "--json"]);
    expect(linesOf(codes.out)).toMatchObject([
      { data: [{ code: 0 }, {}, {}, {}, {}, {}, {}, { code: 130 }] },
    ]);
    const help = await program.run(["endpoints", "create", "--help"]);
    expect(help.code).toBe(0);
    for (const part of ["Usage: heliograph endpoints create", "With --json: ", "Examples:"]) {
      expect(help.out).toContain(part);
    }
  });
});

describe("records", () => {
  test("are listed a page at a time or all, as JSON where no person reads", async ({ service }) => {
    const { program, pair } = await givenSeller(service);
    for (const first_name of ["Avery", "Riley", "Sasha"]) await givenCustomer(pair, { first_name });

    const [page] = linesOf((await program.run(["customers", "list", "--limit", "2"])).out);
    expect(page).toMatchObject({ data: [{ first_name: "Avery" }, { first_name: "Riley" }] });
    const rest = await program.run(["customers", "list", "--after", String(page?.["next"])]);
    expect(linesOf(rest.out)).toMatchObject([{ data: [{ first_name: "Sasha" }], next: null }]);
    const all = await program.run(["customers", "list", "--limit", "1", "--all"]);
    expect(firstOf(all.out)["data"]).toHaveLength(3);
    const [newest] = linesOf((await program.run(["events", "list", "--limit", "1"])).out);
    expect(newest).toMatchObject({ data: [{ sequence: 3 }], next: "3" });
    const before = await program.run(["events", "list", "--before", "3", "--limit", "1"]);
    expect(linesOf(before.out)).toMatchObject([{ data: [{ sequence: 2 }] }]);
    const exported = await program.run(["events", "export"]);
    expect(linesOf(exported.out)).toEqual(await eventsOf(pair.sales));
  });

  test("are made from a file and from values", async ({ service }) => {
    const { program } = await givenSeller(service);
    const body = {
      first_name: "Avery",
      last_name: "Sample",
      address: { street: "1 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
    };
    const made = await program.run(
      [
        "customers",
        "create",
        "--file",
        "-",
        "--set",
        "address.street=2 Example Way",
        "--set",
        "external_ids.crm=L-1",
      ],
      { stdin: JSON.stringify(body) },
    );

    expect(linesOf(made.out)).toMatchObject([
      { first_name: "Avery", address: { street: "2 Example Way" }, external_ids: { crm: "L-1" } },
    ]);
    expect((await program.run(["customers", "create", "--set", "__proto__.x=1"])).code).toBe(2);
  });

  test("of a deal are drawn with the fate of every event", async ({ service }) => {
    const { program, pair } = await givenSeller(service);
    const endpoint = await pair.sales.endpoints.create({
      url: "http://127.0.0.1:1/",
      events: ["new_survey"],
    });
    const deal = await givenDeal(pair);

    const [timeline] = linesOf((await program.run(["deals", "timeline", deal.id])).out);

    expect(timeline).toMatchObject({
      deal: { id: deal.id },
      data: [
        { event: { type: "new_customer" }, deliveries: [{ state: "not_subscribed" }] },
        {
          event: { type: "new_survey" },
          deliveries: [{ endpoint_id: endpoint.id, state: "waiting" }],
        },
      ],
    });
  });

  test("of an endpoint are changed, paused, accounted for and removed", async ({ service }) => {
    const { program, pair } = await givenSeller(service);
    await using receiver = await givenReceiver();
    const made = linesOf(
      (await program.run(["endpoints", "create", receiver.url, "--events", "new_customer"])).out,
    )[0];
    const id = String(made?.["id"]);
    expect(made?.["secret"]).toMatch(/^whsec_/);

    const sent = await program.run(["endpoints", "test"]);
    expect(linesOf(sent.out)).toMatchObject([{ outcome: "delivered", sequence: 0 }]);
    receiver.verify(
      receiver.requests[0] as (typeof receiver.requests)[0],
      String(made?.["secret"]),
    );
    const example = await program.run(["trigger", "new_install", "--to", id]);
    expect(linesOf(example.out)).toMatchObject([
      { kind: "example", attempts: [{ event_type: "new_install" }] },
    ]);
    const update = [
      "endpoints",
      "update",
      id,
      "--events",
      "all",
      "--set",
      "rate_limit_per_second=5",
    ];
    expect(linesOf((await program.run(update)).out)).toMatchObject([
      { events: null, rate_limit_per_second: 5 },
    ]);
    expect(linesOf((await program.run(["endpoints", "pause", id])).out)).toMatchObject([
      { state: "paused" },
    ]);
    await givenCustomer(pair);

    const gaps = await program.run(["endpoints", "gaps", id]);
    expect(gaps.code).toBe(5);
    expect(linesOf(gaps.out)).toMatchObject([{ matching: 1, waiting: 1 }]);
    expect(linesOf((await program.run(["endpoints", "lag", id])).out)).toMatchObject([
      { behind_by: 1 },
    ]);
    const replay = ["replay", "--endpoint", id, "--from", "1"];
    const counted = await program.run([...replay, "--dry-run"]);
    expect(counted).toMatchObject({
      code: 0,
      said: expect.stringContaining("1 events from 1 to 1 match") as unknown,
    });
    expect((await program.run(["endpoints", "delete", id])).code).toBe(2);
    expect((await program.run(["endpoints", "delete", id, "--yes"])).code).toBe(0);
    expect((await program.run(["endpoints", "lag", id])).code).toBe(4);
  });
});

describe("what was delivered", () => {
  test("is read by event, by endpoint and by attempt, and followed", async ({ service }) => {
    const { program, pair } = await givenSeller(service);
    await using receiver = await givenReceiver();
    const { id } = await pair.sales.endpoints.create({ url: receiver.url });
    await pair.sales.endpoints.test({ id, type: "new_note" });
    const deal = await givenDeal(pair);
    const [event] = await eventsOf(pair.sales);
    const eventId = event?.id ?? "";
    const read = async (...args: string[]) => {
      const { code, out } = await program.run(args);
      return [code, ...linesOf(out)];
    };

    expect(await read("attempts", "list", id)).toMatchObject([
      0,
      { data: [{ kind: "test" }], next: null },
    ]);
    expect(await read("deliveries", "list", "--state", "waiting")).toMatchObject([
      0,
      { from: 1, to: 2, data: [{ state: "waiting" }, { state: "waiting" }] },
    ]);
    expect(await read("deliveries", "get", eventId)).toMatchObject([
      0,
      { event_id: eventId, data: [{ endpoint_id: id }] },
    ]);
    expect(await read("deliveries", "get", eventId, id)).toMatchObject([
      0,
      { endpoint_id: id, state: "waiting" },
    ]);
    expect(await read("events", "get", eventId)).toMatchObject([
      0,
      { event: { id: eventId }, deliveries: [{}] },
    ]);
    expect(await read("events", "get", eventId, "--payload")).toEqual([0, event]);
    expect(await read("resend", eventId)).toEqual([5]);
    expect(await read("deals", "get", deal.id)).toMatchObject([0, { id: deal.id }]);
    expect(await read("installs", "list", "--deal", deal.id)).toEqual([
      0,
      { data: [], next: null },
    ]);
    const tail = program.start([
      "events",
      "tail",
      "--after",
      "1",
      "--events",
      "new_survey,new_note",
    ]);
    await tail.until(deal.id);
    tail.interrupt();
    const { code, out } = await tail.ended;
    expect([code, linesOf(out)]).toMatchObject([130, [{ type: "new_survey", sequence: 2 }]]);
  });
});

describe("without a service", () => {
  plainTest("the catalogue is there, as text, schema, sample and type", async () => {
    const program = await givenProgram();
    const all = firstOf((await program.run(["catalogue", "list"])).out);
    expect((all["data"] as { type: string }[]).map(({ type }) => type)).toEqual(eventTypes);
    expect(
      linesOf((await program.run(["catalogue", "show", "new_note", "--sample"])).out),
    ).toMatchObject([{ type: "new_note" }]);
    expect(
      linesOf((await program.run(["catalogue", "show", "new_note", "--schema"])).out),
    ).toMatchObject([{ title: "New Note" }]);
    expect((await program.run(["catalogue", "show", "new_note", "--types", "ts"])).out).toContain(
      "export type NewNote = {",
    );
  });

  plainTest("a signature is made and checked, with a reason when it does not hold", async () => {
    const program = await givenProgram();
    const body = JSON.stringify({ id: "evt_1", type: "new_note" });
    const [headers = {}] = linesOf(
      (await program.run(["sign", "--id", "evt_1"], { stdin: body })).out,
    );
    const given = Object.entries(headers).flatMap(([name, value]) => [
      "--header",
      `${name}: ${String(value)}`,
    ]);

    const good = await program.run(["verify", ...given], { stdin: body });
    expect([good.code, linesOf(good.out)]).toEqual([
      0,
      [{ valid: true, event: { id: "evt_1", type: "new_note" } }],
    ]);
    const bad = await program.run(["verify", ...given], { stdin: `${body} ` });
    expect([bad.code, linesOf(bad.out)]).toMatchObject([
      1,
      [{ valid: false, reason: "no_matching_signature" }],
    ]);
    const none = await program.run(["verify"], { stdin: body });
    expect(linesOf(none.out)).toMatchObject([{ reason: "missing_header" }]);
  });

  plainTest(
    "the embedded database's backup is explained, and a missing pg_dump is said",
    async () => {
      const program = await givenProgram();
      const embedded = await program.run(["server", "backup", "x.dump"]);
      expect(embedded).toMatchObject({
        code: 1,
        said: expect.stringContaining("tar -czf") as unknown,
      });
      const DATABASE_URL = "postgres://x:password-of-nobody@127.0.0.1:1/x";
      const none = await program.run(["server", "backup", "x.dump"], {
        env: { DATABASE_URL, PATH: "" },
      });
      expect(none).toMatchObject({
        code: 1,
        said: expect.stringContaining("There is no pg_dump") as unknown,
      });
      expect(none.said).not.toContain("password-of-nobody");
    },
  );

  plainTest("words are completed", async () => {
    const program = await givenProgram();
    const complete = async (...typed: string[]) =>
      (await program.run(["complete", "--", ...typed])).out.trim().split("\n");
    expect(await complete("endpoints", "re")).toEqual(["resume"]);
    expect(await complete("trigger", "new_ins")).toEqual(["new_install", "new_install_note"]);
    expect(await complete("listen", "--until", "confirm")).toEqual(["confirm_appointment"]);
    expect(await complete("flow", "run", "")).toEqual(["change-order", "happy-path", "void"]);
    expect((await program.run(["completion", "bash"])).out).toContain(
      "complete -o default -F _heliograph heliograph",
    );
    expect((await program.run(["completion", "csh"])).code).toBe(2);
  });
});

describe("the console", () => {
  test("prints no line that the program does not understand", async ({ service }) => {
    const { program, pair } = await givenSeller(service);
    const { id } = await givenCustomer(pair);
    const [event] = await eventsOf(pair.sales);
    const leads = join(program.config, "leads.csv");
    await writeFile(leads, "Lead ID,First Name\nL-1,Avery\n");
    const lines = await consoleLines();
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const isKnown = commands.some(({ name }) => line === name || line.startsWith(`${name} `));
      expect([line, isKnown]).toEqual([line, true]);
      if (line === "listen") continue; // does not end by itself
      const args = line
        .replace("evt_id", event?.id ?? id)
        .replace("leads.csv", leads)
        .split(" ");
      // Nobody can be asked here.
      expect([line, (await program.run([...args, "--yes"])).code]).not.toEqual([line, 2]);
    }
  });

  /** What stands after `npx heliograph` in the console's sources, with values in place of names. */
  async function consoleLines(): Promise<string[]> {
    const root = fileURLToPath(new URL("../../console/src/", import.meta.url));
    const names = await readdir(root, { recursive: true });
    const texts = await Promise.all(
      names
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => readFile(join(root, name), "utf8")),
    );
    const found = texts.flatMap((text) => Array.from(text.matchAll(/npx heliograph ([^"`<\n]+)/g)));
    const lines = found.map(([, line = ""]) =>
      line.trim().replace("${event.id}", "evt_id").replace("${type}", "new_customer"),
    );
    return [...new Set(lines)];
  }
});
