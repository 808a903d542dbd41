import { describe, expect } from "vitest";
import { givenDeal } from "../deals.ts";
import { givenCustomer, givenPair } from "../service.ts";
import { givenKey } from "../world.ts";
import { test } from "./browser.ts";

describe("what is refused", () => {
  test("for want of a scope says which, and offers nothing that cannot help", async ({
    service,
    open,
  }) => {
    const pair = await givenPair(service);
    const key = await givenKey(service, pair.salesOrg.id, "flow:read");
    const page = await open(key, "/customers");

    const alert = page.getByRole("alert").filter({ hasText: "lacks the scope flow:read" });
    await alert.waitFor();
    expect(await alert.innerText()).toContain("Sign in with another key");
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    const rail = page.getByRole("navigation", { name: "Pages" });
    expect(await rail.getByRole("link", { name: "Customers" }).count()).toBe(0);
    await rail.getByRole("link", { name: "Events", exact: true }).waitFor();
  });

  test("for want of a scope to write is said on the button", async ({ service, open }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair);
    const key = await givenKey(service, pair.salesOrg.id, "flow:write");
    const page = await open(key, `/deals/${survey.id}`);
    const change = page.getByRole("button", { name: "Change the deal" });

    await change.waitFor();
    expect(await change.getAttribute("title")).toBe("Your key lacks the scope flow:write");
    await change.click({ force: true });
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("to an installer, because it is between others, says whose it is", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const page = await openAs(pair.epc.id, "/appointments");

    await page.getByText("Appointments are between the sales organization").waitFor();
    await page.getByRole("link", { name: "Go to your installs" }).click();
    await page.getByRole("heading", { level: 1, name: "Installs" }).waitFor();
  });
});

describe("a colleague’s change under an open form", () => {
  test("is shown, keeps what was typed, and is not taken back by saving", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair);
    const page = await openAs(pair.salesOrg.id, `/deals/${survey.id}`);
    await page.getByRole("button", { name: "Change the deal" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel(/^Title/).fill("Roof and garage");
    await pair.sales.surveys.update({ id: survey.id, stage: "financing" });

    const save = form.getByRole("button", { name: "Change the deal" });
    await save.click();
    await form.getByRole("alert").filter({ hasText: "Somebody else changed this" }).waitFor();
    await form.getByText("Changed by them: Stage").waitFor();
    expect(await form.getByLabel(/^Title/).inputValue()).toBe("Roof and garage");
    expect(await form.getByLabel(/^Stage/).inputValue()).toBe("financing");

    await save.click();
    await form.waitFor({ state: "detached" });
    expect(await pair.sales.surveys.get({ id: survey.id })).toMatchObject({
      stage: "financing",
      title: "Roof and garage",
    });
  });

  test("that makes a command impossible says the rule, and keeps what was typed", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair);
    const page = await openAs(pair.salesOrg.id, `/deals/${survey.id}`);
    await page.getByRole("button", { name: "Plan a site survey" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel(/^Notes/).fill("Ring at the neighbour’s");
    await pair.sales.surveys.update({ id: survey.id, stage: "lost" });

    await form.getByRole("button", { name: "Plan", exact: true }).click();
    await form.getByRole("alert").waitFor();
    expect(await form.getByLabel(/^Notes/).inputValue()).toBe("Ring at the neighbour’s");
  });
});

describe("a service that fails", () => {
  test("while a page is read is named with the request, and asked again by hand", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair);
    const page = await openAs(pair.salesOrg.id, "/settings");
    await service.sql`alter table customers rename to customers_away`;
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Customers" })
      .click();

    const alert = page.getByRole("alert").filter({ hasText: "The service failed" });
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/req_[0-9a-z]{26}/);
    await service.sql`alter table customers_away rename to customers`;
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "Avery Sample" }).waitFor();
    expect(await alert.count()).toBe(0);
  });

  test("while a change is made says that nothing was changed, and loses nothing that was typed", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const page = await openAs(pair.salesOrg.id, `/customers/${id}`);
    await page.getByRole("button", { name: "New note" }).first().click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Body").fill("Prefers calls after 5 pm");
    await service.sql`alter table notes add constraint broken check (body is null) not valid`;

    await form.getByRole("button", { name: "Add the note" }).click();
    const alert = form.getByRole("alert").filter({ hasText: "nothing was changed" });
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/req_[0-9a-z]{26}/);
    expect(await form.getByLabel("Body").inputValue()).toBe("Prefers calls after 5 pm");
    expect((await pair.sales.notes.list({ id })).data).toEqual([]);

    await service.sql`alter table notes drop constraint broken`;
    await form.getByRole("button", { name: "Add the note" }).click();
    await form.waitFor({ state: "detached" });
    await page.getByText("Prefers calls after 5 pm").first().waitFor();
  });
});
