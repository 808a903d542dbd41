import type { EventEnvelope } from "../../../contract/catalogue.ts";
import { shortTime, type Columns } from "../../lib/show.ts";

/** What a person wants to see of an event in a list. */
export const eventColumns: Columns<EventEnvelope> = {
  sequence: (event) => event.sequence,
  time: (event) => shortTime(event.timestamp),
  type: (event) => event.type,
  customer: ({ data }) => `${data.customer.first_name} ${data.customer.last_name}`,
  id: (event) => event.id,
};
