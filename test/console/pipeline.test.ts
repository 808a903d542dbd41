import { describe, expect } from "vitest";
import { givenDeal, givenInstall } from "../deals.ts";
import { givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";

describe("the pipeline", () => {
  test("moves a deal by keyboard, and says the rule of a move that is refused", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair);
    const page = await openAs(pair.salesOrg.id, "/pipeline");
    const menu = page.getByRole("button", { name: /^Move .* to…$/ });

    await menu.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Financing" }).focus();
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await pair.sales.surveys.get({ id: survey.id })).stage)
      .toBe("financing");

    await menu.click();
    await page.getByRole("menuitem", { name: /^Completed/ }).click();
    await page.getByRole("alert").filter({ hasText: "install" }).first().waitFor();
    expect((await pair.sales.surveys.get({ id: survey.id })).stage).toBe("financing");
  });

  test("moves many that were chosen, and lists each that was refused with its rule", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const one = await givenDeal(pair, {
      customer: await givenCustomer(pair, { first_name: "One" }),
    });
    const two = await givenDeal(pair, {
      customer: await givenCustomer(pair, { first_name: "Two" }),
    });
    const install = await givenInstall(pair, { survey: two });
    await pair.installer.installs.complete({ id: install.id });
    const page = await openAs(pair.salesOrg.id, "/pipeline");

    await page.getByRole("checkbox", { name: "Choose One Sample" }).check();
    await page.getByRole("checkbox", { name: "Choose Two Sample" }).check();
    await page.getByText("2 deals chosen").waitFor();
    await page.getByRole("button", { name: "Move to…", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Move to").selectOption("completed");
    await dialog.getByRole("button", { name: "Move, 2" }).click();

    await dialog.getByText("1 of 2 deals moved to Completed.").waitFor();
    const refused = dialog.getByRole("list", { name: "Refused" }).getByRole("listitem");
    expect(await refused.allTextContents()).toEqual([
      expect.stringMatching(/One Sample stays at .*The rule: .*install/),
    ]);
    const stageOf = async (id: string) => (await pair.sales.surveys.get({ id })).stage;
    expect(await stageOf(two.id)).toBe("completed");
    expect(await stageOf(one.id)).not.toBe("completed");
  });

  test("shows what happens without reading all deals again for it", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    const survey = await givenDeal(pair);
    const page = await openAs(pair.salesOrg.id, "/pipeline");
    await page
      .getByRole("list", { name: "New" })
      .getByRole("link", { name: /Sample/ })
      .waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.route(/\/v1\/surveys\?/, (route) => route.abort());

    await pair.sales.surveys.update({ id: survey.id, stage: "financing" });

    const financing = page.getByRole("list", { name: "Financing" });
    await financing.getByRole("link", { name: /Sample/ }).waitFor();
  });

  test("is asked by the address as a person types it, and writes it so", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    await givenDeal(pair);
    const page = await openAs(pair.salesOrg.id, "/pipeline?q=100&view=table");

    await page.getByRole("row", { name: /Sample/ }).waitFor();
    const find = page.getByRole("searchbox", { name: "Find a deal", exact: false }).first();
    expect(await find.inputValue()).toBe("100");
    await find.fill("999");
    await page.getByText("No deal fits.").waitFor();
    expect(new URL(page.url()).search).toBe("?q=999&view=table");
  });

  test("is for looking only to an installer, and says so", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    await givenDeal(pair);
    const page = await openAs(pair.epc.id, "/pipeline");

    await page
      .getByRole("link", { name: /Sample/ })
      .first()
      .waitFor();
    expect(await page.getByRole("button", { name: /^Move .* to…$/ }).count()).toBe(0);
    await page
      .getByText(/sales organization/)
      .first()
      .waitFor();
  });
});
