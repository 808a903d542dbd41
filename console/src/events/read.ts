import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { InboundData } from "../../../src/contract/inbound.ts";
import { api } from "../api.ts";

/** What pages read of the feed and of deliveries, told once. */

/** Beyond every position: the feed is read from its end. */
const end = Number.MAX_SAFE_INTEGER;
/** Events read at once. */
const pageSize = 100;

export interface EventFilter {
  readonly type?: string | undefined;
  readonly customer?: string | undefined;
}

/** A page of the feed, newest first. */
export interface FeedPage {
  readonly events: EventEnvelope[];
  /** Position that the next page begins before; null at the beginning of the feed. */
  readonly next: string | null;
}

/** The feed, newest first, page by page to its very beginning. */
export const feedQuery = ({ type, customer }: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ["feed", type ?? null, customer ?? null],
    initialPageParam: end,
    queryFn: async ({ pageParam }): Promise<FeedPage> => {
      const page = await api.events.list({
        before: pageParam,
        limit: pageSize,
        ...(type !== undefined && { type }),
        ...(customer !== undefined && { customer_id: customer }),
      });
      // The contract names the body of the API loosely; it is the envelope of deliveries.
      return { events: page.data as unknown as EventEnvelope[], next: page.next };
    },
    getNextPageParam: ({ next }) => (next === null ? undefined : Number(next)),
    // Thousands of events would be compared field by field whenever one comes; they never change.
    structuralSharing: false,
    // What happened is never otherwise: only what is new is added, by the stream (`useFeed`).
    staleTime: Infinity,
    refetchOnReconnect: false,
  });

/** Up to which position the feed is no longer kept; 0 while all of it is. */
export const keptAfterQuery = queryOptions({
  queryKey: ["feedKeptAfter"],
  queryFn: async () => {
    const oldest = await api.events.list({ after: 0, limit: 1 });
    return ((oldest.data as unknown as EventEnvelope[])[0]?.sequence ?? 1) - 1;
  },
  staleTime: 600_000,
});

/** Position of the feed's newest event; 0 while it is empty. Read anew each time. */
export const headQuery = queryOptions({
  queryKey: ["feedHead"],
  queryFn: async () => {
    const newest = await api.events.list({ before: end, limit: 1 });
    return (newest.data as unknown as EventEnvelope[])[0]?.sequence ?? 0;
  },
  staleTime: 0,
  gcTime: 0,
});

/** As many positions as a range of the feed has; they begin at 1. */
export const rangeSpan = 100;

/** A range of the whole feed by its number from 0; what happened before the newest is never changed. */
export const rangeQuery = (range: number) =>
  queryOptions({
    queryKey: ["feedRange", range],
    queryFn: async () => {
      const page = await api.events.list({ before: (range + 1) * rangeSpan + 1, limit: rangeSpan });
      return page.data as unknown as EventEnvelope[];
    },
    staleTime: Infinity,
    structuralSharing: false,
    gcTime: 60_000,
  });

/** How often what is under way is looked at again, in milliseconds. */
const underWayMs = 1_500;

/** Where the events of a range of the feed stand at each endpoint; read again while something is under way. */
export const deliveriesQuery = (range: {
  from: number;
  to: number;
  customer?: string | undefined;
}) =>
  queryOptions({
    queryKey: ["flow", "deliveries", range.from, range.to, range.customer ?? null],
    queryFn: () =>
      api.deliveries.get({
        from: range.from,
        to: range.to,
        ...(range.customer !== undefined && { customer_id: range.customer }),
      }),
    enabled: range.to >= range.from && range.from > 0,
    refetchInterval: ({ state }) =>
      state.data?.data.some((each) => each.state === "waiting" || each.state === "retrying")
        ? underWayMs
        : false,
  });

/** An organization's endpoints. */
export const endpointsQuery = queryOptions({
  queryKey: ["flow", "endpoints"],
  queryFn: () => api.endpoints.list({ limit: 200 }),
});

/** How an endpoint is called: by what it is for, else by its host. */
export function endpointName({
  description,
  url,
}: {
  description: string | null;
  url: string;
}): string {
  if (description !== null) return description;
  const { host, pathname } = new URL(url);
  return `${host}${pathname === "/" ? "" : pathname}`;
}

/** The customer's name in an event; of what came in, what it is and what it is about. */
export function customerOf(event: EventEnvelope): string {
  const { vendor_event, entity } = event.data as Partial<InboundData>;
  if (vendor_event !== undefined) {
    const about = entity ? `${entity.kind.replaceAll("_", " ")} ${entity.id}` : "";
    return [vendor_event ?? "Not named", about].filter((word) => word !== "").join(", ");
  }
  const { customer } = event.data as { customer?: { first_name?: string; last_name?: string } };
  return customer ? `${customer.first_name ?? ""} ${customer.last_name ?? ""}`.trim() : "";
}

/** The deal that an event is about, when it is about one. */
export const dealOf = (event: EventEnvelope): string | undefined =>
  (event.data as { survey?: { id?: string } }).survey?.id;

type Told = { readonly [name: string]: unknown };

/** What tells this event from others of its type: a title, a name, the first words, or what changed. */
export function detailOf(event: EventEnvelope): string {
  const data = event.data as Readonly<Record<string, Told | null | undefined>>;
  for (const record of [
    "milestone",
    "note",
    "install_note",
    "file",
    "appointment",
    "change_order",
  ]) {
    const told = data[record];
    const words =
      told && (told["title"] ?? told["body"] ?? told["name"] ?? told["reason"] ?? told["type"]);
    if (typeof words === "string") return words.length > 80 ? `${words.slice(0, 80)}…` : words;
  }
  return changesOf(event);
}

/** When something was written down stands beside the event already. */
const isTold = (name: string) => !name.endsWith("_at");

function changesOf({ changes }: EventEnvelope): string {
  const told = Object.entries((changes ?? {}) as Record<string, { from: unknown; to: unknown }>)
    .filter(([name, { from, to }]) => isTold(name) && isShort(from) && isShort(to))
    .map(([name, { from, to }]) => {
      const field = name.split(".").at(-1) ?? name;
      return `${field.replace(/_(cents|on)$/, "").replaceAll("_", " ")} ${shown(field, from)} → ${shown(field, to)}`;
    });
  return told.slice(0, 2).join(", ");
}

const isShort = (value: unknown) => typeof value !== "object" || value === null;

function shown(field: string, value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "number") {
    return (field.endsWith("_cents") ? value / 100 : value).toLocaleString("en-US");
  }
  const text = JSON.stringify(value).replaceAll('"', "").replaceAll("_", " ");
  return isolated(text.length > 24 ? `${text.slice(0, 24)}…` : text);
}

/** Arabic and Hebrew keep their direction to themselves: the arrow beside them stays between old and new. */
const isolated = (text: string) => (/[\u0590-\u08ff]/.test(text) ? `\u2068${text}\u2069` : text);

/** Who did it, in words. */
export function actorOf({ actor }: EventEnvelope): string {
  const kinds: Record<string, string> = {
    user: "a user",
    api_key: "an API key",
    customer: "the customer",
    lender: "the lender",
    e_sign: "e-signature",
    callpilot: "CallPilot",
    system: "Heliograph",
  };
  return actor.name ?? kinds[actor.kind] ?? actor.kind;
}
