import { createClient, type Client } from "../sdk/index.ts";
import { agreementModes, nextStepsPage } from "./assumptions.ts";
import type { Traits } from "./draft.ts";
import { createRandom } from "./random.ts";
import type { Doer } from "./step.ts";

/** An organization with a feed. */
export interface Company {
  readonly id: string;
  readonly name: string;
  readonly party: "sales_org" | "epc";
  /** Reads its feed, makes its endpoint. */
  readonly client: Client;
}

/** A sales organization and an installer that it sells for. */
export interface Pair {
  readonly seller: Company;
  readonly installer: Company;
  readonly traits: Traits;
  /** Who sends what; they try once, the player decides on more. */
  readonly clients: Readonly<Record<Doer, Client>>;
  readonly repId: string | null;
  /** Null where the secret is not to be replaced: then there are no welcome calls. */
  readonly callpilotSecret: string | null;
}

/** Who takes part. */
export interface Market {
  readonly companies: readonly Company[];
  readonly pairs: readonly [Pair, ...Pair[]];
  /** Whether the organizations were there before. */
  readonly isOwn: boolean;
}

interface Service {
  readonly url: string;
  readonly signal: AbortSignal;
}

const lenders = ["Example Lender", "Sample Finance"];

/** Makes sales organizations and installers, as many of either, each seller with a partnership with two installers. */
export async function makeMarket(
  { url, signal }: Service,
  { operatorKey, seed, orgs }: { operatorKey: string; seed: number; orgs: number },
): Promise<Market> {
  const operator = createClient({ url, key: operatorKey });
  const keyOf = async (id: string, as: { user_id?: string; acts_as?: "e_sign" | "lender" } = {}) =>
    (await operator.keys.create({ id, name: "heliograph simulate", ...as }, { signal })).key;
  const acting = async (...of: Parameters<typeof keyOf>) =>
    createClient({ url, key: await keyOf(...of), retries: 0 });
  const companyOf = async (
    name: string,
    party: Company["party"],
    id: string,
  ): Promise<Company> => ({
    id,
    name,
    party,
    client: createClient({ url, key: await keyOf(id) }),
  });

  const installers = await inTurn(orgs, async (nth) => {
    const random = createRandom(seed, "installer", nth);
    const mode = random.weighted(agreementModes);
    const hasNextStepsPage = random.chance(nextStepsPage);
    const name = `Example Installers ${nth + 1}`;
    const { id } = await operator.organizations.create(
      {
        name,
        roles: ["epc"],
        email: `build${nth + 1}@example.com`,
        settings: { agreement_mode: mode, next_steps_page: hasNextStepsPage },
      },
      { signal },
    );
    const manager = await operator.users.create(
      { id, name: "Ingrid Installer", email: "ingrid.installer@example.com", role: "admin" },
      { signal },
    );
    const company = await companyOf(name, "epc", id);
    return { company, mode, hasNextStepsPage, acting: await acting(id, { user_id: manager.id }) };
  });
  const sellers = await inTurn(orgs, async (nth) => {
    const name = `Sample Solar Sales ${nth + 1}`;
    const { id } = await operator.organizations.create(
      {
        name,
        roles: ["sales_org"],
        email: `office${nth + 1}@example.com`,
        settings: {
          integrated_lenders: lenders,
          appointment_types: ["consultation", "site visit"],
          deal_types: [{ name: "residential", required_steps: ["welcome_call", "milestones"] }],
        },
      },
      { signal },
    );
    const rep = await operator.users.create(
      { id, name: "Rowan Rep", email: "rowan.rep@example.com", role: "sales_rep" },
      { signal },
    );
    const { secret } = await operator.callpilotSecrets.create({ id }, { signal });
    const clients = {
      sales: await acting(id, { user_id: rep.id }),
      signing: await acting(id, { acts_as: "e_sign" }),
      lender: await acting(id, { acts_as: "lender" }),
    };
    return { company: await companyOf(name, "sales_org", id), rep, secret, clients };
  });

  const pairs: Pair[] = [];
  for (const [nth, seller] of sellers.entries()) {
    const partners = new Set([installers[nth], installers[(nth + 1) % installers.length]]);
    for (const installer of partners) {
      if (!installer) continue;
      await operator.partnerships.create(
        { sales_org_id: seller.company.id, epc_id: installer.company.id },
        { signal },
      );
      pairs.push({
        seller: seller.company,
        installer: installer.company,
        traits: {
          dealType: "residential",
          appointmentTypes: ["consultation", "site visit"],
          lenders,
          hasRep: true,
          mode: installer.mode,
          hasNextStepsPage: installer.hasNextStepsPage,
          hasWelcomeCalls: true,
        },
        clients: { ...seller.clients, installing: installer.acting },
        repId: seller.rep.id,
        callpilotSecret: seller.secret,
      });
    }
  }
  const companies = [...sellers, ...installers].map(({ company }) => company);
  return { companies, pairs: atLeastOne(pairs), isOwn: false };
}

/**
 * A market of a sales organization that is there, and an installer, which may be the same company.
 * @param keys of the two.
 */
export async function ownMarket(
  { url, signal }: Service,
  keys: { readonly sales: string; readonly installer: string },
): Promise<Market> {
  const [seller, installer] = await Promise.all([
    companyBy(url, keys.sales, "sales_org", signal),
    companyBy(url, keys.installer, "epc", signal),
  ]);
  const { appointment_types, deal_types, integrated_lenders } = seller.settings;
  const [first = "consultation", second = first] = appointment_types;
  const acting = (key: string) => createClient({ url, key, retries: 0 });
  const sales = acting(keys.sales);
  const pair: Pair = {
    seller: seller.company,
    installer: installer.company,
    traits: {
      dealType: deal_types[0]?.name ?? null,
      appointmentTypes: [first, second],
      lenders: integrated_lenders,
      hasRep: false,
      mode: installer.settings.agreement_mode,
      hasNextStepsPage: installer.settings.next_steps_page,
      hasWelcomeCalls: false,
    },
    clients: { sales, signing: sales, lender: sales, installing: acting(keys.installer) },
    repId: null,
    callpilotSecret: null,
  };
  const isOne = seller.company.id === installer.company.id;
  return {
    companies: isOne ? [seller.company] : [seller.company, installer.company],
    pairs: [pair],
    isOwn: true,
  };
}

async function companyBy(url: string, key: string, party: Company["party"], signal: AbortSignal) {
  const client = createClient({ url, key });
  const { organization } = await client.sessions.get({}, { signal });
  if (!organization) throw new TypeError("This is no organization's key");
  const { id, name, settings } = await client.organizations.get(
    { id: organization.id },
    { signal },
  );
  return { company: { id, name, party, client }, settings };
}

async function inTurn<T>(count: number, make: (nth: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let nth = 0; nth < count; nth += 1) made.push(await make(nth));
  return made;
}

function atLeastOne<T>(list: readonly T[]): readonly [T, ...T[]] {
  const [first, ...others] = list;
  if (first === undefined) throw new RangeError("There is nobody in the market");
  return [first, ...others];
}
