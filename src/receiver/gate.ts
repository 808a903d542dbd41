import { arrivalOf, readFeed, readSkipped, type FeedEvent, type FeedSource } from "./feedSource.ts";
import type { Arrival, Gap, Inbox } from "./inbox.ts";
import type { ErrorContext } from "./lanes.ts";
import { wholeParts } from "./manifests.ts";
import { uncovered, type Range } from "./ranges.ts";

/**
 * Keeps each customer's events in order although some are missing: what comes too early waits until what is missing has
 * come or was fetched.
 */
export interface GateOptions {
  /**
   * Where missing events are fetched: `feedClient({ url, key })`, or a client of `heliograph/sdk`. Without one a gap is
   * waited for as long as `graceMs` says, and is lost then.
   */
  readonly source?: FeedSource;
  /** Id of the endpoint, `end_…`: its filter is read, what its owner skips is not fetched, and `reconcile()` works. */
  readonly endpoint?: string;
  /** Types of events that the endpoint gets, where its id is not given. All unless told. */
  readonly events?: readonly string[];
  /**
   * Position after which nothing may be missing; 0 is the beginning of the feed. Without, the inbox begins with the first
   * delivery it gets. Counts while the inbox is empty.
   */
  readonly from?: number;
  /**
   * How long something that is missing may still be on its way, in milliseconds, before it is fetched: a sender has events
   * of several customers under way at once. 3,000 unless told.
   */
  readonly graceMs?: number;
  /** Told once of each gap that could not be filled; `gaps()` lists them. */
  readonly onGap?: (gap: Gap) => void;
}

interface Given<Tx> {
  readonly inbox: Inbox<Tx>;
  readonly options: GateOptions;
  readonly now: () => number;
  readonly onError: (error: unknown, context: ErrorContext) => void;
  /** Told when a gap is to be looked at again, in milliseconds since the epoch. */
  readonly wakeAt: (ms: number) => void;
}

/** What was fetched, and up to where. */
export interface CaughtUp {
  /** Events that were missing and were stored. */
  readonly fetched: number;
  /** Last position of the feed that was read, or is no longer kept. */
  readonly position: number;
}

export interface Gate {
  readonly graceMs: number;
  /** Gaps that were closed here so far. */
  readonly closedCount: number;
  /** Fills gaps that had their time. */
  sweep(): Promise<void>;
  /** Stores what is missing after a position; up to another, or to the head of the feed. */
  pull(range: Pull): Promise<CaughtUp & { ids: string[] }>;
  /** The same for what comes after a position, and tells of what is no longer kept of it. */
  catchUp(after: number): Promise<CaughtUp>;
  /** Tells that a range is lost, but for what is here of it or was told before. */
  giveUp(range: Range): Promise<void>;
}

interface Pull {
  readonly after: number;
  readonly to?: number;
  readonly types?: Types;
  /** Told of each part that the service no longer keeps, before what comes after it is read. */
  readonly whenDropped: (range: Range) => unknown;
}

/** Types of events that match; null for all. */
type Types = readonly string[] | null;

/** Why a gap is lost that the service could once have filled. */
const notKept = "The service no longer keeps it";

/** How long to wait before a source that failed is asked again, in milliseconds. */
const sourceWaitMs = { first: 1_000, most: 60_000 };

export function createGate<Tx>({ inbox, options, now, onError, wakeAt }: Given<Tx>): Gate {
  const { source, endpoint, graceMs = 3_000, onGap } = options;
  let failures = 0;
  let closedCount = 0;
  let restUntilMs = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** One at a time: two would fetch, and tell, the same. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function filter(): Promise<Types> {
    if (options.events) return options.events;
    return source && endpoint ? (await source.endpoints.get({ id: endpoint })).events : null;
  }

  const arrivedBy = (event: FeedEvent): Arrival =>
    arrivalOf(event, {
      previous: null,
      isReplay: false,
      via: "pull",
      body: JSON.stringify(event),
      receivedAtMs: now(),
    });

  const pull: Gate["pull"] = async ({ after, to, types, whenDropped }) => {
    if (!source) throw new Error("Pass `gate.source` to fetch events");
    const wanted = types === undefined ? await filter() : types;
    const ids: string[] = [];
    let position = after;
    for await (const { events, end, isKept } of readFeed(source, { after, to, endpoint })) {
      if (!isKept) await whenDropped({ after: position, to: end });
      const matching = events.filter(({ type }) => wanted === null || wanted.includes(type));
      const skipped =
        endpoint && matching.length > 0
          ? await readSkipped(source, { endpoint, from: position + 1, to: end })
          : new Map<number, string>();
      const due = matching.filter(({ sequence }) => !skipped.has(sequence));
      ids.push(...(await inbox.record(due.map(arrivedBy), options.from ?? after)));
      position = end;
    }
    return { ids, fetched: ids.length, position };
  };

  /** @throws whatever the source says when it cannot be asked. */
  async function close(gap: Gap): Promise<void> {
    if (!source) return lose(gap, "There is no source to fetch from");
    const dropped: Range[] = [];
    const { position } = await pull({
      after: gap.after,
      to: gap.to,
      whenDropped: (range) => dropped.push(range),
    });
    if (position < gap.to) return lose(gap, `The feed gave nothing at position ${gap.to}`);
    const [first, final] = [dropped[0], dropped.at(-1)];
    const lost = first && final ? await untold({ after: first.after, to: final.to }) : null;
    if (lost) return lose({ ...gap, ...lost }, notKept);
    await inbox.closeGap(gap.at);
  }

  /** What of a range that is no longer kept is missing here and was not told: by the manifests, where there are some. */
  async function untold(range: Range): Promise<Range | null> {
    const here = await inbox.stored(range.after + 1, range.to);
    const parts: Range[] = here.map(({ sequence }) => ({ after: sequence - 1, to: sequence }));
    parts.push(...(await inbox.gaps()).filter(({ state }) => state === "lost"));
    if (source && endpoint && uncovered(range, parts))
      parts.push(...(await wholeParts({ inbox, source, endpoint }, range)));
    return uncovered(range, parts);
  }

  const giveUp: Gate["giveUp"] = (range) =>
    inTurn(async () => {
      const left = await untold(range);
      if (left) await lose({ ...left, at: left.to }, notKept);
    });

  async function lose(gap: Range & { readonly at: number }, reason: string): Promise<void> {
    const lost: Gap = { ...gap, state: "lost", reason, noticedAtMs: now() };
    if (await inbox.closeGap(gap.at, lost)) onGap?.(lost);
  }

  async function sweep(): Promise<void> {
    const open = (await inbox.gaps()).filter(({ state }) => state === "open");
    for (const gap of open) {
      const dueMs = Math.max(gap.noticedAtMs + graceMs, restUntilMs);
      if (dueMs > now()) {
        wakeAt(dueMs);
        continue;
      }
      try {
        await close(gap);
        failures = 0;
        closedCount += 1;
      } catch (error) {
        onError(error, { during: "fetching" });
        restUntilMs =
          now() + Math.min(sourceWaitMs.most, sourceWaitMs.first * 2 ** Math.min(failures, 10));
        failures += 1;
        wakeAt(restUntilMs);
      }
    }
  }

  return {
    graceMs,
    get closedCount() {
      return closedCount;
    },
    sweep: () => inTurn(sweep),
    pull,
    async catchUp(after) {
      const { fetched, position } = await pull({ after, whenDropped: giveUp });
      return { fetched, position };
    },
    giveUp,
  };
}
