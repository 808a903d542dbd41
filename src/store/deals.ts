import { Agreement } from "../contract/resources/agreement.ts";
import { Customer } from "../contract/resources/customer.ts";
import type { Design } from "../contract/resources/design.ts";
import { ChangeOrder, Install } from "../contract/resources/install.ts";
import { Organization, UserSummary } from "../contract/resources/organization.ts";
import { Proposal } from "../contract/resources/proposal.ts";
import { Survey } from "../contract/resources/survey.ts";
import type { Db, Tx } from "../base/database.ts";
import { findDeliveredDesign } from "./proposals.ts";

/** A customer with those who work for him. */
export interface CustomerGraph {
  customer: Customer;
  rep: UserSummary | null;
  setter: UserSummary | null;
  sales_org: Organization;
}

/** An agreement with its proposal. */
interface Contract {
  agreement: Agreement;
  proposal: Proposal;
}

/** A deal with all it has so far. */
export interface DealGraph extends CustomerGraph {
  survey: Survey;
  epc: Organization | null;
  design: Design | null;
  proposal: Proposal | null;
  agreement: Agreement | null;
  install: Install | null;
  /** What the install rests on; while it is voided, the deal's agreement may be a newer one. */
  contract: Contract | null;
}

/** What is read once a customer is locked, and the database's time then, as RFC 3339. */
export interface Opened<T> {
  readonly now: string;
  readonly found: T;
}

/**
 * Locks a customer's row until the transaction ends, which puts all commands on one customer in a row, and reads what
 * `read` asks for. All of it is sent at once: a connection runs statements one after the other, each as of its own
 * beginning, so that what follows the lock sees what its last holder wrote.
 * @param whose the customer's id, or the deal whose customer it is.
 * @returns undefined when there is no such customer.
 */
export async function openLocked<T>(
  tx: Tx,
  whose: CustomerKey,
  read: () => Promise<T>,
): Promise<Opened<T> | undefined> {
  const [now, found] = await Promise.all([lockCustomer(tx, whose), read()]);
  return now === undefined ? undefined : { now, found };
}

/** A customer by its own id or by that of one of its deals. */
export type CustomerKey = { readonly customerId: string } | { readonly surveyId: string };

const idOf = (db: Db, key: CustomerKey) =>
  "customerId" in key
    ? db`${key.customerId}`
    : db`(select customer_id from surveys where id = ${key.surveyId})`;

async function lockCustomer(tx: Tx, key: CustomerKey): Promise<string | undefined> {
  // The clock is read for a row that has come out of the lock, so after any wait for it.
  const [row] = await tx<{ now: string }[]>`
    select date_trunc('milliseconds', clock_timestamp()) as now
    from (select id from customers where id = ${idOf(tx, key)} for no key update) locked
  `;
  return row?.now;
}

/** @returns undefined when there is no such customer. */
export async function loadCustomer(db: Db, key: CustomerKey): Promise<CustomerGraph | undefined> {
  const id = idOf(db, key);
  const [customers, users, organizations] = await Promise.all([
    db`select * from customers where id = ${id}`,
    db`select u.* from users u join customers c on u.id in (c.rep_id, c.setter_id) where c.id = ${id}`,
    db`select o.* from organizations o join customers c on c.sales_org_id = o.id where c.id = ${id}`,
  ]);
  if (!customers[0]) return undefined;
  const customer = Customer.parse(customers[0]);
  const sales_org = Organization.parse(organizations[0]);
  return { customer, ...peopleOf(customer, usersById(users)), sales_org };
}

/** Locks customers' rows until the transaction ends, in the order of their ids, and reads them under the lock. */
export async function lockCustomers(tx: Tx, ids: readonly string[]): Promise<Customer[]> {
  // With no other table in it, a statement that waited for a lock gives the row as its last holder left it.
  const rows = await tx`
    select * from customers where id = any(${ids as string[]}::text[]) order by id for no key update
  `;
  return rows.map((row) => Customer.parse(row));
}

/**
 * Customers that are locked, or made in this transaction, with those who work for them: three statements, however many
 * they are.
 */
export async function openLockedCustomers(
  tx: Tx,
  customers: readonly Customer[],
): Promise<Opened<CustomerGraph[]>> {
  const named = customers.flatMap(({ rep_id, setter_id }) => [rep_id, setter_id]);
  const userIds = [...new Set(named.filter((id) => id !== null))];
  const orgIds = [...new Set(customers.map(({ sales_org_id }) => sales_org_id))];
  const [clock, users, organizations] = await Promise.all([
    tx<{ now: string }[]>`select date_trunc('milliseconds', clock_timestamp()) as now`,
    userIds.length === 0 ? [] : tx`select * from users where id = any(${userIds}::text[])`,
    tx`select * from organizations where id = any(${orgIds}::text[])`,
  ]);
  const userOf = usersById(users);
  const organizationOf = byId(organizations.map((row) => Organization.parse(row)));
  const found = customers.map((customer) => ({
    customer,
    ...peopleOf(customer, userOf),
    sales_org: known(organizationOf, customer.sales_org_id),
  }));
  return { now: clock[0]?.now ?? "", found };
}

const usersById = (rows: readonly object[]) => byId(rows.map((row) => UserSummary.parse(row)));

/** Who sells to a customer. */
const peopleOf = (
  { rep_id, setter_id }: Customer,
  users: ReadonlyMap<string, UserSummary>,
): Pick<CustomerGraph, "rep" | "setter"> => ({
  rep: rep_id === null ? null : known(users, rep_id),
  setter: setter_id === null ? null : known(users, setter_id),
});

const byId = <R extends { id: string }>(records: readonly R[]) =>
  new Map(records.map((record) => [record.id, record]));

function known<R>(records: ReadonlyMap<string, R>, id: string): R {
  const record = records.get(id);
  if (!record) throw new Error(`${id}, whom a customer names, is gone`);
  return record;
}

/**
 * A deal with all it has so far. The agreement is the live one; before there is one, the voided one of the install. The
 * proposal is the agreement's; without an agreement the finalized one; before that the newest.
 * @returns undefined when there is no such deal.
 */
export async function loadDeal(db: Db, surveyId: string): Promise<DealGraph | undefined> {
  const [surveys, graph, epcs, delivered, agreements, proposals, installs] = await Promise.all([
    db`select * from surveys where id = ${surveyId}`,
    loadCustomer(db, { surveyId }),
    db`select o.* from organizations o join surveys s on s.epc_id = o.id where s.id = ${surveyId}`,
    findDeliveredDesign(db, surveyId),
    findAgreements(db, surveyId),
    findProposals(db, surveyId),
    db`select * from installs where survey_id = ${surveyId}`,
  ]);
  if (!graph) return undefined;
  const [agreement = null] = agreements;
  const install = installs[0] ? Install.parse(installs[0]) : null;
  return {
    ...graph,
    survey: Survey.parse(surveys[0]),
    epc: epcs[0] ? Organization.parse(epcs[0]) : null,
    design: delivered,
    agreement,
    proposal:
      (agreement ? proposals.find(({ id }) => id === agreement.proposal_id) : proposals[0]) ?? null,
    install,
    contract: install && contractOf(install, agreements, proposals),
  };
}

/** @throws {Error} when the install's agreement or its proposal is not among those given. */
function contractOf(
  { agreement_id }: Install,
  agreements: readonly Agreement[],
  proposals: readonly Proposal[],
): Contract {
  const agreement = agreements.find(({ id }) => id === agreement_id);
  const proposal = proposals.find(({ id }) => id === agreement?.proposal_id);
  if (!agreement || !proposal) throw new Error(`The agreement ${agreement_id} is gone`);
  return { agreement, proposal };
}

/** The agreements of a deal that count: the live one, and after it the one that the install rests on. */
async function findAgreements(db: Db, surveyId: string): Promise<Agreement[]> {
  const rows = await db`
    select * from agreements a
    where survey_id = ${surveyId} and (
      status not in ('voided', 'deleted') or exists (select from installs where agreement_id = a.id)
    )
    order by status <> 'voided' desc
  `;
  return rows.map((row) => Agreement.parse(row));
}

/** The proposals of a deal's agreements, and the one that counts where there is none. */
async function findProposals(db: Db, surveyId: string): Promise<Proposal[]> {
  const rows = await db`
    select * from proposals
    where survey_id = ${surveyId} and (
      id in (select proposal_id from agreements where survey_id = ${surveyId})
      or id = (
        select id from proposals where survey_id = ${surveyId}
        order by status = 'finalized' desc, id desc limit 1
      )
    )
    order by status = 'finalized' desc, id desc
  `;
  return rows.map((row) => Proposal.parse(row));
}

/** The change orders that stand signed on an agreement, in the order of their last signatures. */
export async function findSignedChangeOrders(
  db: Db,
  { id, agreement_id }: Install,
): Promise<ChangeOrder[]> {
  const rows = await db`
    select * from change_orders
    where install_id = ${id} and agreement_id = ${agreement_id} and status = 'signed'
    order by signed_at, id
  `;
  return rows.map((row) => ChangeOrder.parse(row));
}
