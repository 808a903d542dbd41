import type { EventType } from "../../src/contract/catalogue.ts";
import type { Party } from "../../src/contract/meta.ts";
import { both, isOneCompany, rolesOf, salesOrg, type Command, type Plan } from "./command.ts";
import type { Model } from "./records.ts";

/** Events that both parties get. `contract_processed` is for the installer alone, all others for the sales organization. */
const toBoth: ReadonlySet<EventType> = new Set<EventType>([
  "update_survey",
  "new_survey_file",
  "new_design_request",
  "updated_design_request",
  "new_install",
  "submit_install",
  "update_install",
  "restore_install",
  "new_install_note",
  "signed_change_order",
  "project_milestone_created",
  "project_milestone_updated",
  "callpilot_welcome_call_completed",
]);

/** @returns `done`, or what refuses the command: the role, the party, a value, or the first rule that does not hold. */
export function foretell(model: Model, { by }: Command, { plan, as }: { plan: Plan; as: Party }) {
  const parties = partiesOf(plan);
  const allowed = rolesOf(model, as).filter((role) => by.includes(role));
  if (by.length > 0 && allowed.length === 0) return "403 forbidden";
  if (by.length > 0 && !allowed.some((role) => parties.includes(role))) return "404 not_found";
  if (plan.invalid) return `422 invalid ${plan.invalid}`;
  const broken = Object.entries(plan.must ?? {}).find(([, holds]) => !holds);
  return broken ? `409 ${broken[0]}` : "done";
}

/** As whom one has to do with it: what belongs to others does not exist, and an installer that is not chosen is one. */
function partiesOf({ deal, namesInstaller, owner = "sales_org" }: Plan): readonly Party[] {
  if (!deal) return [owner];
  return namesInstaller || deal.is.epc_id !== null ? both : salesOrg;
}

/** An event with who gets it: `new_install → sales_org, epc`. A company in both roles gets it once. */
export function lineOf(model: Model, { deal }: Plan, type: EventType): string {
  if (type === "contract_processed") return `${type} → epc`;
  const isForBoth = toBoth.has(type) && deal?.is.epc_id && !isOneCompany(model);
  return `${type} → ${isForBoth ? "sales_org, epc" : "sales_org"}`;
}
