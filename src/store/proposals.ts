import { z } from "zod";
import { Design, DesignRequest } from "../contract/resources/design.ts";
import { Finance, Pricing } from "../contract/resources/proposal.ts";
import type { Db, Tx } from "../base/database.ts";

/** What *View proposal* compares: the proposal as it was last viewed, at first as it was made. */
export const ViewedProposal = z.object({ design: Design, pricing: Pricing, finance: Finance });
export type ViewedProposal = z.infer<typeof ViewedProposal>;

/** @throws {Error} when there is no such proposal. */
export async function lastViewed(db: Db, proposalId: string): Promise<ViewedProposal> {
  const [row] = await db<
    { last_viewed: unknown }[]
  >`select last_viewed from proposals where id = ${proposalId}`;
  return ViewedProposal.parse(row?.last_viewed);
}

/** The design request that was completed last on a deal, or a given one of the deal if it is completed. */
export async function findCompletedDesign(
  db: Db,
  surveyId: string,
  designRequestId: string | null,
): Promise<DesignRequest | undefined> {
  const [row] = await db`
    select * from design_requests
    where survey_id = ${surveyId} and status in ('completed', 'approved')
      and (${designRequestId}::text is null or id = ${designRequestId})
    order by completed_at desc, id desc limit 1
  `;
  return row && DesignRequest.parse(row);
}

/** The design that was delivered last on a deal, also while its request is worked on again; null before there is one. */
export async function findDeliveredDesign(db: Db, surveyId: string): Promise<Design | null> {
  const [row] = await db`
    select * from design_requests
    where survey_id = ${surveyId} and design is not null and status <> 'cancelled'
    order by completed_at desc, id desc limit 1
  `;
  return row ? DesignRequest.parse(row).design : null;
}

/** Drafts made from a design request take over its newly delivered design. */
export async function refreshDraftDesigns(
  tx: Tx,
  { id, design }: DesignRequest,
  now: string,
): Promise<void> {
  await tx`
    update proposals set design = ${tx.json(design)}, version = version + 1, updated_at = ${now}
    where design_request_id = ${id} and status = 'draft'
  `;
}
