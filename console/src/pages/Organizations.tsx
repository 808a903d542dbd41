import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { CallInput } from "../../../src/sdk/client.ts";
import { api } from "../api.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { FirstRun } from "../organizations/FirstRun.tsx";
import { OrganizationList } from "../organizations/List.tsx";
import { Partnerships } from "../organizations/Partnerships.tsx";
import { organizationsQuery, roleWords } from "../organizations/read.ts";
import { ServiceFacts } from "../organizations/ServiceFacts.tsx";
import { SetUp } from "../organizations/SetUp.tsx";
import { useSession } from "../session.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";

/** The operator's page: who works on this installation, who may sell for whom, and how the service is. */
export function Organizations() {
  const { organization } = useSession();
  if (!organization) return <OfOperator />;
  return (
    <Page title="Organizations">
      <p className="px-4 text-ink-2 sm:px-7">
        Organizations are made by the operator of this installation. Yours is under{" "}
        <Link to="/settings" className="text-cell underline">
          Settings
        </Link>
        .
      </p>
    </Page>
  );
}

function OfOperator() {
  const organizations = useQuery(organizationsQuery);
  // Goes on to its end, although organizations are there after its first step.
  const [isSettingUp, setSettingUp] = useState(false);
  const all = organizations.data ?? [];
  const isFirstRun = organizations.data?.length === 0;
  return (
    <Page
      title={isFirstRun && !isSettingUp ? "Welcome to Heliograph" : "Organizations"}
      summary={
        isSettingUp
          ? "The first two companies of this installation."
          : isFirstRun
            ? "Nothing is here yet. There are two ways to begin."
            : "The companies that work on this installation."
      }
      actions={!isFirstRun && !isSettingUp && <MakeOrganization />}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 px-4 sm:px-7">
        {organizations.isPending && <Skeleton />}
        {organizations.isError && (
          <Failure error={organizations.error} retry={() => void organizations.refetch()} />
        )}
        {isSettingUp && <SetUp onDone={() => setSettingUp(false)} />}
        {isFirstRun && !isSettingUp && <FirstRun onSetUp={() => setSettingUp(true)} />}
        {!isSettingUp && (
          <div
            className={`grid grid-cols-[minmax(0,1fr)] items-start gap-5 ${isFirstRun ? "" : "xl:grid-cols-[minmax(0,1fr)_320px]"}`}
          >
            {all.length > 0 && (
              <div className="grid grid-cols-[minmax(0,1fr)] min-w-0 gap-5">
                <Panel
                  title={`${all.length} ${all.length === 1 ? "organization" : "organizations"}`}
                >
                  <OrganizationList organizations={all} />
                </Panel>
                <Partnerships organizations={all} />
              </div>
            )}
            {organizations.data && (
              <div className="w-full max-w-[420px]">
                <ServiceFacts />
              </div>
            )}
          </div>
        )}
      </div>
    </Page>
  );
}

function MakeOrganization() {
  return (
    <CommandButton
      name="createOrganization"
      title="Make an organization"
      verb="Make the organization"
      label="Make an organization"
      look="strong"
      only={["name", "roles", "email", "phone"]}
      names={{ roles: Object.entries(roleWords) }}
      run={(body) => api.organizations.create(body as CallInput<"createOrganization">)}
    />
  );
}
