import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Endpoint } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { endpointName } from "../events/read.ts";
import { useSettled } from "../endpoints/useSettled.ts";
import { Circuit, fateOf, wordOf } from "../ui/Circuit.tsx";
import { Time } from "../ui/Time.tsx";
import type { Seen } from "./traffic.ts";

/** The newest event with what became of it at each endpoint. */
export function LastEvent({
  event,
  endpoints,
}: {
  readonly event: Seen | undefined;
  readonly endpoints: readonly Endpoint[];
}) {
  // In a burst only the one it ends with is looked up.
  const id = useSettled(event?.id ?? "");
  const deliveries = useQuery({
    queryKey: ["flow", "eventDeliveries", id],
    queryFn: () => api.eventDeliveries.get({ id }),
    enabled: id !== "",
    refetchInterval: ({ state }) =>
      state.data?.data.some((each) => each.state === "waiting" || each.state === "retrying")
        ? 1_000
        : false,
  });
  const nameOf = new Map(endpoints.map((each) => [each.id, endpointName(each)]));
  const told = (deliveries.data?.data ?? []).filter(
    ({ state }) => state !== "not_subscribed" && state !== "before_start",
  );
  return (
    <footer
      aria-label="Newest event"
      className="flex min-h-10 flex-wrap items-center gap-x-5 gap-y-1 border-t border-line bg-surface px-4 py-2 sm:px-7"
    >
      {event === undefined ? (
        <span className="text-ink-2">No event in the last hour.</span>
      ) : (
        <>
          <span className="text-ink-3">
            <Time at={new Date(event.at).toISOString()} as="seconds" />
          </span>
          <span className="min-w-0 truncate" title={event.customerName}>
            <code className="font-mono text-12 text-cell">{event.type}</code>{" "}
            <bdi>{event.customerName}</bdi>
          </span>
          {id === event.id &&
            told.slice(0, 5).map((each) => (
              <span key={each.endpoint_id} className="flex items-center gap-2 text-ink-2">
                <Circuit fate={fateOf(each)} label={wordOf(each)} />
                <span className="max-w-40 truncate" dir="auto">
                  {nameOf.get(each.endpoint_id) ?? each.url}
                </span>
              </span>
            ))}
          <Link
            to="/events"
            search={{ event: event.id }}
            className="ml-auto font-[600] text-cell hover:underline"
          >
            Open the event
          </Link>
        </>
      )}
    </footer>
  );
}
