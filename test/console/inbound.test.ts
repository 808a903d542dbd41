import { describe, expect } from "vitest";
import { send } from "../inbound/vendor.ts";
import { givenKey } from "../world.ts";
import { givenPair } from "../service.ts";
import { test } from "./browser.ts";

describe("the page of inlets", () => {
  test("makes one, shows its address once, and what came; what is kept out is released", async ({
    service,
    open,
  }) => {
    const { salesOrg, sales } = await givenPair(service);
    const page = await open(await givenKey(service, salesOrg.id), "/inbound");
    await page.getByRole("button", { name: "Make an inlet" }).click();
    await page.getByRole("button", { name: "Make it" }).click();
    const shown = page.getByRole("status").filter({ hasText: "/v1/inbound/hi_" });
    const address = (await shown.locator("code").textContent()) ?? "";
    await page.getByRole("button", { name: "I have copied it" }).click();
    await expect.poll(() => page.getByText(address).count()).toBe(0);
    const body = { webhook_event: "new_install", id: 5, status: "Active" };
    await send(address, body);
    await send(address, body);
    await send(address, "<odd/>");

    await page.getByText("Kept out: double").waitFor();
    await page.getByText("In the feed, unknown").waitFor();
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByRole("link", { name: "released" }).click();

    await page.getByRole("heading", { name: "inbound", exact: true }).waitFor();
    await page.getByRole("tab", { name: "Payload" }).click();
    await page.getByText("body_text").waitFor();
    await page.getByText("new_install, install 5").first().waitFor();
    expect((await sales.events.list()).data).toHaveLength(3);
  });
});
