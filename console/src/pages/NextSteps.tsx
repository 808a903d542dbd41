import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { installLifecycle } from "../../../src/contract/lifecycle.ts";
import { api } from "../api.ts";
import { dealQuery, type DealRecords } from "../deal/read.ts";
import { Command } from "../forms/Command.tsx";
import { useOrganization } from "../session.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";
import { inWords } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";

/** What is to be there before the project goes to the installer, and *Submit*, which hands it over. */
export function NextSteps() {
  const { id } = useParams({ from: "/signed-in/deals/$id/next-steps" });
  const isSales = useOrganization().roles.includes("sales_org");
  const deal = useQuery(dealQuery(id, isSales));
  return (
    <Page
      title="Next steps"
      summary={
        <Link to="/deals/$id" params={{ id }} className="text-cell underline">
          {deal.data
            ? `The deal of ${deal.data.customer.first_name} ${deal.data.customer.last_name}`
            : "The deal"}
        </Link>
      }
    >
      <div className="grid max-w-[720px] gap-4 px-4 sm:px-7">
        {deal.isPending && <Skeleton />}
        {deal.isError && <Failure error={deal.error} retry={() => void deal.refetch()} />}
        {deal.data && <Steps records={deal.data} />}
      </div>
    </Page>
  );
}

function Steps({ records }: { readonly records: DealRecords }) {
  const { agreement, install, siteSurveys, files } = records;
  const surveyed = siteSurveys.find(({ completed_at }) => completed_at !== null);
  const categories = [...new Set(files.map(({ category }) => inWords(category)))];
  return (
    <>
      <Panel title="Before you submit">
        <ul>
          <Step name="Contract signed" at={agreement?.signed_at}>
            Every signer has to sign first
          </Step>
          <Step name="Build begun by the installer" at={install?.created_at}>
            The installer&apos;s agreement mode says when that is
          </Step>
          <Step name="Site surveyed" at={surveyed?.completed_at}>
            No site survey is completed
          </Step>
          <Step name="Files" at={files.at(-1)?.created_at} more={categories.join(", ")}>
            Nothing was added: installers mostly want the utility bill and a photo ID
          </Step>
        </ul>
      </Panel>
      <Panel title="Submit the project">
        <div className="grid justify-items-start gap-3 px-5 py-4">
          <Submitted install={install} />
          {install && (
            <Command
              name="submitInstall"
              title="Submit the project"
              verb="Submit"
              look="strong"
              cell={installLifecycle[install.status].submit}
              run={() => api.installs.submit({ id: install.id }, { ifMatch: install.version })}
            />
          )}
        </div>
      </Panel>
    </>
  );
}

function Submitted({ install }: { readonly install: DealRecords["install"] }) {
  if (!install) return <p>There is nothing to submit yet: the build begins with the contract.</p>;
  const { submission_number, submitted_at } = install;
  if (submitted_at === null) {
    return (
      <p>Not submitted yet. Both companies are told, and the installer takes over from here.</p>
    );
  }
  return (
    <p>
      Submission {submission_number} was made <Time at={submitted_at} as="full" />. Submitting again
      tells both companies of a new one.
    </p>
  );
}

interface StepProps {
  readonly name: string;
  /** When it was done, if it was. */
  readonly at: string | null | undefined;
  readonly more?: string;
  /** What is said while it is not done. */
  readonly children: ReactNode;
}

function Step({ name, at, more = "", children }: StepProps) {
  const isDone = at !== null && at !== undefined;
  return (
    <li className="flex min-h-11 items-center gap-3 border-b border-line px-5 py-2 last:border-0">
      <span
        aria-hidden
        className={`size-2.5 shrink-0 rounded-full border-2 ${isDone ? "border-ink bg-ink" : "border-line-2"}`}
      />
      <span className="min-w-0 flex-1">
        <span className="block font-[560]">{name}</span>
        <span className="text-12 break-words text-ink-2">{isDone ? more : children}</span>
      </span>
      <span className="shrink-0 text-12 text-ink-2">{isDone ? <Time at={at} /> : "Not yet"}</span>
    </li>
  );
}
