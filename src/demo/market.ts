import { join } from "node:path";
import type { Party } from "../contract/meta.ts";
import type { Client } from "../sdk/index.ts";
import type { Company, Pair } from "../simulation/companies.ts";
import { createPace } from "../simulation/pace.ts";
import { newTally, playAll } from "../simulation/play.ts";
import { castAll } from "../simulation/simulation.ts";
import { castOf, type Cast } from "../story/cast.ts";
import { openJournal } from "../story/journal.ts";
import { openEndpoint } from "./endpoint.ts";

/** Leads of the market; about half of them want a design. */
export const marketLeads = 40;
const seed = 1;
/** Slow enough that a person sees it happen, and that the machine is free for whoever looks. */
const commandsPerSecond = 20;
/** How far back its dates go, in milliseconds: twelve weeks, after which some are built. */
const pastMs = 84 * 86_400_000;

/** What the market has done so far, with the keys of its companies, in the data directory. */
export const marketJournal = "demo-market.json";

/**
 * Plays a market of two more companies, so that the console has something to look at and the story stays what it is: leads of
 * the last weeks, each as far as it would have come by now. It happens now, as the clock is real; dates of appointments
 * and due dates are spread. A start after a crash goes on with the same Idempotency-Keys.
 * @throws {Error} when commands failed.
 */
export async function playMarket({
  url,
  operatorKey,
  dataDir,
}: {
  readonly url: string;
  readonly operatorKey: string;
  readonly dataDir: string;
}): Promise<void> {
  const journal = openJournal(join(dataDir, marketJournal), "market");
  const names = { salesOrg: "Sample Sun Sales", installer: "Example Roof Builders" };
  const cast = await castOf(journal, { url, operatorKey, names });
  const open = (party: Party, client: Client, port: number) =>
    openEndpoint(journal, {
      name: "market",
      party,
      client,
      port,
      dataDir,
      onReceived: () => undefined,
    });
  const base = Number(new URL(url).port);
  await open("sales_org", cast.sales, base + 3);
  await open("epc", cast.installing, base + 4);
  const begunMs = await journal.step("market begun", async () => Date.now());
  await journal.step("market played", async (run) => {
    const tally = newTally();
    const market = { companies: [], pairs: [pairOf(cast)], isOwn: true } as const;
    const arrivals = { fromMs: begunMs - pastMs, untilMs: begunMs };
    const stage = {
      url,
      run,
      pace: createPace(commandsPerSecond),
      tally,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    await playAll(castAll({ market, seed, deals: marketLeads }, arrivals), stage, begunMs);
    const [trouble] = tally.troubles;
    if (trouble) throw new Error(`${trouble.kind}: ${trouble.message}`);
  });
}

function pairOf(cast: Cast): Pair {
  const { salesOrg, installer, choices, sales, signing, lender, installing, rep } = cast;
  const seller: Company = { ...salesOrg, party: "sales_org", client: sales };
  return {
    seller,
    installer: { ...installer, party: "epc", client: installing },
    traits: {
      dealType: choices.dealType,
      appointmentTypes: choices.appointmentTypes,
      lenders: choices.lender === null ? [] : [choices.lender],
      hasRep: rep !== null,
      mode: "processed",
      hasNextStepsPage: true,
      hasWelcomeCalls: cast.callpilotSecret !== null,
    },
    clients: { sales, signing, lender, installing },
    repId: rep?.id ?? null,
    callpilotSecret: cast.callpilotSecret,
  };
}
