import { describe, expect } from "vitest";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import { givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";

describe("the stream of events", () => {
  test("shows what happens as it happens, and where it was delivered", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const receiver = await givenReceiver();
    await pair.sales.endpoints.create({ url: receiver.url, description: "CRM" });
    await givenNode(service.sql);
    const page = await openAs(pair.salesOrg.id, "/events");
    await page.getByText("No events yet").waitFor();

    await givenCustomer(pair, { first_name: "Noor", last_name: "Example" });

    const row = page.getByRole("row", { name: /new_customer.*Noor Example/ });
    await row.waitFor();
    await row.getByRole("img", { name: "Delivered" }).waitFor();
  });

  test("holds back what comes while it is paused, and counts it", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair);
    const page = await openAs(pair.salesOrg.id, "/events");
    await page.getByRole("row", { name: /new_customer/ }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();

    await givenCustomer(pair, { last_name: "Second" });
    await page.getByRole("button", { name: "Go on, 1 new" }).click();

    await page.getByRole("row", { name: /Second/ }).waitFor();
  });

  test("tells of a failing receiver what came back and why, and puts it right", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const receiver = await givenReceiver(() => ({ status: 503 }));
    await pair.sales.endpoints.create({ url: receiver.url, description: "CRM" });
    await givenNode(service.sql);
    await givenCustomer(pair);
    await receiver.until(({ requests }) => requests.length > 0);
    const page = await openAs(pair.salesOrg.id, "/events");
    await page.getByRole("row", { name: /new_customer/ }).click();
    const event = page.getByRole("complementary", { name: "Event" });
    await event.getByText("503", { exact: true }).first().waitFor();

    receiver.script(() => 204);
    await event.getByRole("button", { name: "Resume the endpoint" }).click();

    await event.getByText("Delivered", { exact: true }).waitFor();
    expect(receiver.accepted()).toHaveLength(1);
  });

  test("says of what waits at an endpoint that is paused that it is held back", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const { id } = await pair.sales.endpoints.create({ url: "https://example.com/hooks" });
    await pair.sales.endpoints.pause({ id });
    await givenNode(service.sql);
    await givenCustomer(pair);
    const page = await openAs(pair.salesOrg.id, "/events");

    const row = page.getByRole("row", { name: /new_customer/ });
    await row.getByRole("img", { name: "Waiting, held back" }).waitFor();
  });

  test("keeps filters in the address, and says when nothing fits", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair);
    const page = await openAs(pair.salesOrg.id, "/events");
    await page.getByLabel("Event", { exact: true }).selectOption("new_install");

    await page.getByText("No event fits the filter").waitFor();
    expect(new URL(page.url()).searchParams.get("type")).toBe("new_install");
    await page.getByRole("button", { name: "Drop the filter" }).click();
    await page.getByRole("row", { name: /new_customer/ }).waitFor();
  });
});
