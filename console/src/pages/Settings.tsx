import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Keys } from "../organizations/Keys.tsx";
import { MakeKey } from "../organizations/MakeKey.tsx";
import { AddUser, Users } from "../organizations/Users.tsx";
import { useOrganization, useSession } from "../session.ts";
import { CallPilot } from "../settings/CallPilot.tsx";
import { Company } from "../settings/Company.tsx";
import { Partners } from "../settings/Partners.tsx";
import { Rules } from "../settings/Rules.tsx";
import { SignedIn } from "../settings/SignedIn.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";

const sections = [
  ["company", "Company"],
  ["flow", "How the flow runs"],
  ["users", "Users"],
  ["keys", "Keys"],
  ["partners", "Partners"],
  ["callpilot", "CallPilot"],
  ["session", "Signed in"],
] as const;
type SectionId = (typeof sections)[number][0];

/** The organization: who it is, how the flow runs in it, who works for it, and what may call the API for it. */
export function Settings() {
  const organization = useOrganization();
  const { scopes } = useSession();
  const { id } = organization;
  const because = scopes.includes("organization:write")
    ? undefined
    : "Your key may not change the organization: it lacks organization:write";
  return (
    <Page title="Settings" summary="What this organization is, and how the flow runs in it.">
      <div className="gap-8 px-4 sm:px-7 xl:grid xl:grid-cols-[minmax(0,920px)_160px]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          <Section id="company">
            <Company organizationId={id} because={because} />
          </Section>
          <Section id="flow">
            <Rules organizationId={id} because={because} />
          </Section>
          <Section id="users">
            <Panel title="Users" aside={<AddUser organization={organization} because={because} />}>
              <Users organizationId={id} because={because} />
            </Panel>
          </Section>
          <Section id="keys">
            <Panel
              title="Keys"
              aside={
                <MakeKey
                  small
                  organization={organization}
                  scopesToGive={scopes}
                  because={because}
                />
              }
            >
              <Keys organizationId={id} because={because} />
            </Panel>
          </Section>
          <Section id="partners">
            <Partners organizationId={id} />
          </Section>
          <Section id="callpilot">
            <CallPilot organizationId={id} because={because} />
          </Section>
          <Section id="session">
            <SignedIn />
          </Section>
        </div>
        <nav aria-label="On this page" className="sticky top-6 hidden self-start xl:block">
          <ul className="grid gap-1.5 border-l border-line pl-4">
            {sections.map(([section, label]) => (
              <li key={section}>
                <Link to="/settings" hash={section} className="text-ink-2 hover:text-cell">
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </Page>
  );
}

/** A place on the page that can be linked to. */
function Section({ id, children }: { readonly id: SectionId; readonly children: ReactNode }) {
  return (
    <div id={id} className="min-w-0 scroll-mt-5">
      {children}
    </div>
  );
}
