import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../api.ts";
import { ResendAll } from "../endpoints/Dead.tsx";
import { readAgain } from "../endpoints/read.ts";
import { ResumeButton } from "../endpoints/Resume.tsx";
import { endpointName } from "../events/read.ts";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit } from "../ui/Circuit.tsx";
import { Failure } from "../ui/Note.tsx";
import { Ago, Time } from "../ui/Time.tsx";
import type { Issue } from "./find.ts";
import { snooze, wake } from "./snooze.ts";

const broken: ReadonlySet<Issue["kind"]> = new Set(["off", "dead"]);

/** One issue: what, where, since when, how much, and the one thing to do. */
export function IssueRow({
  issue,
  snoozedUntil,
}: {
  readonly issue: Issue;
  readonly snoozedUntil?: number | undefined;
}) {
  const { endpoint, kind, title, advice, countWords, firstAt, lastAt } = issue;
  const isBroken = broken.has(kind);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 border-b border-line px-5 py-4 last:border-b-0">
      <span className="mt-1">
        <Circuit fate={isBroken ? "failed" : kind === "paused" ? "none" : "retrying"} width={34} />
      </span>
      <div className="min-w-[240px] flex-1">
        <h2 className={`text-14 ${isBroken ? "text-fail" : kind === "paused" ? "" : "text-retry"}`}>
          {title}
        </h2>
        <p className="flex">
          <Link
            to="/endpoints/$id"
            params={{ id: endpoint.id }}
            className="min-w-0 truncate font-[560] hover:underline"
            title={endpointName(endpoint)}
            dir="auto"
          >
            {endpointName(endpoint)}
          </Link>
          <span className="shrink-0 whitespace-pre text-ink-2">, {countWords}</span>
        </p>
        <p className="mt-0.5 max-w-[75ch] text-ink-2">{advice}</p>
        <p className="mt-0.5 text-12 text-ink-3">
          {firstAt !== null && (
            <>
              First seen <Time at={firstAt} as="full" />
            </>
          )}
          {lastAt !== null && (
            <>
              , last <Ago at={lastAt} />
            </>
          )}
          {snoozedUntil !== undefined && (
            <>
              . Snoozed until <Time at={new Date(snoozedUntil).toISOString()} as="full" />
            </>
          )}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Remedy issue={issue} />
        {snoozedUntil === undefined ? (
          <Button small look="quiet" title="In this browser only" onClick={() => snooze(issue.id)}>
            Snooze for a day
          </Button>
        ) : (
          <Button small look="quiet" onClick={() => wake(issue.id)}>
            Show again
          </Button>
        )}
      </div>
    </li>
  );
}

function Remedy({ issue }: { readonly issue: Issue }) {
  const { kind, endpoint, count, eventId } = issue;
  const because = useWhyNot("resumeEndpoint");
  const tryNow = useMutation({
    mutationFn: () => api.endpoints.resume({ id: endpoint.id }),
    onSettled: readAgain,
  });
  if (kind === "off" || kind === "paused") {
    const verb = kind === "off" ? "Turn on" : "Resume";
    const label = count > 0 ? `${verb}, ${count.toLocaleString()} waiting` : verb;
    return <ResumeButton small endpoint={endpoint} label={label} because={because} />;
  }
  if (kind === "down") {
    return (
      <>
        {tryNow.isError && <Failure error={tryNow.error} />}
        <Button
          small
          look="strong"
          because={because}
          disabled={tryNow.isPending}
          onClick={() => tryNow.mutate()}
        >
          Try now
        </Button>
      </>
    );
  }
  if (kind === "dead") return <ResendAll id={endpoint.id} because={because} />;
  if (eventId === null) return null;
  return (
    <Link
      to="/events"
      search={{ event: eventId, endpoint: endpoint.id }}
      className="inline-flex h-[26px] items-center rounded-control border border-line-2 bg-surface px-2 text-12 font-[560] hover:bg-sunken"
    >
      See the answer
    </Link>
  );
}
