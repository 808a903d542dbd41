import { useEffect, useState } from "react";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { DeliveryView } from "../../../src/contract/resources/view.ts";
import type { EventSearch, Feed } from "./useFeed.ts";
import { useFates, type Fates } from "./useFates.ts";

/** The service does not find events by their outcome: they are looked through here, this many before it is asked whether to go on. */
const lookedAtOnce = 1_000;
/** As many rows fill the page. */
const enough = 40;

/** The events that the outcome filter lets through, and how many were looked through for them. */
export interface Found {
  readonly rows: readonly EventEnvelope[];
  readonly looked: number;
  readonly isLooking: boolean;
  /** Looks through more; undefined at the beginning of the feed, and while it is looked. */
  readonly lookOn: (() => void) | undefined;
}

/** Whether an outcome is asked for, so that rows depend on it. */
export const asksForOutcome = ({ state, endpoint }: EventSearch): boolean =>
  state !== undefined || endpoint !== undefined;

/** Reads the feed back until enough events are found, or its beginning is reached, or many were looked through. */
export function useFound(feed: Feed, search: EventSearch): Found {
  const isAsked = asksForOutcome(search);
  const [limit, setLimit] = useState(lookedAtOnce);
  const { events, hasNextPage, isFetchingNextPage, fetchNextPage } = feed;
  const fates = useFates(isAsked ? events : []);
  const rows = isAsked ? events.filter(({ id }) => fits(fates, id, search)) : events;
  const wantsMore = isAsked && hasNextPage && rows.length < enough && events.length < limit;
  useEffect(() => {
    if (wantsMore && fates.isRead && !isFetchingNextPage) void fetchNextPage();
  }, [wantsMore, fates.isRead, isFetchingNextPage, fetchNextPage]);
  const isLooking = isAsked && (wantsMore || !fates.isRead || isFetchingNextPage);
  return {
    rows,
    looked: events.length,
    isLooking,
    lookOn:
      isAsked && hasNextPage && !isLooking
        ? () => {
            setLimit(events.length + lookedAtOnce);
            void fetchNextPage();
          }
        : undefined,
  };
}

const fits = ({ byEvent }: Fates, id: string, search: EventSearch) =>
  byEvent.get(id)?.some((each) => isWanted(each, search)) === true;

/** An endpoint that was never to get an event has no outcome of it. */
function isWanted({ endpoint_id, state }: DeliveryView, search: EventSearch): boolean {
  if (search.endpoint !== undefined && endpoint_id !== search.endpoint) return false;
  if (search.state !== undefined) return state === search.state;
  return state !== "not_subscribed" && state !== "before_start";
}
