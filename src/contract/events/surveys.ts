import { defineEvents } from "../event.ts";
import { DesignRequest } from "../resources/design.ts";
import { LenderApplication } from "../resources/lenderApplication.ts";
import { Proposal } from "../resources/proposal.ts";
import { File, SiteSurvey } from "../resources/survey.ts";
import { dealData, moments } from "./snapshot.ts";

const proposalData = dealData({}).extend({ proposal: Proposal });

export const surveyEvents = defineEvents({
  new_survey: {
    label: "New Survey",
    trigger: "A deal (survey) was opened for a customer.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: dealData({}),
    subject: "survey",
    moment: moments.dealOpened,
  },
  update_survey: {
    label: "Update Survey",
    trigger: "A stored field or the stage of the deal changed, the choice of installer among them.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: dealData({}),
    subject: "survey",
    moment: moments.designing,
    changes: { "survey.stage": { from: "new", to: "design_requested" } },
  },
  complete_survey: {
    label: "Complete Survey",
    trigger: "The deal reached its end: its install is complete and every required step is done.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: dealData({}),
    subject: "survey",
    moment: {
      "survey.completed_at": "2026-06-01T17:00:00.000Z",
      "install.status": "complete",
      "install.completed_at": "2026-05-30T16:00:00.000Z",
    },
    changes: { "survey.stage": { from: "installing", to: "completed" } },
  },
  new_survey_file: {
    label: "New Survey File",
    trigger: "A file was added to a deal.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: dealData({ file: File }),
    subject: "file",
    moment: moments.designing,
  },
  site_survey_complete: {
    label: "Site Survey Complete",
    trigger:
      "A site survey, by visit or from pictures, was completed on a deal that has an agreement, signed or not.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: dealData({ site_survey: SiteSurvey }),
    subject: "site_survey",
    moment: moments.contracting,
    changes: {
      "site_survey.completed_at": { from: null, to: "2026-03-12T17:30:00.000Z" },
    },
  },
  new_design_request: {
    label: "New Design Request",
    trigger: "A design was asked for on a deal, also as a revision of an approved one.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: dealData({ design_request: DesignRequest }),
    subject: "design_request",
    moment: {
      ...moments.designing,
      "design_request.status": "new",
      "design_request.design": null,
      "design_request.completed_at": null,
    },
  },
  updated_design_request: {
    label: "Updated Design Request",
    trigger: "Anything of a design request changed: status, assignee, notes, the delivered design.",
    audience: ["sales_org", "epc"],
    schemaVersion: 1,
    data: dealData({ design_request: DesignRequest }),
    subject: "design_request",
    moment: moments.designed,
    changes: { "design_request.status": { from: "in_progress", to: "completed" } },
  },
  new_proposal: {
    label: "New Proposal",
    trigger: "A proposal was made from a completed design.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: proposalData,
    subject: "proposal",
    moment: { ...moments.proposed, "proposal.viewed_at": null },
  },
  update_proposal: {
    label: "Update Proposal",
    trigger:
      "*View proposal* was clicked and pricing, design, equipment, adders or finance differ from what was last viewed.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: proposalData,
    subject: "proposal",
    moment: moments.proposed,
    changes: { "proposal.finance.term_months": { from: 240, to: 300 } },
  },
  update_lender_application: {
    label: "Update Lender Application",
    trigger:
      "An application at an integrated lender was submitted, or changed on any axis: credit, stipulations, documents, funding.",
    audience: ["sales_org"],
    schemaVersion: 1,
    data: proposalData.extend({ lender_application: LenderApplication }),
    subject: "lender_application",
    moment: moments.proposed,
    changes: { "lender_application.credit": { from: "submitted", to: "approved" } },
  },
});
