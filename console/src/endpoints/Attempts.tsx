import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { Attempt } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { MoreButton } from "../ui/MoreButton.tsx";
import { Circuit } from "../ui/Circuit.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { spanOf, Time } from "../ui/Time.tsx";
import { answerWords, outcomeWords, Snippet } from "./AttemptAnswer.tsx";
import { idleMs, underWayMs } from "./read.ts";

const kinds: Readonly<Record<Attempt["kind"], string>> = {
  delivery: "",
  probe: "looking whether it is back",
  resend: "resent",
  replay: "replayed",
  test: "test",
};

/** Every POST to the endpoint, newest first, with what the receiver said. */
export function Attempts({ id, isBusy }: { readonly id: string; readonly isBusy: boolean }) {
  const read = useInfiniteQuery({
    queryKey: ["flow", "attemptsOf", id],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      api.attempts.list({ id, limit: 25, ...(pageParam !== "" && { after: pageParam }) }),
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: isBusy ? underWayMs : idleMs,
  });
  const all = read.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <Panel title="Attempts" aside={<span className="text-12 text-ink-2">Newest first</span>}>
      {read.isPending && <Skeleton rows={5} />}
      {read.isError && (
        <div className="p-5">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data && all.length === 0 && (
        <Empty
          title="Nothing was sent yet. A test is enough to see whether it answers."
          command="npx heliograph endpoints test"
        />
      )}
      <ul aria-label="Attempts">
        {all.map((attempt) => (
          <li key={attempt.id} className="border-b border-line px-5 py-2 last:border-b-0">
            <Line attempt={attempt} />
          </li>
        ))}
      </ul>
      {read.hasNextPage && (
        <div className="border-t border-line px-5 py-3">
          <MoreButton of={read} small>
            Show older
          </MoreButton>
        </div>
      )}
    </Panel>
  );
}

function Line({ attempt }: { readonly attempt: Attempt }) {
  const isDelivered = attempt.outcome === "delivered";
  const isTest = attempt.kind === "test";
  return (
    <details className="group">
      <summary className="flex cursor-pointer list-none flex-wrap items-center gap-x-4 gap-y-1 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={13}
          aria-hidden
          className="-mr-2 shrink-0 text-ink-3 group-open:rotate-90"
        />
        <Circuit
          fate={isDelivered ? "delivered" : "failed"}
          label={outcomeWords[attempt.outcome]}
        />
        <code className="w-56 truncate font-mono text-12">{attempt.event_type}</code>
        <span className={`w-36 truncate font-[560] ${isDelivered ? "text-ok" : "text-fail"}`}>
          {answerWords(attempt)}
        </span>
        <span className="w-16 text-right text-ink-2 tabular-nums">
          {spanOf(attempt.duration_ms)}
        </span>
        <span className="min-w-0 flex-1 truncate text-12 text-ink-3">
          {[attempt.attempt > 1 ? `attempt ${attempt.attempt}` : "", kinds[attempt.kind]]
            .filter((word) => word !== "")
            .join(", ") || (isDelivered ? "" : attempt.response_snippet.slice(0, 80))}
        </span>
        <span className="text-12 text-ink-3">
          <Time at={attempt.attempted_at} as="seconds" />
        </span>
      </summary>
      <div className="mt-2 grid gap-2 pb-1 pl-11">
        <p className="text-12 text-ink-2">
          {outcomeWords[attempt.outcome]}, <Time at={attempt.attempted_at} as="full" />
          {!isTest && (
            <>
              , position {attempt.sequence}.{" "}
              <Link
                to="/events"
                search={{ event: attempt.event_id }}
                className="text-cell underline"
              >
                Open the event
              </Link>
            </>
          )}
        </p>
        <Snippet text={attempt.response_snippet} />
      </div>
    </details>
  );
}
