import { z } from "zod";
import { id } from "../fields.ts";
import { pageOf, pageQuery, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import { signerList } from "../resources/agreement.ts";
import { InstallNote } from "../resources/customer.ts";
import {
  ChangeOrder,
  ContractChangesInput,
  Install,
  Milestone,
  WelcomeCall,
} from "../resources/install.ts";
import { signature } from "./agreements.ts";
import { reason } from "./organizations.ts";

const installs = section("installs", "flow:read", "flow:write");
const milestones = section("milestones", "flow:read", "flow:write");
const changeOrders = section("change orders", "flow:read", "flow:write");
const params = z.object({ id: id("ins", "The install.") });
const milestoneParams = z.object({ id: id("mil", "The milestone.") });
const changeOrderParams = z.object({ id: id("cho", "The change order.") });

/** Without consent there must be no recording. */
const isRecordedWithConsent = (call: {
  readonly recording_consent_at: string | null;
  readonly recording_url?: string | null | undefined;
}) => call.recording_consent_at !== null || (call.recording_url ?? null) === null;

export const installOperations = {
  listInstalls: installs.get({
    path: "/installs",
    summary: "List installs",
    query: pageQuery.extend({
      customer_id: id("cus", "Only those of this customer.").optional(),
      survey_id: id("srv", "Only that of this deal.").optional(),
    }),
    answer: pageOf(Install),
  }),
  getInstall: installs.get({
    path: "/installs/{id}",
    summary: "Read an install",
    params,
    answer: Install,
  }),
  updateInstall: installs.patch({
    path: "/installs/{id}",
    summary: "Change an install",
    description:
      "`status` may be set to `cancelled`, and back to `active` from there. The contract's own fields change by a change order.",
    params,
    body: patch(Install, [
      "stage",
      "project_manager",
      "scheduled_on",
      "installed_on",
      "pto_on",
      "commission_cents",
      "install_cost_cents",
    ]).extend({
      status: z
        .enum(["active", "cancelled"])
        .meta({ description: "Cancel, or take it up again.", example: "cancelled" })
        .optional(),
    }),
    answer: Install,
    rules: ["install_active", "install_not_complete"],
  }),
  submitInstall: installs.command({
    path: "/installs/{id}/submit",
    summary: "Submit the project",
    description: "The Submit button of the next-steps page; again is a resubmission.",
    params,
    answer: Install,
    rules: ["next_steps_page_on", "install_active"],
  }),
  voidInstall: installs.command({
    path: "/installs/{id}/void",
    summary: "Make the contract of an install void",
    params,
    body: z.strictObject({ reason }),
    answer: Install,
    rules: ["install_active"],
  }),
  restoreInstall: installs.command({
    path: "/installs/{id}/restore",
    summary: "Undo the void of an install",
    params,
    answer: Install,
    rules: ["install_voided", "one_live_agreement"],
  }),
  completeInstall: installs.command({
    path: "/installs/{id}/complete",
    summary: "Complete an install",
    params,
    answer: Install,
    rules: ["install_active"],
  }),
  createInstallNote: installs.create({
    path: "/installs/{id}/notes",
    summary: "Make a note on an install",
    params,
    body: input(InstallNote, ["body"], []),
    answer: InstallNote,
  }),
  listInstallNotes: installs.get({
    path: "/installs/{id}/notes",
    summary: "List an install's notes",
    params,
    query: pageQuery,
    answer: pageOf(InstallNote),
  }),
  createMilestone: milestones.create({
    path: "/installs/{id}/milestones",
    summary: "Make a milestone on an install",
    params,
    body: input(
      Milestone,
      ["title", "task_group"],
      ["status", "due_on", "started_on", "completed_on", "assignee", "description"],
    ),
    answer: Milestone,
    rules: ["install_active", "milestone_dates_in_order"],
  }),
  listMilestones: milestones.get({
    path: "/installs/{id}/milestones",
    summary: "List an install's milestones",
    params,
    query: pageQuery,
    answer: pageOf(Milestone),
  }),
  getMilestone: milestones.get({
    path: "/milestones/{id}",
    summary: "Read a milestone",
    params: milestoneParams,
    answer: Milestone,
  }),
  updateMilestone: milestones.patch({
    path: "/milestones/{id}",
    summary: "Change a milestone",
    description:
      "Setting the status to `in_progress` or `completed` fills the matching date with today, in the time zone of the site, unless it is given. A milestone that leaves `completed` loses its `completed_on`, one that leaves `blocked` its `blocked_reason`.",
    params: milestoneParams,
    body: patch(Milestone, [
      "title",
      "task_group",
      "status",
      "due_on",
      "started_on",
      "completed_on",
      "assignee",
      "blocked_reason",
      "description",
    ]),
    answer: Milestone,
    rules: ["install_active", "milestone_dates_in_order"],
  }),
  createChangeOrder: changeOrders.create({
    path: "/installs/{id}/change-orders",
    summary: "Make a change order",
    description: "Nothing changes before the last signature.",
    params,
    body: input(ChangeOrder, ["reason"], ["reason_code", "document_url"]).extend({
      changes: ContractChangesInput,
      signers: signerList,
    }),
    answer: ChangeOrder,
    rules: ["deal_open", "install_active", "changes_something"],
  }),
  listChangeOrders: changeOrders.get({
    path: "/installs/{id}/change-orders",
    summary: "List an install's change orders",
    params,
    query: pageQuery,
    answer: pageOf(ChangeOrder),
  }),
  getChangeOrder: changeOrders.get({
    path: "/change-orders/{id}",
    summary: "Read a change order",
    params: changeOrderParams,
    answer: ChangeOrder,
  }),
  signChangeOrder: changeOrders.command({
    path: "/change-orders/{id}/signatures",
    summary: "Record a signature",
    description: "The last one applies the changes to the install and fires `signed_change_order`.",
    params: changeOrderParams,
    body: signature,
    answer: ChangeOrder,
    rules: [
      "deal_open",
      "install_active",
      "amends_contract_in_force",
      "change_order_pending",
      "signer_unsigned",
    ],
  }),
  voidChangeOrder: changeOrders.command({
    path: "/change-orders/{id}/void",
    summary: "Make a change order void",
    description:
      "Voiding a signed one gives the install back the terms of its agreement with the change orders of it that stay signed, and fires `update_install` if that changes anything.",
    params: changeOrderParams,
    answer: ChangeOrder,
    rules: ["change_order_live", "install_active"],
  }),
  completeWelcomeCall: section("CallPilot", "flow:read", "flow:write").create({
    path: "/integrations/callpilot/{organization_id}/calls",
    summary: "Report a completed welcome call",
    description:
      "Called by CallPilot, signed after Standard Webhooks with the CallPilot secret of either party to the deal. The same `call_id` twice on a deal is one call and one event, whichever party it was reported for; the second answers 200. `recording_consent_at` is null when the customer declined; then there is no `recording_url`.",
    callers: [],
    scope: null,
    params: z.object({ organization_id: id("org", "The organization CallPilot works for.") }),
    body: input(
      WelcomeCall,
      ["call_id", "survey_id", "completed_at", "recording_consent_at", "answers"],
      ["recording_url"],
    ).refine(isRecordedWithConsent, {
      path: ["recording_url"],
      error: "Must be absent when the customer did not agree to the recording",
    }),
    bodyKind: "raw_json",
    answer: WelcomeCall,
    rules: ["install_exists"],
  }),
};
