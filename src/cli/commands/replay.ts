import { setTimeout as delay } from "node:timers/promises";
import type { Command, Context } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { requireEventTypes } from "../lib/names.ts";
import { confirm } from "../lib/show.ts";

/** How often it is looked how far it has come, in milliseconds. */
const lookMs = 300;

export const replay: Command = {
  name: "replay",
  summary: "Send a range of the feed to an endpoint again",
  description:
    "Counts first, and asks before it sends; --dry-run only counts. Events keep their ids; deliveries carry `heliograph-replay`.",
  options: [
    { flags: "--endpoint <id>", about: "to which endpoint" },
    { flags: "--from <sequence>", about: "first position" },
    { flags: "--to <sequence>", about: "last position; the head of the feed unless told" },
    { flags: "--events <names>", about: "only these, separated by commas", completes: "events" },
    { flags: "--customer <id>", about: "only this customer's events" },
    { flags: "--dry-run", about: "count, send nothing" },
    { flags: "--wait", about: "until all is sent, with its progress; 5 when events were given up" },
  ],
  answers: "{id, state, matched, queued}; with --wait the replay as it ended",
  examples: [
    "replay --endpoint end_… --from 1200 --to 1284 --dry-run",
    "replay --endpoint end_… --from 1200 --yes --wait",
  ],
  async run(context, given) {
    const { terminal } = context;
    const client = context.client();
    const id = given.text("endpoint");
    const { from, to } = given.range(0);
    if (id === undefined || from === undefined) {
      throw new Failure("usage", "replay wants --endpoint and --from");
    }
    const types = given.list("events");
    const customer_id = given.text("customer");
    const range = {
      id,
      from,
      to: to ?? (await client.events.count()).head,
      ...(types && { types: await requireEventTypes(types) }),
      ...(customer_id !== undefined && { customer_id }),
    };
    const counted = await client.endpoints.replay({ ...range, dry_run: true });
    terminal.say(
      `${counted.matched} events from ${range.from} to ${range.to} match, ${counted.queued} would be sent again`,
    );
    if (given.isOn("dryRun")) return show(context, counted);
    if (counted.queued === 0) return show(context, counted);
    await confirm(context, `Send ${counted.queued} events again?`);
    const started = await client.endpoints.replay(range);
    if (!given.isOn("wait") || started.id === null) return show(context, started);
    await follow(context, started.id, id);
  },
};

const show = (
  { terminal, isJson }: Context,
  answer: { readonly id: string | null; readonly queued: number },
) => {
  if (isJson) terminal.out(JSON.stringify(answer));
  else if (answer.id !== null) terminal.out(`${answer.id}  ${answer.queued} events`);
};

async function follow(context: Context, replayId: string, endpointId: string): Promise<void> {
  const { terminal, interrupted: signal } = context;
  const client = context.client();
  let now = await client.replays.get({ id: replayId }, { signal });
  while (now.state === "running") {
    terminal.progress(`${now.sent} of ${now.queued} sent`);
    await delay(lookMs, undefined, { signal });
    now = await client.replays.get({ id: replayId }, { signal });
  }
  if (context.isJson) terminal.out(JSON.stringify(now));
  else terminal.out(`${now.id}  ${now.state}  ${now.sent} of ${now.queued} sent`);
  const { dead } = await client.endpointStatus.get({ id: endpointId });
  const lost = dead.filter(({ sequence }) => sequence >= now.from && sequence <= now.to).length;
  if (lost > 0)
    throw new Failure(
      "not_met",
      `${lost} events of the range were given up`,
      `heliograph endpoints gaps ${endpointId}`,
    );
}
