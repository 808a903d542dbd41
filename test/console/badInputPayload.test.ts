import { describe, expect } from "vitest";
import { givenDeal } from "../deals.ts";
import { eventsOf, givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";

/** As much as the API takes in a record's own fields: 64 of 2,000 characters, which JSON writes as six each. */
const custom = Object.fromEntries(
  Array.from({ length: 64 }, (_, n) => [`field_${n}`, "\u0007".repeat(2_000)]),
);

describe("an event of more than a megabyte", () => {
  test("is opened by its beginning, and copied whole", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    const customer = await givenCustomer(pair, { custom });
    await givenDeal(pair, { customer, custom });
    const event = (await eventsOf(pair.sales)).find(({ type }) => type === "new_survey");
    const body = JSON.stringify(event, null, 2);
    expect(body.length).toBeGreaterThan(1024 * 1024);
    const page = await openAs(pair.salesOrg.id, `/events?event=${event?.id}`);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);

    const inspector = page.getByRole("complementary", { name: "Event" });
    await inspector.getByRole("tab", { name: "Payload" }).click();
    const shown = inspector.getByLabel("Payload", { exact: true }).locator("css=:scope:is(pre)");
    expect((await shown.innerText()).length).toBeLessThan(100_000);
    await inspector.getByText(`The beginning of ${body.length.toLocaleString("en-US")}`).waitFor();

    await inspector.getByRole("button", { name: "Copy", exact: true }).click();
    await inspector.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(body);

    await inspector.getByRole("button", { name: "Show all of it" }).click();
    expect(await shown.textContent()).toBe(body);
  });
});
