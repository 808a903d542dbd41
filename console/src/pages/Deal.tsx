import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { MapPin, Phone } from "lucide-react";
import { api } from "../api.ts";
import { Build } from "../deal/Build.tsx";
import { Contract } from "../deal/Contract.tsx";
import { Offer } from "../deal/Offer.tsx";
import { Papers } from "../deal/Papers.tsx";
import { Rail } from "../deal/Rail.tsx";
import { as, dealQuery, type DealRecords } from "../deal/read.ts";
import { Timeline } from "../deal/Timeline.tsx";
import { Command } from "../forms/Command.tsx";
import { given } from "../forms/given.ts";
import { Links } from "../links/Links.tsx";
import { useOrganization, useSession } from "../session.ts";
import { Id } from "../ui/Copy.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { Words } from "../ui/Words.tsx";

/** One deal: who and where, how far it is, what happened and who was told, and everything that can be done. */
export function Deal() {
  const { id } = useParams({ from: "/signed-in/deals/$id" });
  const isSales = useOrganization().roles.includes("sales_org");
  const canFollow = useSession().scopes.includes("events:read");
  const deal = useQuery(dealQuery(id, isSales));
  if (deal.isPending) {
    return (
      <Page title="Deal">
        <Skeleton rows={10} />
      </Page>
    );
  }
  if (deal.isError) {
    return (
      <Page title="Deal">
        <div className="px-4 sm:px-7">
          <Failure error={deal.error} retry={() => void deal.refetch()} />
        </div>
      </Page>
    );
  }
  const records = deal.data;
  const { survey, customer } = records;
  return (
    <Page
      title={`${customer.first_name} ${customer.last_name}`}
      summary={<Who records={records} />}
      actions={<DealCommands records={records} />}
    >
      <Rail records={records} />
      <div className="grid grid-cols-1 items-start gap-4 px-4 sm:px-7 xl:grid-cols-[minmax(0,1fr)_340px]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          {canFollow && <Timeline customerId={customer.id} surveyId={survey.id} />}
          <div className="grid grid-cols-1 items-start gap-4 md:grid-cols-2">
            <Offer records={records} isSales={isSales} />
            <Papers records={records} isSales={isSales} />
          </div>
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <Contract records={records} />
          <Build records={records} />
          <Links customerId={customer.id} />
        </div>
      </div>
    </Page>
  );
}

function Who({ records: { survey, customer } }: { readonly records: DealRecords }) {
  const { street, city, state, zip } = customer.address;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="flex min-w-0 items-center gap-1.5">
        <MapPin size={13} aria-hidden className="shrink-0" />
        <span className="min-w-0 break-words">
          <Words of={[street, city, `${state} ${zip}`]} />
        </span>
      </span>
      {customer.phone !== null && (
        <a href={`tel:${customer.phone}`} className="flex items-center gap-1.5 hover:underline">
          <Phone size={13} aria-hidden /> {customer.phone}
        </a>
      )}
      <Tag tone={survey.stage === "lost" ? "fail" : "plain"}>{inWords(survey.stage)}</Tag>
      <Link to="/customers/$id" params={{ id: customer.id }} className="text-cell underline">
        Customer {customer.number}
      </Link>
      <Id id={survey.id} />
    </div>
  );
}

function DealCommands({ records: { survey, install } }: { readonly records: DealRecords }) {
  const organizations = useQuery({
    queryKey: ["organizations"],
    queryFn: () => api.organizations.list({ limit: 200 }),
  });
  const installers = (organizations.data?.data ?? [])
    .filter(({ roles }) => roles.includes("epc"))
    .map(({ id, name }) => [id, name] as const);
  const { id, version, stage } = survey;
  const complete =
    stage === "completed" || stage === "lost"
      ? ({ refusedBy: "deal_open" } as const)
      : install?.status === "complete"
        ? undefined
        : ({ refusedBy: "install_complete" } as const);
  return (
    <>
      <Command
        name="updateSurvey"
        title="Change the deal"
        verb="Change the deal"
        before={as(survey)}
        names={{ epc_id: installers }}
        run={(body) => api.surveys.update({ id, ...given<object>(body) }, { ifMatch: version })}
      />
      <Command
        name="completeSurvey"
        title="Complete the deal"
        verb="Complete the deal"
        look="strong"
        cell={complete}
        run={() => api.surveys.complete({ id }, { ifMatch: version })}
      />
    </>
  );
}
