import type { RuleName } from "../../../src/contract/rules.ts";
import type { SurveyView } from "../../../src/contract/resources/view.ts";

export type Stage = SurveyView["stage"];

/** Where a stage stands on the board: on the line, at its end, or beside it. */
type Place = "open" | "end" | "aside";

/** Every stage of the contract names its place, in the board's order. */
const places: Readonly<Record<Stage, Place>> = {
  new: "open",
  appointment_set: "open",
  appointment_sat: "open",
  design_requested: "open",
  design_complete: "open",
  proposal_sent: "open",
  proposal_accepted: "open",
  financing: "open",
  contract_sent: "open",
  contract_signed: "open",
  submitted: "open",
  installing: "open",
  completed: "end",
  on_hold: "aside",
  lost: "aside",
};
export const stages = Object.keys(places) as Stage[];

export const placeOf = (stage: Stage): Place => places[stage];

/** Whether somebody still has to do something about a deal. */
export const isOpen = (stage: Stage): boolean => stage !== "completed" && stage !== "lost";

/**
 * The rule that would refuse a move, as far as the list tells; the service has the last word, so that a list that is
 * behind refuses nothing.
 */
export function ruleAgainst({ stage, install }: SurveyView, to: Stage): RuleName | undefined {
  if (stage === "completed") return "deal_open";
  if (to !== "completed") return undefined;
  if (stage === "lost") return "deal_open";
  return install?.status === "complete" ? undefined : "install_complete";
}
