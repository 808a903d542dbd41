import { z } from "zod";
import { cents, day, id, instant, link, text } from "../fields.ts";
import { metaOf } from "../meta.ts";
import { defineResource } from "../resource.ts";
import {
  AgreementMode,
  ChangeOrderReason,
  ChangeOrderStatus,
  FinanceType,
  InstallStatus,
  MilestoneStatus,
  TaskGroup,
} from "../vocabulary.ts";
import { Signer } from "./agreement.ts";
import { Adder } from "./proposal.ts";
import { systemFields } from "./design.ts";

const build = {
  customer_id: id("cus", "The customer."),
  survey_id: id("srv", "The deal."),
};

/** What a contract fixes and a change order may change. */
export const contractFields = {
  contract_price_cents: cents({
    description: "What the contract says, with all signed change orders.",
    example: 3_456_000,
    orangeButton: "ContractPriceAmount",
    enerflo: "system_cost",
  }),
  ...systemFields,
  adders: z.array(Adder).max(100).meta({ description: "What is added, with prices." }),
};

export const Install = defineResource(
  {
    name: "install",
    table: "installs",
    prefix: "ins",
    summary: "The build that follows a finished contract.",
    parties: ["sales_org", "epc"],
  },
  {
    ...build,
    agreement_id: id("agr", "The agreement in force."),
    sales_org_id: id("org", "The sales organization."),
    epc_id: id("org", "The installer."),
    status: InstallStatus,
    made_by: AgreementMode.meta({
      description: "The rule that made the install: the installer's agreement mode at that time.",
      example: "signed",
    }),
    finance_type: FinanceType,
    ...contractFields,
    commission_cents: cents({
      description: "Commission of the sales side.",
      example: 210_000,
      hiddenFrom: ["epc"],
    }).nullable(),
    install_cost_cents: cents({
      description: "What the build costs the installer.",
      example: 1_800_000,
      hiddenFrom: ["sales_org"],
    }).nullable(),
    stage: text(100, {
      description: "The installer's own word for where the build stands.",
      example: "Permitting",
      enerflo: "status.name",
    }).nullable(),
    project_manager: text(200, {
      description: "Who runs the build.",
      example: "Ingrid Installer",
      personal: true,
    }).nullable(),
    scheduled_on: day({
      description: "Day the build is to start.",
      example: "2026-04-20",
    }).nullable(),
    installed_on: day({ description: "Day the build was done.", example: "2026-04-22" })
      .nullable()
      .meta({ absent: true }),
    pto_on: day({
      description: "Day the utility gave permission to operate.",
      example: "2026-05-29",
      orangeButton: "PermissionToOperateDate",
    })
      .nullable()
      .meta({ absent: true }),
    submission_number: z.int().nonnegative().meta({
      description: "How often the project was submitted.",
      unit: "count",
      example: 0,
    }),
    submitted_at: instant({
      description: "When it was last submitted.",
      example: "2026-03-10T18:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    voided_at: instant({
      description: "When its contract was made void.",
      example: "2026-03-11T09:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
    void_reason: text(1000, {
      description: "Why the contract was made void.",
      example: "Loan amount changed",
    })
      .nullable()
      .meta({ absent: true }),
    completed_at: instant({
      description: "When the build was complete.",
      example: "2026-05-30T16:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
  },
);
export type Install = z.infer<typeof Install>;

export const Milestone = defineResource(
  {
    name: "milestone",
    table: "milestones",
    prefix: "mil",
    summary: "A step of an install, under the installer's own title.",
    parties: ["sales_org", "epc"],
  },
  {
    ...build,
    install_id: id("ins", "The install."),
    title: text(200, {
      description: "The installer's own title.",
      example: "Permit packet to the county",
      enerflo: "title",
    }),
    task_group: TaskGroup,
    status: MilestoneStatus,
    due_on: day({ description: "When it is to be done.", example: "2026-03-31" }).nullable(),
    started_on: day({ description: "When it was started.", example: "2026-03-20" }).nullable(),
    completed_on: day({ description: "When it was done.", example: "2026-03-30" }).nullable(),
    assignee: text(200, {
      description: "Who does it.",
      example: "Petra Permits",
      personal: true,
    }).nullable(),
    blocked_reason: text(1000, {
      description: "What holds it up.",
      example: "County asks for a revised plan set",
    })
      .nullable()
      .meta({ absent: true }),
    description: text(5000, {
      description: "More about it.",
      example: "Plan set, structural letter and fee.",
      enerflo: "description",
    }).nullable(),
  },
);
export type Milestone = z.infer<typeof Milestone>;

const named = Object.keys(contractFields) as (keyof typeof contractFields)[];

/** Old and new value of one field of the contract. */
const fromTo = <T extends z.core.$ZodType>(schema: T) =>
  z
    .object({ from: schema, to: schema })
    .meta({ description: metaOf(schema).description ?? "" })
    .optional();

/** Old and new values of what a change order changes, by field of the install. */
export const ContractChanges = z
  .object({
    contract_price_cents: fromTo(contractFields.contract_price_cents),
    system_size_dc_kw: fromTo(contractFields.system_size_dc_kw),
    annual_production_kwh: fromTo(contractFields.annual_production_kwh),
    modules: fromTo(contractFields.modules),
    inverters: fromTo(contractFields.inverters),
    batteries: fromTo(contractFields.batteries),
    adders: fromTo(contractFields.adders),
  })
  .meta({
    id: "ContractChanges",
    description: "Old and new value of each changed field of the install.",
    example: { contract_price_cents: { from: 3_456_000, to: 3_600_000 } },
    enerflo: "change_values",
  });

/** New values of what a change order changes, as given: any of the contract's fields, at least one. */
export const ContractChangesInput = z
  .strictObject(contractFields)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, {
    error: `Name at least one of ${named.join(", ")}`,
  })
  .meta({
    id: "ContractChangesInput",
    description: "New values, by field of the install.",
    example: { contract_price_cents: 3_600_000 },
  });
export type ContractChangesInput = z.infer<typeof ContractChangesInput>;

export const ChangeOrder = defineResource(
  {
    name: "change_order",
    table: "change_orders",
    prefix: "cho",
    summary: "A signed addition to the contract of an install.",
    parties: ["sales_org", "epc"],
  },
  {
    ...build,
    install_id: id("ins", "The install."),
    agreement_id: id("agr", "The agreement that it amends: the one in force when it was made."),
    status: ChangeOrderStatus,
    reason: text(1000, {
      description: "Why, in words.",
      example: "Two modules more on the garage",
      enerflo: "notes",
    }),
    reason_code: ChangeOrderReason.nullable(),
    changes: ContractChanges,
    signers: z.array(Signer).meta({ description: "Who is to sign." }),
    document_url: link({
      description:
        "Where a document that is kept elsewhere can be read, as it was given; what is signed names it as a part. The PDF that is signed on the pages for signers is at `GET /v1/change-orders/{id}/document`.",
      example: "https://example.com/change-orders/1001.pdf",
      enerflo: "pdf_url",
    }).nullable(),
    signed_at: instant({
      description: "When the last of all signers had signed; stays when it is voided.",
      example: "2026-03-25T16:00:00.000Z",
      enerflo: "signed_at",
    }).nullable(),
    voided_at: instant({
      description: "When it was made void.",
      example: "2026-03-26T16:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
  },
);
export type ChangeOrder = z.infer<typeof ChangeOrder>;

export const WelcomeCallAnswer = z
  .strictObject({
    question: text(2000, {
      description: "What was asked.",
      example: "Do you know the first monthly payment?",
    }),
    answer: text(5000, { description: "What was answered.", example: "Yes", personal: true }),
  })
  .meta({ id: "WelcomeCallAnswer", description: "A question and its answer." });

export const WelcomeCall = defineResource(
  {
    name: "welcome_call",
    table: "welcome_calls",
    prefix: "wcl",
    summary: "The recorded call in which CallPilot goes through the contract with the customer.",
    parties: ["sales_org", "epc"],
  },
  {
    ...build,
    install_id: id("ins", "The install."),
    call_id: text(200, { description: "CallPilot's id of the call.", example: "call-20931" }),
    completed_at: instant({
      description: "When the call ended.",
      example: "2026-03-11T16:20:00.000Z",
      enerflo: "call_completed",
    }),
    recording_consent_at: instant({
      description: "When the customer agreed to the recording.",
      example: "2026-03-11T16:01:00.000Z",
    }).nullable(),
    answers: z.array(WelcomeCallAnswer).max(200).meta({
      description: "Questions and answers, in order.",
      enerflo: "question_answers",
    }),
    recording_url: link({
      description: "Where the recording can be heard; CallPilot decides who may.",
      example: "https://example.com/recordings/20931",
      personal: true,
      enerflo: "video_url",
    }).nullable(),
  },
);
export type WelcomeCall = z.infer<typeof WelcomeCall>;
