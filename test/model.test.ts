import fc from "fast-check";
import { describe, expect } from "vitest";
import { operation, operationNames } from "../src/contract/operations.ts";
import { milestoneTemplates } from "./model/installStart.ts";
import type { World } from "./model/command.ts";
import { commands } from "./model/commands.ts";
import { dealTypes } from "./model/deals.ts";
import { integratedLender } from "./model/lenderApplications.ts";
import { moves, story } from "./model/moves.ts";
import { play } from "./model/play.ts";
import { newModel, type InstallerSettings, type Model } from "./model/records.ts";
import { givenInstaller, givenOneCompany, givenPair, test, type Service } from "./service.ts";

/**
 * Random commands over the REST API against a small model of the flow. After each of them the answer, what is stored, and
 * who was told what must be as the model foretells.
 *
 * A failure prints its seed and its path, and the commands that led to it: `MODEL_SEED` and `MODEL_PATH` play it again.
 * `MODEL_RUNS` plays more runs, and gives more time in which a failure is made simpler.
 */
const { MODEL_SEED, MODEL_PATH, MODEL_RUNS } = process.env;
const numRuns = Number(MODEL_RUNS ?? 20);
const replayed = {
  ...(MODEL_SEED && { seed: Number(MODEL_SEED) }),
  ...(MODEL_PATH && { path: MODEL_PATH }),
};
/** Later no run starts, and a failed one is made no simpler. Where that is too short for all runs, fewer are played. */
const limitMs = 10_000 * Math.max(1, numRuns / 20);

describe("the flow does what the model foretells", { timeout: limitMs + 30_000 }, () => {
  test.for([
    { mode: "signed", companies: "two companies" },
    { mode: "approved", companies: "two companies" },
    { mode: "processed", companies: "two companies" },
    { mode: "processed", companies: "one company" },
  ] as const)(
    "for $companies that begin in the agreement mode $mode",
    async ({ mode, companies }, { service }) => {
      const deadline = Date.now() + limitMs;
      const walked = fc.integer({ min: 0, max: story.length });
      const run = fc.asyncProperty(walked, moves, async (steps, more) => {
        if (Date.now() > deadline) return;
        const settings = { agreement_mode: mode, next_steps_page: true };
        const [world, model] = await givenCompanies(service, companies, settings);
        await play(world, model, [...story.slice(0, steps), ...more]);
      });
      await fc.assert(run, { numRuns, ...replayed, examples: [[story.length, []]] });
    },
  );
});

/** A sales organization and its installer, or one company that is both, new to all customers. */
async function givenCompanies(
  service: Service,
  companies: "one company" | "two companies",
  installer: InstallerSettings,
): Promise<[World, Model]> {
  const selling = {
    integrated_lenders: [integratedLender],
    appointment_types: ["consultation"],
    deal_types: dealTypes,
  };
  const building = { ...installer, milestone_templates: [...milestoneTemplates] };
  const pair = await (companies === "one company"
    ? givenOneCompany(service, { ...selling, ...building })
    : givenPair(service, { sales: selling, installer: building }));
  const { secret } = await service.operator.callpilotSecrets.create({ id: pair.salesOrg.id });
  const stranger = await givenInstaller(service);
  const ids = { salesOrg: pair.salesOrg.id, epc: pair.epc.id, stranger: stranger.id };
  return [{ ...pair, callpilotSecret: secret }, newModel(ids, { ...installer })];
}

/** Sections whose operations append no events, or only such as the model knows. */
const elsewhere: Readonly<Record<string, string>> = {
  organizations: "companies, people and keys belong to no customer",
  endpoints: "they are about events that are there",
  imports: "rows make and change customers as the commands do that the model knows; test/imports",
  sessions: "signing in changes nothing of the flow",
  links:
    "who holds one gives the commands that the model knows; what is his own is in test/flow/links",
  "test clock": "time is none of what happens; test/testClock",
  inbound: "what another system sends changes nothing in the flow; test/inbound",
};

test("the model does every operation that changes something in the flow", () => {
  const changing = operationNames.filter((name) => operation(name).method !== "GET");
  const missing = changing.filter(
    (name) => !(name in commands) && !(operation(name).tag in elsewhere),
  );

  expect(missing).toEqual([]);
});
