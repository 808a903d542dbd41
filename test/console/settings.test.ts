import { describe, expect } from "vitest";
import { givenPair } from "../service.ts";
import { givenKey } from "../world.ts";
import { test } from "./browser.ts";

describe("the page of settings", () => {
  test("changes a user, and says so in the list", async ({ service, open }) => {
    const { salesOrg, sales, rep } = await givenPair(service);
    const page = await open(await givenKey(service, salesOrg.id), "/settings");
    const row = page.getByRole("listitem").filter({ hasText: rep.email });

    await row.getByRole("button", { name: "Change" }).click();
    await page.getByRole("textbox", { name: "Email" }).fill("new@example.com");
    await page.getByRole("button", { name: "Save" }).click();

    await page.getByRole("link", { name: "new@example.com" }).waitFor();
    expect(await sales.users.get({ id: rep.id })).toMatchObject({ email: "new@example.com" });
  });
});
