import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Party } from "../../../src/contract/meta.ts";
import type {
  Organization,
  OrganizationSettings,
} from "../../../src/contract/resources/organization.ts";
import { api } from "../api.ts";
import { Prose } from "../catalogue/Prose.tsx";
import { CommandButton } from "../forms/CommandForm.tsx";
import type { FormField } from "../forms/schema.ts";
import { organizationQuery } from "../organizations/read.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { AgreementModes } from "./AgreementModes.tsx";
import { settingFields } from "./fields.ts";

type SettingName = keyof OrganizationSettings;

/** Which side of the flow a setting is for: of the other it is kept and does nothing. */
const sides: Readonly<Record<SettingName, Party>> = {
  agreement_mode: "epc",
  next_steps_page: "epc",
  agreement_terms: "epc",
  milestone_templates: "epc",
  integrated_lenders: "sales_org",
  appointment_types: "sales_org",
  deal_types: "sales_org",
};

interface RulesProps {
  readonly organizationId: string;
  readonly because: string | undefined;
}

/** How the organization works: each setting with what it changes in the flow. */
export function Rules({ organizationId, because }: RulesProps) {
  const organization = useQuery(organizationQuery(organizationId));
  return (
    <Panel title="How the flow runs here">
      {organization.isPending && <Skeleton />}
      {organization.isError && (
        <div className="p-5">
          <Failure error={organization.error} retry={() => void organization.refetch()} />
        </div>
      )}
      {organization.data &&
        settingFields
          .filter(({ name }) => organization.data.roles.includes(sides[name as SettingName]))
          .map((field) => (
            <Setting
              key={field.name}
              field={field}
              organization={organization.data}
              because={because}
            />
          ))}
    </Panel>
  );
}

interface SettingProps {
  readonly field: FormField;
  readonly organization: Organization;
  readonly because: string | undefined;
}

function Setting({ field, organization, because }: SettingProps) {
  const { id, version, settings } = organization;
  const { name, label, description } = field;
  // What comes after the colon is drawn beside it.
  const [question = description] = description.split(":");
  const words = name === "agreement_mode" ? `${question}.` : description;
  return (
    <section
      aria-label={label}
      className="grid gap-x-6 gap-y-2 border-b border-line px-5 py-4 last:border-0 md:grid-cols-[minmax(0,240px)_minmax(0,1fr)_auto]"
    >
      <div>
        <h3>{label}</h3>
        <p className="text-12 text-ink-3">
          <Prose text={words} />
        </p>
      </div>
      <div className="min-w-0">{valueOf(name as SettingName, settings, field)}</div>
      <div>
        <CommandButton
          name="updateOrganization"
          title={label}
          verb="Save"
          label="Change"
          small
          because={because}
          within="settings"
          only={[name]}
          before={settings}
          run={(changed) =>
            api.organizations.update(
              { id, settings: changed },
              {
                ifMatch: version,
              },
            )
          }
        />
      </div>
    </section>
  );
}

function valueOf(name: SettingName, settings: OrganizationSettings, field: FormField): ReactNode {
  switch (name) {
    case "agreement_mode":
      return <AgreementModes mode={settings.agreement_mode} field={field} />;
    case "next_steps_page":
      return settings.next_steps_page
        ? "In use: a build is submitted there"
        : "Not in use: builds are not submitted";
    case "agreement_terms":
      return settings.agreement_terms === null ? (
        <Nothing>
          Agreements that are signed on the pages for signers have no terms of yours.
        </Nothing>
      ) : (
        <p className="line-clamp-4 whitespace-pre-line" dir="auto">
          {settings.agreement_terms}
        </p>
      );
    case "milestone_templates":
      return settings.milestone_templates.length === 0 ? (
        <Nothing>A new install starts without milestones.</Nothing>
      ) : (
        <ol className="grid gap-1.5">
          {settings.milestone_templates.map(({ title, task_group, due_in_days }, position) => (
            // oxlint-disable-next-line react/no-array-index-key -- two may have the same title
            <li key={position} className="flex flex-wrap items-baseline gap-x-2">
              <span className="min-w-0 break-words" dir="auto">
                {title}
              </span>
              <span className="text-12 text-ink-3">
                {inWords(task_group)}
                {due_in_days !== null && `, due after ${due_in_days} days`}
              </span>
            </li>
          ))}
        </ol>
      );
    case "integrated_lenders":
      return <Names names={settings.integrated_lenders} none="No lender is integrated." />;
    case "appointment_types":
      return <Names names={settings.appointment_types} none="Any type is allowed." />;
    case "deal_types":
      return settings.deal_types.length === 0 ? (
        <Nothing>Any type is allowed, and none requires steps.</Nothing>
      ) : (
        <ul className="grid gap-1.5">
          {settings.deal_types.map(({ name: type, required_steps }) => (
            <li key={type} className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="min-w-0 break-words" dir="auto">
                {type}
              </span>
              <span className="text-12 text-ink-3">
                {required_steps.length === 0 ? "requires nothing" : "requires"}
              </span>
              {required_steps.map((step) => (
                <Tag key={step}>{inWords(step)}</Tag>
              ))}
            </li>
          ))}
        </ul>
      );
  }
}

const Nothing = ({ children }: { readonly children: ReactNode }) => (
  <p className="text-ink-3">{children}</p>
);

function Names({ names, none }: { readonly names: readonly string[]; readonly none: string }) {
  if (names.length === 0) return <Nothing>{none}</Nothing>;
  return (
    <ul className="flex flex-wrap gap-1.5">
      {names.map((name) => (
        <li
          key={name}
          dir="auto"
          className="max-w-full rounded-tag bg-sunken px-1.5 py-px text-12 font-[560] break-words"
        >
          {name}
        </li>
      ))}
    </ul>
  );
}
