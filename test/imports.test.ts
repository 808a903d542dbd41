import fc from "fast-check";
import { describe, expect } from "vitest";
import { importFields, suggestMapping } from "../src/contract/importRow.ts";
import { eventsOf, givenOneCompany, givenPair, test, type Pair } from "./service.ts";

const columns = ["Lead ID", "First Name", "Last name", "Street", "City", "State", "ZIP", "Usage"];
const mapping = { ...suggestMapping(columns), external_id: "Lead ID", annual_usage_kwh: "Usage" };
const site = { Street: "100 Example Way", City: "Sampleton", State: "tx", ZIP: "75001" };
const rowOf = (line: number, values: Record<string, unknown> = {}) => ({
  line,
  values: {
    "Lead ID": `L-${line}`,
    "First Name": "Avery",
    "Last name": "Sample",
    ...site,
    ...values,
  },
});

const begin = ({ sales }: Pair, events: "told" | "silent" = "told") =>
  sales.imports.create({ name: "leads.csv", system: "crm", mapping, events });

describe("an import", () => {
  test("makes customers and tells of them, as by hand", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await begin(pair);
    const rows = [rowOf(2, { Usage: " 12,400 " }), rowOf(3, { Usage: "" })];

    const answer = await pair.sales.importRows.take({ id, after_line: 0, rows });

    expect(answer).toEqual({
      line: 3,
      created: 2,
      updated: 0,
      unchanged: 0,
      refused: 0,
      skipped: 0,
      faults: [],
    });
    const { data } = await pair.sales.customers.list({ external_id: "crm:L-2" });
    expect(data).toMatchObject([
      {
        first_name: "Avery",
        last_name: "Sample",
        annual_usage_kwh: 12_400,
        address: { street: "100 Example Way", city: "Sampleton", state: "TX", zip: "75001" },
        external_ids: { crm: "L-2" },
      },
    ]);
    const events = await eventsOf(pair.sales);
    expect(events.map(({ type, cause }) => [type, cause.command])).toEqual([
      ["new_customer", "import_customers"],
      ["new_customer", "import_customers"],
    ]);
  });

  test("tells nobody where it is silent, and later changes are told", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await begin(pair, "silent");
    await pair.sales.importRows.take({ id, after_line: 0, rows: [rowOf(2)] });

    expect(await eventsOf(pair.sales)).toEqual([]);
    const { data } = await pair.sales.customers.list({});
    const customer = data[0]?.id ?? "";
    await pair.sales.customers.update({ id: customer, lead_source: "Referral" });
    const [told] = await eventsOf(pair.sales);
    expect(told).toMatchObject({ type: "update_customer", customer_sequence: 1 });
  });

  test("says of every line what does not fit, by column, and takes the others", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await begin(pair);
    const rows = [
      rowOf(2),
      rowOf(3, { ZIP: "7500" }),
      rowOf(4, { "Lead ID": " " }),
      rowOf(5, { "First Name": "", Usage: "a lot" }),
    ];
    const faults = [
      {
        line: 3,
        external_id: "L-3",
        errors: [
          {
            at: "/address/zip",
            column: "ZIP",
            message: 'Must be a ZIP code of 5 or 5+4 digits; is "7500"',
          },
        ],
      },
      {
        line: 4,
        external_id: "",
        errors: [{ at: "/external_id", column: "Lead ID", message: "Must be 1 to 255 characters" }],
      },
      {
        line: 5,
        external_id: "L-5",
        errors: [
          { at: "/first_name", column: "First Name", message: "Is required" },
          { at: "/annual_usage_kwh", column: "Usage", message: expect.stringContaining("a lot") },
        ],
      },
    ];

    const preview = await pair.sales.importRows.take({ id, after_line: 0, rows, dry_run: true });
    expect(preview).toMatchObject({ created: 1, refused: 3, faults });
    expect((await pair.sales.customers.list({})).data).toEqual([]);
    expect(await pair.sales.imports.get({ id })).toMatchObject({ line: 0, refused: 0 });

    const answer = await pair.sales.importRows.take({ id, after_line: 0, rows });
    expect(answer).toEqual(preview);
    const kept = await pair.sales.importFaults.list({ id, limit: 2 });
    expect(kept).toEqual({ data: answer.faults.slice(0, 2), next: "4" });
    const rest = await pair.sales.importFaults.list({ id, limit: 2, after: 4 });
    expect(rest).toEqual({ data: answer.faults.slice(2), next: null });
  });

  test("changes what a row says otherwise, and leaves what it leaves empty", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const first = await begin(pair);
    const rows = [rowOf(2, { Usage: "900" }), rowOf(3)];
    await pair.sales.importRows.take({ id: first.id, after_line: 0, rows });

    const { id } = await begin(pair);
    const again = [rowOf(2, { "Last name": "Example", Usage: "" }), rowOf(3)];
    const answer = await pair.sales.importRows.take({ id, after_line: 0, rows: again });

    expect(answer).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    const events = await eventsOf(pair.sales);
    expect(events.at(-1)).toMatchObject({
      type: "update_customer",
      changes: { "customer.last_name": { from: "Sample", to: "Example" } },
    });
    expect(events).toHaveLength(3);
    const { data } = await pair.sales.customers.list({ external_id: "crm:L-2" });
    expect(data[0]?.annual_usage_kwh).toBe(900);
  });

  test("goes on where it stopped: what was taken is skipped, a gap is refused", async ({
    service,
  }) => {
    const pair = await givenPair(service);
    const { id } = await begin(pair);
    const { imports, importRows } = pair.sales;
    const batch = { id, after_line: 0, rows: [rowOf(2), rowOf(3)] };
    await importRows.take(batch);

    expect(await importRows.take(batch)).toMatchObject({ line: 3, created: 0, skipped: 2 });
    const overlapping = { id, after_line: 2, rows: [rowOf(3), rowOf(4)] };
    expect(await importRows.take(overlapping)).toMatchObject({ line: 4, created: 1, skipped: 1 });
    await expect(importRows.take({ id, after_line: 9, rows: [rowOf(10)] })).rejects.toMatchObject({
      code: "rule",
      problem: { rule: "import_in_order" },
    });
    await expect(
      importRows.take({ id, after_line: 4, rows: [rowOf(6), rowOf(5)] }),
    ).rejects.toMatchObject({ code: "invalid", problem: { errors: [{ at: "/rows/1/line" }] } });

    expect(await imports.finish({ id })).toMatchObject({ line: 4, created: 3 });
    await expect(importRows.take({ id, after_line: 4, rows: [rowOf(5)] })).rejects.toMatchObject({
      code: "rule",
      problem: { rule: "import_open" },
    });
  });

  test("takes two rows of one customer in one batch, one after the other", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await begin(pair);
    const twice = { "Lead ID": "L-same" };
    const rows = [rowOf(2, twice), rowOf(3, { ...twice, City: "Exampleton" }), rowOf(4, twice)];

    const answer = await pair.sales.importRows.take({ id, after_line: 0, rows });

    expect(answer).toMatchObject({ created: 1, updated: 2 });
    const events = await eventsOf(pair.sales);
    expect(events.map(({ customer_sequence }) => customer_sequence)).toEqual([1, 2, 3]);
  });

  test("takes each row once when a batch is sent twice at the same moment", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await begin(pair);
    const rows = Array.from({ length: 40 }, (_, at) => rowOf(at + 2));

    const answers = await Promise.all(
      [1, 2].map(() => pair.sales.importRows.take({ id, after_line: 0, rows })),
    );

    expect(answers.map(({ created }) => created).toSorted((one, other) => one - other)).toEqual([
      0, 40,
    ]);
    expect(await eventsOf(pair.sales)).toHaveLength(40);
  });

  test("finds only customers of the organization", async ({ service }) => {
    const [pair, other] = [await givenPair(service), await givenOneCompany(service)];
    const mine = await begin(pair);
    await pair.sales.importRows.take({ id: mine.id, after_line: 0, rows: [rowOf(2)] });

    const theirs = await begin(other);
    const answer = await other.sales.importRows.take({
      id: theirs.id,
      after_line: 0,
      rows: [rowOf(2), rowOf(3, { Rep: "x" })],
    });

    expect(answer).toMatchObject({ created: 2 });
    const { data } = await pair.sales.customers.list({});
    expect(data).toHaveLength(1);
  });

  test("refuses a mapping without an id, and fields that there are not", async ({ service }) => {
    const { sales } = await givenPair(service);
    const bad = (given: Record<string, string>) =>
      sales.imports.create({ name: "leads.csv", system: "crm", mapping: given, events: "told" });

    await expect(bad({ first_name: "Name" })).rejects.toMatchObject({
      problem: { errors: [{ at: "/mapping/external_id" }] },
    });
    await expect(bad({ external_id: "Id", nickname: "Nick" })).rejects.toMatchObject({
      code: "invalid",
    });
  });

  test("answers whatever rows hold, and takes or names each", async ({ service }) => {
    const pair = await givenPair(service);
    const value = fc.oneof(fc.string(), fc.constantFrom("75001", "TX", "Avery"), fc.jsonValue());
    const values = fc.dictionary(fc.constantFrom(...columns), value);
    const lines = fc.array(values, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(lines, async (given) => {
        const { id } = await begin(pair);
        const rows = given.map((each, at) => ({ line: at + 1, values: each }));
        const answer = await pair.sales.importRows
          .take({ id, after_line: 0, rows })
          .catch((error: { code?: string }) => error);
        // Text that no database can keep is refused as a whole, before anything is taken.
        if ("code" in answer) {
          expect(["invalid", "malformed"]).toContain(answer.code);
          return;
        }
        if (!("created" in answer)) throw new Error("No answer");
        const { created, updated, unchanged, refused } = answer;
        expect(created + updated + unchanged + refused).toBe(rows.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe("suggestMapping()", () => {
  test("finds columns by the names of fields, and by what others call them", () => {
    expect(
      suggestMapping(["First Name", "LASTNAME", "zip_postal_code", "Email", "Colour"]),
    ).toEqual({
      first_name: "First Name",
      last_name: "LASTNAME",
      email: "Email",
      "address.zip": "zip_postal_code",
    });
  });

  test("finds every field by its own name", () => {
    const paths = importFields.map(({ path }) => path);
    expect(suggestMapping(paths)).toEqual(Object.fromEntries(paths.map((path) => [path, path])));
  });
});
