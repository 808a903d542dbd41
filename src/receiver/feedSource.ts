import type { Arrival } from "./inbox.ts";

/** An event as the pull API gives it: the body that a delivery carries. */
export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
}

/** A manifest: what an endpoint was to get of a range. */
export interface FeedManifest {
  readonly from: number;
  readonly to: number;
  /** The filter; null for all. */
  readonly events: readonly string[] | null;
  readonly count: number;
  readonly hash: string;
  readonly starts_chain: boolean;
}

/** An account of a range by the service. */
export interface FeedAccount {
  /** The first position that is kept, where the range began before it. */
  readonly from: number;
  readonly to: number;
  readonly matching: number;
  readonly not_delivered: readonly {
    readonly sequence: number;
    readonly event_id: string;
    readonly state: string;
  }[];
}

/** Where missing events are fetched: a client of `heliograph/sdk`, or `feedClient()`, which is smaller. */
export interface FeedSource {
  readonly events: {
    list(query: {
      after?: number;
      limit?: number;
    }): Promise<{ readonly data: readonly FeedEvent[]; readonly next: string | null }>;
  };
  readonly endpoints: {
    get(which: { id: string }): Promise<{ readonly events: readonly string[] | null }>;
    reconcile(range: { id: string; from?: number; to?: number }): Promise<FeedAccount>;
  };
  readonly manifests: {
    list(query: { id: string; after?: string; limit?: number }): Promise<{
      readonly data: readonly FeedManifest[];
      readonly next: string | null;
      readonly open: FeedManifest | null;
    }>;
  };
}

/**
 * The few reads of the REST API that a gate needs.
 * @param options.url where the service is reached, for example `https://example.com/heliograph`.
 * @param options.key of the organization whose feed it is, with the scopes `events:read` and `endpoints:read`.
 * @throws {Error} at each call that is not answered with 200, with its `status`, and the `rule` if one refused.
 * @example gate: { source: feedClient({ url: "http://localhost:4400", key }), endpoint: "end_…" }
 */
export function feedClient({ url, key }: { url: string; key: string }): FeedSource {
  async function read<T>(path: string, query: object = {}): Promise<T> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) search.set(name, String(value));
    const target = `${url.replace(/\/+$/, "")}/v1${path}?${search.toString()}`;
    const response = await fetch(target, {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(answerLimitMs),
    });
    const text = await response.text();
    if (response.status === 200) return JSON.parse(text) as T;
    const said = `GET /v1${path} was answered ${response.status}: ${text.slice(0, 200)}`;
    throw Object.assign(new Error(said), { status: response.status, rule: ruleIn(text) });
  }
  const endpoint = (id: string, part = "") => `/endpoints/${encodeURIComponent(id)}${part}`;
  return {
    events: { list: (query) => read("/events", query) },
    endpoints: {
      get: ({ id }) => read(endpoint(id)),
      reconcile: ({ id, ...range }) => read(endpoint(id, "/reconcile"), range),
    },
    manifests: { list: ({ id, ...query }) => read(endpoint(id, "/manifests"), query) },
  };
}

/** @returns the rule that a problem names, undefined when it names none or is none. */
function ruleIn(text: string): string | undefined {
  try {
    const { rule } = JSON.parse(text) as { rule?: unknown };
    return typeof rule === "string" ? rule : undefined;
  } catch {
    return undefined; // something else answered in the service's place
  }
}

/**
 * The error of either client when the service refused because it does not keep all that was asked for.
 * @throws {unknown} any other error.
 */
function refusalOf(error: unknown): Error {
  if (error instanceof Error && "rule" in error && error.rule === "history_kept") return error;
  throw error;
}

/** How long the service may take for a page, in milliseconds. */
const answerLimitMs = 30_000;

/** Events that are read at once at most. */
const pageLimit = 200;

/** A part of the feed. */
export interface FeedPart {
  readonly events: readonly FeedEvent[];
  /** Its last position. */
  readonly end: number;
  /** Whether the service still keeps it; it has no events otherwise. */
  readonly isKept: boolean;
}

/**
 * The feed after a position and up to another, part by part.
 * @param range.endpoint of which the service accounts, to learn where a feed begins of which nothing is left.
 */
export async function* readFeed(
  source: FeedSource,
  {
    after,
    to = Number.MAX_SAFE_INTEGER,
    endpoint,
  }: { after: number; to?: number | undefined; endpoint?: string | undefined },
): AsyncGenerator<FeedPart, void, undefined> {
  for (let position = after; position < to;) {
    const page = await source.events.list({ after: position, limit: pageLimit }).catch(refusalOf);
    if (page instanceof Error) {
      const first = (await firstKept(source, endpoint)) ?? to + 1;
      if (first - 1 <= position || first > Number.MAX_SAFE_INTEGER) throw page;
      position = Math.min(first - 1, to);
      yield { events: [], end: position, isKept: false };
      continue;
    }
    const events = page.data.filter(({ sequence }) => sequence <= to);
    yield { events, end: events.at(-1)?.sequence ?? position, isKept: true };
    const last = page.data.at(-1)?.sequence;
    if (page.next === null || last === undefined || last <= position) return;
    position = last;
  }
}

/** @returns undefined when nothing is left of the feed, and no endpoint is given to ask for where it would go on. */
async function firstKept(
  source: FeedSource,
  endpoint: string | undefined,
): Promise<number | undefined> {
  const { data } = await source.events.list({ after: 0, limit: 1 });
  if (data[0] || endpoint === undefined) return data[0]?.sequence;
  return (await source.endpoints.reconcile({ id: endpoint, from: 1 })).from;
}

/** Positions of a range that the endpoint's owner has skipped: they are not missing. */
export async function readSkipped(
  source: FeedSource,
  { endpoint, from, to }: { endpoint: string; from: number; to: number },
): Promise<Map<number, string>> {
  const skipped = new Map<number, string>();
  for (let position = from; position <= to;) {
    const account = await source.endpoints.reconcile({ id: endpoint, from: position, to });
    const told = account.not_delivered;
    for (const { sequence, event_id, state } of told) {
      if (state === "skipped") skipped.set(sequence, event_id);
    }
    if (told.length < 1_000) return skipped; // the first thousand are told
    position = (told.at(-1)?.sequence ?? to) + 1;
  }
  return skipped;
}

/** An event with what the inbox wants to know of it; `sequence` is not a number when the body has another format. */
export function arrivalOf(
  event: { readonly id: string; readonly type: string },
  came: Pick<Arrival, "previous" | "isReplay" | "via" | "body" | "receivedAtMs">,
): Arrival {
  const fields = event as {
    sequence?: unknown;
    customer_sequence?: unknown;
    data?: { customer?: { id?: unknown } };
  };
  const customer = fields.data?.customer?.id;
  return {
    ...came,
    id: event.id,
    type: event.type,
    lane: typeof customer === "string" ? customer : event.id,
    sequence: typeof fields.sequence === "number" ? fields.sequence : Number.NaN,
    customerSequence: typeof fields.customer_sequence === "number" ? fields.customer_sequence : 0,
  };
}
