import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Browser } from "playwright-core";
import { eventTypes } from "../../src/contract/catalogue.ts";
import { test } from "../service.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe("the event catalogue", () => {
  test("is read without JavaScript and without a sign-in, by its links", async ({ service }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${service.url}/event-types`);
    const links = page.getByRole("main").getByRole("link");
    expect(await links.allTextContents()).toEqual(expect.arrayContaining([...eventTypes]));

    await links.getByText("signed_agreement", { exact: true }).click();

    await page.getByRole("heading", { level: 1, name: "signed_agreement" }).waitFor();
    expect(await page.title()).toBe("signed_agreement · Heliograph");
    await page.getByText("data.agreement", { exact: true }).first().waitFor();
    expect(await page.getByLabel("Example body").textContent()).toContain('"signed_agreement"');
    expect(await page.getByRole("searchbox").count()).toBe(0);
    await context.close();
  });

  test("is taken over by the console where there is JavaScript, and breaks no policy", async ({
    service,
  }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", ({ message }) => said.push(message));
    await page.goto(`${service.url}/event-types/new_install`);

    await page.getByRole("searchbox", { name: "Find a field" }).fill("pto_on");
    await page
      .getByRole("status")
      .filter({ hasText: /^1 fields?$/ })
      .waitFor();
    // That nobody is signed in is told by a 401.
    expect(said.filter((text) => !text.includes("401"))).toEqual([]);
    await context.close();
  });
});
