import type { EventEnvelope } from "../../contract/catalogue.ts";
import type { InboundEnvelope } from "../../contract/inbound.ts";

/** An entry of a feed: a fact of the flow, or what another system sent. */
export type FeedEvent = EventEnvelope | InboundEnvelope;

/** Whom an event is about, in a few words: the customer, or what another system sent of whom. */
export function whose(event: FeedEvent): string {
  if (event.type !== "inbound") {
    const { first_name, last_name } = event.data.customer;
    return `${first_name} ${last_name}`;
  }
  const { vendor_event, entity, source } = event.data;
  const what = vendor_event ?? "unrecognised";
  return `${source.inlet}: ${what}${entity === null ? "" : ` ${entity.id}`}`;
}
