import { describe, expect } from "vitest";
import { givenCustomer, givenPair } from "../service.ts";
import { givenKey } from "../world.ts";
import { test } from "./browser.ts";

describe("signing in", () => {
  test("takes a key, leads to where one wanted to go, and keeps the key nowhere", async ({
    service,
    signIn,
  }) => {
    const pair = await givenPair(service);
    await givenCustomer(pair);
    const key = await givenKey(service, pair.salesOrg.id);

    const page = await signIn(key, "/events");

    await page.getByRole("heading", { name: "Events" }).waitFor();
    await page.getByRole("row", { name: /new_customer/ }).waitFor();
    const kept = await page.evaluate(
      "JSON.stringify([{ ...localStorage }, document.cookie, location.href])",
    );
    expect(kept).not.toContain(key);
  });

  test("says that a key is unknown, and stays", async ({ service, signIn }) => {
    const page = await signIn(service.operatorKey);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Key").fill("hk_nonsense");
    await page.getByRole("button", { name: "Sign in" }).click();

    await page.getByRole("alert").filter({ hasText: "unknown or revoked" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/sign-in");
  });

  test("is asked for again when the session is over", async ({ service, signIn }) => {
    const page = await signIn(service.operatorKey);
    await service.sql`delete from sessions`;
    await page.goto(`${service.url}/settings`);
    await page.getByLabel("Key").waitFor();
  });
});
