import { z } from "zod";
import { code, email, flag, id, instant, phone, text } from "../fields.ts";
import { Party } from "../meta.ts";
import { defineResource } from "../resource.ts";
import { scopes } from "../scopes.ts";
import { ActorKind, AgreementMode, TaskGroup } from "../vocabulary.ts";

/** A step that a deal type may require before a deal can be completed. */
export const RequiredStep = z
  .enum(["site_survey", "welcome_call", "submission", "milestones"])
  .meta({
    id: "RequiredStep",
    description:
      "A step that must be done before the deal completes: a completed site survey, a completed welcome call, a submitted project, no open milestone.",
    example: "welcome_call",
  });

const dealTypeName = text(100, {
  description: "Name of the deal type, as deals carry it in `type`.",
  example: "residential",
});

/** A kind of deal that a sales organization sells. Given as a name alone, it requires no steps. */
export const DealType = z
  .union([
    z.strictObject({
      name: dealTypeName,
      required_steps: z.array(RequiredStep).max(4).default([]).meta({
        description: "What must be done before a deal of this type can be completed.",
      }),
    }),
    dealTypeName.transform((name) => ({ name, required_steps: [] as RequiredStep[] })),
  ])
  .meta({
    description: "A kind of deal with the steps that complete it.",
    example: { name: "residential", required_steps: ["welcome_call"] },
  });
export type RequiredStep = z.infer<typeof RequiredStep>;

/** A milestone that every new install of an installer starts with. */
export const MilestoneTemplate = z
  .strictObject({
    title: text(200, {
      description: "The installer's own title.",
      example: "Permit packet to the county",
    }),
    task_group: TaskGroup,
    due_in_days: z.int().min(0).max(3650).nullable().default(null).meta({
      description: "Due this many days after the install is made.",
      unit: "days",
      example: 14,
    }),
  })
  .meta({ description: "A milestone that every new install starts with." });

/** Settings of an organization. Those of a role that it does not have are kept and do nothing. */
export const OrganizationSettings = z
  .strictObject({
    agreement_mode: AgreementMode.default("signed"),
    next_steps_page: flag({
      description: "Installer: the page with the Submit button is in use.",
      example: true,
    }).default(false),
    agreement_terms: text(50_000, {
      description:
        "Installer: terms that stand in every agreement that is signed on the pages for signers, in plain text; blank lines part paragraphs.",
      example: "The installer builds the system in a workmanlike manner.",
    })
      .nullable()
      .default(null),
    milestone_templates: z
      .array(MilestoneTemplate)
      .max(100)
      .meta({
        description: "Installer: milestones that every new install starts with.",
      })
      .default([]),
    integrated_lenders: z
      .array(text(100, { description: "Name of a lender.", example: "Example Lender" }))
      .max(100)
      .meta({
        description:
          "Sales organization: lenders whose applications are integrated. Only these fire `update_lender_application`.",
      })
      .default([]),
    appointment_types: z
      .array(text(100, { description: "Name of an appointment type.", example: "consultation" }))
      .max(100)
      .meta({
        description:
          "Sales organization: the types an appointment may have; none listed allows any.",
      })
      .default([]),
    deal_types: z
      .array(DealType)
      .max(100)
      .meta({
        description:
          "Sales organization: the types a deal may have, the first is the default; none listed allows any.",
      })
      .default([]),
  })
  .meta({ id: "OrganizationSettings", description: "How an organization works." });
export type OrganizationSettings = z.infer<typeof OrganizationSettings>;

const organizationName = text(200, {
  description: "Name of the company.",
  example: "Sample Solar Sales",
  orangeButton: "EntityName",
  enerflo: "company_name",
});

export const Organization = defineResource(
  {
    name: "organization",
    table: "organizations",
    prefix: "org",
    summary: "A company: sales organization, installer (EPC), or both.",
    parties: ["sales_org", "epc"],
  },
  {
    name: organizationName,
    roles: z.array(Party).min(1).max(2).meta({ description: "What the company does." }),
    email: email({
      description: "Where the company can be written to.",
      example: "office@example.com",
      enerflo: "company_email",
    }).nullable(),
    phone: phone({
      description: "Where the company can be called.",
      example: "+15555550110",
      enerflo: "company_phone",
    }).nullable(),
    settings: OrganizationSettings,
  },
);
export type Organization = z.infer<typeof Organization>;

/** An organization as its counterpart sees it in events: who it is, not how it works. */
export const OrganizationSummary = Organization.omit({ settings: true, custom: true }).meta({
  id: "OrganizationSummary",
  description: "A company, as the other party sees it.",
});

export const Partnership = defineResource(
  {
    name: "partnership",
    table: "partnerships",
    prefix: "pts",
    summary: "Says that a sales organization may sell for an installer.",
    parties: ["sales_org", "epc"],
  },
  {
    sales_org_id: id("org", "The sales organization."),
    epc_id: id("org", "The installer it may sell for."),
  },
);
export type Partnership = z.infer<typeof Partnership>;

export const User = defineResource(
  {
    name: "user",
    table: "users",
    prefix: "usr",
    summary: "A person who works for an organization.",
    parties: ["sales_org", "epc"],
  },
  {
    organization_id: id("org", "Whom the person works for."),
    name: text(200, { description: "Full name.", example: "Rowan Rep", personal: true }),
    email: email({
      description: "Work e-mail address.",
      example: "rowan.rep@example.com",
      enerflo: "agent.email",
    }),
    phone: phone({
      description: "Work telephone number.",
      example: "+15555550102",
      enerflo: "agent.phone",
    }).nullable(),
    role: code({
      description: "What the person does there, for example `sales_rep`, `setter`, `admin`.",
      example: "sales_rep",
      enerflo: "user role",
    }),
  },
);
export type User = z.infer<typeof User>;

/** A user as events name one, to both parties: what his company keeps about him stays with it. */
export const UserSummary = User.omit({ custom: true }).meta({
  id: "UserSummary",
  description: "A person who works for an organization, as both parties see him.",
});
export type UserSummary = z.infer<typeof UserSummary>;

export const ApiKey = defineResource(
  {
    name: "key",
    table: "api_keys",
    prefix: "key",
    summary:
      "A key to the API. The key itself is shown once, when it is made; only its hash is kept.",
    parties: ["sales_org", "epc"],
  },
  {
    organization_id: id("org", "Whose key it is."),
    name: text(200, { description: "What the key is for.", example: "CRM sync" }),
    hint: z.string().meta({
      description: "The first characters of the key, to tell keys apart.",
      example: "hk_4f2a…",
    }),
    scopes: z
      .array(z.enum(scopes))
      .max(scopes.length)
      .meta({
        description: "What the key may do.",
        example: [...scopes],
      }),
    acts_as: ActorKind.meta({
      description: "Actor kind that events caused with this key name.",
      example: "api_key",
    }),
    user_id: id("usr", "The user the key belongs to, when it acts as one.").nullable(),
    revoked_at: instant({
      description:
        "When the key was revoked. It works no more from then on; where several processes serve, others may take it for one second more.",
      example: "2026-03-09T08:00:00.000Z",
    })
      .nullable()
      .meta({ absent: true }),
  },
);
export type ApiKey = z.infer<typeof ApiKey>;
