import { describe, expect } from "vitest";
import { givenDeal } from "../deals.ts";
import { givenPair, test } from "../service.ts";
import { refusal, told } from "../told.ts";

describe("a file added to a deal", () => {
  test("has a media type of up to 255 characters", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    const add = (length: number) => () => {
      const type = `text/${"x".repeat(length - "text/".length)}`;
      const file = new File(["12 kWh"], "bill.txt", { type });
      return pair.sales.files.create({ id, category: "utility_bill", file });
    };

    expect(await refusal(pair, add(256))).toBe("422 invalid /file");
    expect((await told(pair, add(255))).lines).toEqual(["new_survey_file → sales_org, epc"]);
  });

  test("has a long name cut between characters, not in the middle of one", async ({ service }) => {
    const pair = await givenPair(service);
    const { id } = await givenDeal(pair);
    for (const [name, kept] of [
      [`${"n".repeat(254)}☀🌞`, `${"n".repeat(254)}☀`],
      [`${"n".repeat(254)}🌞.pdf`, "n".repeat(254)],
      [`${"n".repeat(253)}🌞.pdf`, `${"n".repeat(253)}🌞`],
      ["🌞".repeat(200), "🌞".repeat(127)],
    ] as const) {
      const file = new File(["12 kWh"], name, { type: "text/plain" });
      const stored = await pair.sales.files.create({ id, category: "utility_bill", file });
      expect(stored.name).toBe(kept);
    }
  });
});
