import { describe, expect } from "vitest";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import { givenCustomer, givenPair } from "../service.ts";
import { test } from "./browser.ts";

describe("a replay in the console", () => {
  test("is counted before it is sent, and sends what was counted", async ({ service, openAs }) => {
    const pair = await givenPair(service);
    const receiver = await givenReceiver();
    const { id } = await pair.sales.endpoints.create({ url: receiver.url, description: "CRM" });
    await givenNode(service.sql);
    for (const last_name of ["One", "Two", "Three"]) await givenCustomer(pair, { last_name });
    await receiver.untilAccepted(3);
    // What was delivered is written down a moment later, and the page counts but once.
    await expect.poll(() => pair.sales.endpoints.reconcile({ id })).toMatchObject({ delivered: 3 });
    const page = await openAs(pair.salesOrg.id, `/endpoints/${id}?from=2&to=3`);

    const button = page.getByRole("button", { name: "Replay, 2" });
    await button.waitFor();
    expect(receiver.accepted()).toHaveLength(3);
    await button.click();

    await receiver.untilAccepted(5);
    expect(receiver.sequences()).toEqual([1, 2, 3, 2, 3]);
  });
});
