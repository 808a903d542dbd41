import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import { actorOf, detailOf } from "../events/read.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";
import { eventsOfQuery } from "./read.ts";

/** What was told of a customer last, on one line. */
export function LastEvents({ customer }: { readonly customer: Customer }) {
  const read = useQuery(eventsOfQuery(customer.id));
  return (
    <Panel
      title="Events"
      aside={
        <Link
          to="/events"
          search={{ customer: customer.id }}
          className="text-12 text-cell underline"
        >
          All events of this customer
        </Link>
      }
    >
      {read.isPending && <Skeleton rows={6} />}
      {read.isError && (
        <div className="p-4">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data?.length === 0 && <p className="px-5 py-4 text-ink-2">No event yet.</p>}
      <ol className="py-3">
        {read.data?.map((event, position, all) => (
          <li key={event.id} className="relative py-1.5 pr-5 pl-11">
            <span
              aria-hidden
              className={`absolute left-[25px] w-[1.6px] bg-line-2 ${position === 0 ? "top-4" : "top-0"} ${position === all.length - 1 ? "h-4" : "bottom-0"}`}
            />
            <span
              aria-hidden
              className="absolute top-3 left-[21px] size-2.5 rounded-full border-2 border-surface bg-ink"
            />
            <div className="flex items-baseline justify-between gap-3">
              <Link
                to="/events"
                search={{ customer: customer.id, event: event.id }}
                className="min-w-0 truncate font-mono text-12 text-cell hover:underline"
              >
                {event.type}
              </Link>
              <span className="shrink-0 text-12 text-ink-3">
                <Time at={event.timestamp} />
              </span>
            </div>
            <p className="truncate text-12 text-ink-2" title={detailOf(event)}>
              {detailOf(event) !== "" && (
                <>
                  <bdi>{detailOf(event)}</bdi>,{" "}
                </>
              )}
              by <bdi>{actorOf(event)}</bdi>
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
