import type { EventType } from "../../contract/catalogue.ts";
import { isFailure } from "../../sdk/index.ts";
import type { Cast } from "../../story/cast.ts";
import { playStory } from "../../story/story.ts";
import type { Command, Context } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { createForwarder } from "../lib/forward.ts";
import type { Given } from "../lib/given.ts";
import { glyphOf, isSettled, wordOf } from "../lib/glyphs.ts";
import { bodyOf, bodyOptions } from "../lib/input.ts";
import { catalogue, requireEventType } from "../lib/names.ts";
import { sampleCast, sampleOptions, tellingOf, type Happened } from "../lib/sample.ts";
import { localSecret } from "../lib/secret.ts";
import { settled } from "../lib/settle.ts";
import { collect } from "../lib/show.ts";

export const trigger: Command = {
  name: "trigger",
  summary: "Make an event happen, or send its example",
  description:
    "For who sells: makes it really happen. A sample customer walks through the flow up to the first such event, with all events before it, and what was made stays. For an installer, who cannot begin a deal, and with --example: sends the worked example to the organization's endpoints; an example is no fact, its sequence is 0 and it stands in no feed. With --to an endpoint the service sends the example to that one; with --to a URL this machine does, signed with the secret of `listen`, changed by --file and --set as you like.",
  arguments: [{ name: "event", about: "its name", completes: "events" }],
  options: [
    { flags: "--example", about: "the worked example, nothing happens" },
    {
      flags: "--to <where>",
      about: "the example to an endpoint's id, or from this machine to a URL",
    },
    ...bodyOptions,
    ...sampleOptions,
    { flags: "--wait", about: "until its deliveries are settled; 5 when one failed" },
    { flags: "--timeout <time>", about: "how long to wait (60s)" },
  ],
  answers:
    '{"kind": "fact", "event", "deliveries"} (without --wait no deliveries), or {"kind": "example", "attempts"}',
  examples: [
    "trigger new_customer --wait",
    "trigger new_customer --set customer.first_name=Riley",
    "trigger new_install --to end_…",
    "trigger new_install --to http://localhost:3000/hooks --set data.customer.first_name=Riley",
  ],
  async run(context, given) {
    const type = await requireEventType(given.word(0));
    const to = given.text("to");
    if (to?.startsWith("http") === true) return fromHere(context, given, { type, url: to });
    if (to !== undefined || given.isOn("example") || !(await canBegin(context))) {
      if (given.texts("set").length > 0 || given.text("file") !== undefined) {
        throw new Failure(
          "usage",
          "The service sends the example as it is",
          "--set and --file go with --to URL",
        );
      }
      return examples(context, type, to);
    }
    await happen(context, given, type);
  },
};

/** Whether the key can make customers: the operator's makes two companies for it. */
async function canBegin(context: Context): Promise<boolean> {
  const { organization } = await context.client().sessions.get();
  return organization?.roles.includes("sales_org") ?? true;
}

/** Sends the worked example to endpoints. */
async function examples(context: Context, type: EventType, to: string | undefined): Promise<void> {
  const { endpoints } = context.client();
  const ids = to === undefined ? (await collect(endpoints.listAll())).map(({ id }) => id) : [to];
  if (ids.length === 0) {
    throw new Failure(
      "not_found",
      "There is no endpoint to send it to",
      "heliograph endpoints create https://example.com/hooks",
    );
  }
  const attempts = [];
  for (const id of ids) attempts.push(await endpoints.test({ id, type }));
  if (context.isJson) context.terminal.out(JSON.stringify({ kind: "example", attempts }));
  else {
    for (const { endpoint_id, outcome, status_code, error } of attempts) {
      context.terminal.out(`${endpoint_id}  ${outcome}  ${status_code ?? error ?? ""}`);
    }
  }
  context.terminal.say("An example: it is no fact and stands in no feed");
  if (attempts.some(({ outcome }) => outcome !== "delivered")) {
    throw new Failure("failed", "Not every receiver took it");
  }
}

/** Sends a changed example from this machine. */
async function fromHere(
  context: Context,
  given: Given,
  { type, url }: { type: EventType; url: string },
): Promise<void> {
  const { eventDefinition, eventExample } = await catalogue();
  const [role = "sales_org"] = eventDefinition(type).audience;
  const body = await bodyOf(context, given, eventExample(type, role));
  const attempts: object[] = [];
  const forward = createForwarder({
    url,
    secret: await localSecret(context),
    version: context.version,
    onAttempt: (_, attempted) => attempts.push(attempted),
  });
  const id = typeof body["id"] === "string" ? body["id"] : "evt_example";
  const sequence = typeof body["sequence"] === "number" ? body["sequence"] : 0;
  const isTaken = await forward({ id, sequence, text: JSON.stringify(body) }, context.interrupted);
  context.interrupted.throwIfAborted();
  if (context.isJson) context.terminal.out(JSON.stringify({ kind: "example", attempts }));
  context.terminal.say(
    `Sent from this machine to ${url}, signed with the secret of \`listen --print-secret\``,
  );
  if (!isTaken)
    throw new Failure("failed", `${url} did not take it`, JSON.stringify(attempts.at(-1)));
}

/** Thrown to end a walk where it has arrived. */
class Arrived extends Error {
  readonly happened: Happened;
  constructor(happened: Happened) {
    super("Arrived");
    this.happened = happened;
  }
}

/** Walks a sample customer through the flow until the event happens. */
async function happen(context: Context, given: Given, type: EventType): Promise<void> {
  const wanted = await bodyOf(context, given);
  const { customer = {}, ...others } = wanted as { customer?: Record<string, unknown> };
  if (Object.keys(others).length > 0) {
    throw new Failure(
      "usage",
      `Of what happens only the customer can be set, not ${Object.keys(others).join(", ")}`,
      "--set customer.first_name=Riley; anything of an example: --to URL",
    );
  }
  const timeoutMs = given.duration("timeout") ?? 60_000;
  const cast = await sampleCast(context, given, {
    customer,
    needsInstaller: await isWithInstaller(type),
  });
  const { happened, steps } = await walkTo(context, cast, type);
  const { event, client } = happened;
  const id = event.id;
  const isWaiting = given.isOn("wait");
  const deliveries = isWaiting
    ? await settled(client, id, { timeoutMs, signal: context.interrupted })
    : [];
  const { terminal } = context;
  if (context.isJson) {
    terminal.out(JSON.stringify({ kind: "fact", event, ...(isWaiting && { deliveries }) }));
  } else {
    terminal.out(`${event.type}  position ${event.sequence}  ${id}`);
    for (const { state, url } of deliveries)
      terminal.out(`  ${glyphOf(state, terminal.colors)} ${url}  ${wordOf(state)}`);
  }
  terminal.say(`It happened after ${steps} steps of a sample customer: ${event.data.customer.id}`);
  const open = deliveries.filter(({ state }) => !isSettled(state) || state === "dead");
  if (open.length > 0)
    throw new Failure(
      "not_met",
      `${open.length} deliveries did not arrive`,
      `heliograph events get ${id}`,
    );
}

/** Whether a walk meets an event only once the installer is chosen: what comes before is of the person, and the deal itself. */
async function isWithInstaller(type: EventType): Promise<boolean> {
  const { subject } = (await catalogue()).eventDefinition(type);
  return type !== "new_survey" && !["customer", "appointment", "note"].includes(subject);
}

async function walkTo(context: Context, cast: Cast, type: EventType) {
  let steps = 0;
  let last = "the first step";
  const once = await tellingOf(context, cast, async (step, happened) => {
    steps += 1;
    last = step;
    context.terminal.progress(`${steps}  ${step}`);
    const found = happened.find(({ event }) => event.type === type);
    if (found) throw new Arrived(found);
  });
  try {
    await playStory(cast, { url: context.connection.url, once });
  } catch (error) {
    if (error instanceof Arrived) return { happened: error.happened, steps };
    if (!isFailure(error)) throw error;
    throw new Failure(
      isFailure(error, "forbidden", "unauthorized") ? "not_allowed" : "failed",
      `The walk came as far as "${last}", then the service refused: ${error.message} (${error.rule ?? error.code})`,
      "The next step may be the installer's: --installer-key-file. What was made stays. --example sends the example instead",
    );
  }
  throw new Failure(
    "failed",
    `A walk with these keys does not come to ${type}`,
    "--example sends the example instead",
  );
}
