import { z } from "zod";

/** Enumerations of the field, as stable snake_case codes. Labels are a matter of the company that shows them. */

/** When the installer's install record comes into being. Enerflo: "Agreements: create install record". */
export const AgreementMode = z.enum(["signed", "approved", "processed"]).meta({
  id: "AgreementMode",
  description:
    "What makes the install: the last signature, an installer's approval after it, or the installer marking the approved contract as processed.",
  example: "signed",
});

/** Comparable meaning of a milestone. Orange Button `TaskGroup`. */
export const TaskGroup = z
  .enum([
    "contract",
    "site_survey",
    "design",
    "hoa_application",
    "permit_application",
    "equipment_order",
    "equipment_receipt",
    "installation",
    "inspection_electrical",
    "inspection_structural",
    "interconnection",
    "notice_to_proceed",
    "permission_to_operate",
    "final_receipt",
    "operations_maintenance",
    "other",
  ])
  .meta({
    id: "TaskGroup",
    description: "The industry's code for what a milestone is about, whatever its title says.",
    example: "permit_application",
    orangeButton: "TaskGroup",
  });

/** Orange Button `TaskStatus`, plus `blocked`. */
export const MilestoneStatus = z
  .enum(["not_started", "ready", "in_progress", "submitted", "blocked", "completed", "canceled"])
  .meta({
    id: "MilestoneStatus",
    description: "Where a milestone stands.",
    example: "not_started",
    orangeButton: "TaskStatus",
  });

/** Kinds of files that go with a deal. */
export const FileCategory = z
  .enum([
    "utility_bill",
    "photo_id",
    "contract",
    "title_verification",
    "site_survey_photo",
    "electrical_panel",
    "plan_set",
    "shading_report",
    "production_report",
    "bill_of_materials",
    "permit",
    "interconnection",
    "permission_to_operate",
    "final_inspection",
    "other",
  ])
  .meta({ id: "FileCategory", description: "What a file is.", example: "utility_bill" });

/** Where the sale of a deal stands; moved by people, it gates nothing. */
export const DealStage = z
  .enum([
    "new",
    "appointment_set",
    "appointment_sat",
    "design_requested",
    "design_complete",
    "proposal_sent",
    "proposal_accepted",
    "financing",
    "contract_sent",
    "contract_signed",
    "submitted",
    "installing",
    "on_hold",
    "lost",
    "completed",
  ])
  .meta({
    id: "DealStage",
    description:
      "Where the deal stands. People move it; `completed` is reached only by completing the deal, and a deal that is `lost` takes no new work until it is moved back.",
    example: "contract_signed",
    orangeButton: "JobStatus",
  });

export const AppointmentStatus = z
  .enum(["scheduled", "confirmed", "completed", "no_show", "cancelled"])
  .meta({
    id: "AppointmentStatus",
    description: "Where an appointment stands.",
    example: "scheduled",
    enerflo: "status",
  });

export const AppointmentOutcome = z
  .enum([
    "sat_closed",
    "sat_not_closed",
    "sat_follow_up",
    "no_show",
    "not_home",
    "cancelled_by_customer",
    "cancelled_by_company",
    "credit_fail",
    "low_usage",
    "roof_or_shade_fail",
    "not_owner",
    "duplicate",
  ])
  .meta({
    id: "AppointmentOutcome",
    description: "What came of an appointment.",
    example: "sat_closed",
  });

export const SiteSurveyKind = z.enum(["visit", "virtual"]).meta({
  id: "SiteSurveyKind",
  description: "A visit to the house, or a check from pictures.",
  example: "visit",
});

export const DesignRequestStatus = z
  .enum(["new", "in_progress", "completed", "approved", "cancelled"])
  .meta({
    id: "DesignRequestStatus",
    description:
      "Where a design request stands. An approved design is locked: another one is asked for as a revision.",
    example: "completed",
    enerflo: "status",
  });

export const FinanceType = z.enum(["cash", "loan", "lease", "ppa"]).meta({
  id: "FinanceType",
  description: "How the customer pays.",
  example: "loan",
  orangeButton: "FinancialContract",
  enerflo: "finance_method",
});

export const SignerRole = z.enum(["primary", "co_signer", "nem_signer", "company"]).meta({
  id: "SignerRole",
  description:
    "Whom a signer stands for: the homeowner, a second owner, the holder of the utility account (net metering), the company.",
  example: "primary",
});

export const AgreementStatus = z
  .enum([
    "created",
    "sent",
    "viewed",
    "partially_signed",
    "signed",
    "declined",
    "voided",
    "deleted",
  ])
  .meta({
    id: "AgreementStatus",
    description: "Where an agreement stands. All but `voided` and `deleted` are live.",
    example: "signed",
    enerflo: "agreement_status",
  });

export const InstallStatus = z.enum(["active", "voided", "cancelled", "complete"]).meta({
  id: "InstallStatus",
  description: "Where an install stands; `voided` means that its contract was made void.",
  example: "active",
  enerflo: "status",
});

export const ChangeOrderStatus = z.enum(["pending", "signed", "voided"]).meta({
  id: "ChangeOrderStatus",
  description: "Where a change order stands; its changes are applied when it becomes `signed`.",
  example: "pending",
  enerflo: "status",
});

export const ChangeOrderReason = z
  .enum([
    "roof_condition",
    "structural",
    "main_panel_upgrade",
    "shading",
    "layout_or_module_count",
    "equipment_substitution",
    "battery_added_removed",
    "adder_added_removed",
    "customer_request",
    "utility_or_ahj_requirement",
    "pricing_correction",
    "finance_change",
    "design_error",
    "other",
  ])
  .meta({
    id: "ChangeOrderReason",
    description: "Why the install is changed.",
    example: "layout_or_module_count",
  });

/** Who or what caused a change. */
export const ActorKind = z
  .enum(["user", "api_key", "customer", "lender", "e_sign", "callpilot", "system"])
  .meta({
    id: "ActorKind",
    description: "What kind of actor caused the change.",
    example: "user",
  });
export type ActorKind = z.infer<typeof ActorKind>;
