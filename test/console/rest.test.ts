import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { forTrying, type OpenApi } from "../../console/src/rest/document.ts";
import { openapiDocument } from "../../src/contract/openapi.ts";
import { givenCustomer, givenPair } from "../service.ts";
import { givenKey } from "../world.ts";
import { barriers } from "./barriers.ts";
import { test } from "./browser.ts";
import { launchChromium } from "./chromium.ts";

const size = { width: 1280, height: 900 };
const path = "/docs/rest";

/** The part of the page that is about a call. */
const callOf = (page: Page, call: string) => page.locator(`[id="rest/tag/${call}"]`);

/** Opens the client on a call, by the call's address. */
async function tryCall(page: Page, call: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`tag/${call}`)}`);
  await callOf(page, call)
    .getByRole("button", { name: /^Test Request/ })
    .click();
}

/** Sends what the client shows, and waits for the answer. */
async function send(page: Page, status: string): Promise<void> {
  await page.getByRole("button", { name: /^Send \w+ request/ }).click();
  await page.getByRole("link", { name: status }).waitFor();
}

const keyField = (page: Page) => page.getByRole("textbox", { name: "Bearer Token" }).last();

// What each page asked for, said and threw is looked at when a test is over, see `watch` in browser.ts: nothing of another host, and
// no word of the browser about its policy.
describe("the REST reference", () => {
  test("is read to its end and searched, and asks nobody but the service", async ({
    service,
    openAddress,
  }) => {
    const page = await openAddress(`${service.url}${path}`, { size });
    await page.getByRole("heading", { level: 1, name: "Heliograph" }).waitFor();

    for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, 4_000);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("reconcile");
    await page.getByRole("option", { name: /Account for a range of the feed/ }).click();
    await page.getByRole("heading", { name: "Account for a range of the feed" }).waitFor();
    expect(await page.locator('a[href*="scalar.com"]:visible').count()).toBe(0);
  });

  test("tries a call by its own client, and keeps no key", async ({ service, openAddress }) => {
    const pair = await givenPair(service);
    const { id } = await givenCustomer(pair);
    const key = await givenKey(service, pair.salesOrg.id);
    const page = await openAddress(`${service.url}${path}`, { size });
    await tryCall(page, "customers/GET/v1/customers/{id}");
    await keyField(page).fill(key);
    await page
      .getByRole("row", { name: /^Include id in/ })
      .getByLabel("Value")
      .fill(id);
    await send(page, "200 OK");

    await page.getByRole("region", { name: "Response" }).getByText(`"${id}"`).waitFor();
    const kept = await page.context().storageState({ indexedDB: true });
    expect(JSON.stringify(kept)).not.toContain(key);
    expect(await page.locator('a[href*="scalar.com"]:visible').count()).toBe(0);
  });

  test("tries calls by the key that was typed, and never by the session of the console", async ({
    service,
    openAs,
  }) => {
    const { salesOrg, epc } = await givenPair(service);
    const page = await openAs(salesOrg.id);
    await page.goto(`${service.url}${path}`);
    await tryCall(page, "sessions/GET/v1/session");
    await send(page, "401 Unauthorized");

    await keyField(page).fill(await givenKey(service, epc.id));
    await send(page, "200 OK");
    await page.getByRole("region", { name: "Response" }).getByText(`"${epc.id}"`).waitFor();
  });

  test("has no fault that a machine can find, in both themes and on a phone", async ({
    service,
    openAddress,
  }) => {
    const opened = `${service.url}${path}#tag/customers/POST/v1/customers`;
    const page = await openAddress(opened, { size });
    await callOf(page, "customers/POST/v1/customers").waitFor();
    const ink = () => page.evaluate<string>("getComputedStyle(document.querySelector('h1')).color");
    const light = await ink();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Dark", exact: true }).click();
    expect(await barriers(page)).toEqual([]);
    expect(await ink()).not.toBe(light);

    const phone = await openAddress(opened);
    await callOf(phone, "customers/POST/v1/customers").waitFor();
    expect(await barriers(phone)).toEqual([]);
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  });

  test("is reached from the reference of a section, at that section", async ({
    service,
    openAddress,
  }) => {
    const page = await openAddress(`${service.url}/docs/reference/operations/change-orders`, {
      size,
    });
    await page.getByRole("link", { name: /^Try these calls/ }).click();
    await page.getByRole("heading", { level: 2, name: "Change orders" }).waitFor();
    await page.getByText("Changes to a signed contract").waitFor();
    await page.getByRole("link", { name: /^Heliograph/ }).click();
    await page.getByRole("heading", { level: 1, name: /first event/ }).waitFor();
  });

  test("sends to where it is from, and no example that nobody asked for", () => {
    const document = openapiDocument({ version: "1.0.0", serverUrl: "https://hooks.example.com" });
    const { servers, paths } = forTrying(document as unknown as OpenApi, "http://localhost:4400");
    expect(servers).toEqual([{ url: "http://localhost:4400" }]);
    const given = Object.values(paths).flatMap((calls) =>
      Object.values(calls).flatMap(({ parameters = [] }) => parameters),
    );
    expect(given.length).toBeGreaterThan(100);
    for (const { required, example, ...rest } of given) {
      if (required === true) expect(rest).not.toHaveProperty("examples");
      else
        expect({ example, ...rest }).toMatchObject({
          examples: { default: { "x-disabled": true } },
        });
    }
  });

  test("is what loads Scalar: no other page does", async ({ service }) => {
    const read = async (at: string) =>
      (await fetch(`${service.url}${at}`, { headers: { accept: "text/html" } })).text();
    expect(await read(path)).toContain("/assets/rest/");
    for (const other of ["/", "/page", "/docs", "/docs/reference/operations", "/event-types"]) {
      const text = await read(other);
      const scripts = Array.from(
        text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g),
        ([, at = ""]) => at,
      );
      expect(scripts.length, other).toBeGreaterThan(0);
      for (const script of scripts) expect(await read(script), other).not.toContain("assets/rest/");
      expect(text, other).not.toContain("assets/rest/");
    }
  });

  test("is held to it by the browser", async ({ service }) => {
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(`${service.url}${path}`);
    await page.evaluate(tryOthers);
    await expect
      .poll(() => page.evaluate("refused.toSorted()"))
      .toEqual([
        "connect-src",
        "font-src",
        "form-action",
        "frame-src",
        "img-src",
        "script-src",
        "script-src-elem",
        "script-src-elem",
        "style-src-elem",
        "style-src-elem",
      ]);
    expect(await page.evaluate("window.ran")).toBeUndefined();
    await browser.close();
  });
});

/** Does in the page what another's program could do, and notes what is refused, by the names of the policy. */
const tryOthers = `
  const other = "https://example.com";
  var refused = [];
  document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
  const put = (tag, fields) => document.body.append(Object.assign(document.createElement(tag), fields));
  fetch(other).catch(() => {});
  put("img", { src: other + "/a.png" });
  put("script", { src: other + "/a.js" });
  put("script", { textContent: "window.ran = true" });
  put("link", { rel: "stylesheet", href: other + "/a.css" });
  put("style", { textContent: "body { color: red }" });
  put("iframe", { src: other });
  const form = Object.assign(document.createElement("form"), { action: other, method: "post" });
  document.body.append(form);
  form.submit();
  new FontFace("Other", "url(" + other + "/a.woff2)").load().catch(() => {});
  // Later: what the test itself runs may make functions out of text.
  setTimeout(() => new Function(""));
`;
