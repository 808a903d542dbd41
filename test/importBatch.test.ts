import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Sql } from "../src/base/database.ts";
import type { ImportedRows } from "../src/contract/resources/import.ts";
import { expectOwnOrder, expectWhole, inARow, person, times } from "./crowd.ts";
import { recordOf, site, type Values } from "./importRecords.ts";
import { eventsOf, givenPair, test, type Pair, type Service } from "./service.ts";

/** Gives records to a new import, so many in a batch, and adds up what became of them. */
async function importAll(
  { sales }: Pair,
  records: readonly Values[],
  given: { batch: number; events?: "told" | "silent"; system?: string },
): Promise<ImportedRows> {
  const { batch, events = "told", system = "crm" } = given;
  const { id } = await sales.imports.create({ name: "leads.ndjson", system, events });
  const all = { line: 0, created: 0, updated: 0, unchanged: 0, refused: 0, skipped: 0 };
  const faults: ImportedRows["faults"] = [];
  for (let after = 0; after < records.length; after += batch) {
    const rows = records
      .slice(after, after + batch)
      .map((values, at) => ({ line: after + at + 1, values }));
    const answer = await sales.importRows.take({ id, after_line: after, rows });
    for (const count of ["created", "updated", "unchanged", "refused"] as const) {
      all[count] += answer[count];
    }
    all.line = answer.line;
    faults.push(...answer.faults);
  }
  return { ...all, faults };
}

/** Everything that an organization has of its customers, with names instead of ids and without times. */
async function stateOf(sql: Sql, { salesOrg, rep }: Pair): Promise<unknown> {
  const customers =
    await sql`select * from customers where sales_org_id = ${salesOrg.id} order by id`;
  const entered = await sql`
    select * from customer_external_ids where sales_org_id = ${salesOrg.id} order by system, external_id
  `;
  const events = await sql`
    select e.*, f.sequence, f.roles, f.type as entry_type, f.customer_id as entry_customer
    from feed_entries f join events e on e.id = f.event_id
    where f.organization_id = ${salesOrg.id} order by f.sequence
  `;
  const names = new Map([
    [salesOrg.id, "seller"],
    [rep.id, "rep"],
    ...customers.map(({ id, external_ids }) => [id, `customer ${external_ids.crm}`] as const),
    ...events.map(({ id }) => [id, "event"] as const),
  ]);
  const read = events.map((row) => {
    // The order among customers of one batch is free: what is told of one of them is not.
    const { sequence: _, ...event } = row;
    const [data, changes] = [JSON.parse(event["data"]), JSON.parse(event["changes"] ?? "null")];
    return { ...event, data, changes };
  });
  const ofEach = Object.groupBy(read, (event) => names.get(event["customer_id" as never]) ?? "");
  const sequences = events.map(({ sequence }) => sequence);
  const byName = [...customers].toSorted((one, other) =>
    String(names.get(one["id"])).localeCompare(String(names.get(other["id"]))),
  );
  const text = JSON.stringify({ customers: byName, entered, ofEach: sorted(ofEach), sequences });
  return JSON.parse(text, (key, value) => {
    if (varying.has(key)) return typeof value;
    return typeof value === "string" ? (names.get(value) ?? value) : value;
  });
}

const varying = new Set(["number", "created_at", "updated_at", "occurred_at", "request_id"]);
const sorted = (groups: object) =>
  Object.entries(groups).toSorted(([one], [other]) => one.localeCompare(other));

/** Records as files have them: two customers that most rows are of, so that they meet, and some rows that do not fit. */
const recordsOf = ({ rep }: Pair) => {
  const wide = (prefix: string) =>
    Object.fromEntries(times(40, (nth) => [`${prefix}${nth}`, "x"] as const));
  const seldom = <T, U>(fitting: readonly T[], other: U) =>
    fc.oneof({ weight: 14, arbitrary: fc.constantFrom(...fitting) }, fc.constant(other));
  const more = fc.record(
    {
      last_name: fc.constantFrom("Sample", "Example"),
      email: seldom(["avery.sample@example.com", null], "no address"),
      annual_usage_kwh: seldom([0, 12_400.5, null], -1),
      lead_source: fc.constantFrom("Website", null),
      rep_id: seldom([rep.id, null], "usr_01kb8x3f5wemztqk0k6y2v9d4a"),
      // More than a customer may have, where both come together.
      custom: fc.constantFrom(
        {},
        { gate_code: "4417" },
        { gate_code: 1 },
        wide("one"),
        wide("two"),
      ),
      address: seldom([site, { ...site, county: "Sample County" }], { city: "Sampleton" }),
    },
    { requiredKeys: [] },
  );
  // Half of the rows give one of these at most: what says little is often there already.
  const some = fc.tuple(more, fc.nat(13)).map(([given, nth]) => {
    const all = Object.entries(given);
    return nth < 7 ? Object.fromEntries(all.slice(nth, nth + 1)) : given;
  });
  const id = seldom(["L-1", "L-1", "L-2", "L-2", "L-3"], "");
  return fc.array(
    fc.tuple(id, some).map(([external_id, given]) => recordOf(external_id, given)),
    { minLength: 4, maxLength: 14 },
  );
};

async function givenTwins(service: Service): Promise<readonly [Pair, Pair]> {
  return [await givenPair(service), await givenPair(service)];
}

describe("a batch of an import", () => {
  test("leaves the same records and events as single commands", async ({ service, sql }) => {
    const [pair, twin] = await givenTwins(service);
    const bodies = (rep_id: string) => [
      { first_name: "Avery", last_name: "Sample", address: site },
      {
        first_name: "Rowan",
        last_name: 'O"Sample, jr.\n',
        address: { ...site, county: "Sample County", latitude: 32.900001, longitude: -96.8 },
        email: "rowan.sample@example.com",
        phone: "(555) 555-0102",
        time_zone: "America/Chicago",
        language: "es-US",
        lead_source: "Website",
        annual_usage_kwh: 12_400.1,
        utility: "Example Power",
        rep_id,
        setter_id: rep_id,
        custom: { gate_code: "4417", dogs: 2, is_new: true, "a\\b": "ü €" },
      },
      { first_name: "Avery", last_name: "Example", address: site, email: null, custom: {} },
    ];
    const records = bodies(pair.rep.id).map((body, at) => recordOf(`L-${at}`, body));

    const { created } = await importAll(pair, records, { batch: 500 });
    for (const [at, body] of bodies(twin.rep.id).entries()) {
      await twin.sales.customers.create({ ...body, external_ids: { crm: `L-${at}` } });
    }

    expect(created).toBe(3);
    const isSaid = (command: string) => (text: string) => text.replaceAll(command, "it");
    const [mine, theirs] = [await stateOf(sql, pair), await stateOf(sql, twin)].map((state) =>
      JSON.stringify(state, null, 1),
    );
    expect(isSaid("import_customers")(mine ?? "")).toBe(isSaid("create_customer")(theirs ?? ""));
  });

  test("comes to the same as its rows one by one", async ({ service, sql }) => {
    const [first] = await givenTwins(service);
    await fc.assert(
      fc.asyncProperty(
        recordsOf(first),
        fc.constantFrom("told", "silent"),
        async (given, events) => {
          const [together, apart] = await givenTwins(service);
          const own = ({ rep }: Pair) =>
            given.map((each) =>
              each["rep_id"] === first.rep.id ? { ...each, rep_id: rep.id } : each,
            );

          const once = await importAll(together, own(together), { batch: 500, events });
          const each = await importAll(apart, own(apart), { batch: 1, events });

          expect(once).toEqual(each);
          expect(await stateOf(sql, together)).toEqual(await stateOf(sql, apart));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("says in a preview what it then does", async ({ service }) => {
    const [first] = await givenTwins(service);
    await fc.assert(
      fc.asyncProperty(recordsOf(first), recordsOf(first), async (before, given) => {
        const pair = await givenPair(service);
        await importAll(pair, before, { batch: 500 });
        const { id } = await pair.sales.imports.create({
          name: "a",
          system: "crm",
          events: "told",
        });
        const rows = given.map((values, at) => ({ line: at + 1, values }));
        const batch = { id, after_line: 0, rows };

        const preview = await pair.sales.importRows.take({ ...batch, dry_run: true });

        expect(await pair.sales.importRows.take(batch)).toEqual(preview);
      }),
      { numRuns: 20 },
    );
  });

  test("leaves out the one row that somebody else makes impossible meanwhile", async ({
    service,
    sql,
  }) => {
    const pair = await givenPair(service);
    const ids = times(9, (nth) => `L-${nth}`);
    await importAll(
      pair,
      ids.slice(0, 5).map((id) => recordOf(id)),
      { batch: 500 },
    );
    const [rival] = (await pair.sales.customers.list({ external_id: "crm:L-3" })).data;
    const full = Object.fromEntries(times(64, (nth) => [`field${nth}`, "x"] as const));
    const changed = ids.map((id) => recordOf(id, { custom: { gate_code: "4417" } }));

    const [answer] = await inARow(
      sql,
      (tx) => tx`update customers set custom = ${tx.json(full)} where id = ${rival?.id ?? ""}`,
      [() => importAll(pair, changed, { batch: 500 })],
    );

    expect(answer).toMatchObject({ created: 4, updated: 4, refused: 1 });
    expect(answer?.faults).toEqual([
      {
        line: 4,
        external_id: "L-3",
        errors: [{ at: "/custom", column: null, message: "At most 64 fields" }],
      },
    ]);
    const events = await eventsOf(pair.sales);
    const told = Object.groupBy(events.slice(5), ({ type }) => type);
    expect(told["new_customer"]).toHaveLength(4);
    expect(told["update_customer"]?.map(({ data }) => data.customer.external_ids)).toEqual(
      ["L-0", "L-1", "L-2", "L-4"].map((crm) => ({ crm })),
    );
  });

  test("makes another customer when the id is taken off its own meanwhile", async ({
    service,
    sql,
  }) => {
    const pair = await givenPair(service);
    await importAll(pair, [recordOf("L-1")], { batch: 500 });
    const [before] = (await pair.sales.customers.list({})).data;

    const id = before?.id ?? "";
    await inARow(
      sql,
      async (tx) => {
        await tx`delete from customer_external_ids where customer_id = ${id}`;
        await tx`update customers set external_ids = '{}' where id = ${id}`;
      },
      [() => importAll(pair, [recordOf("L-1", { lead_source: "Website" })], { batch: 500 })],
    );

    const { data } = await pair.sales.customers.list({});
    expect(data.map(({ external_ids, lead_source }) => [external_ids, lead_source])).toEqual([
      [{}, null],
      [{ crm: "L-1" }, "Website"],
    ]);
  });

  test("waits for another one that has the same customers the other way round", async ({
    service,
    sql,
  }) => {
    const pair = await givenPair(service);
    const ids = times(9, (nth) => `L-${nth}`);
    const made: string[] = [];
    for (const id of ids) {
      const external_ids = { crm: id, erp: id };
      made.push((await pair.sales.customers.create({ ...person, external_ids })).id);
    }
    const changed = (lead_source: string) => ids.map((id) => recordOf(id, { lead_source }));

    const answers = await inARow(
      sql,
      (tx) => tx`select from customers where id = ${made[4] ?? ""} for update`,
      [
        () => importAll(pair, changed("Website"), { batch: 500 }),
        () => importAll(pair, changed("Referral").toReversed(), { batch: 500, system: "erp" }),
      ],
    );

    expect(answers).toMatchObject([{ updated: 9 }, { updated: 9 }]);
    const told = await eventsOf(pair.sales);
    expectWhole(told);
    expectOwnOrder(told);
    expect(told).toHaveLength(3 * 9);
  });
});
