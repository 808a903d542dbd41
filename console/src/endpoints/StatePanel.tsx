import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Endpoint, EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import type { EndpointHour } from "../../../src/contract/resources/view.ts";
import { api } from "../api.ts";
import { useWhyNot } from "../rights.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit } from "../ui/Circuit.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Ago, Countdown, Time, useNow } from "../ui/Time.tsx";
import { behindOf, readAgain, standingOf } from "./read.ts";
import { ResumeButton } from "./Resume.tsx";

interface StateProps {
  readonly endpoint: Endpoint;
  readonly status: EndpointStatus | undefined;
  readonly parts: readonly EndpointHour[] | undefined;
}

/** How the endpoint stands, why, and in numbers; with what changes it. */
export function StatePanel({ endpoint, status, parts }: StateProps) {
  const { id, state_since: since } = endpoint;
  const seen = status ?? endpoint;
  const standing = standingOf(seen);
  const now = useNow();
  const behind = behindOf(status, parts, now);
  const because = useWhyNot("updateEndpoint");
  const pause = useMutation({
    mutationFn: () => api.endpoints.pause({ id }),
    onSettled: readAgain,
  });
  const tryNow = useMutation({
    mutationFn: () => api.endpoints.resume({ id }),
    onSettled: readAgain,
  });
  return (
    <Panel className="scroll-mt-4">
      <div id="state" className="flex flex-wrap items-start gap-x-4 gap-y-3 px-5 pt-4">
        <span className="mt-1">
          <Circuit fate={standing.fate} width={46} />
        </span>
        <div className="min-w-[220px] flex-1" role="status">
          <p className={`text-15 font-[620] ${standing.ink}`}>{standing.word}</p>
          <p className="text-ink-2">{explained(endpoint, status)}</p>
          {seen.state !== "active" && (
            <p className="text-12 text-ink-3">
              Since <Time at={since} as="full" />
            </p>
          )}
        </div>
        <div className="flex flex-wrap gap-2">
          {seen.state === "backing_off" && (
            <Button
              look="strong"
              because={because}
              disabled={tryNow.isPending}
              onClick={() => tryNow.mutate()}
            >
              Try now
            </Button>
          )}
          {seen.state !== "paused" && seen.state !== "disabled" && (
            <Button
              because={because}
              disabled={pause.isPending}
              title="Nothing is lost: events wait until it is resumed."
              onClick={() => pause.mutate()}
            >
              Pause
            </Button>
          )}
          <ResumeButton endpoint={{ id, state: seen.state }} because={because} />
        </div>
      </div>
      {(pause.isError || tryNow.isError) && (
        <div className="px-5 pt-3">
          <Failure error={pause.error ?? tryNow.error} />
        </div>
      )}
      <dl className="mt-4 grid grid-cols-2 border-t border-line sm:grid-cols-3 lg:grid-cols-6">
        <Figure name="Behind by" exact={behind.exact} ink={behind.ink}>
          {behind.text}
        </Figure>
        <Figure name="Waiting" exact="Matching events that are not settled">
          {status?.behind_by.toLocaleString() ?? "–"}
        </Figure>
        <Figure name="Oldest waiting" exact="Time of the oldest event that is not settled">
          {status?.oldest_waiting_at ? <Ago at={status.oldest_waiting_at} /> : "none"}
        </Figure>
        <Figure name="Next try" exact="When a receiver that is down is tried next">
          {status?.next_probe_at ? <Countdown to={status.next_probe_at} /> : "–"}
        </Figure>
        <Figure
          name="At once"
          exact="Deliveries at once that the receiver is given: fewer while it is slow, 1 while it is down"
        >
          {status ? `${status.concurrency} of ${endpoint.max_concurrency}` : "–"}
        </Figure>
        <Figure name="Read up to" exact="Position of its cursor, of the newest in the feed">
          {status
            ? `${status.cursor.toLocaleString()} of ${status.feed_head.toLocaleString()}`
            : "–"}
        </Figure>
      </dl>
    </Panel>
  );
}

interface FigureProps {
  readonly name: string;
  readonly exact: string;
  readonly ink?: string;
  readonly children: ReactNode;
}

const Figure = ({ name, exact, ink = "text-ink", children }: FigureProps) => (
  <div title={exact} className="border-line px-5 py-3 not-last:border-r">
    <dt className="text-12 text-ink-2">{name}</dt>
    <dd className={`font-[600] tabular-nums ${ink}`}>{children}</dd>
  </div>
);

/** What the state means, whose side it is on, and what becomes of events meanwhile. */
function explained({ state_reason }: Endpoint, status: EndpointStatus | undefined): string {
  const reason = status?.state_reason ?? state_reason;
  const why = reason === null ? "" : `${reason.replace(/\.$/, "")}. `;
  switch (status?.state) {
    case "disabled":
      return `${why}Nothing is sent and nothing is lost. Turn it on when the receiver is ready.`;
    case "paused":
      return `${why}Events wait here until it is resumed.`;
    case "backing_off":
      return `${why}One event is tried at a time until the receiver answers; the others wait.`;
    case "active": {
      const { lanes, dead, behind_by: behind } = status;
      if (lanes.length > 0 || dead.length > 0) {
        return "The receiver takes deliveries, but not all of them: see what is not received below.";
      }
      return behind > 0
        ? "The receiver takes deliveries. What waits is on its way."
        : "The receiver has everything that it subscribed to.";
    }
    case undefined:
      return why;
  }
}
