import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import { queries } from "../api.ts";
import { deliveriesQuery } from "./read.ts";
import { positionsOf, rangesOf } from "./useFates.ts";

/** One event that can be sent to one endpoint again. */
export interface Resend {
  readonly event: EventEnvelope;
  readonly delivery: DeliveryView;
}

/** What sending chosen events again would do at each endpoint. */
export interface ResendPlan {
  readonly byEndpoint: ReadonlyMap<string, readonly Resend[]>;
  /** Deliveries that are on their way anyway. */
  readonly onTheirWay: number;
}

const onTheWay: ReadonlySet<DeliveryView["state"]> = new Set(["waiting", "retrying"]);
const never: ReadonlySet<DeliveryView["state"]> = new Set(["not_subscribed", "before_start"]);

/** Counts what would be sent, and sends nothing. */
export async function planResends(
  events: readonly EventEnvelope[],
  endpoint: string | undefined,
): Promise<ResendPlan> {
  const byId = new Map(events.map((event) => [event.id, event]));
  const read = await Promise.all(
    rangesOf(events).map((range) =>
      queries.fetchQuery({ ...deliveriesQuery(positionsOf(range)), staleTime: 0 }),
    ),
  );
  const mine = read
    .flatMap(({ data }) => data)
    .filter(
      ({ endpoint_id, state }) => !never.has(state) && (endpoint ?? endpoint_id) === endpoint_id,
    )
    .flatMap((delivery) => {
      const event = byId.get(delivery.event_id);
      return event ? [{ event, delivery }] : [];
    })
    // As they happened, so that a receiver gets them in their order.
    .toSorted((one, other) => one.event.sequence - other.event.sequence);
  const settled = mine.filter(({ delivery }) => !onTheWay.has(delivery.state));
  return {
    byEndpoint: Map.groupBy(settled, ({ delivery }) => delivery.endpoint_id),
    onTheirWay: mine.length - settled.length,
  };
}

/** How those of an endpoint ended before, in words: `2 delivered, 1 failed`. */
export function endingsOf(
  resends: readonly Resend[],
  wordOf: (delivery: DeliveryView) => string,
): string {
  const by = Map.groupBy(resends, ({ delivery }) => wordOf(delivery).toLowerCase());
  return [...by].map(([word, those]) => `${those.length} ${word}`).join(", ");
}
