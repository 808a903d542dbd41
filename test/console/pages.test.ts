import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import { givenWorld, type World } from "../world.ts";
import { barriers } from "./barriers.ts";
import { test } from "./browser.ts";

/** Every page that an organization has, with a record on it where it needs one. */
const pagesOf = ({
  ids,
}: World): readonly (readonly [path: string, heading: string | RegExp])[] => [
  ["/", "Overview"],
  ["/pipeline", "Pipeline"],
  [`/deals/${ids["srv"]}`, "Quentin Undisclosed"],
  [`/deals/${ids["srv"]}/next-steps`, "Next steps"],
  ["/customers", "Customers"],
  [`/customers/${ids["cus"]}`, "Quentin Undisclosed"],
  ["/appointments", "Appointments"],
  ["/installs", /^Install/],
  ["/map", "Live map"],
  ["/events", "Events"],
  [`/events?event=${ids["evt"]}`, "Events"],
  ["/issues", "Issues"],
  ["/endpoints", "Endpoints"],
  [`/endpoints/${ids["end"]}`, /./],
  ["/playground", "Playground"],
  ["/settings", "Settings"],
  ["/event-types", /catalogue/i],
  ["/event-types/new_install", /new_install|New Install/],
];

type Theme = "light" | "dark";
const other = (theme: Theme): Theme => (theme === "light" ? "dark" : "light");
const themeOf = (page: Page) => page.evaluate("document.documentElement.dataset.theme");

async function expectAccessible(page: Page, path: string, theme: Theme): Promise<void> {
  expect(await themeOf(page), path).toBe(theme);
  expect(await barriers(page), `${path} ${theme}`).toEqual([]);
}

describe("every page of the console", () => {
  // Looked at in parts: what a machine looks for takes seconds on a large page.
  const parts = [0, 1, 2, 3, 4, 5] as const;
  test.for(parts)(
    "has no fault that a machine can find, in either theme, part %i",
    async (part, { service, open }) => {
      const world = await givenWorld(service);
      const receiver = await givenReceiver();
      await world.sales.endpoints.create({
        url: receiver.url,
        description: "CRM",
        start: "beginning",
      });
      await givenNode(service.sql);
      const pages = pagesOf(world).filter((_, place) => place % parts.length === part);
      expect(pages.length).toBeGreaterThan(0);
      // What the browser wishes for at first; then what is chosen, which the next page is to keep.
      let theme: Theme = part % 2 === 0 ? "light" : "dark";
      const page = await open(world.salesKey, "/", { theme });
      for (const [path, heading] of pages) {
        await page.goto(`${service.url}${path}`);
        await page.getByRole("heading", { level: 1, name: heading }).waitFor();
        await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
        await expectAccessible(page, path, theme);
        theme = other(theme);
        await page.getByRole("button", { name: `Use the ${theme} theme` }).click();
        await expectAccessible(page, path, theme);
      }
    },
  );

  test("of the operator has none either", async ({ service, open }) => {
    await givenWorld(service);
    const page = await open(service.operatorKey, "/organizations");
    await page.getByRole("heading", { level: 1, name: "Organizations" }).waitFor();
    await expectAccessible(page, "/organizations", "light");
  });

  test("fits a phone where people use it on one", async ({ service, open }) => {
    const world = await givenWorld(service);
    const page = await open(world.salesKey, "/", { size: { width: 390, height: 844 } });
    const onPhones = [
      `/deals/${world.ids["srv"]}`,
      "/appointments",
      "/installs",
      `/customers/${world.ids["cus"]}`,
    ];
    for (const path of onPhones) {
      await page.goto(`${service.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      const wide = await page.evaluate("document.querySelector('main').scrollWidth");
      expect(wide, path).toBeLessThanOrEqual(390);
    }
  });
});
