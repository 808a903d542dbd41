import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { EndpointStatus } from "../../../src/contract/resources/delivery.ts";
import { api } from "../api.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Table } from "../ui/Table.tsx";
import { Time } from "../ui/Time.tsx";
import { CountedButton } from "./Counted.tsx";
import { readAgain, useCustomerNames } from "./read.ts";
import { counted } from "../ui/figures.ts";

const columns = [
  "Event",
  "Customer",
  "Last answer",
  "Given up",
  { label: "What to do", isUnseen: true },
] as const;

/** As many rows are shown before somebody asks for more. */
const step = 20;

interface DeadProps {
  readonly id: string;
  readonly dead: EndpointStatus["dead"];
  readonly because: string | undefined;
}

/** Events that were given up after the last attempt: to be sent again, or left for good. */
export function Dead({ id, dead, because }: DeadProps) {
  const [shown, setShown] = useState(step);
  const rows = dead.slice(0, shown);
  const names = useCustomerNames(rows.map(({ customer_id }) => customer_id));
  const resend = useMutation({
    mutationFn: (eventId: string) => api.deadEvents.resend({ id, event_id: eventId }),
    onSettled: readAgain,
  });
  return (
    <Panel
      title={`Given up, ${counted(dead.length, "event")}`}
      aside={
        <span className="flex flex-wrap gap-2">
          <ResendAll id={id} because={because} />
          <CountedButton
            small
            label="Skip all"
            title="Skip all that were given up"
            look="danger"
            because={because}
            count={() => api.allDeadEvents.skip({ id, dry_run: true })}
            says={({ matched }) =>
              `${counted(matched, "event")} will never be sent to this endpoint by itself. They stay in the feed, and a replay still sends them.`
            }
            verb={({ matched }) => (matched > 0 ? `Skip ${counted(matched, "event")}` : null)}
            run={() => api.allDeadEvents.skip({ id })}
          />
        </span>
      }
    >
      {resend.isError && (
        <div className="px-5 pt-3">
          <Failure error={resend.error} />
        </div>
      )}
      <Table label="Events given up" columns={columns} className="min-w-[760px]">
        {rows.map((each) => (
          <tr key={each.event_id} className="h-10 border-b border-line last:border-b-0">
            <th scope="row" className="py-1 pr-3 pl-5 text-left font-[450]">
              <Link
                to="/events"
                search={{ event: each.event_id }}
                className="font-mono text-12 text-cell underline"
              >
                {each.event_type}
              </Link>
            </th>
            <td className="px-3" dir="auto">
              {names.get(each.customer_id) ?? each.customer_id}
            </td>
            <td className="max-w-[220px] truncate px-3 text-fail" title={each.last_error}>
              {each.last_error}, after {each.attempts} attempts
            </td>
            <td className="px-3 text-ink-2">
              <Time at={each.dead_at} />
            </td>
            <td className="py-1 pr-5 pl-3">
              <span className="flex justify-end gap-2">
                <Button
                  small
                  because={because}
                  disabled={resend.isPending}
                  onClick={() => resend.mutate(each.event_id)}
                >
                  Resend
                </Button>
                <CountedButton
                  small
                  label="Skip"
                  title="Skip this event"
                  look="quiet"
                  because={because}
                  count={() => Promise.resolve(each)}
                  says={({ event_type }) =>
                    `1 event, ${event_type}, is given up for good at this endpoint. It stays in the feed, and a replay still sends it.`
                  }
                  verb={() => "Skip 1 event"}
                  run={() => api.deadEvents.skip({ id, event_id: each.event_id })}
                />
              </span>
            </td>
          </tr>
        ))}
      </Table>
      {dead.length > shown && (
        <div className="border-t border-line px-5 py-3">
          <Button small onClick={() => setShown(shown + step)}>
            Show {Math.min(step, dead.length - shown)} more
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** Sends all that were given up again, counted before. */
export function ResendAll({
  id,
  because,
}: {
  readonly id: string;
  readonly because: string | undefined;
}) {
  return (
    <CountedButton
      small
      label="Resend all"
      title="Resend all that were given up"
      because={because}
      count={() => api.allDeadEvents.resend({ id, dry_run: true })}
      says={({ matched, queued }) =>
        `${counted(matched, "event was", "events were")} given up here. ${counted(queued, "of them is", "of them are")} sent again, in order, with the same ids.`
      }
      verb={({ queued }) => (queued > 0 ? `Resend ${counted(queued, "event")}` : null)}
      run={() => api.allDeadEvents.resend({ id })}
    />
  );
}
