import { Tabs } from "@base-ui/react/tabs";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { Delivery } from "../../../src/contract/resources/explanation.ts";
import { api, queries } from "../api.ts";
import { actorOf, customerOf, dealOf, endpointName, endpointsQuery } from "./read.ts";
import { Button } from "../ui/Button.tsx";
import { Circuit, fateInk, fateOf, wordOf } from "../ui/Circuit.tsx";
import { Code, Id } from "../ui/Copy.tsx";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Countdown, Time, WithTimes, spanOf } from "../ui/Time.tsx";

/** One event beside the stream: what it says, where it went, and why not elsewhere. */
export function EventInspector({
  id,
  onClose,
}: {
  readonly id: string;
  readonly onClose: () => void;
}) {
  const event = useQuery({
    queryKey: ["event", id],
    queryFn: async () => (await api.events.get({ id })) as unknown as EventEnvelope,
    staleTime: Infinity,
  });
  const tab =
    "h-9 border-b-2 border-transparent text-ink-2 data-[active]:border-ink data-[active]:text-ink";
  return (
    <aside
      aria-label="Event"
      className="fixed inset-0 z-20 flex flex-col overflow-y-auto border-l border-line bg-surface sm:left-auto sm:w-[388px] lg:static lg:z-0"
    >
      <div className="flex items-start justify-between gap-2 px-5 pt-5">
        <div className="min-w-0">
          <h2 className="truncate font-mono text-15">{event.data?.type ?? "Event"}</h2>
          <Id id={id} />
        </div>
        <Button look="quiet" small aria-label="Close the event" onClick={onClose}>
          <X size={15} aria-hidden />
        </Button>
      </div>
      {event.isPending && <Skeleton />}
      {event.isError && (
        <div className="p-5">
          <Failure error={event.error} retry={() => void event.refetch()} />
        </div>
      )}
      {event.data && (
        <>
          <Origin event={event.data} />
          <Tabs.Root defaultValue="deliveries" className="min-w-0">
            <Tabs.List className="flex gap-4 border-b border-line px-5" aria-label="Of the event">
              <Tabs.Tab value="deliveries" className={tab}>
                Deliveries
              </Tabs.Tab>
              <Tabs.Tab value="payload" className={tab}>
                Payload
              </Tabs.Tab>
              <Tabs.Tab value="lines" className={tab}>
                cURL and CLI
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="deliveries" tabIndex={-1}>
              <Deliveries id={id} />
            </Tabs.Panel>
            <Tabs.Panel value="payload" className="p-5" tabIndex={-1}>
              <Code label="Payload" text={JSON.stringify(event.data, null, 2)} />
            </Tabs.Panel>
            <Tabs.Panel value="lines" className="grid gap-3 p-5" tabIndex={-1}>
              <Lines event={event.data} />
            </Tabs.Panel>
          </Tabs.Root>
        </>
      )}
    </aside>
  );
}

function Origin({ event }: { readonly event: EventEnvelope }) {
  const deal = dealOf(event);
  const { customer } = event.data as { customer?: { id: string } };
  return (
    <div className="px-5 py-3 text-ink-2">
      <p className="break-words">
        {deal === undefined ? (
          customer ? (
            <Link to="/customers/$id" params={{ id: customer.id }} className="text-cell underline">
              <bdi>{customerOf(event)}</bdi>
            </Link>
          ) : (
            <bdi>{customerOf(event)}</bdi>
          )
        ) : (
          <Link to="/deals/$id" params={{ id: deal }} className="text-cell underline">
            <bdi>{customerOf(event)}</bdi>
          </Link>
        )}
        , by <bdi>{actorOf(event)}</bdi>, <Time at={event.timestamp} as="full" />
      </p>
      <p className="text-12 text-ink-3">
        Position {event.sequence}, the customer’s {event.customer_sequence}. Told as{" "}
        {event.role === "epc" ? "installer" : "sales organization"}. Caused by{" "}
        <code className="font-mono">{event.cause.command}</code>.
      </p>
    </div>
  );
}

function Deliveries({ id }: { readonly id: string }) {
  const deliveries = useQuery({
    queryKey: ["flow", "eventDeliveries", id],
    queryFn: () => api.eventDeliveries.get({ id }),
    refetchInterval: ({ state }) =>
      state.data?.data.some((each) => each.state === "waiting" || each.state === "retrying")
        ? 1_000
        : false,
  });
  const endpoints = useQuery(endpointsQuery);
  if (deliveries.isPending) return <Skeleton rows={3} />;
  if (deliveries.isError) {
    return (
      <div className="p-5">
        <Failure error={deliveries.error} retry={() => void deliveries.refetch()} />
      </div>
    );
  }
  const nameOf = new Map(endpoints.data?.data.map((each) => [each.id, endpointName(each)]));
  const { data } = deliveries.data;
  if (data.length === 0) {
    return (
      <p className="p-5 text-ink-2">
        No endpoint yet, so it was sent to nobody. It stays in the feed.
      </p>
    );
  }
  return (
    <ul>
      {data.map((each) => (
        <li key={each.endpoint_id} className="border-b border-line px-5 py-3">
          <Fate eventId={id} delivery={each} name={nameOf.get(each.endpoint_id) ?? each.url} />
        </li>
      ))}
    </ul>
  );
}

function Fate({ eventId, delivery, name }: { eventId: string; delivery: Delivery; name: string }) {
  const fate = fateOf(delivery);
  const attempts = useQuery({
    queryKey: ["flow", "attempts", delivery.endpoint_id, eventId, delivery.attempts],
    queryFn: () => api.attempts.list({ id: delivery.endpoint_id, event_id: eventId, limit: 20 }),
    enabled: delivery.attempts > 0,
  });
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <Link
          to="/endpoints/$id"
          params={{ id: delivery.endpoint_id }}
          title={name}
          dir="auto"
          className="min-w-0 truncate text-left font-[600] hover:underline"
        >
          {name}
        </Link>
        <span className={`flex shrink-0 items-center gap-2 ${fateInk[fate]}`}>
          <Circuit fate={fate} /> {wordOf(delivery)}
        </span>
      </div>
      <p className="text-12 break-words text-ink-2">
        <WithTimes text={delivery.reason} />
      </p>
      {attempts.data?.data.map((attempt) => (
        <div key={attempt.id} className="grid grid-cols-1 gap-1">
          <div className="flex items-baseline gap-3 text-12">
            <span className="text-ink-3">{attempt.attempt}</span>
            <span className={attempt.outcome === "delivered" ? "text-ok" : "text-fail"}>
              {attempt.status_code ?? attempt.error}
            </span>
            <span className="text-ink-2">{spanOf(attempt.duration_ms)}</span>
            {attempt.kind !== "delivery" && <span className="text-ink-3">{attempt.kind}</span>}
            <span className="ml-auto text-ink-3">
              <Time at={attempt.attempted_at} as="seconds" />
            </span>
          </div>
          {attempt.response_snippet !== "" && attempt.outcome !== "delivered" && (
            <pre
              tabIndex={0}
              aria-label="Answer"
              className="max-h-24 overflow-auto rounded-tag bg-sunken px-2 py-1 font-mono text-12 whitespace-pre-wrap text-ink-2"
            >
              {attempt.response_snippet}
            </pre>
          )}
        </div>
      ))}
      <Repair eventId={eventId} delivery={delivery} />
    </div>
  );
}

/** What can be done about it, here. */
function Repair({ eventId, delivery }: { readonly eventId: string; readonly delivery: Delivery }) {
  const { endpoint_id: id } = delivery;
  const act = useMutation({
    mutationFn: async (what: "resend" | "skip" | "again" | "retry") => {
      const at = { id, event_id: eventId };
      if (what === "resend") await api.deadEvents.resend(at);
      else if (what === "skip") await api.deadEvents.skip(at);
      else if (what === "retry") await api.endpoints.resume({ id });
      else await api.endpoints.replay({ id, from: delivery.sequence, to: delivery.sequence });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["flow"] }),
  });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {delivery.next_attempt_at !== null && (
          <span className="text-12 text-ink-2">
            Next attempt <Countdown to={delivery.next_attempt_at} />
          </span>
        )}
        {delivery.state === "dead" && (
          <>
            <Button small onClick={() => act.mutate("resend")}>
              Resend
            </Button>
            <Button small look="quiet" onClick={() => act.mutate("skip")}>
              Skip it
            </Button>
          </>
        )}
        {delivery.state === "delivered" && (
          <Button small onClick={() => act.mutate("again")}>
            Send again
          </Button>
        )}
        {(delivery.reason_code === "receiver_down" || delivery.reason_code === "paused") && (
          <Button small onClick={() => act.mutate("retry")}>
            Resume the endpoint
          </Button>
        )}
      </div>
      {act.isError && <Failure error={act.error} />}
    </>
  );
}

/** Lines that read the same from a terminal. */
function Lines({ event }: { readonly event: EventEnvelope }) {
  const base = window.location.origin;
  return (
    <>
      <h3>Read it</h3>
      <Code
        label="cURL"
        text={`curl -H "Authorization: Bearer $HELIOGRAPH_API_KEY" \\\n  ${base}/v1/events/${event.id}`}
      />
      <h3>From the CLI</h3>
      <Code label="CLI" text={`npx heliograph events get ${event.id}`} />
      <h3>Send the same body to a receiver of your own</h3>
      <Code
        label="cURL to a receiver"
        text={`curl -X POST http://localhost:3000/hooks \\\n  -H "content-type: application/json" \\\n  -H "webhook-id: ${event.id}" \\\n  -H "heliograph-sequence: ${event.sequence}" \\\n  -d '${JSON.stringify(event).replaceAll("'", String.raw`'\''`)}'`}
      />
    </>
  );
}
