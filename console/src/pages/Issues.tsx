import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { nowMs } from "../clock.ts";
import type { Attempt } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { idleMs, useStatuses } from "../endpoints/read.ts";
import { counted } from "../ui/figures.ts";
import { endpointsQuery } from "../events/read.ts";
import { issuesOf, type Issue } from "../issues/find.ts";
import { IssueRow } from "../issues/IssueRow.tsx";
import { useSnoozed } from "../issues/snooze.ts";
import { Circuit } from "../ui/Circuit.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";
import { useNow } from "../ui/Time.tsx";

/** What needs a person: receivers that are off or down, and events that do not arrive, grouped by cause. */
export function Issues() {
  const endpoints = useQuery({ ...endpointsQuery, refetchInterval: idleMs });
  const { issues, isComplete } = useIssues(endpoints.data?.data ?? []);
  const snoozed = useSnoozed();
  const now = useNow(30_000);
  const isAsleep = ({ id }: Issue) => (snoozed[id] ?? 0) > now;
  const awake = issues.filter((issue) => !isAsleep(issue));
  const asleep = issues.filter((issue) => isAsleep(issue));
  const isRead = endpoints.isSuccess && isComplete;
  return (
    <Page
      title="Issues"
      summary={
        isRead
          ? awake.length === 0
            ? "Nothing needs a person."
            : `${counted(awake.length, "thing needs", "things need")} a person, each with the one thing to do.`
          : "Reading where the endpoints stand."
      }
    >
      <div className="grid grid-cols-1 gap-4 px-4 sm:px-7">
        {endpoints.isError && (
          <Failure error={endpoints.error} retry={() => void endpoints.refetch()} />
        )}
        <Panel>
          {!isRead && issues.length === 0 && !endpoints.isError && <Skeleton rows={5} />}
          {isRead && awake.length === 0 && <AllWell count={endpoints.data.data.length} />}
          <ul aria-label="Issues">
            {awake.map((issue) => (
              <IssueRow key={issue.id} issue={issue} />
            ))}
          </ul>
        </Panel>
        {asleep.length > 0 && (
          <Panel title={`Snoozed, ${asleep.length}`}>
            <ul aria-label="Snoozed issues">
              {asleep.map((issue) => (
                <IssueRow key={issue.id} issue={issue} snoozedUntil={snoozed[issue.id]} />
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </Page>
  );
}

function AllWell({ count }: { readonly count: number }) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-12 text-center text-ink-2">
      <Circuit fate={count === 0 ? "none" : "delivered"} width={46} />
      <p>
        {count === 0
          ? "No endpoint yet, so nothing can fail."
          : `${counted(count, "endpoint takes", "endpoints take")} all that ${count === 1 ? "it" : "they"} subscribed to.`}
      </p>
      <Link to="/endpoints" className="text-cell underline">
        {count === 0 ? "Add an endpoint" : "Look at the endpoints"}
      </Link>
      {count === 0 && (
        <code className="rounded-tag bg-sunken px-2 py-1 font-mono text-12 text-ink-2">
          npx heliograph endpoints create https://example.com/hooks
        </code>
      )}
    </div>
  );
}

type Endpoints = Parameters<typeof issuesOf>[0]["endpoint"][];

/** Found from where each endpoint stands; the newest attempts are read only of those that have something wrong. */
function useIssues(endpoints: Endpoints) {
  const statuses = useStatuses(endpoints.map(({ id }) => id));
  const troubled = endpoints.filter(({ id }) => {
    const status = statuses.get(id);
    return status && (status.state !== "active" || status.lanes.length > 0);
  });
  const attempts = useQueries({
    queries: troubled.map(({ id }) => ({
      queryKey: ["flow", "newestAttempts", id],
      queryFn: () => api.attempts.list({ id, limit: 200 }),
      refetchInterval: idleMs,
    })),
    combine: (read) =>
      new Map<string, readonly Attempt[]>(
        read.flatMap(({ data }, index) => {
          const id = troubled[index]?.id;
          return data && id !== undefined ? [[id, data.data] as const] : [];
        }),
      ),
  });
  const now = nowMs();
  const issues = endpoints.flatMap((endpoint) => {
    const status = statuses.get(endpoint.id);
    if (!status) return [];
    return issuesOf({ endpoint, status, attempts: attempts.get(endpoint.id) ?? [] }, now);
  });
  return {
    issues: issues.toSorted((a, b) => rank[a.kind] - rank[b.kind]),
    isComplete: statuses.size === endpoints.length,
  };
}

/** What stops everything comes first. */
const rank: Readonly<Record<Issue["kind"], number>> = {
  off: 0,
  down: 1,
  dead: 2,
  lanes: 3,
  paused: 4,
};
