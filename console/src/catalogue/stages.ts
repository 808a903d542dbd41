import type { OperationAnswer } from "../../../src/contract/operations.ts";

/** One event of the catalogue, as the API tells it. */
export type CatalogueEntry = OperationAnswer<"getCatalogue">["data"][number];

/** The stages of the flow in their order, each with the names of events that belong to it. */
const stages = [
  ["Customer", /^(?:new|update)_(?:customer|note)$/],
  ["Appointment", /_appointment$/],
  ["Deal", /^(?:new|update|complete)_survey/],
  ["Design", /design|^site_survey/],
  ["Proposal", /proposal/],
  ["Financing", /lender/],
  ["Agreement", /agreement|contract/],
  ["Install", /install|change_order|callpilot/],
  ["Milestones", /milestone/],
] as const;

/** Where an event goes that a later version of the service tells and this console does not know. */
const otherStage = "Other";

/** Names of the stages, in the order of the flow. */
export const stageNames: readonly string[] = stages.map(([name]) => name);

/** The stage of the flow that an event belongs to. */
export const stageOf = (type: string): string =>
  stages.find(([, pattern]) => pattern.test(type))?.[0] ?? otherStage;

/** The events by stage, in the order of the flow; within a stage as the catalogue has them, and none without any. */
export function byStage<Entry extends { readonly type: string }>(
  entries: readonly Entry[],
): readonly (readonly [stage: string, entries: readonly Entry[]])[] {
  return [...stageNames, otherStage]
    .map((stage) => [stage, entries.filter(({ type }) => stageOf(type) === stage)] as const)
    .filter(([, those]) => those.length > 0);
}
