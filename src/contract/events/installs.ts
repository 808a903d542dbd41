import { defineEvents } from "../event.ts";
import { InstallNote } from "../resources/customer.ts";
import { ChangeOrder, Milestone, WelcomeCall } from "../resources/install.ts";
import { installData } from "./snapshot.ts";

export const installEvents = defineEvents({
  new_install: {
    label: "New Install",
    trigger:
      "The install was created, once per agreement, when the installer's agreement mode was met. `install.made_by` says which rule made it.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({}),
    subject: "install",
  },
  submit_install: {
    label: "Submit Install",
    trigger:
      "*Submit* was pushed on the next-steps page of an installer that has it switched on. A resubmission fires again, with the next `submission_number`.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({}),
    subject: "install",
    moment: { "install.submitted_at": "2026-03-10T18:00:00.000Z" },
    changes: { "install.submission_number": { from: 0, to: 1 } },
  },
  update_install: {
    label: "Update Install",
    trigger:
      "A stored field or the status of the install changed; void and cancel are among them, and terms that a voided change order gives back.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({}),
    subject: "install",
    moment: {
      "agreement.status": "voided",
      "agreement.voided_at": "2026-03-11T09:00:00.000Z",
      "install.voided_at": "2026-03-11T09:00:00.000Z",
      "install.void_reason": "Loan amount changed",
    },
    changes: { "install.status": { from: "active", to: "voided" } },
  },
  restore_install: {
    label: "Restore Install",
    trigger:
      "An install whose contract was voided is active again: the void was undone, or a new agreement was signed.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({}),
    subject: "install",
    changes: { "install.status": { from: "voided", to: "active" } },
  },
  new_install_note: {
    label: "New Install Note",
    trigger: "A note was made on an install. A note on the customer is `new_note`.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({ install_note: InstallNote }),
    subject: "install_note",
  },
  signed_change_order: {
    label: "Signed Change Order",
    trigger:
      "The last signature on a change order was made. Its changes were applied to the install in the same moment and ride in this event.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({ change_order: ChangeOrder }),
    subject: "change_order",
    moment: { "change_order.status": "signed", "change_order.voided_at": null },
    changes: { "install.contract_price_cents": { from: 3_456_000, to: 3_600_000 } },
  },
  project_milestone_created: {
    label: "Project Milestone Created",
    trigger: "A milestone was made on an install.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({ milestone: Milestone }),
    subject: "milestone",
    moment: {
      "milestone.status": "not_started",
      "milestone.started_on": null,
      "milestone.completed_on": null,
    },
  },
  project_milestone_updated: {
    label: "Project Milestone Updated",
    trigger: "A milestone was started, completed, reassigned, re-dated, blocked or renamed.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({ milestone: Milestone }),
    subject: "milestone",
    changes: { "milestone.status": { from: "not_started", to: "completed" } },
  },
  callpilot_welcome_call_completed: {
    label: "CallPilot Welcome Call Completed",
    trigger:
      "CallPilot reported the welcome call as completed, with answers and the consent to record.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: installData({ welcome_call: WelcomeCall }),
    subject: "welcome_call",
  },
});
