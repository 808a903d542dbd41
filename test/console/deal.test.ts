import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { givenDeal, givenInstall } from "../deals.ts";
import { eventsOf, givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";

/** A panel of the page by its title. */
const panel = (page: Page, title: string | RegExp) =>
  page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: title }) });

/** Opens a command's form, fills it in, and waits until it was done. */
async function give(
  page: Page,
  within: string | RegExp,
  {
    button,
    verb = button,
    fill,
  }: {
    button: string;
    verb?: string;
    fill?: (form: ReturnType<Page["getByRole"]>) => Promise<void>;
  },
): Promise<void> {
  await panel(page, within).getByRole("button", { name: button, exact: true }).click();
  const form = page.getByRole("dialog");
  await fill?.(form);
  await form.getByRole("button", { name: verb, exact: true }).click();
  await form.waitFor({ state: "detached" });
}

describe("the page of a deal", () => {
  test("takes a deal from its design to the complete build, by its forms alone", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const customer = await givenCustomer(pair);
    const survey = await pair.sales.surveys.create({ id: customer.id, epc_id: pair.epc.id });
    const page = await openAs(pair.salesOrg.id, `/deals/${survey.id}`);

    await give(page, "Design", { button: "Ask for a design" });
    await give(page, "Design", {
      button: "Deliver the design",
      async fill(form) {
        await form.getByLabel("System size, kW DC").fill("9.72");
        await form.getByLabel(/^Annual production, kWh/).fill("13500");
        const modules = form.getByRole("group", { name: "Modules" });
        await modules.getByRole("button", { name: "Add one" }).click();
        await modules.getByLabel("Manufacturer").fill("Example Modules");
        await modules.getByLabel("Model").fill("EX-405");
        await modules.getByLabel(/^Watts/).fill("405");
        await modules.getByLabel("Count").fill("24");
      },
    });
    await give(page, "Proposals", {
      button: "Make a proposal",
      fill: (form) => form.getByLabel("Contract price, US $").fill("34560"),
    });
    await give(page, "Proposals", { button: "View proposal" });
    await give(page, "Proposals", { button: "Finalize" });
    await give(page, "Agreement", { button: "Generate" });
    await give(page, "Agreement", { button: "Record a signature" });
    await panel(page, "Install").getByText("Active").waitFor();
    await give(page, /^Milestones/, {
      button: "Add a milestone",
      verb: "Add",
      fill: (form) => form.getByLabel("Title").fill("Permit packet"),
    });
    await give(page, /^Milestones/, { button: "Done" });
    await panel(page, "Milestones, 1 of 1 done").waitFor();
    await give(page, "Change orders", {
      button: "Make a change order",
      fill: async (form) => {
        await form.getByLabel("Reason", { exact: true }).fill("Two modules more");
        await form.getByLabel(/^Contract price, US \$/).fill("36000");
      },
    });
    await give(page, "Change orders", { button: "Record a signature" });
    await give(page, "Notes", {
      button: "Add a note",
      fill: (form) => form.getByLabel("Body").fill("Prefers calls after 5 pm"),
    });
    await give(page, "Install", { button: "Complete" });
    await page.getByRole("button", { name: "Complete the deal" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Complete the deal" }).click();

    await page.getByRole("listitem").filter({ hasText: "complete_survey" }).first().waitFor();
    const types = (await eventsOf(pair.sales)).map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining([
        "signed_agreement",
        "new_install",
        "signed_change_order",
        "complete_survey",
      ]),
    );
  });

  test("says on a button why it cannot be used", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair);
    const page = await openAs(pair.salesOrg.id, `/deals/${survey.id}`);
    const generate = panel(page, "Agreement").getByRole("button", { name: "Generate" });

    await generate.waitFor();
    expect(await generate.getAttribute("aria-disabled")).toBe("true");
    expect(await generate.getAttribute("title")).toBe("The proposal is finalized.");
    await generate.click({ force: true });
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("shows a change of a colleague, and does not overwrite it from a form that was open", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair);
    const [one, other] = await Promise.all([
      openAs(pair.salesOrg.id, `/deals/${survey.id}`),
      openAs(pair.salesOrg.id, `/deals/${survey.id}`),
    ]);
    const [stale, form] = [one.getByRole("dialog"), other.getByRole("dialog")];
    await one.getByRole("button", { name: "Change the deal" }).click();
    await stale.getByLabel("Title", { exact: true }).fill("Roof and garage");

    await other.getByRole("button", { name: "Change the deal" }).click();
    await form.getByLabel("Stage", { exact: true }).selectOption("financing");
    await form.getByRole("button", { name: "Change the deal" }).click();
    await one.getByText("stage new → financing").waitFor({ state: "attached" });
    await stale.getByRole("button", { name: "Change the deal" }).click();

    await stale.getByRole("alert").filter({ hasText: "Somebody else changed this" }).waitFor();
    expect(await pair.sales.surveys.get({ id: survey.id })).toMatchObject({
      stage: "financing",
      title: null,
    });
  });

  test("shows an installer no price that is not his, and no command of the sales side", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    await pair.sales.installs.update({ id: install.id, commission_cents: 210_000 });
    const page = await openAs(pair.epc.id, `/deals/${install.survey_id}`);

    await panel(page, "Install").waitFor();
    expect(await page.getByText("Commission").count()).toBe(0);
    expect(await page.getByRole("heading", { name: "Proposals" }).count()).toBe(0);
    const complete = page.getByRole("button", { name: "Complete the deal" });
    expect(await complete.getAttribute("title")).toBe("This is for the sales organization");
  });

  test("shows what the installer was told of each change, and marks what was kept back", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const install = await givenInstall(pair);
    await pair.sales.installs.update({
      id: install.id,
      commission_cents: 210_000,
      stage: "Permit",
    });
    const page = await openAs(pair.salesOrg.id, `/deals/${install.survey_id}`);
    const newest = panel(page, "Timeline")
      .getByRole("listitem")
      .filter({ hasText: "update_install" });
    await newest.first().waitFor();

    await page.getByRole("radio", { name: "EPC" }).check({ force: true });
    await newest.getByText("EPC told").first().click();
    const told = newest.getByLabel("What EPC was told").first();
    await told.getByText('"commission_cents": 210000, (kept back)').waitFor();
    await told.getByText('"stage": "Permit",', { exact: true }).waitFor();
    const proposal = panel(page, "Timeline")
      .getByRole("listitem")
      .filter({ hasText: "new_proposal" });
    await proposal.getByText("EPC not told. This event is not for this side.").waitFor();
  });
});
