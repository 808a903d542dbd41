import { isDeepStrictEqual } from "node:util";
import type { CallInput } from "../../src/sdk/client.ts";
import { design } from "../deals.ts";
import { both, command, pick, salesOrg } from "./command.ts";
import {
  anInstant,
  differs,
  isOpen,
  ofDeal,
  set,
  type Deal,
  type DesignRequest,
  type Model,
  type Offer,
} from "./records.ts";

export const createDesignRequest = command({
  by: both,
  on: ({ deals }) => deals,
  plan(deal, { model, variant }) {
    const revised = pick(variant, [undefined, ofDeal(model.designRequests, deal).at(-1)]);
    const revision_of = revised?.id ?? null;
    return {
      deal,
      input: { revision_of },
      call: ({ designRequests }) => designRequests.create({ id: deal.id, revision_of }),
      must: {
        deal_open: isOpen(deal),
        revision_of_delivered_design: !revised || revised.is.design !== null,
      },
      tells: ["new_design_request"],
      becomes: ({ id }) =>
        model.designRequests.push({
          id,
          deal,
          is: { status: "new", notes: null, revision_of, design: null },
          completion: 0,
        }),
    };
  },
});

/** Approved and cancelled requests are closed. */
const isClosed = ({ is: { status } }: DesignRequest) =>
  status === "approved" || status === "cancelled";
const isDelivered = ({ is: { status } }: DesignRequest) =>
  status === "completed" || status === "approved";

export const updateDesignRequest = command({
  by: both,
  on: ({ designRequests }) => designRequests,
  plan(request, { variant }) {
    const values = pick<Pick<CallInput<"updateDesignRequest">, "status"> & { notes?: string }>(
      variant,
      [
        { notes: "Avoid the front roof" },
        { status: "in_progress" },
        { status: "approved" },
        { status: "cancelled" },
        { notes: "Use the garage" },
      ],
    );
    const { deal, is } = request;
    return {
      deal,
      input: values,
      call: ({ designRequests }) => designRequests.update({ id: request.id, ...values }),
      must: {
        design_request_open: !isClosed(request) || values.status === is.status,
        design_delivered: values.status !== "approved" || isDelivered(request),
      },
      differs: differs(request, values as Partial<DesignRequest["is"]>),
      tells: ["updated_design_request"],
      becomes: () => set(request, values as Partial<DesignRequest["is"]>),
    };
  },
});

/** Drafts of this request take over the design. */
export const completeDesignRequest = command({
  by: both,
  on: ({ designRequests }) => designRequests,
  plan(request, { model, variant }) {
    const system_size_dc_kw = pick(variant, [9.72, 10.53]);
    const values = { status: "completed" as const, design: { system_size_dc_kw } };
    return {
      deal: request.deal,
      input: values.design,
      call: ({ designRequests }) =>
        designRequests.complete({ id: request.id, design: design(system_size_dc_kw) }),
      must: { design_request_open: !isClosed(request) },
      differs: differs(request, values),
      tells: ["updated_design_request"],
      becomes() {
        if (request.is.status !== "completed") request.completion = nextCompletion(model);
        set(request, values);
        for (const { is } of model.proposals) {
          const isDraft = is.status === "draft" && is.design_request_id === request.id;
          if (isDraft) is.design = values.design;
        }
      },
    };
  },
});

const nextCompletion = ({ designRequests }: Model) =>
  1 + Math.max(...designRequests.map(({ completion }) => completion));

/** The request whose design was completed last. */
export function lastDesign({ designRequests }: Model, deal: Deal): DesignRequest | undefined {
  const delivered = ofDeal(designRequests, deal).filter(isDelivered);
  return delivered.toSorted((one, other) => one.completion - other.completion).at(-1);
}

/** What events show of it: also while its request is worked on again. */
export function shownDesign({ designRequests }: Model, deal: Deal): DesignRequest["is"]["design"] {
  const designed = ofDeal(designRequests, deal).filter(
    ({ is }) => is.design !== null && is.status !== "cancelled",
  );
  return (
    designed.toSorted((one, other) => one.completion - other.completion).at(-1)?.is.design ?? null
  );
}

const offerOf = ({ design: shown, pricing, finance }: Offer): Offer =>
  structuredClone({ design: shown, pricing, finance });

const price = { contract_price_cents: 3_456_000, base_price_cents: null };

export const createProposal = command({
  by: salesOrg,
  on: ({ deals }) => deals,
  plan(deal, { model, variant }) {
    const named = pick(variant, [undefined, ofDeal(model.designRequests, deal)[0]]);
    const request = named ?? lastDesign(model, deal);
    const offer: Offer = {
      design: request?.is.design ?? null,
      pricing: price,
      finance: { type: "loan" },
    };
    return {
      deal,
      input: { design_request_id: named?.id },
      call: ({ proposals }) =>
        proposals.create({
          id: deal.id,
          pricing: offer.pricing,
          finance: offer.finance,
          ...(named && { design_request_id: named.id }),
        }),
      must: {
        deal_open: isOpen(deal),
        design_completed: request !== undefined && isDelivered(request),
      },
      tells: ["new_proposal"],
      becomes: ({ id }) =>
        model.proposals.push({
          id,
          deal,
          is: {
            ...offerOf(offer),
            status: "draft",
            title: null,
            design_request_id: request?.id ?? "",
            viewed_at: null,
          },
          viewed: offer,
        }),
    };
  },
});

type Edit = {
  title?: string;
  pricing?: Partial<Offer["pricing"]>;
  finance?: Offer["finance"];
};

/** An edit tells nobody. */
export const updateProposal = command({
  by: salesOrg,
  on: ({ proposals }) => proposals,
  plan(proposal, { model, variant }) {
    const { deal, is } = proposal;
    const { request, ...given } = pick<Edit & { request?: DesignRequest | undefined }>(variant, [
      { pricing: { contract_price_cents: 3_600_000 } },
      { finance: { type: "cash" } },
      { request: ofDeal(model.designRequests, deal).at(-1) },
      { pricing: { contract_price_cents: 3_456_000 } },
      { finance: { type: "loan" } },
      { title: "Without batteries" },
      { pricing: { base_price_cents: 3_456_000 } },
      { pricing: { base_price_cents: null } },
    ]);
    const taken = request && { design_request_id: request.id };
    const values = {
      ...given,
      pricing: { ...is.pricing, ...given.pricing },
      ...(request && { ...taken, design: request.is.design }),
    };
    return {
      deal,
      input: { ...given, ...taken },
      call: ({ proposals }) => proposals.update({ id: proposal.id, ...given, ...taken }),
      must: {
        proposal_draft: is.status === "draft",
        design_completed: !request || isDelivered(request),
      },
      differs: differs(proposal, values),
      becomes: () => set(proposal, values),
    };
  },
});

/** Tells when something else is shown than at the last view, at first than what was made. */
export const viewProposal = command({
  by: salesOrg,
  on: ({ proposals }) => proposals,
  plan(proposal) {
    const shown = offerOf(proposal.is);
    return {
      deal: proposal.deal,
      call: ({ proposals }) => proposals.view({ id: proposal.id }),
      tells: isDeepStrictEqual(shown, proposal.viewed) ? [] : ["update_proposal"],
      becomes() {
        set(proposal, { viewed_at: anInstant });
        proposal.viewed = shown;
      },
    };
  },
});

/** The prices of the model have no parts beside the base. */
export const finalizeProposal = command({
  by: salesOrg,
  on: ({ proposals }) => proposals,
  plan(proposal) {
    const { contract_price_cents, base_price_cents } = proposal.is.pricing;
    return {
      deal: proposal.deal,
      call: ({ proposals }) => proposals.finalize({ id: proposal.id }),
      must: {
        deal_open: isOpen(proposal.deal),
        proposal_draft: proposal.is.status === "draft",
        pricing_adds_up: base_price_cents === null || base_price_cents === contract_price_cents,
      },
      becomes: () => set(proposal, { status: "finalized" }),
    };
  },
});
