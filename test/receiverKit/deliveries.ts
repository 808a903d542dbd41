import type { FeedEvent, FeedSource } from "../../src/receiver/index.ts";
import { sign } from "../../src/contract/signature.ts";

/** Feeds and their deliveries for tests of the receiver kit, as a sender makes them. */

export const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** An event of a made-up feed. */
export interface MadeEvent extends FeedEvent {
  readonly customer_sequence: number;
  readonly data: { readonly customer: { readonly id: string } };
  readonly [field: string]: unknown;
}

/** A feed in which customers and types follow each other as told. */
export function madeFeed(
  entries: readonly { readonly customer: number; readonly type?: string }[],
): MadeEvent[] {
  const counts = new Map<number, number>();
  return entries.map(({ customer, type = "new_note" }, index) => {
    const count = (counts.get(customer) ?? 0) + 1;
    counts.set(customer, count);
    return {
      id: `evt_${String(index + 1).padStart(6, "0")}`,
      type,
      sequence: index + 1,
      customer_sequence: count,
      data: { customer: { id: `cus_${customer}` } },
    };
  });
}

/** Those that an endpoint gets, each with the one before it. */
export function chainOf(
  feed: readonly MadeEvent[],
  types: readonly string[] | null = null,
): { event: MadeEvent; previous: number | null }[] {
  const matching = feed.filter(({ type }) => types === null || types.includes(type));
  return matching.map((event, index) => ({
    event,
    previous: matching[index - 1]?.sequence ?? null,
  }));
}

/** A delivery as it travels. */
export async function deliveryOf(
  event: { readonly id: string; readonly sequence?: number; readonly [field: string]: unknown },
  {
    previous = null,
    isReplay = false,
    signedWith = secret,
  }: { previous?: number | null; isReplay?: boolean; signedWith?: string } = {},
): Promise<{ headers: Record<string, string>; body: string }> {
  const body = JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = await sign({ secrets: [signedWith], id: event.id, timestamp, body });
  return {
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": event.id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
      "heliograph-sequence": String(event.sequence),
      ...(previous !== null && { "heliograph-previous": String(previous) }),
      ...(isReplay && { "heliograph-replay": "true" }),
    },
  };
}

/**
 * The pull API of a service whose feed is known. `skipped` are positions that the endpoint's owner has skipped; up to
 * `keptAfter` nothing is kept any more.
 */
export function sourceOf(
  feed: readonly FeedEvent[],
  {
    types = null,
    skipped = [],
    pageSize = 200,
    keptAfter = 0,
  }: {
    types?: readonly string[] | null;
    skipped?: readonly number[];
    pageSize?: number;
    keptAfter?: number;
  } = {},
): FeedSource {
  return {
    events: {
      async list({ after = 0, limit = pageSize }) {
        if (after > 0 && after < keptAfter)
          throw Object.assign(new Error("no longer kept"), { rule: "history_kept" });
        const rest = feed.filter(({ sequence }) => sequence > Math.max(after, keptAfter));
        const data = rest.slice(0, Math.min(limit, pageSize));
        return { data, next: rest.length > data.length ? String(data.at(-1)?.sequence) : null };
      },
    },
    endpoints: {
      get: async () => ({ events: types }),
      async reconcile({ from: asked = 0, to = feed.length }) {
        const from = keptAfter > 0 ? Math.max(asked, keptAfter + 1) : asked;
        const told = feed.filter(({ sequence }) => skipped.includes(sequence));
        const not_delivered = told
          .filter(({ sequence }) => sequence >= from && sequence <= to)
          .map(({ sequence, id }) => ({ sequence, event_id: id, state: "skipped" }));
        return { from, to, matching: feed.length, not_delivered };
      },
    },
    manifests: { list: async () => ({ data: [], next: null, open: null }) },
  };
}
