import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Party } from "../../src/contract/meta.ts";
import type { Milestone as MilestoneFields } from "../../src/contract/resources/install.ts";
import type { LenderApplication as ApplicationFields } from "../../src/contract/resources/lenderApplication.ts";

/** Some instant or day: which is not foretold, only that there is one. */
export const anInstant: unknown = expect.any(String);

/** A record as the model knows it: `is` holds the fields that it foretells, as the API and the database name them. */
interface Known {
  readonly id: string;
  is: object;
}

export interface Customer extends Known {
  is: { first_name: string; phone: string | null; external_ids: Readonly<Record<string, string>> };
  /** How many events it has had. */
  events: number;
}

interface Note extends Known {
  readonly customer: Customer;
  is: { body: string };
}

export interface Appointment extends Known {
  readonly customer: Customer;
  is: {
    status: "scheduled" | "confirmed" | "completed" | "no_show" | "cancelled";
    notes: string | null;
    outcome: string | null;
    confirmed_at: unknown;
  };
  /** Which of the two schedules it has. */
  slot: 0 | 1;
}

export interface Deal extends Known {
  readonly customer: Customer;
  is: { type: string; stage: string; title: string | null; epc_id: string | null };
}

/** A record of a deal of which the model asks nothing but that it is there. */
interface DealPart extends Known {
  readonly deal: Deal;
}

interface SiteSurvey extends DealPart {
  is: { completed_at: unknown };
}

/** As far as the model tells designs apart. */
export interface Design {
  readonly system_size_dc_kw: number;
}

export interface DesignRequest extends DealPart {
  is: {
    status: "new" | "in_progress" | "completed" | "approved" | "cancelled";
    notes: string | null;
    revision_of: string | null;
    design: Design | null;
  };
  /** The higher, the later it was completed. */
  completion: number;
}

/** What *View proposal* shows. */
export interface Offer {
  design: Design | null;
  pricing: { contract_price_cents: number; base_price_cents: number | null };
  finance: { type: "loan" | "cash" };
}

export interface Proposal extends DealPart {
  is: Offer & {
    status: "draft" | "finalized";
    title: string | null;
    design_request_id: string;
    viewed_at: unknown;
  };
  /** The offer as it was last viewed, at first as it was made. */
  viewed: Offer;
}

export interface LenderApplication extends DealPart {
  is: Pick<
    ApplicationFields,
    | "integrated"
    | "lender_reference"
    | "amount_cents"
    | "credit"
    | "stipulations"
    | "documents"
    | "funding"
  > & { submitted_at: unknown };
}

export interface Signer {
  readonly id: string;
  readonly name: string;
  readonly signed_at: unknown;
}

export type Mode = "signed" | "approved" | "processed";

export interface Agreement extends DealPart {
  readonly proposal: Proposal;
  is: {
    status:
      | "created"
      | "sent"
      | "viewed"
      | "partially_signed"
      | "signed"
      | "declined"
      | "voided"
      | "deleted";
    signers: readonly Signer[];
    document_version: number;
    document_url: string | null;
    mode: Mode | null;
    sent_at: unknown;
    viewed_at: unknown;
    declined_at: unknown;
    decline_reason: string | null;
    signed_at: unknown;
    approved_at: unknown;
    processed_at: unknown;
    void_reason: string | null;
  };
}

export interface Install extends DealPart {
  /** The one in force. */
  agreement: Agreement;
  is: {
    status: "active" | "voided" | "cancelled" | "complete";
    agreement_id: string;
    made_by: Mode;
    finance_type: string;
    contract_price_cents: number;
    system_size_dc_kw?: number;
    submission_number: number;
    stage: string | null;
    project_manager: string | null;
    commission_cents: number | null;
    install_cost_cents: number | null;
  };
}

interface InstallPart extends DealPart {
  readonly install: Install;
}

export interface Milestone extends InstallPart {
  is: {
    title: string;
    status: MilestoneFields["status"];
    blocked_reason: string | null;
    started_on: unknown;
    completed_on: unknown;
  };
  /** Calendar days, or `today`, which sorts after those that the commands give. */
  startedOn: string | null;
  completedOn: string | null;
}

export interface ChangeOrder extends InstallPart {
  is: {
    status: "pending" | "signed" | "voided";
    agreement_id: string;
    signers: readonly Signer[];
    signed_at: unknown;
  };
  readonly priceCents: number;
  /** The higher, the later it was signed. */
  signing: number;
}

/** The records of one sales organization, each list with the newest last. */
const noRecords = () => ({
  customers: [] as Customer[],
  notes: [] as Note[],
  appointments: [] as Appointment[],
  deals: [] as Deal[],
  files: [] as DealPart[],
  siteSurveys: [] as SiteSurvey[],
  designRequests: [] as DesignRequest[],
  proposals: [] as Proposal[],
  lenderApplications: [] as LenderApplication[],
  agreements: [] as Agreement[],
  installs: [] as Install[],
  installNotes: [] as InstallPart[],
  milestones: [] as Milestone[],
  changeOrders: [] as ChangeOrder[],
  welcomeCalls: [] as (InstallPart & { is: { call_id: string } })[],
});

/** How the installer works. */
export interface InstallerSettings {
  agreement_mode: Mode;
  next_steps_page: boolean;
}

/** Which organizations there are. Nobody works with the stranger, an installer. */
export interface Companies {
  readonly salesOrg: string;
  readonly epc: string;
  readonly stranger: string;
}

/** What the model knows of the world. */
export interface Model extends ReturnType<typeof noRecords> {
  readonly companies: Companies;
  readonly installer: InstallerSettings;
}

export const newModel = (companies: Companies, installer: InstallerSettings): Model => ({
  companies,
  installer,
  ...noRecords(),
});

/** All records, by id. */
export function knownOf({
  companies: _companies,
  installer: _installer,
  ...records
}: Model): Map<string, Known> {
  return new Map(
    Object.values(records)
      .flat()
      .map((record: Known) => [record.id, record]),
  );
}

/** Fields that one party alone sees, and so it alone sets. */
const owners: Readonly<Record<string, Party>> = {
  commission_cents: "sales_org",
  install_cost_cents: "epc",
};

export function isVisible(field: string, roles: readonly Party[]): boolean {
  const owner = owners[field];
  return owner === undefined || roles.includes(owner);
}

/** Those of a deal. */
export const ofDeal = <R extends DealPart>(records: readonly R[], deal: Deal): R[] =>
  records.filter((record) => record.deal === deal);

/** A deal that is completed or lost takes no new work. */
export const isOpen = ({ is: { stage } }: Deal) => stage !== "completed" && stage !== "lost";

/** The agreement of a deal that is neither voided nor deleted; there is one at most. */
export const standingAgreement = ({ agreements }: Model, deal: Deal): Agreement | undefined =>
  ofDeal(agreements, deal).find(({ is }) => is.status !== "voided" && is.status !== "deleted");

export const installOf = ({ installs }: Model, deal: Deal): Install | undefined =>
  ofDeal(installs, deal)[0];

/** Whether one of the values is another than the record's. */
export const differs = <R extends Known>({ is }: R, values: Partial<R["is"]>): boolean =>
  !isDeepStrictEqual({ ...is, ...values }, is);

/** Gives a record new values. */
export function set<R extends Known>(record: R, values: Partial<R["is"]>): void {
  Object.assign(record.is, values);
}
