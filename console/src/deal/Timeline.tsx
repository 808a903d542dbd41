import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import type { Party } from "../../../src/contract/meta.ts";
import { partyWords } from "../catalogue/Audience.tsx";
import { RoleSwitch } from "../catalogue/RoleSwitch.tsx";
import {
  actorOf,
  dealOf,
  deliveriesQuery,
  detailOf,
  endpointName,
  endpointsQuery,
  feedQuery,
} from "../events/read.ts";
import { catalogueQuery } from "../live.ts";
import { MoreButton } from "../ui/MoreButton.tsx";
import { Circuit, fateInk, fateOf, type Fate } from "../ui/Circuit.tsx";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Branches } from "./Branches.tsx";
import { headingOf, Time } from "../ui/Time.tsx";

// It brings the contract's schemas, which only who looks needs.
const Told = lazy(async () => ({ default: (await import("./Told.tsx")).Told }));

interface TimelineProps {
  readonly customerId: string;
  /** Only what concerns this deal, or the customer as a whole; without, all. */
  readonly surveyId?: string;
}

/** What happened, as a one-line diagram: each change, and what became of its webhook at every endpoint. */
export function Timeline({ customerId, surveyId }: TimelineProps) {
  const feed = useInfiniteQuery({ ...feedQuery({ customer: customerId }), refetchInterval: 5_000 });
  const events = (feed.data?.pages ?? [])
    .flatMap((page) => page.events)
    .filter((event) => surveyId === undefined || [undefined, surveyId].includes(dealOf(event)));
  const [newest, oldest] = [events[0]?.sequence ?? 0, events.at(-1)?.sequence ?? 1];
  const deliveries = useQuery(deliveriesQuery({ from: oldest, to: newest, customer: customerId }));
  const endpoints = useQuery(endpointsQuery);
  const catalogue = useQuery(catalogueQuery);
  const labels = new Map<string, string>(
    catalogue.data?.data.map(({ type, label }) => [type, label]),
  );
  const [role, setRole] = useState<Party | null>(null);
  const names = new Map(endpoints.data?.data.map((each) => [each.id, endpointName(each)]));
  const fates = Map.groupBy(deliveries.data?.data ?? [], ({ event_id }) => event_id);
  return (
    <Panel title="Timeline" aside={<Counts deliveries={deliveries.data?.data ?? []} />}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-5 py-2">
        <RoleSwitch
          label="What one side was told"
          parties={["sales_org", "epc"]}
          either="What happened"
          role={role}
          onChange={setRole}
        />
        <span className="text-12 text-ink-2">
          {role === null
            ? "Everything you were told, and what became of it"
            : `What the ${partyWords[role]} was told of it; what you may not see yourself is not shown`}
        </span>
      </div>
      {feed.isPending && <Skeleton rows={8} />}
      {feed.isError && (
        <div className="p-5">
          <Failure error={feed.error} retry={() => void feed.refetch()} />
        </div>
      )}
      {feed.isSuccess && events.length === 0 && <Empty title="Nothing has happened yet." />}
      <ol className="px-4 pt-2 pb-4 sm:px-5">
        {events.map((event, position) => (
          <Entry
            key={event.id}
            event={event}
            label={labels.get(event.type) ?? event.type}
            isNewest={position === 0}
            isFirstOfDay={dayBegins(event, events[position - 1])}
            deliveries={(fates.get(event.id) ?? []).filter(({ state }) => !isSilent(state))}
            names={names}
            role={role}
          />
        ))}
      </ol>
      {feed.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <MoreButton of={feed}>Show earlier events</MoreButton>
        </div>
      )}
    </Panel>
  );
}

/** An endpoint that was never to get it is no branch of the line. */
const isSilent = (state: DeliveryView["state"]) =>
  state === "not_subscribed" || state === "before_start";

const dayBegins = (event: EventEnvelope, before: EventEnvelope | undefined) =>
  before === undefined ||
  new Date(before.timestamp).toDateString() !== new Date(event.timestamp).toDateString();

const counted: readonly (readonly [Fate, string])[] = [
  ["delivered", "delivered"],
  ["sending", "waiting"],
  ["held", "held back"],
  ["retrying", "retrying"],
  ["failed", "failed"],
];

function Counts({ deliveries }: { readonly deliveries: readonly DeliveryView[] }) {
  const by = Map.groupBy(deliveries, fateOf);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {counted
        .map(([fate, word]) => [fate, word, by.get(fate)?.length ?? 0] as const)
        .filter(([, , count]) => count > 0)
        .map(([fate, word, count]) => (
          <li key={fate} className={`flex items-center gap-2 ${fateInk[fate]}`}>
            <Circuit fate={fate} /> {count} {word}
          </li>
        ))}
    </ul>
  );
}

interface EntryProps {
  readonly event: EventEnvelope;
  readonly label: string;
  readonly isNewest: boolean;
  readonly isFirstOfDay: boolean;
  readonly deliveries: readonly DeliveryView[];
  readonly names: ReadonlyMap<string, string>;
  /** Whose view is asked for; deliveries without. */
  readonly role: Party | null;
}

function Entry({ event, label, isNewest, isFirstOfDay, deliveries, names, role }: EntryProps) {
  const detail = detailOf(event);
  return (
    <li>
      {isFirstOfDay && (
        <h3 className="relative py-2 pl-[68px] text-12 font-[560] text-ink-2">
          <span aria-hidden className="absolute inset-y-0 left-[51px] w-[1.6px] bg-ink" />
          {headingOf(event.timestamp)}
        </h3>
      )}
      <div
        className={`relative flex flex-wrap gap-x-2 pb-5 pl-[68px] ${role === null ? "lg:flex-nowrap" : ""}`}
      >
        <span aria-hidden className="absolute inset-y-0 left-[51px] w-[1.6px] bg-ink" />
        <span
          aria-hidden
          className={`absolute top-1 rounded-full ${isNewest ? "left-[45px] size-3.5 border-[2.5px] border-ink bg-sun" : "left-[47px] size-2.5 bg-ink"}`}
        />
        <span className="absolute top-0 left-0 text-ink-2">
          <Time at={event.timestamp} as="clock" />
        </span>
        <div className={`min-w-0 pr-1 ${role === null ? "lg:max-w-[56%]" : ""}`}>
          <p className="font-[600] break-words">
            {label}
            {detail !== "" && (
              <span className="font-[450] text-ink-2">
                : <bdi>{detail}</bdi>
              </span>
            )}
          </p>
          <p className="text-12 text-ink-2">
            <Link
              to="/events"
              search={{ event: event.id }}
              className="font-mono text-cell hover:underline"
            >
              {event.type}
            </Link>{" "}
            by <span dir="auto">{actorOf(event)}</span>
          </p>
        </div>
        {role !== null && (
          <div className="mt-1 w-full min-w-0">
            <Suspense>
              <Told event={event} role={role} />
            </Suspense>
          </div>
        )}
        {role === null && deliveries.length > 0 && (
          <span
            aria-hidden
            className="mt-[11px] hidden h-[1.6px] min-w-4 flex-1 bg-line-2 lg:block"
          />
        )}
        {role === null && <Branches event={event} deliveries={deliveries} names={names} />}
      </div>
    </li>
  );
}
