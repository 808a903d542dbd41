import { describe, expect } from "vitest";
import { manifestOf } from "../../src/receiver/index.ts";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import { eventsOf, givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";

describe("the page of an endpoint", () => {
  test("shows of a day what a receiver computes of what it got", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    const receiver = await givenReceiver();
    const { id } = await pair.sales.endpoints.create({ url: receiver.url });
    await givenNode(service.sql);
    for (const last_name of ["One", "Two"]) await givenCustomer(pair, { last_name });
    await receiver.untilAccepted(2);
    const { hash } = await manifestOf(await eventsOf(pair.sales));
    const page = await openAs(pair.salesOrg.id, `/endpoints/${id}`);

    const days = page.getByRole("region", { name: "Daily manifests" });
    const today = days.getByRole("row", { name: /so far/ });
    await today.getByTitle(hash, { exact: true }).waitFor();
    await today.getByRole("cell", { name: "1 to 2", exact: true }).waitFor();
    await today.getByRole("cell", { name: "2", exact: true }).waitFor();
    await page.getByText("How a receiver checks a day").click();
    expect(await page.getByLabel("How a receiver checks a day").textContent()).toContain(id);
  });
});
