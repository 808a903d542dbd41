import { describe, expect } from "vitest";
import { eventTypes } from "../../src/contract/catalogue.ts";
import { eventsOf, givenSalesOrg, test } from "../service.ts";
import { givenKey } from "../world.ts";
import { givenProgram } from "./program.ts";

describe("an organization without an installer", () => {
  test("walks as far as it needs none, and is told so before anything else is made", async ({
    service,
  }) => {
    const { id } = await givenSalesOrg(service);
    const key = await givenKey(service, id);
    const program = await givenProgram({ HELIOGRAPH_URL: service.url, HELIOGRAPH_API_KEY: key });
    const sales = service.clientOf(key);
    const soon = await program.run(["trigger", "new_customer", "--timeout", "soon"]);
    expect([soon.code, await eventsOf(sales)]).toEqual([2, []]);

    // The last of those that need none: all others come on its way.
    expect((await program.run(["trigger", "new_survey"])).code).toBe(0);
    const made = await eventsOf(sales);
    const met = new Set(made.map(({ type }) => type));

    const others = eventTypes.filter((type) => !met.has(type));
    for (const args of [...others.map((type) => ["trigger", type]), ["flow", "run"]]) {
      const ended = await program.run(args);
      expect([args, ended.code, ended.out]).toEqual([args, 1, ""]);
      expect(ended.said).toContain("Sample Solar Sales has no installer yet");
      expect(ended.said).toContain("POST /v1/partnerships");
    }
    expect(await eventsOf(sales)).toEqual(made);
    for (const type of met) expect((await program.run(["trigger", type])).code).toBe(0);
  });
});
