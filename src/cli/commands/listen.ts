import type { Client } from "../../sdk/index.ts";
import type { Command, Context } from "../command.ts";
import { checkedUrl } from "../lib/connection.ts";
import { Failure } from "../lib/exitCodes.ts";
import { createForwarder, type Body } from "../lib/forward.ts";
import type { Given } from "../lib/given.ts";
import { createReport, outputs } from "../lib/listenReport.ts";
import { requireEventType, requireEventTypes } from "../lib/names.ts";
import type { FeedEvent } from "../lib/whose.ts";
import type { EventEnvelope } from "../../contract/catalogue.ts";
import { localSecret } from "../lib/secret.ts";
import { isOf } from "./deals/timeline.ts";

export const listen: Command = {
  name: "listen",
  summary: "Show events as they happen, and deliver them to a program on this machine",
  description:
    "Asks the service, so it works behind a router, and goes on after the last event when the connection or the service comes back. What is forwarded is signed with a secret of this machine that stays the same (--print-secret), bears all headers of a real delivery, goes one at a time in order, and is tried five times. With --until it ends at that event, for tests: 0 when it came and was taken, 5 when not.",
  options: [
    { flags: "--forward-to <url>", about: "deliver each event there" },
    { flags: "--events <names>", about: "only these, separated by commas", completes: "events" },
    { flags: "--customer <id>", about: "only this customer's" },
    { flags: "--deal <id>", about: "only this deal's" },
    { flags: "--since <time>", about: "begin that long ago: 10m, 2h" },
    { flags: "--after <sequence>", about: "begin after this position of the feed" },
    { flags: "--until <event>", about: "end after this event", completes: "events" },
    { flags: "--timeout <time>", about: "end after that time: 30s" },
    { flags: "--output <how>", about: outputs.join(", ") },
    { flags: "--print-secret", about: "show the secret that is signed with, and end" },
  ],
  answers:
    '{"kind": "event", "event"}, {"kind": "attempt", "event_id", "attempt", "status", "error", "duration_ms"} and at the end {"kind": "summary", "events", "delivered", "failed", "last_sequence"}, one per line',
  examples: [
    "listen",
    "listen --forward-to http://localhost:3000/hooks --since 10m",
    "listen --until new_install --timeout 30s --output quiet && echo it came",
  ],
  async run(context, given) {
    if (given.isOn("printSecret")) return context.terminal.out(await localSecret(context));
    const plan = await planOf(context, given);
    const client = context.client();
    const report = createReport(context, plan.output);
    const after = await startOf(client, given);
    const ending = new AbortController();
    const timer =
      plan.timeoutMs === undefined ? undefined : setTimeout(() => ending.abort(), plan.timeoutMs);
    const ended = AbortSignal.any([context.interrupted, ending.signal]);
    const forward =
      plan.forwardTo &&
      (await forwarderOf(context, plan.forwardTo, (body, attempted) =>
        report.attempt(body, attempted),
      ));
    const onLost = () => context.terminal.say("Lost the connection; trying again");
    context.terminal.say(
      `Listening after position ${after}${plan.forwardTo === undefined ? "" : `, delivering to ${plan.forwardTo}`}`,
    );
    let met: "no" | "came" | "refused" = "no";
    for await (const event of client.events.stream({ after }, { signal: ended, onLost })) {
      report.passed(event);
      if (!plan.isWanted(event)) continue;
      report.event(event);
      const isTaken = forward ? await forward(bodyOf(event), ended) : true;
      if (ended.aborted) break;
      if (forward) report.settled(isTaken);
      if (event.type !== plan.until) continue;
      met = isTaken ? "came" : "refused";
      break;
    }
    clearTimeout(timer);
    report.summary();
    context.interrupted.throwIfAborted();
    if (plan.until === undefined || met === "came") return;
    throw new Failure(
      "not_met",
      met === "refused"
        ? `${plan.until} came, and was not taken`
        : `${plan.until} did not come in time`,
    );
  },
};

async function planOf(context: Context, given: Given) {
  const names = given.list("events");
  const types: readonly string[] | undefined = names && (await requireEventTypes(names));
  const untilName = given.text("until");
  const until = untilName === undefined ? undefined : await requireEventType(untilName);
  const [customer, deal, target] = [
    given.text("customer"),
    given.text("deal"),
    given.text("forwardTo"),
  ];
  return {
    forwardTo: target === undefined ? undefined : checkedUrl(target),
    until,
    timeoutMs: given.duration("timeout"),
    output: given.choice("output", outputs) ?? (context.isJson ? "json" : "live"),
    isWanted: (event: FeedEvent) =>
      (!types || types.includes(event.type) || event.type === until) &&
      (customer === undefined || customerIdOf(event) === customer) &&
      (deal === undefined || (isOfDeal(event) && isOf(event, deal))),
  };
}

const forwarderOf = async (
  context: Context,
  url: string,
  onAttempt: Parameters<typeof createForwarder>[0]["onAttempt"],
) =>
  createForwarder({ url, secret: await localSecret(context), version: context.version, onAttempt });

const customerIdOf = (event: FeedEvent) =>
  event.type === "inbound" ? undefined : event.data.customer.id;

const isOfDeal = (event: FeedEvent): event is EventEnvelope =>
  "survey" in event.data && event.data.survey !== null;

const bodyOf = (event: FeedEvent): Body => ({
  id: event.id,
  sequence: event.sequence,
  text: JSON.stringify(event),
});

/** The position after which to begin: read before anything is said, so that nothing is missed from then on. */
async function startOf(client: Client, given: Given): Promise<number> {
  const after = given.number("after");
  const sinceMs = given.duration("since");
  if (after !== undefined) return after;
  const { head } = await client.events.count();
  if (sinceMs === undefined) return head;
  const { now } = await client.sessions.get(); // events are dated by the service's clock
  const since = Date.parse(now) - sinceMs;
  for await (const event of client.events.listAll({ before: head + 1 })) {
    if (Date.parse(event.timestamp) < since) return event.sequence;
  }
  return 0;
}
