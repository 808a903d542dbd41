import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import { api } from "../api.ts";
import { customerOf, deliveriesQuery } from "../events/read.ts";
import { Panel } from "../ui/Panel.tsx";
import { Table } from "../ui/Table.tsx";
import { Time, useNow } from "../ui/Time.tsx";
import { counted } from "../ui/figures.ts";

const columns = ["Happened", "Event", "Customer", "Why"] as const;

/** As many events after the cursor are looked at. */
const ahead = 100;
/** As many of them are shown. */
const shownAtMost = 15;
/** What waits for less is on its way, in milliseconds. */
const patienceMs = 3_000;

/** Why it waits, in few words; the whole sentence is in the tooltip. */
const reasons: Readonly<Partial<Record<DeliveryView["reason_code"], string>>> = {
  receiver_down: "The receiver is down",
  paused: "The endpoint is paused",
  disabled: "The endpoint is off",
  behind_event: "Behind an earlier event of this customer",
  waits_turn: "Waits its turn",
};

/** What the receiver does not have yet, oldest first, and why. */
export function Waiting({ id, status }: { readonly id: string; readonly status: EndpointStatus }) {
  const { cursor, behind_by: behind, oldest_waiting_at: oldest } = status;
  const now = useNow(2_000);
  const isLate = oldest !== null && now - Date.parse(oldest) > patienceMs;
  const isBeyond = isLate && status.feed_head > cursor;
  const events = useQuery({
    queryKey: ["eventsAfter", cursor],
    queryFn: () => api.events.list({ after: cursor, limit: ahead }),
    enabled: isBeyond,
    staleTime: 0,
  });
  const deliveries = useQuery({
    ...deliveriesQuery({ from: cursor + 1, to: cursor + ahead }),
    enabled: isBeyond,
  });
  if (!isBeyond) return null;
  // The contract names the body of the API loosely; it is the envelope of deliveries.
  const told = (events.data?.data ?? []) as unknown as EventEnvelope[];
  const bySequence = new Map(told.map((event) => [event.sequence, event]));
  const rows = (deliveries.data?.data ?? [])
    .filter(
      (each) => each.endpoint_id === id && (each.state === "waiting" || each.state === "retrying"),
    )
    .slice(0, shownAtMost);
  if (rows.length === 0) return null;
  return (
    <Panel
      title="Not received yet"
      aside={<span className="text-12 text-ink-2">{counted(behind, "event")}, oldest first</span>}
    >
      <Table label="Not received yet" columns={columns} className="min-w-[720px]">
        {rows.map(({ sequence, event_id, reason, reason_code }) => {
          const event = bySequence.get(sequence);
          return (
            <tr key={event_id} className="h-10 border-b border-line last:border-b-0">
              <td className="w-28 py-1 pr-3 pl-5 text-ink-2">
                {event && <Time at={event.timestamp} as="seconds" />}
              </td>
              <td className="px-3">
                <Link
                  to="/events"
                  search={{ event: event_id }}
                  className="font-mono text-12 text-cell underline"
                >
                  {event?.type ?? `position ${sequence}`}
                </Link>
              </td>
              <td
                className="max-w-60 truncate px-3 text-left font-[560]"
                title={event && customerOf(event)}
                dir="auto"
              >
                {event && customerOf(event)}
              </td>
              <td className="max-w-[320px] truncate py-1 pr-5 pl-3 text-retry" title={reason}>
                {reasons[reason_code] ?? reason}
              </td>
            </tr>
          );
        })}
      </Table>
      {behind > rows.length && (
        <p className="border-t border-line px-5 py-2 text-12 text-ink-3">
          And {(behind - rows.length).toLocaleString()} more.
        </p>
      )}
    </Panel>
  );
}
