import { describe, expect } from "vitest";
import { sign } from "../../src/contract/signature.ts";
import { barriers } from "./barriers.ts";
import { test } from "./browser.ts";

const size = { width: 1440, height: 900 };

describe("the documentation", () => {
  test("is read without signing in, and found by its words", async ({ service, openAddress }) => {
    const page = await openAddress(`${service.url}/docs`, { size });
    await page
      .getByRole("heading", { level: 1, name: "The first event in five minutes" })
      .waitFor();

    await page.keyboard.press("/");
    await page.keyboard.type("whose failure");
    const found = page.getByRole("option", { name: /When something fails/ });
    await found.waitFor();
    await found.click();
    await page.getByRole("heading", { level: 1, name: "Order and completeness" }).waitFor();
    expect(new URL(page.url()).hash).toBe("#when-something-fails");
  });

  test("has each page as Markdown, and a list for programs", async ({ service }) => {
    const list = await (await fetch(`${service.url}/llms.txt`)).text();
    const paths = Array.from(list.matchAll(/\]\((\/docs\/[^)]+)\)/g), ([, path]) => path);
    expect(paths.length).toBeGreaterThan(60);
    for (const path of paths) {
      const response = await fetch(`${service.url}${path}`);
      expect(response.headers.get("content-type"), path).toBe("text/markdown; charset=utf-8");
      expect(await response.text(), path).toMatch(/^# /);
    }
  });

  test("checks a signature in the browser", async ({ service, openAddress }) => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const delivery = { id: "evt_1", timestamp: Math.floor(Date.now() / 1_000), body: '{"id":"1"}' };
    const signature = await sign({ ...delivery, secrets: [secret] });
    const page = await openAddress(`${service.url}/docs/signatures`, { size });
    await page.getByLabel(/^Secret/).fill(secret);
    await page.getByLabel("webhook-id").fill(delivery.id);
    await page.getByLabel("webhook-timestamp").fill(String(delivery.timestamp));
    await page.getByLabel("webhook-signature").fill(signature);
    await page.getByLabel(/^Body/).fill(delivery.body);
    await page.getByText(/^The signature holds/).waitFor();

    await page.getByLabel(/^Body/).fill(`${delivery.body} `);
    await page.getByText(/^No signature matches/).waitFor();
  });

  test("says when an event is tried again", async ({ service, openAddress }) => {
    const page = await openAddress(`${service.url}/docs/retries`, { size });
    await page.getByLabel("The first attempt fails at").fill("2026-03-10T12:00:00");
    await page.getByRole("row", { name: /^10 24 h Mar 13, 2026/ }).waitFor();
  });

  test("has no fault that a machine can find, and fits a phone", async ({
    service,
    openAddress,
  }) => {
    for (const theme of ["light", "dark"] as const) {
      const page = await openAddress(`${service.url}/docs/order`, { theme, size });
      expect(await barriers(page)).toEqual([]);
    }
    const phone = await openAddress(`${service.url}/docs/reference/events/new_install`);
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  });
});
