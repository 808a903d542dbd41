import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import { api, queries } from "../api.ts";
import { doEach } from "../batch.ts";
import { Button } from "../ui/Button.tsx";
import { wordOf } from "../ui/Circuit.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { counted } from "../ui/figures.ts";
import { Failure } from "../ui/Note.tsx";
import { Refusals } from "../ui/Refusals.tsx";
import { customerOf, endpointName, endpointsQuery } from "./read.ts";
import { endingsOf, planResends, type Resend } from "./resends.ts";

interface ResendDialogProps {
  readonly events: readonly EventEnvelope[];
  /** The one endpoint that is meant; all without. */
  readonly endpoint: string | undefined;
  readonly onClose: () => void;
}

/** Sends chosen events again: counted for each endpoint before, and what was refused listed after. */
export function ResendDialog({ events, endpoint, onClose }: ResendDialogProps) {
  return (
    <Dialog title={`Resend ${counted(events.length, "event")}`} open onClose={onClose}>
      <Resending events={events} endpoint={endpoint} onClose={onClose} />
    </Dialog>
  );
}

function Resending({ events, endpoint, onClose }: ResendDialogProps) {
  const id = useId();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [sent, setSent] = useState(0);
  const plan = useQuery({
    queryKey: ["count", id],
    queryFn: () => planResends(events, endpoint),
    gcTime: 0,
    staleTime: Infinity,
  });
  const toSend = [...(plan.data?.byEndpoint ?? [])].flatMap(([to, those]) =>
    left.has(to) ? [] : those,
  );
  const run = useMutation({
    mutationFn: () =>
      doEach(
        toSend,
        ({ event, delivery }) =>
          api.endpointEvents.resend({ id: delivery.endpoint_id, event_id: event.id }),
        setSent,
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["flow"] }),
  });
  if (run.isSuccess) {
    return (
      <div className="grid gap-4">
        <p role="status">
          {(toSend.length - run.data.length).toLocaleString()} of{" "}
          {counted(toSend.length, "delivery", "deliveries")} will be sent again.
        </p>
        <Refusals refused={run.data} nameOf={nameOf} />
        <div className="flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    );
  }
  return (
    <div className="grid gap-4">
      {plan.isPending && <p role="status">Counting…</p>}
      {plan.isError && <Failure error={plan.error} retry={() => void plan.refetch()} />}
      {plan.data && (
        <Choice
          byEndpoint={plan.data.byEndpoint}
          onTheirWay={plan.data.onTheirWay}
          left={left}
          setLeft={setLeft}
        />
      )}
      {run.isPending && (
        <p role="status">
          {sent.toLocaleString()} of {toSend.length.toLocaleString()} asked for
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{toSend.length === 0 ? "Close" : "Leave it"}</Button>
        {toSend.length > 0 && (
          <Button look="strong" disabled={run.isPending} onClick={() => run.mutate()}>
            Resend, {toSend.length.toLocaleString()}
          </Button>
        )}
      </div>
    </div>
  );
}

const nameOf = ({ event }: Resend) =>
  `${event.type} of ${customerOf(event)}, position ${event.sequence}`;

interface ChoiceProps {
  readonly byEndpoint: ReadonlyMap<string, readonly Resend[]>;
  readonly onTheirWay: number;
  /** Endpoints that are left out. */
  readonly left: ReadonlySet<string>;
  readonly setLeft: (left: ReadonlySet<string>) => void;
}

/** What would be sent to which endpoint, each of which can be left out. */
function Choice({ byEndpoint, onTheirWay, left, setLeft }: ChoiceProps) {
  const { data: endpoints } = useQuery(endpointsQuery);
  const names = new Map(endpoints?.data.map((each) => [each.id, endpointName(each)]));
  return (
    <>
      {byEndpoint.size === 0 ? (
        <p>Nothing of it can be sent again.</p>
      ) : (
        <fieldset className="grid gap-2">
          <legend className="pb-2 text-ink-2">
            With their own ids, so that a receiver knows them again. To:
          </legend>
          {[...byEndpoint].map(([to, resends]) => (
            <label key={to} className="flex items-start gap-2">
              <input
                type="checkbox"
                checked={!left.has(to)}
                onChange={() => setLeft(left.symmetricDifference(new Set([to])))}
                className="mt-0.5 size-4 shrink-0 accent-cell"
              />
              <span className="min-w-0">
                <span className="font-[560]" dir="auto">
                  {names.get(to) ?? to}
                </span>
                <span className="block text-12 text-ink-2">
                  {counted(resends.length, "event")}: {endingsOf(resends, wordOf)}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {onTheirWay > 0 && (
        <p className="text-12 text-ink-2">
          {counted(onTheirWay, "delivery", "deliveries")} not counted: on the way anyway.
        </p>
      )}
    </>
  );
}
