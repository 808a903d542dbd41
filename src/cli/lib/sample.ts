import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { EventEnvelope } from "../../contract/catalogue.ts";
import { createClient, type Client } from "../../sdk/index.ts";
import { castOf, type Cast } from "../../story/cast.ts";
import { openJournal } from "../../story/journal.ts";
import type { Once } from "../../story/once.ts";
import type { Context, Option } from "../command.ts";
import { Failure } from "./exitCodes.ts";
import type { Given } from "./given.ts";
import { configFolder, readIfThere } from "./keeping.ts";
import { collect } from "./show.ts";

/** Options of commands that walk a sample customer through the flow. */
export const sampleOptions: readonly Option[] = [
  {
    flags: "--installer-key-file <path>",
    about:
      "the installer's key, for the steps that are his; the sales organization's own unless told",
  },
];

/**
 * Who plays a sample customer's walk. The operator's key makes two sample companies at its first use and keeps their keys in
 * the configuration folder; a sales organization plays its own part with an installer it sells for.
 */
export async function sampleCast(
  context: Context,
  given: Given,
  {
    customer = {},
    needsInstaller,
  }: {
    readonly customer?: Readonly<Record<string, unknown>>;
    /** Whether the walk comes to where the installer is chosen. */
    readonly needsInstaller: boolean;
  },
): Promise<Cast> {
  const client = context.client();
  const { url, key } = context.connection;
  const session = await client.sessions.get();
  if (!session.organization) {
    const path = join(
      configFolder(context.env),
      `sample-${new URL(url).host.replaceAll(":", "-")}.json`,
    );
    const journal = openJournal(path, randomBytes(6).toString("hex"));
    if (!journal.has("sales org")) context.terminal.say("Making two sample companies");
    const cast = await castOf(journal, { url, operatorKey: key ?? "" });
    return { ...cast, choices: { ...cast.choices, customer } };
  }
  if (!session.organization.roles.includes("sales_org")) {
    throw new Failure(
      "not_allowed",
      "A walk begins with a customer, whom only a sales organization can make",
      "Sign in with its key, or the operator's. To send yourself an example: heliograph endpoints test",
    );
  }
  const own = await client.organizations.get({ id: session.organization.id });
  const installing = await installerClient(given, url);
  const installer = await installerOf(client, own);
  if (installer === null && needsInstaller) {
    throw new Failure(
      "failed",
      `${own.name} has no installer yet, and a deal needs one`,
      "The operator makes a partnership: POST /v1/partnerships. With the operator's key (--env NAME, --key-file) it works at once, with two sample companies",
    );
  }
  const { appointment_types, deal_types, integrated_lenders } = own.settings;
  const [first = "consultation", second = first] = appointment_types;
  return {
    salesOrg: own,
    installer: installer ?? { id: "", name: "" }, // which the walk does not come to
    rep: null,
    sales: client,
    signing: client,
    lender: client,
    installing: installing ?? client,
    callpilotSecret: null,
    choices: {
      dealType: deal_types[0]?.name ?? "residential",
      appointmentTypes: [first, second],
      lender: integrated_lenders[0] ?? null,
      customer,
    },
  };
}

async function installerClient(given: Given, url: string): Promise<Client | undefined> {
  const path = given.text("installerKeyFile");
  if (path === undefined) return undefined;
  const key = (await readIfThere(path))?.trim() ?? "";
  if (key === "") throw new Failure("usage", `There is no key in ${path}`);
  return createClient({ url, key });
}

/** Whom an organization's deals are built by; null when nobody is. */
async function installerOf(
  client: Client,
  own: { readonly id: string; readonly name: string; readonly roles: readonly string[] },
): Promise<Cast["installer"] | null> {
  if (own.roles.includes("epc")) return own;
  const [partnership] = await collect(client.partnerships.listAll());
  return partnership ? { id: partnership.epc_id, name: "" } : null;
}

/** An event that a walk made, as one of the parties got it. */
export interface Happened {
  readonly event: EventEnvelope;
  /** Whose feed it stands in. */
  readonly client: Client;
  readonly party: "sales_org" | "epc";
}

/** Does the steps of a walk, each once, and tells what each made happen. `visit` may throw to end the walk. */
export async function tellingOf(
  context: Context,
  cast: Cast,
  visit: (step: string, happened: readonly Happened[]) => Promise<void>,
): Promise<Once> {
  const isShared = cast.installing === cast.sales;
  const feeds = [
    { party: "sales_org" as const, client: cast.sales, after: 0 },
    ...(isShared ? [] : [{ party: "epc" as const, client: cast.installing, after: 0 }]),
  ];
  for (const feed of feeds) feed.after = (await feed.client.events.count()).head;
  const play = randomBytes(8).toString("hex");
  return async (name, run) => {
    context.interrupted.throwIfAborted();
    const answer = await run({ idempotencyKey: `cli-${play}-${name.replaceAll(/\W+/g, "-")}` });
    const happened: Happened[] = [];
    for (const feed of feeds) {
      for await (const event of feed.client.events.listAll({ after: feed.after })) {
        feed.after = event.sequence;
        happened.push({ event, client: feed.client, party: feed.party });
      }
    }
    await visit(name, happened);
    return answer;
  };
}
