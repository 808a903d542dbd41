import { describe, expect } from "vitest";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import { test } from "./browser.ts";

describe("somebody who never saw it", () => {
  test("sets up two companies, adds an endpoint and a customer, sees a delivery fail, and repairs it", async ({
    service,
    signIn,
  }) => {
    const receiver = await givenReceiver();
    await givenNode(service.sql);
    const page = await signIn(service.operatorKey);

    await page.getByRole("button", { name: "Begin with the sales organization" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Sample Solar Sales");
    await page.getByRole("button", { name: "Make the sales organization" }).click();
    await page.getByRole("button", { name: "Make the installer" }).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Example Installers");
    await page.getByRole("button", { name: "Make the installer" }).click();
    await page.getByLabel("Name of the keys").fill("Casey Coordinator");
    await page.getByRole("button", { name: "Make the partnership and the keys" }).click();
    await page.getByRole("button", { name: "Sign in as Sample Solar Sales" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();

    const rail = page.getByRole("navigation", { name: "Pages" });
    await rail.getByRole("link", { name: "Endpoints" }).click();
    await page.getByRole("button", { name: "Add an endpoint" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^URL/).fill(receiver.url);
    await dialog.getByLabel(/^Description/).fill("CRM");
    await dialog.getByRole("button", { name: "Next: events" }).click();
    await dialog.getByRole("button", { name: "Next: sending" }).click();
    await dialog.getByRole("button", { name: "Add the endpoint" }).click();
    await dialog.getByLabel("Signing secret").waitFor();
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    await dialog.getByRole("button", { name: /^Send/ }).click();
    await receiver.untilAccepted(1);
    await dialog.getByRole("button", { name: "Done" }).click();

    receiver.script(() => 503);
    await rail.getByRole("link", { name: "Customers" }).click();
    await page.getByRole("button", { name: "Add a customer" }).first().click();
    await dialog.getByLabel("First name").fill("Avery");
    await dialog.getByLabel("Last name").fill("Sample");
    await dialog.getByLabel("Street").fill("100 Example Way");
    await dialog.getByLabel("City").fill("Sampleton");
    await dialog.getByLabel("State", { exact: true }).fill("TX");
    await dialog.getByLabel("Zip").fill("75001");
    await dialog.getByRole("button", { name: "Add the customer" }).click();
    await dialog.waitFor({ state: "detached" });
    await receiver.until(({ requests }) => requests.length > 1);

    await rail.getByRole("link", { name: "Issues" }).click();
    await page.getByText(/503/).first().waitFor();
    receiver.script(() => 204);
    await page.getByRole("button", { name: "Try now" }).click();
    await receiver.untilAccepted(2);

    await rail.getByRole("link", { name: "Events" }).click();
    const row = page.getByRole("row", { name: /new_customer.*Avery Sample/ });
    await row.getByRole("img", { name: "Delivered" }).waitFor();
    expect(receiver.accepted()).toHaveLength(2);
  });
});
