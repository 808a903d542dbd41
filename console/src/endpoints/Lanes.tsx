import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Table } from "../ui/Table.tsx";
import { Countdown } from "../ui/Time.tsx";
import { CountedButton } from "./Counted.tsx";
import { useCustomerNames } from "./read.ts";
import { counted } from "../ui/figures.ts";

const columns = [
  "Customer",
  "Event that failed",
  { label: "Attempts", isNumber: true },
  { label: "Waiting", isNumber: true },
  "Next attempt",
  { label: "What to do", isUnseen: true },
] as const;

/** As many rows are shown before somebody asks for more. */
const step = 20;

interface LanesProps {
  readonly id: string;
  readonly status: EndpointStatus;
  readonly because: string | undefined;
}

/** Customers whose events wait behind one that the receiver did not take. */
export function Lanes({ id, status, because }: LanesProps) {
  const [shown, setShown] = useState(step);
  const lanes = status.lanes.slice(0, shown);
  const names = useCustomerNames(lanes.map(({ customer_id }) => customer_id));
  const isHeld = status.state !== "active";
  return (
    <Panel
      title="Waiting behind a failure"
      aside={<span className="text-12 text-ink-2">{counted(status.lanes.length, "customer")}</span>}
    >
      <Table label="Customers that wait" columns={columns} className="min-w-[720px]">
        {lanes.map((lane) => (
          <tr key={lane.customer_id} className="h-10 border-b border-line last:border-b-0">
            <th scope="row" className="py-1 pr-3 pl-5 text-left font-[560]" dir="auto">
              <Link
                to="/customers/$id"
                params={{ id: lane.customer_id }}
                className="hover:underline"
              >
                {names.get(lane.customer_id) ?? lane.customer_id}
              </Link>
            </th>
            <td className="px-3">
              <Link
                to="/events"
                search={{ event: lane.head_event_id, customer: lane.customer_id }}
                className="font-mono text-12 text-cell underline"
              >
                {lane.head_event_type}
              </Link>
            </td>
            <td className="px-3 text-right text-retry">{lane.attempts} of 10</td>
            <td className="px-3 text-right">{lane.waiting}</td>
            <td className="px-3 text-ink-2">
              {isHeld ? "when it takes deliveries" : <Countdown to={lane.next_attempt_at} />}
            </td>
            <td className="py-1 pr-5 pl-3 text-right">
              <CountedButton
                small
                label="Skip it"
                title="Skip this event"
                look="quiet"
                because={because}
                count={() => Promise.resolve(lane)}
                says={({ head_event_type, waiting }) =>
                  `1 event, ${head_event_type}, is given up at this endpoint. ${
                    waiting > 1
                      ? `The ${counted(waiting - 1, "event")} of this customer that ${waiting === 2 ? "waits" : "wait"} behind it go at once.`
                      : "Nothing waits behind it."
                  } It can be sent again later by a replay.`
                }
                verb={() => "Skip 1 event"}
                run={() => api.endpointEvents.skip({ id, event_id: lane.head_event_id })}
              />
            </td>
          </tr>
        ))}
      </Table>
      {status.lanes.length > shown && (
        <div className="border-t border-line px-5 py-3">
          <Button small onClick={() => setShown(shown + step)}>
            Show {Math.min(step, status.lanes.length - shown)} more
          </Button>
        </div>
      )}
    </Panel>
  );
}
