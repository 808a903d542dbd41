import { createClient, type Client } from "../sdk/index.ts";
import type { Journal } from "./journal.ts";

/** What a sales organization's settings leave to choose from. */
export interface Choices {
  readonly dealType: string;
  readonly appointmentTypes: readonly [string, string];
  /** Null for a sale without a loan. */
  readonly lender: string | null;
  /** Fields of the customer in place of the usual ones. */
  readonly customer: Readonly<Record<string, unknown>>;
}

/** The two companies of a story, their people's keys, and the secrets that were shown once. */
export interface Cast {
  readonly salesOrg: { readonly id: string; readonly name: string };
  readonly installer: { readonly id: string; readonly name: string };
  /** The customer's representative; null for none. */
  readonly rep: { readonly id: string } | null;
  readonly choices: Choices;
  /** The sales representative's own key. */
  readonly sales: Client;
  /** The signing service's key, for the sales organization. */
  readonly signing: Client;
  /** The lender's key, for the sales organization. */
  readonly lender: Client;
  /** The installer's project manager's key. */
  readonly installing: Client;
  /** Null where the organization's own is not to be replaced: then there is no welcome call. */
  readonly callpilotSecret: string | null;
}

const choices: Choices = {
  dealType: "residential",
  appointmentTypes: ["consultation", "site visit"],
  lender: "Example Lender",
  customer: { external_ids: { crm: "L-20931" } },
};

/** What the two companies are called. */
export interface CompanyNames {
  readonly salesOrg: string;
  readonly installer: string;
}
const usualNames: CompanyNames = {
  salesOrg: "Sample Solar Sales",
  installer: "Example Installers",
};

/** Makes organizations, users, keys and the partnership, each once. */
export async function castOf(
  journal: Journal,
  {
    url,
    operatorKey,
    names = usualNames,
  }: { readonly url: string; readonly operatorKey: string; readonly names?: CompanyNames },
): Promise<Cast & { readonly callpilotSecret: string }> {
  const operator = createClient({ url, key: operatorKey });
  const once = <T>(name: string, run: (options: { idempotencyKey: string }) => Promise<T>) =>
    journal.step(name, (idempotencyKey) => run({ idempotencyKey }));

  const salesOrg = await once("sales org", (options) =>
    operator.organizations.create(
      {
        name: names.salesOrg,
        roles: ["sales_org"],
        email: "office@example.com",
        settings: {
          integrated_lenders: [choices.lender ?? ""],
          appointment_types: [...choices.appointmentTypes],
          deal_types: [{ name: choices.dealType, required_steps: ["welcome_call", "milestones"] }],
        },
      },
      options,
    ),
  );
  const installer = await once("installer", (options) =>
    operator.organizations.create(
      {
        name: names.installer,
        roles: ["epc"],
        email: "build@example.com",
        settings: { agreement_mode: "processed", next_steps_page: true },
      },
      options,
    ),
  );
  await once("partnership", (options) =>
    operator.partnerships.create({ sales_org_id: salesOrg.id, epc_id: installer.id }, options),
  );
  const rep = await once("rep", (options) =>
    operator.users.create(
      { id: salesOrg.id, name: "Rowan Rep", email: "rowan.rep@example.com", role: "sales_rep" },
      options,
    ),
  );
  const manager = await once("project manager", (options) =>
    operator.users.create(
      {
        id: installer.id,
        name: "Ingrid Installer",
        email: "ingrid.installer@example.com",
        role: "admin",
      },
      options,
    ),
  );
  const keyOf = async (name: string, organizationId: string, as: KeyHolder) => {
    const { key } = await once(`key of ${name}`, (options) =>
      operator.keys.create({ id: organizationId, name, ...as }, options),
    );
    return createClient({ url, key });
  };
  const { secret } = await once("CallPilot secret", (options) =>
    operator.callpilotSecrets.create({ id: salesOrg.id }, options),
  );
  return {
    salesOrg,
    installer,
    rep,
    choices,
    sales: await keyOf("Rowan Rep", salesOrg.id, { user_id: rep.id }),
    signing: await keyOf("Example Sign", salesOrg.id, { acts_as: "e_sign" }),
    lender: await keyOf("Example Lender", salesOrg.id, { acts_as: "lender" }),
    installing: await keyOf("Ingrid Installer", installer.id, { user_id: manager.id }),
    callpilotSecret: secret,
  };
}

type KeyHolder = { user_id: string } | { acts_as: "e_sign" | "lender" };
