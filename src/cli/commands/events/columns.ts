import { shortTime, type Columns } from "../../lib/show.ts";
import { whose, type FeedEvent } from "../../lib/whose.ts";

/** What a person wants to see of an event in a list. */
export const eventColumns: Columns<FeedEvent> = {
  sequence: (event) => event.sequence,
  time: (event) => shortTime(event.timestamp),
  type: (event) => event.type,
  customer: whose,
  id: (event) => event.id,
};
