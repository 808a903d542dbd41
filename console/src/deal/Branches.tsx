import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import { api, queries } from "../api.ts";
import { Circuit, fateInk, fateOf, wordOf } from "../ui/Circuit.tsx";
import { Countdown, spanOf } from "../ui/Time.tsx";

interface BranchesProps {
  readonly event: EventEnvelope;
  readonly deliveries: readonly DeliveryView[];
  /** Endpoints by their ids. */
  readonly names: ReadonlyMap<string, string>;
}

/** The branches of one change: a line to each endpoint, and how it ended. */
export function Branches({ event, deliveries, names }: BranchesProps) {
  if (deliveries.length === 0) return null;
  return (
    <ul
      aria-label={`Deliveries of ${event.type}`}
      className="w-full shrink-0 lg:-ml-2 lg:w-[380px]"
    >
      {deliveries.map((delivery) => (
        <li key={delivery.endpoint_id} className="flex min-h-[25px] items-center gap-2">
          <Circuit fate={fateOf(delivery)} width={34} label={wordOf(delivery)} />
          <Link
            to="/endpoints/$id"
            params={{ id: delivery.endpoint_id }}
            className="min-w-0 flex-1 truncate text-left hover:underline"
            dir="auto"
            title={names.get(delivery.endpoint_id)}
          >
            {names.get(delivery.endpoint_id) ?? delivery.endpoint_id}
          </Link>
          <Ending delivery={delivery} />
        </li>
      ))}
    </ul>
  );
}

function Ending({ delivery }: { readonly delivery: DeliveryView }) {
  const { endpoint_id: id, event_id, sequence, state } = delivery;
  const again = useMutation({
    mutationFn: async () => {
      if (state === "dead") await api.deadEvents.resend({ id, event_id });
      else await api.endpoints.replay({ id, from: sequence, to: sequence });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["flow", "deliveries"] }),
  });
  const canResend = state === "dead" || state === "delivered";
  return (
    <>
      <span
        title={again.error ? again.error.message : delivery.reason}
        className={`shrink-0 text-12 tabular-nums ${fateInk[fateOf(delivery)]} ${state === "delivered" ? "!text-ink-2" : ""}`}
      >
        {again.isError ? "Not resent" : <Outcome delivery={delivery} />}
      </span>
      <span className="size-6 shrink-0">
        {canResend && (
          <button
            type="button"
            aria-label={state === "dead" ? "Resend" : "Send again"}
            title={state === "dead" ? "Resend" : "Send again"}
            disabled={again.isPending}
            onClick={() => again.mutate()}
            className="inline-flex size-6 items-center justify-center rounded-tag border border-line text-ink-3 hover:bg-sunken hover:text-ink"
          >
            <RotateCw size={11} aria-hidden />
          </button>
        )}
      </span>
    </>
  );
}

function Outcome({ delivery }: { readonly delivery: DeliveryView }) {
  const { state, last_status_code, duration_ms, next_attempt_at, attempts } = delivery;
  if (state === "delivered") {
    return `${last_status_code ?? ""}${duration_ms === null ? "" : ` in ${spanOf(duration_ms)}`}`;
  }
  if (next_attempt_at !== null) {
    return (
      <>
        {last_status_code ?? wordOf(delivery)}, attempt {attempts + 1}{" "}
        <Countdown to={next_attempt_at} />
      </>
    );
  }
  if (state === "dead") return `${last_status_code ?? "No answer"}, gave up after ${attempts}`;
  return wordOf(delivery);
}
