import { Agreement } from "../contract/resources/agreement.ts";
import { Customer } from "../contract/resources/customer.ts";
import { Install } from "../contract/resources/install.ts";
import { Organization, User } from "../contract/resources/organization.ts";
import { Proposal } from "../contract/resources/proposal.ts";
import { Survey } from "../contract/resources/survey.ts";
import type { Db, Tx } from "../base/database.ts";

/** A customer with those who work for him. */
export interface CustomerGraph {
  customer: Customer;
  rep: User | null;
  sales_org: Organization;
}

/** A deal with all it has so far. */
export interface DealGraph extends CustomerGraph {
  survey: Survey;
  epc: Organization | null;
  proposal: Proposal | null;
  agreement: Agreement | null;
  install: Install | null;
}

/**
 * Locks a customer's row until the transaction ends, which puts all commands on one customer in a row.
 * @returns the database's time once the lock is held, as RFC 3339, or undefined when there is no such customer.
 */
export async function lockCustomer(tx: Tx, id: string): Promise<string | undefined> {
  const [locked] = await tx`select id from customers where id = ${id} for no key update`;
  if (!locked) return undefined;
  const [clock] = await tx<
    { now: string }[]
  >`select date_trunc('milliseconds', clock_timestamp()) as now`;
  return clock?.now;
}

/** Whose deal it is: what to lock. @returns undefined when there is no such deal. */
export async function customerOfDeal(db: Db, surveyId: string): Promise<string | undefined> {
  const [row] = await db<{ customer_id: string }[]>`
    select customer_id from surveys where id = ${surveyId}
  `;
  return row?.customer_id;
}

/** @returns undefined when there is no such customer. */
export async function loadCustomer(db: Db, id: string): Promise<CustomerGraph | undefined> {
  const [customers, reps, organizations] = await Promise.all([
    db`select * from customers where id = ${id}`,
    db`select u.* from users u join customers c on c.rep_id = u.id where c.id = ${id}`,
    db`select o.* from organizations o join customers c on c.sales_org_id = o.id where c.id = ${id}`,
  ]);
  if (!customers[0]) return undefined;
  return {
    customer: Customer.parse(customers[0]),
    rep: reps[0] ? User.parse(reps[0]) : null,
    sales_org: Organization.parse(organizations[0]),
  };
}

/**
 * The proposal that counts is the agreement's; before that the finalized one; before that the newest. The agreement is
 * the live one; before that the voided one.
 * @returns undefined when there is no such deal.
 */
export async function loadDeal(db: Db, surveyId: string): Promise<DealGraph | undefined> {
  const [survey] = await db<
    { customer_id: string; epc_id: string | null }[]
  >`select * from surveys where id = ${surveyId}`;
  if (!survey) return undefined;
  const [graph, epcs, agreements, proposals, installs] = await Promise.all([
    loadCustomer(db, survey.customer_id),
    db`select * from organizations where id = ${survey.epc_id}`,
    db`
      select * from agreements where survey_id = ${surveyId} and status <> 'deleted'
      order by status <> 'voided' desc, id desc limit 1
    `,
    db`
      select p.* from proposals p where p.survey_id = ${surveyId}
      order by p.id is not distinct from (
          select a.proposal_id from agreements a where a.survey_id = ${surveyId} and a.status <> 'deleted'
          order by a.status <> 'voided' desc, a.id desc limit 1
        ) desc, p.status = 'finalized' desc, p.id desc
      limit 1
    `,
    db`select * from installs where survey_id = ${surveyId}`,
  ]);
  if (!graph) return undefined;
  return {
    ...graph,
    survey: Survey.parse(survey),
    epc: epcs[0] ? Organization.parse(epcs[0]) : null,
    agreement: agreements[0] ? Agreement.parse(agreements[0]) : null,
    proposal: proposals[0] ? Proposal.parse(proposals[0]) : null,
    install: installs[0] ? Install.parse(installs[0]) : null,
  };
}
