import { isFailure } from "../../../sdk/index.ts";
import { walks } from "../../../story/story.ts";
import type { Command, Context } from "../../command.ts";
import { Failure } from "../../lib/exitCodes.ts";
import { glyphOf, isSettled } from "../../lib/glyphs.ts";
import { nearest } from "../../../contract/nearest.ts";
import { sampleCast, sampleOptions, tellingOf, type Happened } from "../../lib/sample.ts";
import { settled } from "../../lib/settle.ts";
import { oneLine } from "../../lib/show.ts";

export const walkNames = Object.keys(walks) as (keyof typeof walks)[];

export const flowRun: Command = {
  name: "flow run",
  summary: "Walk a sample customer through the flow, and show where each event went",
  description:
    "All of it really happens, by the REST API, and stays. With the operator's key two sample companies are made at the first run; with a sales organization's key its own records and endpoints are used, and the installer's steps need his key unless his settings leave them to you.",
  arguments: [
    {
      name: "walk",
      about: `${walkNames.join(", ")} (happy-path)`,
      isOptional: true,
      completes: "walks",
    },
  ],
  options: [
    ...sampleOptions,
    {
      flags: "--timeout <time>",
      about:
        "how long each event's deliveries are waited for (10s); endpoints that are down or paused are not",
    },
  ],
  answers: "{step, party, event, deliveries}, one per line",
  examples: ["flow run", "flow run change-order --installer-key-file installer.key"],
  async run(context, given) {
    const typed = given.optionalWord(0) ?? "happy-path";
    const name = walkNames.find((each) => each === typed);
    if (!name) {
      const near = nearest(typed, walkNames);
      throw new Failure(
        "usage",
        `There is no walk ${typed}`,
        near === undefined ? `There are: ${walkNames.join(", ")}` : `Did you mean ${near}?`,
      );
    }
    const timeoutMs = given.duration("timeout") ?? 10_000;
    const cast = await sampleCast(context, given, { needsInstaller: true });
    let last = "nowhere";
    let lost = 0;
    const once = await tellingOf(context, cast, async (step, happened) => {
      last = step;
      for (const each of happened) lost += await show(context, { ...each, step, timeoutMs });
    });
    try {
      await walks[name](cast, { url: context.connection.url, once });
    } catch (error) {
      if (!isFailure(error)) throw error;
      throw new Failure(
        isFailure(error, "forbidden") ? "not_allowed" : "failed",
        `The walk came as far as "${last}", then the service refused: ${error.message} (${error.rule ?? error.code})`,
        "The next step may be the installer's: --installer-key-file",
      );
    }
    if (lost > 0) throw new Failure("not_met", `${lost} deliveries did not arrive in time`);
  },
};

/** @returns how many deliveries did not arrive. */
async function show(
  { terminal, isJson, interrupted }: Context,
  { event, client, party, step, timeoutMs }: Happened & { step: string; timeoutMs: number },
): Promise<number> {
  const deliveries = await settled(client, event.id, {
    timeoutMs,
    signal: interrupted,
    isBrief: true,
  });
  if (isJson) terminal.out(JSON.stringify({ step, party, event, deliveries }));
  else {
    const { colors } = terminal;
    terminal.out(`${event.type.padEnd(32)} ${party.padEnd(9)} ${colors.faint(step)}`);
    for (const { state, url } of deliveries)
      terminal.out(`  ${glyphOf(state, colors)} ${oneLine(url)}`);
  }
  return deliveries.filter(({ state }) => !isSettled(state) || state === "dead").length;
}
