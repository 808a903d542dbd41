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

  test("shows of an outcome only the events that have it, as it is now, and says among how many", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const receiver = await givenReceiver();
    const { id } = await pair.sales.endpoints.create({ url: receiver.url });
    await givenNode(service.sql);
    await givenCustomer(pair, { last_name: "Delivered" });
    await receiver.untilAccepted(1);
    await pair.sales.endpoints.pause({ id });
    await givenCustomer(pair, { last_name: "Paused" });
    const page = await openAs(pair.salesOrg.id, "/events");
    await page.getByRole("row", { name: /Delivered/ }).waitFor();

    await page.getByLabel("Outcome").selectOption("waiting");
    await page.getByText("1 of 2 events looked through, which are all that there are.").waitFor();
    await page.getByRole("row", { name: /Paused/ }).waitFor();
    expect(await page.getByRole("row", { name: /Delivered/ }).count()).toBe(0);

    await pair.sales.endpoints.resume({ id });
    await page.getByText("No event fits the filter").waitFor();
  });

  test("reads back for an outcome beyond what is shown at first, and leads from a bar to its minute", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const receiver = await givenReceiver();
    await pair.sales.endpoints.create({ url: receiver.url, events: ["new_customer"] });
    await givenNode(service.sql);
    const { id } = await givenCustomer(pair, { last_name: "First" });
    for (let count = 0; count < 110; count++) {
      await pair.sales.notes.create({ id, body: `Note ${count}` });
    }
    const page = await openAs(pair.salesOrg.id, "/events?state=delivered");

    await page.getByText("1 of 111 events looked through").waitFor();
    await page.getByRole("row", { name: /new_customer.*First/ }).waitFor();
    await page.getByLabel("Outcome").selectOption("");
    const newest = page.getByRole("gridcell", { name: "111", exact: true });
    await newest.waitFor();
    await page.getByRole("grid", { name: "Events" }).hover();
    await page.mouse.wheel(0, 100_000);
    await newest.waitFor({ state: "detached" });
    const bars = page.getByRole("group", { name: /^Events per minute: 111 events/ });
    await bars.getByRole("button").last().click();
    await newest.waitFor();
  });

  test("sends many again that were chosen, counted before", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    const receiver = await givenReceiver();
    const { id } = await pair.sales.endpoints.create({ url: receiver.url, description: "CRM" });
    await givenNode(service.sql);
    for (const last_name of ["One", "Two", "Three"]) await givenCustomer(pair, { last_name });
    await receiver.untilAccepted(3);
    // What was delivered is written down a moment later, and the dialog counts but once.
    await expect.poll(() => pair.sales.endpoints.reconcile({ id })).toMatchObject({ delivered: 3 });
    const page = await openAs(pair.salesOrg.id, "/events");
    await page.getByRole("checkbox", { name: /position 3$/ }).check();
    await page.getByRole("checkbox", { name: /position 1$/ }).click({ modifiers: ["Shift"] });
    await page.getByText("3 events chosen").waitFor();
    await page.getByRole("checkbox", { name: /position 2$/ }).uncheck();

    await page.getByRole("button", { name: "Resend…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("2 events: 2 delivered").waitFor();
    expect(receiver.accepted()).toHaveLength(3);
    await dialog.getByRole("button", { name: "Resend, 2" }).click();

    await dialog.getByText("2 of 2 deliveries will be sent again.").waitFor();
    await receiver.untilAccepted(5);
    expect(receiver.sequences().slice(3)).toEqual(expect.arrayContaining([1, 3]));
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
