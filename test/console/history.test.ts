import { describe, expect } from "vitest";
import { givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";

describe("where only a part of the feed is kept", () => {
  test("the stream is as long as that, a new endpoint is told how much it would get, and an account says so", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    for (const last_name of ["One", "Two", "Three", "Four", "Five"]) {
      await givenCustomer(pair, { last_name });
    }
    // As dropped months leave it: see `store/history.test.ts`.
    await service.sql`delete from feed_entries where sequence <= 3`;
    await service.sql`update feeds set kept_after = 3 where organization_id = ${pair.salesOrg.id}`;

    const page = await openAs(pair.salesOrg.id, "/events");
    await page.getByRole("row", { name: /Four/ }).waitFor();
    const rows = page.getByRole("grid", { name: "Events" });
    await expect.poll(() => rows.getAttribute("aria-rowcount")).toBe("3");

    await page.goto(new URL("/endpoints", page.url()).href);
    await page.getByRole("button", { name: "Add an endpoint" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^URL/).fill("https://crm.example.com/hooks");
    await dialog.getByRole("button", { name: "Next: events" }).click();
    await dialog.getByRole("button", { name: "Next: sending" }).click();
    await dialog.getByLabel("From the beginning").check();
    await dialog.getByText("2 events of the feed come first").waitFor();
    await dialog.getByLabel("After a position").check();
    await dialog.getByLabel("Position", { exact: true }).fill("4");
    await dialog.getByText("1 event of the feed comes first").waitFor();
    await dialog.getByLabel("Position", { exact: true }).fill("5");
    await dialog.getByText("Nothing has happened after that yet").waitFor();

    const url = "https://crm.example.com/hooks";
    const { id } = await pair.sales.endpoints.create({ url, start: "beginning" });
    await page.goto(new URL(`/endpoints/${id}`, page.url()).href);
    await page.getByRole("button", { name: "Account for it" }).click();
    await page.getByText("What came before position 4 is no longer kept.").waitFor();
    await page.getByText("Of 2 events that match").waitFor();
  });
});
