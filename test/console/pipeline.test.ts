import { describe, expect } from "vitest";
import { givenDeal, givenPair } from "../service.ts";
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
