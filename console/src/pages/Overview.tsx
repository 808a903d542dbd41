import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { TodaysAppointments } from "../overview/Appointments.tsx";
import { FirstSteps } from "../overview/FirstSteps.tsx";
import { EndpointNeeds, LateMilestones, StuckDeals } from "../overview/Needs.tsx";
import {
  appointmentsQuery,
  calendarDay,
  endpointNeedsQuery,
  lateQuery,
  stuckDays,
  stuckQuery,
} from "../overview/needs.ts";
import { startOfDay, todayQuery } from "../overview/today.ts";
import { TodayFlow } from "../overview/TodayFlow.tsx";
import { useOrganization, useSession } from "../session.ts";
import { Circuit } from "../ui/Circuit.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";
import { headingOf, useNow } from "../ui/Time.tsx";

/** What needs a person now, and what went through the flow today. */
export function Overview() {
  const { organization } = useSession();
  // The operator has no flow of his own.
  return organization ? <OfOrganization /> : <Navigate to="/organizations" replace />;
}

function OfOrganization() {
  const { roles } = useOrganization();
  const { scopes } = useSession();
  const start = startOfDay(useNow(60_000));
  const sells = roles.includes("sales_org");
  const reads = scopes.includes("flow:read");
  const endpoints = useQuery({ ...endpointNeedsQuery, enabled: scopes.includes("endpoints:read") });
  const stuck = useQuery({ ...stuckQuery, enabled: reads });
  const late = useQuery({ ...lateQuery(calendarDay(start)), enabled: reads });
  const appointments = useQuery({ ...appointmentsQuery(start), enabled: reads && sells });
  const today = useQuery({
    ...todayQuery(start.toISOString()),
    enabled: scopes.includes("events:read"),
  });
  const all = [endpoints, stuck, late, appointments, today];
  const needs =
    (endpoints.data?.needs.length ?? 0) + (stuck.data?.length ?? 0) + (late.data?.data.length ?? 0);
  const isRead = all.every(({ isLoading, isError }) => !isLoading && !isError);
  const isEmpty = today.data?.head === 0;
  const isFresh = isEmpty || endpoints.data?.count === 0;
  return (
    <Page title="Overview" summary={headingOf(new Date(start.getTime()).toISOString())}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 px-4 sm:px-7">
        {all
          .filter(({ isError }) => isError)
          .map(({ error, refetch }, position) => (
            // oxlint-disable-next-line react/no-array-index-key -- each is one of five
            <Failure key={position} error={error} retry={() => void refetch()} />
          ))}
        {isFresh && today.data && endpoints.data && (
          <FirstSteps
            sells={sells}
            hasEvents={today.data.head > 0}
            hasEndpoint={endpoints.data.count > 0}
          />
        )}
        {today.data && !isEmpty && <TodayFlow today={today.data} />}
        <div
          className={`grid grid-cols-[minmax(0,1fr)] items-start gap-5 ${sells ? "xl:grid-cols-[minmax(0,1fr)_340px]" : ""}`}
        >
          {(needs > 0 || !isFresh) && (
            <Panel title="Needs somebody now" className="min-w-0">
              {all.some(({ isLoading }) => isLoading) && <Skeleton rows={4} />}
              {isRead && needs === 0 && (
                <p className="flex items-center gap-3 px-5 py-4 text-ink-2">
                  <Circuit fate="delivered" width={34} />
                  Nothing.{endpoints.data && " Every endpoint is delivered to."}
                  {stuck.data &&
                    ` Every deal moved within ${stuckDays} days, no milestone is late.`}
                </p>
              )}
              <EndpointNeeds needs={endpoints.data?.needs ?? []} />
              <LateMilestones milestones={late.data?.data ?? []} />
              <StuckDeals deals={stuck.data ?? []} />
            </Panel>
          )}
          {appointments.data && !isEmpty && <TodaysAppointments appointments={appointments.data} />}
        </div>
      </div>
    </Page>
  );
}
