import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test as plainTest } from "vitest";
import { readRows } from "../../src/cli/lib/rows.ts";
import { eventsOf, givenPair, test, type Service } from "../service.ts";
import { givenKey } from "../world.ts";
import { givenProgram, linesOf } from "./program.ts";

const head = "Lead ID,First Name,Last Name,Street,City,State,ZIP";
const rowOf = (id: string, zip = "75001") =>
  `${id},Avery,"Sample, jr.",100 Example Way,Sampleton,TX,${zip}`;

async function givenFile(service: Service, name: string, text: string) {
  const pair = await givenPair(service);
  const key = await givenKey(service, pair.salesOrg.id);
  const program = await givenProgram({ HELIOGRAPH_URL: service.url, HELIOGRAPH_API_KEY: key });
  const file = join(program.config, name);
  await writeFile(file, text);
  return { pair, program, file };
}

describe("heliograph import", () => {
  test("says every fault by its line, takes the rest, and nothing twice", async ({ service }) => {
    const text = [head, rowOf("L-1"), rowOf("L-2", "750"), "", rowOf("L-3")].join("\r\n");
    const { pair, program, file } = await givenFile(service, "leads.csv", `\uFEFF${text}`);
    const args = ["import", file, "--system", "crm", "--events", "told"];

    const dry = await program.run([...args, "--dry-run"]);
    expect(dry.code).toBe(0);
    const [fault, preview] = linesOf(dry.out);
    expect(fault).toMatchObject({ line: 3, errors: [{ at: "/address/zip", column: "ZIP" }] });
    expect(preview).toMatchObject({ rows: 3, created: 2, refused: 1 });
    expect(dry.said).toContain("last_name ← Last Name");
    expect(await eventsOf(pair.sales)).toEqual([]);

    const unasked = await program.run(args);
    expect(unasked.code).toBe(2);
    const faults = join(program.config, "faults.ndjson");
    const done = await program.run([...args, "--yes", "--faults", faults]);
    expect(done.code).toBe(5);
    expect(linesOf(done.out).at(-1)).toMatchObject({ created: 2, refused: 1 });
    expect(JSON.parse(await readFile(faults, "utf8"))).toMatchObject({ line: 3 });

    const again = await program.run([...args, "--yes"]);
    expect(linesOf(again.out).at(-1)).toMatchObject({ created: 0, unchanged: 2 });
    const events = await eventsOf(pair.sales);
    expect(events.map(({ type }) => type)).toEqual(["new_customer", "new_customer"]);
  });

  test("refuses a file that cannot be read or written before anything is sent", async ({
    service,
  }) => {
    const text = [head, rowOf("L-1")].join("\n");
    const { pair, program, file } = await givenFile(service, "leads.csv", text);
    const nowhere = join(program.config, "none");
    const how = ["--system", "crm", "--events", "told"];
    const link = join(program.config, "link.csv");
    await symlink(file, link);
    const cases = [
      [["import", `${nowhere}.csv`, ...how], `There is no file ${nowhere}.csv`],
      [["import", `${nowhere}.ndjson`, ...how], `There is no file ${nowhere}.ndjson`],
      [["import", program.config, "--format", "csv", ...how], "cannot be read: EISDIR"],
      [["import", file, ...how, "--faults", join(nowhere, "x")], "cannot be written: ENOENT"],
      [["import", file, ...how, "--save-mapping", join(nowhere, "x")], "cannot be written: ENOENT"],
      [["import", file, ...how, "--faults", file], "is the file that is imported"],
      [["import", file, ...how, "--save-mapping", link], "is the file that is imported"],
    ] as const;
    for (const [args, said] of cases) {
      const ended = await program.run(args);
      expect(await readFile(file, "utf8")).toBe(text);
      expect([args, ended.code, ended.out]).toEqual([args, 2, ""]);
      expect(ended.said).toContain(said);
      expect(ended.said).toContain('{"error":{"code":"usage"');
    }
    expect((await pair.sales.imports.list({})).data).toEqual([]);
  });

  test("keeps a mapping, goes on with an import, and reads NDJSON", async ({ service }) => {
    const records = [1, 2].map((n) =>
      JSON.stringify({ nr: `L-${n}`, first_name: "Avery", last_name: "Sample", street: "1 Way" }),
    );
    const { pair, program, file } = await givenFile(service, "leads.ndjson", records.join("\n"));
    const mapping = join(program.config, "mapping.json");
    const begin = ["import", file, "--system", "crm", "--events", "silent"];
    const unmapped = await program.run(begin);
    expect(unmapped).toMatchObject({ code: 2 });
    expect(unmapped.said).toContain("--map external_id=COLUMN, one of nr,");

    const mapped = [...begin, "--map", "external_id=nr", "--save-mapping", mapping, "--dry-run"];
    const dry = await program.run(mapped);
    expect(JSON.parse(await readFile(mapping, "utf8"))).toMatchObject({ external_id: "nr" });
    expect(linesOf(dry.out).at(-1)).toMatchObject({ refused: 2 });

    const whole = records.map((text) =>
      text.replace("}", ',"city":"S","state":"TX","zip":"75001"}'),
    );
    await writeFile(file, whole.join("\n"));
    const other = await program.run([...begin, "--mapping", mapping, "--dry-run"]);
    // The file has columns more by now, which the mapping that was kept does not know.
    expect(linesOf(other.out).at(-1)).toMatchObject({ refused: 2 });
    const found = await program.run([...begin, "--map", "external_id=nr", "--dry-run"]);
    const { import: id } = linesOf(found.out).at(-1) as unknown as { import: string };
    const taken = await program.run(["import", file, "--resume", id, "--yes"]);
    expect(taken).toMatchObject({ code: 0 });
    expect((await pair.sales.customers.list({})).data).toHaveLength(2);
    expect(await eventsOf(pair.sales)).toEqual([]);
  });
});

describe("readRows()", () => {
  plainTest("gives every value of a CSV file as it was, and where its row begins", async () => {
    const program = await givenProgram();
    const file = join(program.config, "rows.csv");
    const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
    const value = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\r", "").trim());
    const table = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const written = rows.map((row) => row.map(quoted).join(","));
        await writeFile(file, ["one,other", ...written].join("\n"));
        const read = await Array.fromAsync(readRows(file, "csv"));
        expect(read.map(({ values }) => [values["one"], values["other"]])).toEqual(rows);
        const linesBefore = written.map(
          (_, at) => written.slice(0, at).join("\n").split("\n").length,
        );
        const begins = linesBefore.map((before, at) => (at === 0 ? 2 : 2 + before));
        expect(read.map(({ line }) => line)).toEqual(begins);
      }),
      { numRuns: 300 },
    );
  });

  plainTest("reads any bytes as rows, or names what cannot be read", async () => {
    const program = await givenProgram();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom("csv", "ndjson"),
        async (bytes, format) => {
          const file = join(program.config, `rows.${format}`);
          await writeFile(file, bytes);
          const outcome = await Array.fromAsync(readRows(file, format)).catch(
            (error: unknown) => error,
          );
          if (!Array.isArray(outcome)) {
            expect(outcome).toMatchObject({ name: "Failure", ending: "usage" });
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
