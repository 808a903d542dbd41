import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";
import { givenLine, givenRestarted } from "./line.ts";

/** The customers of the stream's rows, from the newest. */
function namesShown(page: Page): Promise<string[]> {
  return page
    .getByRole("gridcell")
    .filter({ hasText: /^Came / })
    .allInnerTexts();
}

describe("a lost connection", () => {
  test("is said, and what happened meanwhile comes once and in order", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair, { first_name: "Came", last_name: "Before" });
    const line = await givenLine(service.url);
    const page = await openAs(pair.salesOrg.id, "/events", { at: line.url });
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("row", { name: /Came Before/ }).waitFor();

    line.cut();
    await page.getByText("Reconnecting…").waitFor();
    for (const last_name of ["One", "Two", "Three"]) {
      await givenCustomer(pair, { first_name: "Came", last_name });
    }
    line.mend();

    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("row", { name: /Came Three/ }).waitFor();
    expect(await namesShown(page)).toEqual(["Came Three", "Came Two", "Came One", "Came Before"]);
  });

  test("of a service that is stopped and started again is taken up by itself, on every page", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair, { first_name: "Came", last_name: "Before" });
    const node = await givenRestarted(service);
    const page = await openAs(pair.salesOrg.id, "/customers", { at: node.url });
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Came Before" }).waitFor();

    await node.stop();
    await page.getByText("Reconnecting…").waitFor();
    await givenCustomer(pair, { first_name: "Came", last_name: "Meanwhile" });
    await node.start();

    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Came Meanwhile" }).waitFor();
  });

  test("keeps what was typed, says that nobody knows what became of it, and sends it again", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const line = await givenLine(service.url);
    const page = await openAs(pair.salesOrg.id, `/customers/${id}`, { at: line.url });
    await page.getByRole("button", { name: "New note" }).first().click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Body").fill("Prefers calls after 5 pm");

    line.cut();
    await form.getByRole("button", { name: "Add the note" }).click();
    await form.getByRole("alert").filter({ hasText: "cannot be reached" }).waitFor();
    expect(await form.getByRole("alert").innerText()).toContain("Look whether the change was made");
    expect(await form.getByLabel("Body").inputValue()).toBe("Prefers calls after 5 pm");

    line.mend();
    await form.getByRole("button", { name: "Add the note" }).click();
    await form.waitFor({ state: "detached" });
    const { data } = await pair.sales.notes.list({ id });
    expect(data.map(({ body }) => body)).toEqual(["Prefers calls after 5 pm"]);
  });
});
