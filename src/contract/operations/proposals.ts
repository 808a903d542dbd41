import { z } from "zod";
import { id } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import { LenderApplication } from "../resources/lenderApplication.ts";
import { Finance, Pricing, Proposal } from "../resources/proposal.ts";

const proposals = section("proposals", "flow:read", "flow:write");
const lenders = section("lender applications", "flow:read", "flow:write");
const salesOrg = ["sales_org"] as const;
const surveyParams = z.object({ id: id("srv", "The deal.") });
const params = z.object({ id: id("pro", "The proposal.") });
const lenderParams = z.object({ id: id("lap", "The lender application.") });

/** The fields to change of an object whose other fields stay. Without defaults, which would overwrite. */
function partial<S extends z.core.$ZodShape>(schema: z.ZodObject<S>, description: string) {
  const shape: Record<string, z.core.$ZodType> = {};
  for (const [name, field] of Object.entries(schema.shape as z.core.$ZodShape)) {
    shape[name] = z.optional(field instanceof z.ZodDefault ? field.unwrap() : field);
  }
  // Built by name at run time; the type says the same by name.
  return z.strictObject(shape).meta({ description }) as unknown as z.ZodObject<
    { [K in keyof S]: z.ZodOptional<S[K] extends z.ZodDefault<infer Inner> ? Inner : S[K]> },
    z.core.$strict
  >;
}

export const proposalOperations = {
  createProposal: proposals.create({
    path: "/surveys/{id}/proposals",
    summary: "Make a proposal from a completed design",
    description: "Without `design_request_id`, from the design that was completed last.",
    callers: salesOrg,
    params: surveyParams,
    body: input(Proposal, ["pricing", "finance"], ["design_request_id", "title"]),
    answer: Proposal,
    rules: ["deal_open", "design_completed"],
  }),
  listProposals: proposals.get({
    path: "/surveys/{id}/proposals",
    summary: "List a deal's proposals",
    callers: salesOrg,
    params: surveyParams,
    query: pageQuery,
    answer: pageOf(Proposal),
  }),
  getProposal: proposals.get({
    path: "/proposals/{id}",
    summary: "Read a proposal",
    callers: salesOrg,
    params,
    answer: Proposal,
  }),
  updateProposal: proposals.patch({
    path: "/proposals/{id}",
    summary: "Change a draft proposal",
    description:
      "Fires nothing by itself: `update_proposal` fires when the proposal is next viewed. `design_request_id` takes over the design of that request.",
    callers: salesOrg,
    params,
    body: patch(Proposal, ["title", "design_request_id"]).extend({
      pricing: partial(Pricing, "Parts of the price to change; those left out stay.").optional(),
      finance: partial(
        Finance,
        "Parts of the financing to change; those left out stay.",
      ).optional(),
    }),
    answer: Proposal,
    rules: ["proposal_draft", "design_completed"],
  }),
  viewProposal: proposals.command({
    path: "/proposals/{id}/view",
    summary: "Record a click on View proposal",
    callers: salesOrg,
    params,
    answer: Proposal,
  }),
  finalizeProposal: proposals.command({
    path: "/proposals/{id}/finalize",
    summary: "Finalize a proposal",
    callers: salesOrg,
    params,
    answer: Proposal,
    rules: ["proposal_draft", "pricing_adds_up", "deal_open"],
  }),
  createLenderApplication: lenders.create({
    path: "/proposals/{id}/lender-applications",
    summary: "Start a lender application",
    callers: salesOrg,
    params,
    body: input(LenderApplication, ["lender", "amount_cents"], ["lender_reference"]),
    answer: LenderApplication,
    rules: ["deal_open"],
  }),
  listLenderApplications: lenders.get({
    path: "/proposals/{id}/lender-applications",
    summary: "List a proposal's lender applications",
    callers: salesOrg,
    params,
    query: pageQuery,
    answer: pageOf(LenderApplication),
  }),
  getLenderApplication: lenders.get({
    path: "/lender-applications/{id}",
    summary: "Read a lender application",
    callers: salesOrg,
    params: lenderParams,
    answer: LenderApplication,
  }),
  submitLenderApplication: lenders.command({
    path: "/lender-applications/{id}/submit",
    summary: "Submit a lender application",
    callers: salesOrg,
    params: lenderParams,
    answer: LenderApplication,
    rules: ["application_draft"],
  }),
  updateLenderApplication: lenders.patch({
    path: "/lender-applications/{id}",
    summary: "Record what the lender says",
    description:
      "Four axes move on their own: `credit`, `stipulations`, `documents`, `funding`. Fires only at an integrated lender; before the submission only when an axis changes. `credit` cannot go back to `draft` after it.",
    callers: salesOrg,
    params: lenderParams,
    body: patch(LenderApplication, [
      "credit",
      "stipulations",
      "documents",
      "funding",
      "lender_reference",
      "amount_cents",
      "approved_amount_cents",
      "expires_on",
    ]),
    answer: LenderApplication,
    rules: ["application_draft"],
  }),
};
