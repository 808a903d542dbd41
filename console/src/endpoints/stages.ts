/** Stages of the flow, in the order in which a deal meets them, by the names of their events. */
const stages = [
  ["customer", "Customer", /customer$|^(new|update)_note$/],
  ["appointment", "Appointment", /appointment$/],
  ["deal", "Deal", /_survey$|survey_file$/],
  ["design", "Design", /design_request$|^site_survey/],
  ["proposal", "Proposal and finance", /proposal$|lender/],
  ["agreement", "Agreement", /agreement$|^contract_/],
  ["install", "Install", /install$|install_note$|change_order$|welcome_call/],
  ["milestone", "Milestones", /milestone/],
] as const;

/** A stage of the flow with the events that belong to it. */
export interface Stage<Type> {
  readonly id: string;
  readonly label: string;
  readonly types: readonly Type[];
}

/** The id of the stage that an event belongs to; events of later versions may belong to none. */
export const stageOf = (type: string): string =>
  stages.find(([, , names]) => names.test(type))?.[0] ?? "other";

/** Event types by stage; a stage without any is left out. */
export function byStage<Type extends { readonly type: string }>(
  types: readonly Type[],
): Stage<Type>[] {
  const all = [...stages.map(([id, label]) => ({ id, label })), { id: "other", label: "Other" }];
  return all
    .map(({ id, label }) => ({
      id,
      label,
      types: types.filter((each) => stageOf(each.type) === id),
    }))
    .filter((stage) => stage.types.length > 0);
}
