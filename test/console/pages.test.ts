import { describe, expect } from "vitest";
import { givenWorld } from "../world.ts";
import { test } from "./browser.ts";
import { expectAccessible, expectNoFaults, partsOf, type Pages } from "./pageFaults.ts";

/** Those of the flow; `pagesOfDelivery.test.ts` has the others. */
const pages: Pages = ({ ids }) => [
  ["/", "Overview"],
  ["/pipeline", "Pipeline"],
  [`/deals/${ids["srv"]}`, "Quentin Undisclosed"],
  [`/deals/${ids["srv"]}/next-steps`, "Next steps"],
  ["/customers", "Customers"],
  [`/customers/${ids["cus"]}`, "Quentin Undisclosed"],
  ["/imports", "Imports"],
  ["/appointments", "Appointments"],
  ["/installs", /^Install/],
  ["/settings", "Settings"],
];

describe("every page of the flow", () => {
  test.for(partsOf(pages))(
    "has no fault that a machine can find, in either theme, part %i",
    async (part, { service, open }) => expectNoFaults({ service, open }, { pages, part }),
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
