import { isFailure } from "../../sdk/index.ts";
import type { Market } from "../../simulation/companies.ts";
import { faultNames, type Fault } from "../../simulation/faults.ts";
import type { Span } from "../../simulation/simulation.ts";
import type { Command, Context } from "../command.ts";
import { requireTestClock } from "../lib/movableClock.ts";
import { requireKey } from "../lib/connection.ts";
import { Failure } from "../lib/exitCodes.ts";
import type { Given } from "../lib/given.ts";
import { readIfThere } from "../lib/keeping.ts";
import { nearest } from "../../contract/nearest.ts";

/** What there is of each at most: a simulation is one process that keeps in memory what it saw. */
const most = { orgs: 100, deals: 10_000, rate: 1_000 };

export const simulate: Command = {
  name: "simulate",
  summary: "Play a market of made-up leads, receive what is delivered, and account for both",
  description:
    "All of it really happens, by the REST API, and stays. With the operator's key it makes sales organizations and installers; with a sales organization's key it plays that one, with the installer of --installer-key-file, and the organization's own endpoints get the events too. Its receivers listen on this machine's loopback, so the service must run here and be allowed to deliver there. Faults are put in at the receivers; the report says what the service delivered, what the way made of it, and what the receiver kit handled in the end.",
  options: [
    {
      flags: "--orgs <number>",
      about: "how many sales organizations, and installers, to make (1); with the operator's key",
    },
    { flags: "--deals <number>", about: "how many leads; some of them become deals (20)" },
    {
      flags: "--span <time>",
      about:
        "spread it over this much time, such as 90d, by moving a test server's clock; with the operator's key",
    },
    { flags: "--rate <number>", about: "commands in a second at most (10)" },
    {
      flags: "--seed <number>",
      about: "the same one makes the same people and decisions; by chance unless told",
    },
    { flags: "--faults <names>", about: `of ${faultNames.join(", ")}, separated by commas` },
    { flags: "--settle <time>", about: "how long to wait for the last deliveries (60s)" },
    {
      flags: "--installer-key-file <path>",
      about: "the installer's key, with a sales organization's; not needed when it is both",
    },
  ],
  answers:
    '{"kind": "simulation", "seed", "span", "deals", "commands", "troubles", "events", "endpoints", "verdict"}, one value',
  examples: [
    "simulate --deals 50 --rate 20",
    "simulate --deals 60 --span 90d --rate 100",
    "simulate --orgs 3 --deals 200 --rate 50 --seed 7 --faults duplicates,reorder,5xx",
    "simulate --deals 10 --installer-key-file installer.key --json",
  ],
  async run(context, given) {
    const { terminal, interrupted } = context;
    const deals = numberOf(given, "deals", 20);
    const rate = numberOf(given, "rate", 10);
    const seed = given.number("seed") ?? Math.floor(Math.random() * 1_000_000);
    const faults = faultsOf(given);
    const settleMs = given.duration("settle") ?? 60_000;
    const span = await spanOf(context, given);
    const market = await marketOf(context, given, seed);
    const simulation = await import("../../simulation/simulation.ts");
    const report = await simulation
      .simulate({
        url: context.connection.url,
        market,
        seed,
        deals,
        rate,
        faults,
        settleMs,
        span,
        signal: interrupted,
        onProgress: (line) => terminal.progress(line),
      })
      .catch((error: unknown) => {
        const isForbidden = isFailure(error, "rule") && error.rule === "url_reachable";
        if (!isForbidden && !(error instanceof simulation.OutOfReach)) throw error;
        throw new Failure(
          "failed",
          `The service ${isForbidden ? "may" : "does"} not deliver to this machine's loopback, where the simulation receives: ${error.message}`,
          "Start it with HELIOGRAPH_EGRESS_ALLOW=127.0.0.0/8, on this machine; never in production",
        );
      });
    if (context.isJson) terminal.out(JSON.stringify(report));
    else {
      const { wordsOf } = await import("../../simulation/words.ts");
      for (const line of wordsOf(report)) terminal.out(line);
    }
    interrupted.throwIfAborted();
    if (report.verdict !== "whole") {
      throw new Failure(
        "not_met",
        report.troubles.count > 0 ? "Commands failed" : "Deliveries are missing or out of order",
      );
    }
  },
};

function numberOf(given: Given, name: keyof typeof most, usual: number): number {
  return given.number(name, { from: 1, to: most[name] }) ?? usual;
}

/** @throws {Failure} when the service has no clock that could be moved. */
async function spanOf(context: Context, given: Given): Promise<Span | null> {
  const ms = given.duration("span");
  if (ms === undefined) return null;
  const { testClocks } = context.client();
  await requireTestClock(testClocks, "Without --span all of it happens at once");
  return { testClocks, ms };
}

function faultsOf(given: Given): Fault[] {
  return (given.list("faults") ?? []).map((typed) => {
    const found = faultNames.find((name) => name === typed);
    if (found !== undefined) return found;
    const near = nearest(typed, faultNames);
    throw new Failure(
      "usage",
      `There is no fault ${typed}`,
      near === undefined ? `There are: ${faultNames.join(", ")}` : `Did you mean ${near}?`,
    );
  });
}

async function marketOf(context: Context, given: Given, seed: number): Promise<Market> {
  const { connection, terminal, interrupted: signal } = context;
  const orgs = numberOf(given, "orgs", 1);
  const key = requireKey(connection);
  const { organization } = await context.client().sessions.get({}, { signal });
  const { makeMarket, ownMarket } = await import("../../simulation/companies.ts");
  const service = { url: connection.url, signal };
  if (!organization) {
    terminal.say(`Making ${orgs === 1 ? "two companies" : `${2 * orgs} companies`}; seed ${seed}`);
    return makeMarket(service, { operatorKey: key, seed, orgs });
  }
  if (given.text("orgs") !== undefined) {
    throw new Failure("usage", "--orgs makes organizations, which takes the operator's key");
  }
  if (!organization.roles.includes("sales_org")) {
    throw new Failure(
      "not_allowed",
      "A lead comes to a sales organization",
      "Sign in with its key, and give this one by --installer-key-file",
    );
  }
  const path = given.text("installerKeyFile");
  const installer = path === undefined ? key : (await readIfThere(path))?.trim();
  if (installer === undefined || installer === "") {
    throw new Failure("usage", `There is no key in ${path ?? ""}`);
  }
  if (path === undefined && !organization.roles.includes("epc")) {
    throw new Failure("usage", "The installer's part needs his key", "--installer-key-file");
  }
  terminal.say(`Playing ${organization.name}; seed ${seed}`);
  return ownMarket(service, { sales: key, installer });
}
