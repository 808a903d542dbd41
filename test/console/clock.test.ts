import { describe } from "vitest";
import { givenCustomer, givenPair } from "../service.ts";
import { givenKey } from "../world.ts";
import { test } from "./browser.ts";

const dayMs = 86_400_000;

describe("a browser whose clock is off", () => {
  test.for([-40, 40])(
    "by %i days tells ages by the service's",
    async (days, { service, newPage }) => {
      const pair = await givenPair(service);
      const { id } = await pair.sales.endpoints.create({ url: service.url, description: "CRM" });
      await givenCustomer(pair);
      const page = await newPage({});
      await page.clock.install({ time: Date.now() + days * dayMs });
      const key = await givenKey(service, pair.salesOrg.id);
      await page.context().request.post(`${service.url}/v1/session`, { data: { key } });

      await page.goto(`${service.url}/events`);
      await page.getByText("1 event in the last hour").waitFor();
      await page.goto(`${service.url}/endpoints/${id}`);
      await page.getByText(/^(just now|\d+(\.\d)? s ago)$/).waitFor();
    },
  );
});
