import type { Locator, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { givenPair } from "../service.ts";
import { test } from "./browser.ts";
import { givenRough, rightToLeft, unbroken, type RoughPlaces } from "./roughTexts.ts";

const widths = [1440, 390];

/** Every page that shows what people typed. */
const pagesOf = ({ customer, survey, endpoint, event }: RoughPlaces): readonly string[] => [
  "/",
  "/pipeline",
  "/pipeline?view=table",
  `/deals/${survey}`,
  "/customers",
  `/customers/${customer}`,
  "/appointments",
  "/installs",
  "/map",
  "/events",
  `/events?event=${event}`,
  "/issues",
  "/endpoints",
  `/endpoints/${endpoint}`,
  `/playground?endpoint=${endpoint}`,
  "/settings",
];

/** Goes to a page within the console, and waits until all of it is there. */
async function settle(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
}

/** What is wider than the window: of the document, and of the page beside the rail. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(
    "Math.max(...[document.documentElement, document.querySelector('main')].map((each) => each.scrollWidth - each.clientWidth))",
  );

/** A style of a text as the browser computed it. */
const styleOf = (text: Locator, name: "direction" | "textAlign"): Promise<string | undefined> =>
  text.evaluate(
    (each, property) =>
      // Runs in the browser, whose names this project's types do not know.
      (globalThis as unknown as BrowserGlobals).getComputedStyle(each)[property],
    name,
  );
interface BrowserGlobals {
  getComputedStyle(of: unknown): Readonly<Record<string, string>>;
}

/** Whether a line is longer than its place. */
const isCut = (line: Locator): Promise<boolean> =>
  line.evaluate((each) => {
    const { scrollWidth, clientWidth } = each as unknown as Record<string, number>;
    return Number(scrollWidth) > Number(clientWidth);
  });

/** Where a text begins, from the left. */
async function leftOf(text: Locator): Promise<number> {
  const box = await text.boundingBox();
  if (!box) throw new Error("It is not on the page");
  return box.x;
}

describe("text without a place to break, as long as the API takes it", () => {
  // Sixteen pages in two widths.
  test("makes no page wider than its window", { timeout: 150_000 }, async ({ service, openAs }) => {
    const pair = await givenPair(service);
    await service.operator.organizations.update({ id: pair.salesOrg.id, name: unbroken.of(200) });
    await service.operator.organizations.update({ id: pair.epc.id, name: unbroken.of(200) });
    const places = await givenRough(pair, unbroken);
    const page = await openAs(pair.salesOrg.id);

    const wider: string[] = [];
    for (const path of pagesOf(places)) {
      await settle(page, `${service.url}${path}`);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        // It is drawn anew for the width, and fonts come when they come.
        await expect
          .poll(() => overflow(page), { timeout: 5_000 })
          .toBe(0)
          .catch(() => wider.push(`${path} at ${width}`));
      }
    }
    expect(wider).toEqual([]);
  });

  test("is cut short where it is one of many, and whole where it is read", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const { customer } = await givenRough(pair, unbroken);
    const name = `${unbroken.firstName} ${unbroken.lastName}`;
    const page = await openAs(pair.salesOrg.id, "/customers");

    const link = page.getByRole("link", { name });
    expect(await link.getAttribute("title")).toBe(name);
    expect(await isCut(link)).toBe(true);
    await link.click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    const note = page.getByText(unbroken.of(20_000));
    const folded = (await note.boundingBox())?.height ?? 0;
    await page.getByRole("button", { name: "Show all of it" }).first().click();
    await page.getByRole("button", { name: "Show less" }).waitFor();
    expect((await note.boundingBox())?.height).toBeGreaterThan(folded * 5);
    expect(new URL(page.url()).pathname).toBe(`/customers/${customer}`);
  });
});

describe("text from right to left", () => {
  test("keeps its direction to itself: what stands beside it does not jump", async ({
    service,
    openAs,
  }) => {
    const pair = await givenPair(service);
    const places = await givenRough(pair, rightToLeft);
    const name = `${rightToLeft.firstName} ${rightToLeft.lastName}`;
    const page = await openAs(pair.salesOrg.id, "/customers");

    const link = page.getByRole("link", { name });
    expect(await styleOf(link, "direction")).toBe("rtl");
    expect(await styleOf(link, "textAlign")).toBe("left");
    const address = page.getByRole("cell", { name: /TX$/ }).locator("bdi");
    const [first, second, third] = [address.nth(0), address.nth(1), address.nth(2)];
    expect(await leftOf(first)).toBeLessThan(await leftOf(second));
    expect(await leftOf(second)).toBeLessThan(await leftOf(third));

    await settle(page, `${service.url}/events?event=${places.event}`);
    const event = page.getByRole("complementary", { name: "Event" });
    const who = event.getByRole("link", { name });
    expect(await leftOf(who)).toBeLessThan(await leftOf(event.getByText("Rowan Rep")));
    const row = page.getByRole("row", { name: /new_customer/ }).getByText(name);
    expect(await styleOf(row, "direction")).toBe("rtl");
    expect(await styleOf(row, "textAlign")).toBe("left");

    for (const path of ["/pipeline", `/deals/${places.survey}`]) {
      await settle(page, `${service.url}${path}`);
      const shown = page.getByText(name, { exact: true }).first();
      expect(await styleOf(shown, "direction"), path).toBe("rtl");
    }
    const state = page.getByText("TX 75001", { exact: true });
    const street = state.locator("xpath=..").locator("bdi").first();
    expect(await leftOf(street)).toBeLessThan(await leftOf(state));
  });
});
