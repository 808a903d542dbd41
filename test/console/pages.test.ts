import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { givenNode, givenReceiver } from "../deliveryNode.ts";
import { givenWorld, type World } from "../world.ts";
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
  ["/inbound", "Inbound"],
  ["/playground", "Playground"],
  ["/settings", "Settings"],
  ["/event-types", /catalogue/i],
  ["/event-types/new_install", /new_install|New Install/],
];

async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
  expect(told, what).toEqual([]);
}

describe("every page of the console", () => {
  // Looked at in parts: what a machine looks for takes seconds on a large page.
  const parts = [0, 1, 2, 3] as const;
  const walks = (["light", "dark"] as const).flatMap((theme) =>
    parts.map((part) => [theme, part] as const),
  );
  test.for(walks)(
    "has no fault that a machine can find, in the %s theme, part %i",
    async ([theme, part], { service, open }) => {
      const world = await givenWorld(service);
      const receiver = await givenReceiver();
      await world.sales.endpoints.create({
        url: receiver.url,
        description: "CRM",
        start: "beginning",
      });
      await givenNode(service.sql);
      const page = await open(world.salesKey, "/", { theme });
      const pages = pagesOf(world).filter((_, place) => place % parts.length === part);
      expect(pages.length).toBeGreaterThan(0);
      for (const [path, heading] of pages) {
        await page.goto(`${service.url}${path}`);
        await page.getByRole("heading", { level: 1, name: heading }).waitFor();
        await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
        await expectAccessible(page, `${path} ${theme}`);
      }
    },
  );

  test("of the operator has none either", async ({ service, open }) => {
    await givenWorld(service);
    const page = await open(service.operatorKey, "/organizations");
    await page.getByRole("heading", { level: 1, name: "Organizations" }).waitFor();
    await expectAccessible(page, "/organizations");
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
