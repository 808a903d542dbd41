import { describe, expect } from "vitest";
import { recordOf } from "../importRecords.ts";
import { givenPair } from "../service.ts";
import { givenKey } from "../world.ts";
import { test } from "./browser.ts";

describe("the page of imports", () => {
  test("is reached from the customers, shows how far each came, and what was left out", async ({
    service,
    open,
  }) => {
    const { salesOrg, sales } = await givenPair(service);
    const begin = (name: string, events: "told" | "silent") =>
      sales.imports.create({ name, system: "crm", events });
    const rows = [recordOf("L-1"), recordOf("L-2", { address: {} }), recordOf("L-3")].map(
      (values, at) => ({ line: 1_000 + at, values }),
    );
    const done = await begin("leads of March.csv", "told");
    await sales.importRows.take({ id: done.id, after_line: 0, rows });
    await sales.imports.finish({ id: done.id });
    const other = await begin("leads of April.csv", "silent");
    await sales.importRows.take({ id: other.id, after_line: 0, rows: rows.slice(0, 1) });

    const page = await open(await givenKey(service, salesOrg.id), "/customers");
    await page.getByRole("link", { name: "Imports" }).click();
    await page.getByRole("heading", { level: 1, name: "Imports" }).waitFor();
    const rowOf = (name: string) => page.getByRole("row").filter({ hasText: name });
    await rowOf("April").getByText("Open, up to line 1,000").waitFor();
    await rowOf("April").getByText(`--resume ${other.id}`).waitFor();
    await rowOf("March").getByText("Finished").waitFor();

    await page.getByRole("link", { name: "1 left out of leads of March.csv" }).click();
    const left = page.getByRole("region", { name: "Left out of leads of March.csv" });
    await left.getByText("address.street").waitFor();
    expect(await left.getByRole("row").filter({ hasText: "1,001" }).textContent()).toContain("L-2");

    // Nothing tells the page of a silent import: it looks again by itself.
    const more = [{ line: 1_002, values: recordOf("L-4") }];
    await sales.importRows.take({ id: other.id, after_line: 1_000, rows: more });
    await rowOf("April").getByText("Open, up to line 1,002").waitFor();
  });
});
