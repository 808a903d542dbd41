import { describe, expect } from "vitest";
import type { Sql } from "../../src/base/database.ts";
import { givenCustomer, givenPair, type Pair } from "../service.ts";
import { test } from "./browser.ts";

/** Every page that lists, with what stands in an empty one, what to do about it, and the line for a terminal. */
const emptyLists = [
  ["Pipeline", "No deals yet", "Go to the customers", "trigger new_survey"],
  ["Customers", "No customers yet", "Add a customer", "trigger new_customer"],
  ["Appointments", "No appointments in this week", "Choose the customer", "trigger new_app"],
  ["Installs", "No open milestones", "Go to the pipeline", "trigger project_milestone_created"],
  ["Live map", "so events are told to nobody", "Add an endpoint", undefined],
  ["Events", "No events yet", "Add a customer", "trigger new_customer"],
  ["Issues", "so nothing can fail", "Add an endpoint", "endpoints create"],
  ["Endpoints", "so events are told to nobody", "Add an endpoint", "endpoints create"],
  ["Playground", "No endpoint yet to send it to", "Add an endpoint", "endpoints create"],
] as const;

const many = 100_000;

/** As if the organization had a hundred thousand customers, each with one event: written straight to the tables. */
async function givenMany(sql: Sql, { salesOrg }: Pair, customerId: string): Promise<void> {
  await sql`
    insert into customers (id, sales_org_id, first_name, last_name, address)
    select left(id, 18) || lpad(n::text, 12, '0'), sales_org_id, 'Number', 'N' || n, address
    from customers, generate_series(2, ${many}) n where id = ${customerId}
  `;
  await sql`
    insert into events (id, type, schema_version, occurred_at, customer_id, customer_sequence, actor, cause, data)
    select left(e.id, 18) || lpad(n::text, 12, '0'), case when n = 5 then 'update_customer' else e.type end,
      e.schema_version, e.occurred_at, left(e.customer_id, 18) || lpad(n::text, 12, '0'), 1, e.actor, e.cause,
      json_build_object('customer', json_build_object('first_name', 'Number', 'last_name', 'N' || n))
    from events e, generate_series(2, ${many}) n where e.customer_id = ${customerId}
  `;
  await sql`
    insert into feed_entries (organization_id, sequence, event_id, type, customer_id, roles)
    select f.organization_id, right(e.id, 12)::bigint, e.id, e.type, e.customer_id, f.roles
    from events e, feed_entries f where f.organization_id = ${salesOrg.id} and e.id <> f.event_id
  `;
  await sql`update feeds set head = ${many} where organization_id = ${salesOrg.id}`;
  await sql`analyze`;
}

describe("an empty list", () => {
  test("says so in a sentence, with one thing to do and the line for a terminal", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const page = await openAs(pair.salesOrg.id);
    const rail = page.getByRole("navigation", { name: "Pages" });
    const main = page.locator("#page");
    for (const [name, words, action, line] of emptyLists) {
      await rail.getByRole("link", { name, exact: true }).click();
      await main.getByRole("heading", { level: 1, name }).waitFor();
      await main.getByText(words).waitFor();
      const toDo = main
        .getByRole("link", { name: action })
        .or(main.getByRole("button", { name: action }));
      await toDo.first().waitFor();
      if (line !== undefined) await main.getByText(`npx heliograph ${line}`).waitFor();
    }
  });
});

describe("a list of a hundred thousand", () => {
  test("is read a page at a time, drawn as far as it is in view, and searched by the service", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    await givenMany(service.sql, pair, id);
    const page = await openAs(pair.salesOrg.id, "/customers");
    const rows = page.getByRole("row");

    await page.getByRole("link", { name: "Number N2", exact: true }).waitFor();
    expect(await rows.count()).toBe(51);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("link", { name: "Number N99", exact: true }).waitFor();
    await page.getByRole("searchbox", { name: /^Find a customer/ }).fill("N99998");
    await page.getByRole("link", { name: "Number N99998" }).waitFor();
    await expect.poll(() => rows.count()).toBe(2);

    const rail = page.getByRole("navigation", { name: "Pages" });
    await rail.getByRole("link", { name: "Events", exact: true }).click();
    await page.getByRole("row", { name: /N100000/ }).waitFor();
    expect(await rows.count()).toBeLessThan(60);
    await page.getByRole("grid", { name: "Events" }).hover();
    // The list is as long as the feed: what lies where it rests is read, and not what it went by.
    await page.mouse.wheel(0, 20_000);
    await expect
      .poll(() => page.getByRole("row", { name: /N99[0-5]\d\d/ }).count())
      .toBeGreaterThan(0);
    expect(await rows.count()).toBeLessThan(60);

    await page.getByLabel("Event", { exact: true }).selectOption("update_customer");
    await page.getByRole("row", { name: /update_customer.*Number N5/ }).waitFor();
    expect(await rows.count()).toBe(2);
  });
});
