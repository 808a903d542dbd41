import { designRequestLifecycle } from "../../../src/contract/lifecycle.ts";
import { api } from "../api.ts";
import { Command } from "../forms/Command.tsx";
import { given } from "../forms/given.ts";
import { LinkButton } from "../links/MakeLink.tsx";
import { useWhyNot } from "../rights.ts";
import { Panel } from "../ui/Panel.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { as, dollars, type DealRecords } from "./read.ts";

/** What was drawn and offered: designs, proposals, applications to lenders, each with what can be done to it. */
export function Offer({
  records,
  isSales,
}: {
  readonly records: DealRecords;
  readonly isSales: boolean;
}) {
  return (
    <>
      <Designs records={records} />
      {isSales && <Proposals records={records} />}
      {isSales && <Applications records={records} />}
    </>
  );
}

function Designs({ records: { survey, designs } }: { readonly records: DealRecords }) {
  return (
    <Panel
      title="Design"
      aside={
        <Command
          name="createDesignRequest"
          title="Ask for a design"
          verb="Ask for a design"
          start={{ priority: "standard" }}
          names={{
            revision_of: designs
              .filter(({ design }) => design !== null)
              .map(({ id, number }) => [id, `Design request ${number}`] as const),
          }}
          run={(body) => api.designRequests.create({ id: survey.id, ...given<object>(body) })}
        />
      }
    >
      <ul>
        {designs.map((request) => {
          const { id, version, status, design, number } = request;
          const may = designRequestLifecycle[status];
          return (
            <li key={id} className="grid gap-2 border-b border-line px-5 py-3 last:border-0">
              <div className="flex items-center justify-between gap-2">
                <span className="font-[560]">
                  Request {number}
                  {design && `, ${design.system_size_dc_kw} kW`}
                </span>
                <Tag tone={design ? "ok" : "plain"}>{inWords(status)}</Tag>
              </div>
              {design && (
                <p className="text-12 text-ink-2">
                  {design.modules.map(({ count, model }) => `${count} × ${model}`).join(", ")}
                  {`, ${design.annual_production_kwh.toLocaleString()} kWh a year`}
                </p>
              )}
              <div className="flex flex-wrap gap-2">
                <Command
                  name="completeDesignRequest"
                  title="Deliver the design"
                  verb="Deliver the design"
                  cell={may.deliver}
                  {...(design && { start: { design } })}
                  run={(body) =>
                    api.designRequests.complete(
                      {
                        id,
                        ...given<Omit<Parameters<typeof api.designRequests.complete>[0], "id">>(
                          body,
                        ),
                      },
                      { ifMatch: version },
                    )
                  }
                />
                <Command
                  name="updateDesignRequest"
                  title="Change the design request"
                  verb="Change"
                  look="quiet"
                  cell={may.change}
                  before={{ ...as(request), status: "" }}
                  run={(body) =>
                    api.designRequests.update({ id, ...given<object>(body) }, { ifMatch: version })
                  }
                />
              </div>
            </li>
          );
        })}
        {designs.length === 0 && <Nothing>No design was asked for yet.</Nothing>}
      </ul>
    </Panel>
  );
}

function Proposals({
  records: { survey, designs, proposals, customer },
}: {
  readonly records: DealRecords;
}) {
  const noLink = useWhyNot("createProposalLink");
  const designNames = {
    design_request_id: designs
      .filter(({ design }) => design !== null)
      .map(({ id, number }) => [id, `Design request ${number}`] as const),
  };
  return (
    <Panel
      title="Proposals"
      aside={
        <Command
          name="createProposal"
          title="Make a proposal"
          verb="Make a proposal"
          start={{ finance: { type: "cash" } }}
          names={designNames}
          run={(body) =>
            api.proposals.create({
              id: survey.id,
              ...given<Omit<Parameters<typeof api.proposals.create>[0], "id">>(body),
            })
          }
        />
      }
    >
      <ul>
        {proposals.map((proposal) => {
          const { id, version, status, number, title, pricing, finance } = proposal;
          const draft = status === "draft" ? status : ({ refusedBy: "proposal_draft" } as const);
          return (
            <li key={id} className="grid gap-2 border-b border-line px-5 py-3 last:border-0">
              <div className="flex items-center justify-between gap-2">
                <span className="min-w-0 font-[560] break-words" dir="auto">
                  {title ?? `Proposal ${number}`}
                </span>
                <Tag tone={status === "finalized" ? "ok" : "plain"}>{inWords(status)}</Tag>
              </div>
              <p className="text-12 text-ink-2">
                {dollars(pricing.contract_price_cents)}, {inWords(finance.type).toLowerCase()}
                {finance.lender !== null && ` with ${finance.lender}`}
              </p>
              <div className="flex flex-wrap gap-2">
                <Command
                  name="viewProposal"
                  title="View proposal"
                  verb="View proposal"
                  run={() => api.proposals.view({ id })}
                />
                <LinkButton
                  label="Link for the customer"
                  person={`${customer.first_name} ${customer.last_name}`}
                  email={customer.email}
                  purpose="to view the proposal"
                  because={noLink}
                  make={() => api.proposalLinks.create({ id })}
                />
                <Command
                  name="finalizeProposal"
                  title="Finalize the proposal"
                  verb="Finalize"
                  cell={draft}
                  run={() => api.proposals.finalize({ id }, { ifMatch: version })}
                />
                <Command
                  name="updateProposal"
                  title="Change the proposal"
                  verb="Change"
                  look="quiet"
                  cell={draft}
                  before={as(proposal)}
                  names={designNames}
                  run={(body) =>
                    api.proposals.update({ id, ...given<object>(body) }, { ifMatch: version })
                  }
                />
                <Command
                  name="createLenderApplication"
                  title="Apply to a lender"
                  verb="Apply to a lender"
                  look="quiet"
                  start={{
                    lender: finance.lender,
                    amount_cents: finance.amount_cents ?? pricing.contract_price_cents,
                  }}
                  run={(body) =>
                    api.lenderApplications.create({
                      id,
                      ...given<{ lender: string; amount_cents: number }>(body),
                    })
                  }
                />
              </div>
            </li>
          );
        })}
        {proposals.length === 0 && <Nothing>No proposal yet. It needs a completed design.</Nothing>}
      </ul>
    </Panel>
  );
}

/** The axes of an application by their fields, in the order in which a lender moves them. */
const axes = [
  ["credit", "Credit"],
  ["documents", "Documents"],
  ["funding", "Funding"],
] as const;

function Applications({ records: { applications } }: { readonly records: DealRecords }) {
  if (applications.length === 0) return null;
  return (
    <Panel title="Lender applications">
      <ul>
        {applications.map((application) => {
          const { id, version, lender, amount_cents, credit } = application;
          const draft = credit === "draft" ? credit : ({ refusedBy: "application_draft" } as const);
          return (
            <li key={id} className="grid gap-2 border-b border-line px-5 py-3 last:border-0">
              <div className="flex items-center justify-between gap-2">
                <span className="min-w-0 font-[560] break-words">{lender}</span>
                <span>{dollars(amount_cents)}</span>
              </div>
              <dl className="grid gap-1 text-12">
                {axes.map(([field, label]) => (
                  <div key={field} className="flex justify-between gap-3">
                    <dt className="text-ink-2">{label}</dt>
                    <dd className="font-[560]">{inWords(application[field])}</dd>
                  </div>
                ))}
                {application.stipulations.map(({ type, status }) => (
                  <div key={type} className="flex justify-between gap-3">
                    <dt className="text-ink-2">{inWords(type)}</dt>
                    <dd className="font-[560]">{inWords(status)}</dd>
                  </div>
                ))}
              </dl>
              <p className="text-12 text-ink-3">
                Last word of the lender: <Time at={application.updated_at} />
              </p>
              <div className="flex flex-wrap gap-2">
                <Command
                  name="submitLenderApplication"
                  title="Submit the application"
                  verb="Submit"
                  cell={draft}
                  run={() => api.lenderApplications.submit({ id }, { ifMatch: version })}
                />
                <Command
                  name="updateLenderApplication"
                  title="Write down what the lender said"
                  verb="Update"
                  look="quiet"
                  before={as(application)}
                  run={(body) =>
                    api.lenderApplications.update(
                      { id, ...given<object>(body) },
                      { ifMatch: version },
                    )
                  }
                />
              </div>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** What stands where there is nothing yet. */
export function Nothing({ children }: { readonly children: string }) {
  return <li className="px-5 py-4 text-ink-2">{children}</li>;
}
